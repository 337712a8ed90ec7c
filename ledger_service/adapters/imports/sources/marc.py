"""MARC 21 records, binary or as MARCXML, whose field 856 $u names files beside them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit
from xml.sax import SAXException
from xml.sax.handler import feature_namespaces

import pymarc
from defusedxml import DefusedXmlException
from defusedxml.expatreader import DefusedExpatParser

from ledger_service.adapters.imports.sources.bounded_xml import Bounds
from ledger_service.adapters.imports.sources.folder import resolve
from ledger_service.domain.errors import InvalidManifest, LedgerError
from ledger_service.domain.imports.import_item import ImportItem
from ledger_service.domain.imports.import_progress import Extent

PIECE_BYTES = 65_536


def read_marc(path: Path, license_name: str, extent: Extent) -> Iterator[ImportItem]:
    """Yield an item for each file link of each record of a MARC 21 file (ISO 2709)."""
    base = os.path.realpath(path.parent)
    with path.open("rb") as file:
        extent.total = os.fstat(file.fileno()).st_size
        reader = pymarc.MARCReader(file, permissive=True)
        for number, record in enumerate(reader, 1):
            extent.read = file.tell()
            place = f"{path.name}, record {number}"
            if record is None:
                fault = InvalidManifest("record-malformed", cause=str(reader.current_exception))
                yield ImportItem.refused(place, fault)
            else:
                yield from _items(place, record, license_name, base)


def read_marc_xml(path: Path, license_name: str, extent: Extent) -> Iterator[ImportItem]:
    """Yield an item for each file link of each record of a MARCXML file.

    A document type or an entity of its own ends the reading, as does XML that is not well-formed; what
    came before it stands.
    """
    base, number = os.path.realpath(path.parent), 0
    records: list[pymarc.Record] = []
    handler = _Records(records)
    parser = DefusedExpatParser(forbid_dtd=True)
    parser.setContentHandler(handler)
    parser.setFeature(feature_namespaces, 1)
    with path.open("rb") as file:
        extent.total = os.fstat(file.fileno()).st_size
        try:
            while piece := file.read(PIECE_BYTES):
                extent.read += len(piece)
                parser.feed(piece)
                while records:
                    number += 1
                    place = f"{path.name}, record {number}"
                    yield from _items(place, records.pop(0), license_name, base)
            parser.close()
        except InvalidManifest as exc:
            yield ImportItem.refused(f"{path.name}, after record {number}", exc)
        except (SAXException, DefusedXmlException, ValueError) as exc:
            fault = InvalidManifest("marcxml", cause=str(exc))
            yield ImportItem.refused(f"{path.name}, after record {number}", fault)


class _Records(pymarc.XmlHandler):
    """Hands each record over as it ends."""

    def __init__(self, records: list[pymarc.Record]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._ended = records
        self._bounds = Bounds()

    def startElementNS(self, name: Any, qname: Any, attrs: Any) -> None:  # noqa: N802 - of SAX
        self._bounds.start()
        super().startElementNS(name, qname, attrs)  # type: ignore[no-untyped-call]

    def endElementNS(self, name: Any, qname: Any) -> None:  # noqa: N802 - of SAX
        self._bounds.end()
        super().endElementNS(name, qname)  # type: ignore[no-untyped-call]

    def characters(self, chars: str) -> None:
        self._bounds.text(chars)
        super().characters(chars)  # type: ignore[no-untyped-call]

    def process_record(self, record: pymarc.Record) -> None:
        self._bounds.begin_record()
        self._ended.append(record)


def _items(place: str, record: pymarc.Record, license_name: str, base: str) -> Iterator[ImportItem]:
    links = [
        (link, next(iter(field.get_subfields("q")), ""))
        for field in record.get_fields("856")
        for link in field.get_subfields("u")
    ]
    if not links:
        fault = InvalidManifest("no-link")
        yield ImportItem.refused(place, fault)
    for link, media_type in links:
        try:
            yield ImportItem(
                f"{place}, {link[:200]}",
                path=resolve(base, _path_of(link, base)),
                title=_title(record),
                creator=_text(record, ("100", "110", "111"), "a"),
                language=_language(record),
                media_type=media_type if "/" in media_type else "",
                license=license_name,
            )
        except LedgerError as exc:
            yield ImportItem.refused(f"{place}, {link[:200]}", exc)


def _path_of(link: str, base: str) -> str:
    """Return a link's path relative to the records' folder: a relative link, or a file: URL below it."""
    parts = urlsplit(link)
    if parts.scheme == "file" and parts.netloc in ("", "localhost"):
        return os.path.relpath(unquote(parts.path), base)
    if parts.scheme or parts.netloc:
        raise InvalidManifest("link-elsewhere")
    return unquote(link)


def _title(record: pymarc.Record) -> str:
    parts = [_text(record, ("245",), code) for code in "ab"]
    return " ".join(part for part in parts if part)[:1000]


def _text(record: pymarc.Record, tags: tuple[str, ...], code: str) -> str:
    """Return the first such subfield, without the punctuation that MARC puts at its end."""
    for field in record.get_fields(*tags):
        for value in field.get_subfields(code):
            return " ".join(value.split()).rstrip(" /:;,=")[:1000]
    return ""


def _language(record: pymarc.Record) -> str:
    """Return the language code of field 041 or 008; three letters are a BCP 47 tag, too."""
    code = _text(record, ("041",), "a")[:3]
    if not code:
        fixed = record.get_fields("008")
        code = (fixed[0].data or "")[35:38] if fixed else ""
    return code.lower() if code.isascii() and code.isalpha() and len(code) == 3 else ""
