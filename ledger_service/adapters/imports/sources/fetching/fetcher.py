"""Fetches the files of harvested records, within bounds. Nothing that it fetches is registered here."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from ledger_service.adapters.http_client import Answer
from ledger_service.adapters.imports.sources.fetching.asking import Asker
from ledger_service.adapters.imports.sources.fetching.hosts import Hosts, host_of
from ledger_service.adapters.imports.sources.fetching.kept import (
    Answered,
    Fetched,
    KeptFiles,
    Known,
)
from ledger_service.adapters.imports.sources.fetching.links import (
    FileLink,
    PageLinks,
    links_of_page,
    links_of_set,
)
from ledger_service.adapters.imports.sources.fetching.linksets import ACCEPTED
from ledger_service.adapters.imports.sources.records.unused import Unused
from ledger_service.domain.errors import InvalidManifest, LedgerError
from ledger_service.domain.imports.import_item import media_type_of
from ledger_service.domain.resources.registration import as_media_type

MOST_FILES = 100  # of one record
MOST_PAGES = 5  # that are asked for the files of one record
LONGEST_SECONDS = 3600  # of one file
MOST_PAGE_BYTES = 1024 * 1024
PIECE_BYTES = 1024 * 1024
PAGES = ("text/html", "application/xhtml+xml")
AS_IT_IS = {"Accept-Encoding": "identity"}
NOT_MODIFIED = 304
_STRONG_TAG = re.compile('"[\x21\x23-\x7e]*"')
_VISIBLE = re.compile("[\x20-\x7e]{1,200}")
RESOLVERS = {
    "doi:": "https://doi.org/",
    "hdl:": "https://hdl.handle.net/",
    "10.": "https://doi.org/10.",
}


@dataclass
class Bounds:
    """largest_bytes: of a file; most_bytes: of all files of a harvest, those not counted that were here."""

    largest_bytes: int
    most_bytes: int


class PageAnswer(NamedTuple):
    """A page about a work. url: where it is, after what it was asked at."""

    url: str
    links: PageLinks


Outcome = tuple[FileLink, Fetched | LedgerError]


class Fetcher:
    """base: the folder below which files are kept. unused: counts what nobody allowed to ask."""

    def __init__(self, base: str, hosts: Hosts, bounds: Bounds, unused: Unused) -> None:
        self._hosts = hosts
        self._asker = Asker(hosts)
        self._kept = KeptFiles(base)
        self._bounds = bounds
        self._left = bounds.most_bytes
        self._unused = unused

    def close(self) -> None:
        self._asker.close()

    def linked(self, links: list[FileLink], stamp: str) -> Iterator[Outcome]:
        """Yield each linked file, or why it was not fetched. stamp: of the record, which changes with it."""
        for number, link in enumerate(links):
            if number >= MOST_FILES:
                yield link, InvalidManifest("fetch-too-many", most=MOST_FILES)
                return
            try:
                found = self._get(link, stamp, is_page=False)
                assert isinstance(found, Fetched)
                yield link, found
            except LedgerError as exc:
                yield link, exc

    def named(self, texts: Iterator[str], stamp: str) -> Iterator[Outcome]:
        """Yield the files that the first page has that one of these identifiers names, or that it is.

        Raises:
            LedgerError: no page has any; why the last could not be read, if one could not.
        """
        fault: LedgerError = InvalidManifest("fetch-no-file")
        for url in list(dict.fromkeys(filter(host_of, map(as_url, texts))))[:MOST_PAGES]:
            if not self._hosts.permit(url):
                self._unused.link(host_of(url))
                continue
            try:
                found = self._get(FileLink(url), stamp, is_page=True)
                links = [] if isinstance(found, Fetched) else self._all_of(url, found)
            except LedgerError as exc:
                fault = exc
                continue
            if isinstance(found, Fetched):
                yield FileLink(url), found
                return
            if links:
                yield from self.linked(links, stamp)
                return
        raise fault

    def _all_of(self, url: str, page: PageAnswer) -> list[FileLink]:
        """Return the files that a page links, and those that its first linkset names.

        Raises:
            LedgerError: only the linkset may name files, and it cannot be read.
        """
        links, linkset = list(page.links.files), page.links.linkset
        if linkset and self._hosts.permit(linkset):
            try:
                links += self._asker.get(
                    linkset,
                    partial(_take_set, {url, page.url}),
                    headers={**AS_IT_IS, "Accept": ACCEPTED},
                )
            except LedgerError:
                if not links:
                    raise
                self._unused.link(host_of(linkset))
        elif linkset:
            self._unused.link(host_of(linkset))
        return list({link.url: link for link in reversed(links)}.values())[::-1]

    def _get(self, link: FileLink, stamp: str, *, is_page: bool) -> Fetched | PageAnswer:
        kept = self._kept.find(link.url, stamp)
        if kept is not None:
            return kept
        older = self._kept.older(link.url)
        if older is not None:
            take = partial(self._take, link, stamp, is_page, older)
            found = self._asker.get(link.url, take, headers={**AS_IT_IS, **older.headers})
            if found is not None:
                return found
        found = self._asker.get(
            link.url, partial(self._take, link, stamp, is_page, None), headers=AS_IT_IS
        )
        assert found is not None  # only who asked for changes is told that there are none
        return found

    def _take(
        self,
        link: FileLink,
        stamp: str,
        is_page: bool,
        older: Known | None,
        url: str,
        answer: Answer,
    ) -> Fetched | PageAnswer | None:
        """Return what was answered; None if what has not changed is elsewhere."""
        if answer.status == NOT_MODIFIED and older is not None:
            if url != older.came_from:  # what is there now was never seen
                return None
            return self._kept.keep_again(link.url, stamp, older)
        if answer.status != 200:
            raise InvalidManifest("fetch-status", url=link.url[:200], status=answer.status)
        media_type = as_media_type(answer.headers.get("Content-Type", ""))
        if media_type in PAGES:
            if is_page:
                fields = answer.headers.get_all("Link", [])
                return PageAnswer(url, links_of_page(url, fields, _beginning(answer)))
            if (link.media_type or media_type_of(_end_of(link.url))) not in PAGES:
                raise InvalidManifest("fetched-a-page", url=link.url[:200])
        name = link.name or answer.headers.get_filename() or _end_of(url) or _end_of(link.url)
        said = Answered(url, name, media_type, _if_changed(answer))
        return self._kept.keep(link.url, stamp, said, self._bounded(answer))

    def _bounded(self, answer: Answer) -> Iterator[bytes]:
        count, deadline = 0, time.monotonic() + LONGEST_SECONDS
        for piece in answer.pieces(PIECE_BYTES):
            count += len(piece)
            self._left -= len(piece)
            if count > self._bounds.largest_bytes:
                raise InvalidManifest("fetch-too-large", most=self._bounds.largest_bytes)
            if self._left < 0:
                raise InvalidManifest("fetch-no-more", most=self._bounds.most_bytes)
            if time.monotonic() > deadline:
                raise InvalidManifest("fetch-too-slow", seconds=LONGEST_SECONDS)
            yield piece


def as_url(identifier: str) -> str:
    """Return the URL that an identifier is, or that a DOI or handle is resolved at."""
    for start, resolver in RESOLVERS.items():
        if identifier.lower().startswith(start):
            return resolver + identifier[len(start) :]
    return identifier


def _if_changed(answer: Answer) -> dict[str, str]:
    """Return the header that asks for a file only if it has changed; none if its server cannot tell.

    A weak tag (RFC 9110 §8.8.1) is left out: other bytes may have the same.
    """
    tag, at = answer.headers.get("ETag", ""), answer.headers.get("Last-Modified", "")
    said = {"If-None-Match": tag} if _STRONG_TAG.fullmatch(tag) else {"If-Modified-Since": at}
    return {name: value for name, value in said.items() if _VISIBLE.fullmatch(value)}


def _take_set(pages: set[str], url: str, answer: Answer) -> list[FileLink]:
    if answer.status != 200:
        raise InvalidManifest("fetch-status", url=url[:200], status=answer.status)
    media_type = as_media_type(answer.headers.get("Content-Type", ""))
    return links_of_set(_beginning(answer), media_type, url, pages)


def _end_of(url: str) -> str:
    return unquote(urlsplit(url).path).rpartition("/")[2]


def _beginning(answer: Answer) -> bytes:
    """Return as much of a page as is read: no more of it is asked for."""
    found = bytearray()
    for piece in answer.pieces():
        found += piece[: MOST_PAGE_BYTES - len(found)]
        if len(found) == MOST_PAGE_BYTES:
            break
    return bytes(found)
