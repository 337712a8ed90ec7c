"""Records of OAI-PMH in Dublin Core: the file that each is of, and what it says of it."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from urllib.parse import unquote, urlsplit
from xml.etree.ElementTree import Element

from ledger_service.adapters.imports.sources.belt import items_of
from ledger_service.adapters.imports.sources.paths import resolve, shown
from ledger_service.adapters.imports.sources.records.oai_pages import OAI, Page
from ledger_service.domain.errors import InvalidManifest
from ledger_service.domain.imports.import_item import ImportItem
from ledger_service.domain.imports.record_rights import license_by
from ledger_service.domain.reasons import Reason
from ledger_service.domain.resources.registration import LOST_LETTER, as_language, as_media_type

DC = "{http://purl.org/dc/elements/1.1/}"
TERMS = "{http://purl.org/dc/terms/}"
OF_RIGHTS = ("rights", "license", "accessRights", "date", "available")
NAMING = ("identifier", "source", "relation")


class RecordReader:
    """Turns records into items. It remembers which record named which file, as long as it lives.

    base: the folder with the files, free of symbolic links.
    """

    def __init__(self, base: str, license_name: str) -> None:
        self._base = base
        self._license = license_name
        self._today = datetime.now(UTC).date()
        self._named: dict[str, str] = {}
        self._folders: dict[str, bool] = {}

    def items(self, page: Page) -> Iterator[ImportItem]:
        """Yield the item of each record of a page, and the refused items of those that are malformed.

        Of several records that name one file nobody knows which is the file's: all those of a page
        are refused, and those of later pages.
        """
        found = []
        for record in page.records:
            name = _name_of(record)
            found += [(name, item) for item in items_of(name, partial(self._read, name, record))]
        owners = Counter(path for path, _ in {(item.path, name) for name, item in found})
        for name, item in found:
            if item.outcome:
                yield item
            elif owners[item.path] > 1 or self._named.setdefault(item.path, name) != name:
                file = shown(os.path.basename(item.path))
                yield ImportItem.refused(item.place, InvalidManifest("named-twice", file=file))
            else:
                yield item
        for name, fault in page.faults:
            yield ImportItem.refused(name, fault)

    def _read(self, name: str, record: Element) -> Iterator[ImportItem]:
        header = record.find(OAI + "header")
        if header is not None and header.get("status") == "deleted":
            yield ImportItem.skipped(name, Reason("skipped.deleted").format())
            return
        said = _Said(record)
        path = self._file_of(said)
        title, creator = said.first("title"), said.first("creator")
        if not title:
            raise InvalidManifest("no-title")
        if LOST_LETTER in title + creator:
            raise InvalidManifest("letters-lost")
        yield ImportItem(
            f"{name}, {shown(os.path.basename(path))}",
            path=path,
            title=title,
            creator=creator,
            language=next(filter(None, map(as_language, said.all("language"))), ""),
            media_type=next(filter(None, map(as_media_type, said.all("format"))), ""),
            license=license_by(said.of_rights(), self._license, self._today),
        )

    def _file_of(self, said: _Said) -> str:
        """Return the path of the file whose name, or folder and name, end one of the identifiers."""
        for text in (text for name in NAMING for text in said.all(name)):
            parts = [unquote(part) for part in urlsplit(text).path.split("/")]
            for count in (2, 1):
                last = parts[-count:]
                if any(part in ("", ".", "..") or "/" in part or "\0" in part for part in last):
                    continue
                if count == 2 and not self._has_folder(last[0]):
                    continue
                if os.path.isfile(os.path.join(self._base, *last)):
                    return resolve(self._base, "/".join(last))
        raise InvalidManifest("no-name-in-folder")

    def _has_folder(self, name: str) -> bool:
        if name not in self._folders:
            self._folders[name] = os.path.isdir(os.path.join(self._base, name))
        return self._folders[name]


class _Said:
    """What the metadata of a record says; what stands about the record is not of the resource."""

    def __init__(self, record: Element) -> None:
        self._texts: dict[str, list[str]] = {}
        self._of_rights: list[str] = []
        for metadata in record.findall(OAI + "metadata"):
            for element in metadata.iter():
                text = " ".join((element.text or "").split())
                if text and element.tag.startswith(DC):
                    self._texts.setdefault(element.tag.removeprefix(DC), []).append(text)
                if text and element.tag.startswith((DC, TERMS)):
                    name = element.tag.partition("}")[2]
                    self._of_rights += [text] if name in OF_RIGHTS else []

    def of_rights(self) -> list[str]:
        """Return all that it says of rights and of dates, in Dublin Core of either kind."""
        return self._of_rights

    def all(self, name: str) -> list[str]:
        return self._texts.get(name, [])

    def first(self, name: str) -> str:
        return next(iter(self.all(name)), "")


def _name_of(record: Element) -> str:
    return (record.findtext(f"{OAI}header/{OAI}identifier") or "").strip()[:200] or "a record"
