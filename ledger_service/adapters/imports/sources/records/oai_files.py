"""Files of harvested records: linked by a record, by its description in another format, or by its page."""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import cached_property
from itertools import chain
from xml.etree.ElementTree import Element

from ledger_service.adapters.imports.sources.fetching.fetcher import Fetcher, Outcome
from ledger_service.adapters.imports.sources.fetching.kept import Fetched
from ledger_service.adapters.imports.sources.fetching.links import FileLink, links_in_record
from ledger_service.adapters.imports.sources.paths import shown
from ledger_service.adapters.imports.sources.records.oai_pages import OAI, Service
from ledger_service.adapters.imports.sources.records.said import Said
from ledger_service.adapters.imports.sources.records.unused import Unused
from ledger_service.domain.errors import LedgerError
from ledger_service.domain.imports.import_item import ImportItem

TELLING_FILES = ("ore", "mets", "oai_openaire", "oai_datacite")
"""Formats that tell files or, the last, identifiers and rights; the first that a service has is asked for."""
UNTOLD = ("", "application/octet-stream")


class RecordFiles:
    """Fetches the files of the records of one service. prefix: of the format that the records are in."""

    def __init__(self, service: Service, fetcher: Fetcher, prefix: str, unused: Unused) -> None:
        self._service = service
        self._fetcher = fetcher
        self._prefix = prefix
        self._unused = unused

    def described(self, record: Element) -> Element | None:
        """Return the record in a format that tells files, None if the service does not have it so."""
        if links_in_record(record, Unused()) or not self._format:  # counted where they are taken
            return None
        try:
            return self._service.record(_header(record, "identifier"), self._format)
        except LedgerError:
            return None  # its page may tell

    def items(
        self, item: ImportItem, record: Element, other: Element | None
    ) -> Iterator[ImportItem]:
        """Yield an item for each file of a record, refused if it was not fetched.

        item: what is the same for all. other: the record as `described` returned it.

        Raises:
            LedgerError: there is no file, and why.
        """
        forms = [record] if other is None else [record, other]
        outcomes = self._outcomes(forms, _header(record, "datestamp"))
        first = next(outcomes, None)
        second = next(outcomes, None)
        if first is not None:
            for outcome in chain([first], [] if second is None else [second], outcomes):
                yield _item(item, *outcome, is_only=second is None)

    def _outcomes(self, forms: list[Element], stamp: str) -> Iterator[Outcome]:
        links: list[FileLink] = []
        for form in forms:
            links = links or links_in_record(form, self._unused)
        if links:
            return self._fetcher.linked(links, stamp)
        named = chain.from_iterable(Said(form).identifiers() for form in forms)
        return self._fetcher.named(named, stamp)

    @cached_property
    def _format(self) -> str:
        formats = self._service.formats() - {self._prefix}
        return next((name for name in TELLING_FILES if name in formats), "")


def _item(
    item: ImportItem, link: FileLink, found: Fetched | LedgerError, *, is_only: bool
) -> ImportItem:
    if isinstance(found, LedgerError):
        return ImportItem.refused(f"{item.place}, {link.url[:200]}", found)
    name = os.path.basename(found.path)
    types = (link.media_type, found.media_type, item.media_type if is_only else "")
    return item._replace(
        place=f"{item.place}, {shown(name)}",
        path=found.path,
        title=item.title if is_only else f"{item.title}: {name}",
        media_type=next((told for told in types if told not in UNTOLD), ""),
        size_bytes=link.size_bytes,
        checksums=link.checksums,
    )


def _header(record: Element, name: str) -> str:
    return (record.findtext(f"{OAI}header/{OAI}{name}") or "").strip()
