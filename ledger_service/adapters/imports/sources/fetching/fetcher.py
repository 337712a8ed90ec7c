"""Fetches the files of harvested records, within bounds. Nothing that it fetches is registered here."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from urllib.parse import unquote, urlsplit

from ledger_service.adapters.http_client import Answer
from ledger_service.adapters.imports.sources.fetching.asking import Asker
from ledger_service.adapters.imports.sources.fetching.hosts import Hosts, host_of
from ledger_service.adapters.imports.sources.fetching.kept import Fetched, KeptFiles
from ledger_service.adapters.imports.sources.fetching.links import FileLink, links_of_page
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
            except LedgerError as exc:
                fault = exc
                continue
            if isinstance(found, Fetched):
                yield FileLink(url), found
                return
            if found:
                yield from self.linked(found, stamp)
                return
        raise fault

    def _get(self, link: FileLink, stamp: str, *, is_page: bool) -> Fetched | list[FileLink]:
        kept = self._kept.find(link.url, stamp)
        if kept is not None:
            return kept
        take = partial(self._take, link, stamp, is_page)
        return self._asker.get(link.url, take, headers=AS_IT_IS)

    def _take(
        self, link: FileLink, stamp: str, is_page: bool, url: str, answer: Answer
    ) -> Fetched | list[FileLink]:
        if answer.status != 200:
            raise InvalidManifest("fetch-status", url=link.url[:200], status=answer.status)
        media_type = as_media_type(answer.headers.get("Content-Type", ""))
        if media_type in PAGES:
            if is_page:
                page = b"".join(_up_to(MOST_PAGE_BYTES, answer.pieces()))
                return links_of_page(url, answer.headers.get_all("Link", []), page)
            if (link.media_type or media_type_of(_end_of(link.url))) not in PAGES:
                raise InvalidManifest("fetched-a-page", url=link.url[:200])
        name = link.name or answer.headers.get_filename() or _end_of(url) or _end_of(link.url)
        pieces = self._bounded(answer)
        return self._kept.keep(link.url, stamp, url, name, media_type, pieces)

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


def _end_of(url: str) -> str:
    return unquote(urlsplit(url).path).rpartition("/")[2]


def _up_to(most: int, pieces: Iterator[bytes]) -> Iterator[bytes]:
    for piece in pieces:
        yield piece[:most]
        most -= len(piece)
        if most <= 0:
            return
