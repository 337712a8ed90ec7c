"""Records of OAI-PMH in Dublin Core: the file that each is of, and what it says of it."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import lru_cache, partial
from urllib.parse import unquote, urlsplit
from xml.etree.ElementTree import Element

from ledger_service.adapters.imports.sources.belt import items_of
from ledger_service.adapters.imports.sources.paths import resolve, shown
from ledger_service.adapters.imports.sources.records.oai_files import RecordFiles
from ledger_service.adapters.imports.sources.records.oai_pages import OAI, Page
from ledger_service.adapters.imports.sources.records.owners import Owners
from ledger_service.adapters.imports.sources.records.said import Said
from ledger_service.adapters.imports.sources.records.unused import Unused
from ledger_service.domain.errors import InvalidManifest
from ledger_service.domain.imports.import_item import ImportItem
from ledger_service.domain.imports.record_rights import license_by
from ledger_service.domain.imports.source_record import LARGEST_RECORD_BYTES, RecordParts
from ledger_service.domain.reasons import Reason
from ledger_service.domain.resources.record_text import LOST_LETTER

FOLDERS_REMEMBERED = 10_000


class RecordReader:
    """Turns records into items. It remembers which record named which file, as long as it lives.

    base: the folder with the files, free of symbolic links. unused: counts what nothing is made of.
    files: fetches those that are not in the folder; None if nobody does.
    """

    def __init__(
        self, base: str, license_name: str, unused: Unused, files: RecordFiles | None = None
    ) -> None:
        self._base = base
        self._license = license_name
        self._unused = unused
        self._files = files
        self._today = datetime.now(UTC).date()
        self._named = Owners()
        self._has_folder = lru_cache(FOLDERS_REMEMBERED)(self._is_folder)

    def items(self, page: Page) -> Iterator[ImportItem]:
        """Yield the item of each record of a page, and the refused items of those that are malformed.

        Of several records that name one file nobody knows which is the file's: all those of a page
        are refused, and those of later pages.
        """
        found = []
        for record, text in zip(page.records, page.texts, strict=True):
            name, kept = _name_of(record), self._kept(page, _name_of(record), text)
            items = items_of(name, partial(self._read, name, record))
            found += [(name, item._replace(record=kept)) for item in items]
        owners = Counter(path for path, _ in {(item.path, name) for name, item in found})
        for name, item in found:
            if item.outcome:
                yield item
            elif owners[item.path] > 1 or not self._named.take(item.path, name):
                file = shown(os.path.basename(item.path))
                refused = ImportItem.refused(item.place, InvalidManifest("named-twice", file=file))
                yield refused._replace(record=item.record)
            else:
                yield item
        for name, fault, text in page.faults:
            yield ImportItem.refused(name, fault)._replace(record=self._kept(page, name, text))

    def _kept(self, page: Page, name: str, text: bytes) -> RecordParts | None:
        """Return a record as it is kept."""
        if len(text) > LARGEST_RECORD_BYTES:
            self._unused.record(name)
        elif text:
            return page.source, name, page.head[:LARGEST_RECORD_BYTES], text
        return None

    def _read(self, name: str, record: Element) -> Iterator[ImportItem]:
        header = record.find(OAI + "header")
        if header is not None and header.get("status") == "deleted":
            yield ImportItem.skipped(name, Reason("skipped.deleted").format())
            return
        said = Said(record)
        path = self._file_of(said)
        if not path and self._files is None:
            raise InvalidManifest("no-name-in-folder")
        if not said.title:
            raise InvalidManifest("no-title")
        if LOST_LETTER in said.title + said.creator:
            raise InvalidManifest("letters-lost")
        other = None if path or self._files is None else self._files.described(record)
        rights = [*said.of_rights(), *(() if other is None else Said(other).of_rights())]
        gathered = said.gathered()
        if path:
            gathered.forget_name(os.path.basename(path))
        further = gathered.further(said.title, said.creator, said.language)
        self._unused.gathered(gathered)
        item = ImportItem(
            name,
            title=said.title,
            creator=said.creator,
            language=said.language,
            media_type=said.media_type,
            license=license_by(rights, self._license, self._today),
            further=further,
        )
        if path:
            yield item._replace(place=f"{name}, {shown(os.path.basename(path))}", path=path)
        elif self._files is not None:
            yield from self._files.items(item, record, other)

    def _file_of(self, said: Said) -> str:
        """Return the path of the file whose name, or folder and name, end an identifier; empty for none."""
        for text in said.names():
            parts = [unquote(part) for part in urlsplit(text).path.split("/")]
            for count in (2, 1):
                last = parts[-count:]
                if any(part in ("", ".", "..") or "/" in part or "\0" in part for part in last):
                    continue
                if count == 2 and not self._has_folder(last[0]):
                    continue
                if os.path.isfile(os.path.join(self._base, *last)):
                    return resolve(self._base, "/".join(last))
        return ""

    def _is_folder(self, name: str) -> bool:
        return os.path.isdir(os.path.join(self._base, name))


def _name_of(record: Element) -> str:
    return (record.findtext(f"{OAI}header/{OAI}identifier") or "").strip()[:200] or "a record"
