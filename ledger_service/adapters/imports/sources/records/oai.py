"""A harvest of an OAI-PMH 2.0 service, page after page; its records belong to files in a folder here."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

from ledger_service.adapters.imports.harvests import HarvestNotes
from ledger_service.adapters.imports.sources.fetching.fetcher import Bounds, Fetcher
from ledger_service.adapters.imports.sources.fetching.hosts import Hosts, own_names
from ledger_service.adapters.imports.sources.records.oai_files import RecordFiles
from ledger_service.adapters.imports.sources.records.oai_pages import (
    OAI,
    Page,
    Service,
    TokenRefused,
)
from ledger_service.adapters.imports.sources.records.oai_records import RecordReader
from ledger_service.adapters.imports.sources.records.unused import Unused
from ledger_service.domain.errors import InvalidManifest
from ledger_service.domain.imports.import_item import ImportItem

VERB = {"verb": "ListRecords"}
SELECTING = ("metadataPrefix", "set", "from", "until")
TOKEN = "resumptionToken"


@dataclass(frozen=True)
class Selection:
    """Which records of a service are asked for, where the URL does not say so.

    since, until: dates as OAI-PMH has them (§3.3); prefix: of the format, which holds Dublin Core elements.
    """

    set_name: str = ""
    since: str = ""
    until: str = ""
    prefix: str = ""

    def given(self) -> dict[str, str]:
        values = (self.prefix, self.set_name, self.since, self.until)
        return {name: value for name, value in zip(SELECTING, values, strict=True) if value}


@dataclass(frozen=True)
class Fetch:
    """That files of records are fetched. hosts: that may be asked, beside the service's own; see Hosts."""

    hosts: tuple[str, ...]
    bounds: Bounds


def harvest(
    url: str,
    files: Path,
    license_name: str,
    selection: Selection,
    notes: HarvestNotes,
    fetch: Fetch | None = None,
) -> Iterator[ImportItem]:
    """Yield an item for each record of the service that is selected, page after page.

    A record's file is the one in the folder that has the name at the end of one of its identifiers, or else
    those that are fetched. At the end come skipped items, which tell what of the records was not used.

    url: its query is kept: what selects records is asked for first, all else (keys) on each page.
    notes: where an earlier harvest of the same stopped; they are told how far this one comes.
    fetch: None to fetch no files; they are kept below `files`.

    Raises:
        ServiceUnavailable: it does not answer. InvalidManifest: it does not answer as OAI-PMH, or for ever.
    """
    address, always, first = asked_for(url, selection)
    notes.begin(address, {**always, **first})
    base, unused = os.path.realpath(files), Unused()
    with ExitStack() as stack:
        service = stack.enter_context(closing(Service(address, always)))
        fetched = None
        if fetch is not None:
            hosts = Hosts({*own_names(url), *fetch.hosts})
            fetcher = stack.enter_context(closing(Fetcher(base, hosts, fetch.bounds, unused)))
            fetched = RecordFiles(service, fetcher, first["metadataPrefix"], unused)
        reader = RecordReader(base, license_name, unused, fetched)
        try:
            yield from _records(service, reader, first, notes)
        except Exception:
            yield from unused.items(url)
            raise
        yield from unused.items(url)


def _records(
    service: Service, reader: RecordReader, first: dict[str, str], notes: HarvestNotes
) -> Iterator[ImportItem]:
    count, seen = 0, set[tuple[str, str]]()
    page = _first_page(service, first, notes)
    while True:
        for item in reader.items(page):
            count += 1
            yield item
        notes.page(count, page.token, page.answered)
        if not page.token:
            return
        step = (page.token, _names(page))
        if step in seen:
            raise InvalidManifest("endless", url=service.url)
        seen.add(step)
        try:
            page = service.page({**VERB, TOKEN: page.token})
        except TokenRefused as exc:
            raise InvalidManifest("token-refused", url=service.url) from exc


def asked_for(url: str, selection: Selection) -> tuple[str, dict[str, str], dict[str, str]]:
    """Return the address, what every page is asked for with, and what the first is."""
    parts = urlsplit(url)
    given = dict(parse_qsl(parts.query, keep_blank_values=True))
    given.pop("verb", None)
    first = {"metadataPrefix": "oai_dc"}
    first |= {name: given.pop(name) for name in (*SELECTING, TOKEN) if name in given}
    return parts._replace(query="", fragment="").geturl(), given, first | selection.given()


def _first_page(service: Service, first: dict[str, str], notes: HarvestNotes) -> Page:
    """Return the page at which an earlier harvest stopped, or the first of what has changed since."""
    token = notes.token or first.pop(TOKEN, "")
    if token:
        try:
            return service.page({**VERB, TOKEN: token})
        except TokenRefused:
            notes.forget_token()
    if notes.since:
        first = {**first, "from": max(notes.since, first.get("from", ""))}
    try:
        return service.page({**VERB, **first})
    except TokenRefused as exc:  # an error that no first page can have
        raise InvalidManifest("token-refused", url=service.url) from exc


def _names(page: Page) -> str:
    """Return what tells a page from another that has the same token."""
    texts = (record.findtext(f"{OAI}header/{OAI}identifier") or "" for record in page.records)
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()
