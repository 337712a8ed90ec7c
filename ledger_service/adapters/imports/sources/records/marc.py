"""MARC 21 and UNIMARC records, binary or as MARCXML, whose field 856 $u names files beside them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from urllib.parse import unquote, urlsplit
from xml.sax import SAXException
from xml.sax.handler import ContentHandler, feature_namespaces
from xml.sax.xmlreader import AttributesNSImpl

from defusedxml import DefusedXmlException
from defusedxml.expatreader import DefusedExpatParser

from ledger_service.adapters.given_files import open_given
from ledger_service.adapters.imports.sources.belt import items_of
from ledger_service.adapters.imports.sources.paths import resolve
from ledger_service.adapters.imports.sources.records.bounded_xml import Bounds
from ledger_service.adapters.imports.sources.records.marc_field import INDICATORS, Subfields
from ledger_service.adapters.imports.sources.records.marc_letters import check_encoding
from ledger_service.adapters.imports.sources.records.marc_record import (
    LEADER_BYTES,
    WANTED,
    MarcRecord,
    others_of,
    parse_record,
    read_frames,
    without_signs,
)
from ledger_service.adapters.imports.sources.records.unused import Unused
from ledger_service.domain.errors import InvalidManifest
from ledger_service.domain.imports.import_item import ImportItem
from ledger_service.domain.imports.import_progress import Extent
from ledger_service.domain.resources.record_text import LOST_LETTER
from ledger_service.domain.resources.registration import as_media_type

PIECE_BYTES = 65_536
MARKS = ("ind1", "ind2")
NAMESPACE = "http://www.loc.gov/MARC21/slim"
Parse = Callable[[], MarcRecord]


def read_marc(
    path: Path, license_name: str, extent: Extent, encoding: str = ""
) -> Iterator[ImportItem]:
    """Yield an item for each file link of each record of an ISO 2709 file.

    encoding: of records that are neither UTF-8 nor MARC-8.

    Raises:
        InvalidManifest: there is no such encoding.
    """
    if encoding:
        check_encoding(encoding)
    base, unused = os.path.realpath(path.parent), Unused()
    with open_given(path) as file:
        extent.total = os.fstat(file.fileno()).st_size
        for number, record in enumerate(read_frames(file, extent), 1):
            place = f"{path.name}, record {number}"
            read = partial(
                _items, place, partial(parse_record, record, encoding), license_name, unused
            )
            yield from items_of(place, partial(read, base))
    yield from unused.items(path.name)


def read_marc_xml(path: Path, license_name: str, extent: Extent) -> Iterator[ImportItem]:
    """Yield an item for each file link of each record of a MARCXML file.

    A document type or an entity of its own ends the reading, as does XML that is not well-formed; what
    came before it stands.
    """
    base, number, unused = os.path.realpath(path.parent), 0, Unused()
    handler = _Records()
    parser = DefusedExpatParser(forbid_dtd=True)
    parser.setContentHandler(handler)
    parser.setFeature(feature_namespaces, 1)
    with open_given(path) as file:
        extent.total = os.fstat(file.fileno()).st_size
        fault = None
        while fault is None:
            piece = file.read(PIECE_BYTES)
            extent.read += len(piece)
            try:
                parser.feed(piece) if piece else parser.close()
            except InvalidManifest as exc:
                fault = exc
            except (SAXException, DefusedXmlException, ValueError) as exc:
                fault = InvalidManifest("marcxml", cause=str(exc))
            for parse in handler.taken():
                number += 1
                place = f"{path.name}, record {number}"
                yield from items_of(
                    place, partial(_items, place, parse, license_name, unused, base)
                )
            if not piece:
                if not number and handler.is_of_others and fault is None:
                    fault = InvalidManifest("marcxml-namespace", namespace=NAMESPACE)
                break
        extent.read = extent.total  # the fault says that it was not
        yield from unused.items(path.name)
        if fault is not None:
            yield ImportItem.refused(f"{path.name}, after record {number}", fault)


class _Records(ContentHandler):
    """Gathers records; one whose elements are not as MARCXML has them is known when it is parsed."""

    def __init__(self) -> None:
        super().__init__()
        self._ended: list[Parse] = []
        self._bounds = Bounds()
        self._fields: dict[str, list[Subfields]] = {}
        self._leader = " " * LEADER_BYTES
        self._tag = self._code = self._marks = ""
        self._text: list[str] = []
        self.is_of_others = False  # there are records of another namespace

    def taken(self) -> list[Parse]:
        """Return the records that ended since the last call."""
        ended, self._ended = self._ended, []
        return ended

    def startElementNS(  # noqa: N802 - the names are SAX's
        self, name: tuple[str | None, str], _: str | None, attrs: AttributesNSImpl
    ) -> None:
        self._bounds.start()
        if name[0] not in (NAMESPACE, None):
            self.is_of_others = self.is_of_others or name[1] == "record"
            return
        self._text = []
        if name[1] == "record":
            self._fields, self._leader = {}, " " * LEADER_BYTES
        elif name[1] in ("controlfield", "datafield"):
            self._tag = attrs.get((None, "tag"), "")
            self._fields.setdefault(self._tag, []).append([])
            self._marks = "".join(attrs.get((None, name), " ")[:1] or " " for name in MARKS)
        elif name[1] == "subfield":
            self._code = attrs.get((None, "code"), "")

    def characters(self, content: str) -> None:
        self._bounds.text(content)
        self._text.append(content)

    def endElementNS(self, name: tuple[str | None, str], _: str | None) -> None:  # noqa: N802
        self._bounds.end()
        if name[0] not in (NAMESPACE, None):
            return
        text = "".join(self._text)
        if name[1] == "leader":
            self._leader = text
        elif name[1] == "controlfield":
            self._fields[self._tag][-1].append(("", text))
        elif name[1] == "datafield" and self._tag in self._fields:
            self._fields[self._tag][-1].append((INDICATORS, self._marks))
        elif name[1] == "subfield" and self._tag in self._fields:
            self._fields[self._tag][-1].append((self._code, without_signs(text)))
        elif name[1] == "record":
            self._bounds.begin_record()
            self._ended.append(partial(_checked, self._leader, self._fields))
        self._text = []


def _checked(leader: str, fields: dict[str, list[Subfields]]) -> MarcRecord:
    if len(leader) != LEADER_BYTES:
        raise InvalidManifest("record-leader", length=len(leader))
    wanted = {tag: fields[tag] for tag in fields if tag.encode() in WANTED}
    tags = (tag for tag, found in fields.items() for _ in found)
    return MarcRecord(wanted, others_of(tags))


def _items(
    place: str, parse: Parse, license_name: str, unused: Unused, base: str
) -> Iterator[ImportItem]:
    """Yield the item of each link; raise InvalidManifest if there is none, or what it says is unreadable."""
    record = parse()
    links = list(record.links())
    if not links:
        raise InvalidManifest("no-link")
    title, creator, language = record.title(), record.creator(), record.language()
    if LOST_LETTER in title + creator:
        raise InvalidManifest("letters-lost")
    said = record.gathered()
    further = said.further(title, creator, language)
    unused.gathered(said)

    def read(named: str, link: str, media_type: str) -> Iterator[ImportItem]:
        yield ImportItem(
            named,
            path=resolve(base, _path_of(link, base)),
            title=title,
            creator=creator,
            language=language,
            media_type=as_media_type(media_type),
            license=license_name,
            further=further,
        )

    for link, media_type in links:
        named = f"{place}, {link[:200]}"
        yield from items_of(named, partial(read, named, link, media_type))


def _path_of(link: str, base: str) -> str:
    """Return a link's path relative to the records' folder: a relative link, or a file: URL below it."""
    parts = urlsplit(link)
    if parts.scheme == "file" and parts.netloc in ("", "localhost"):
        return os.path.relpath(unquote(parts.path), base)
    if parts.scheme or parts.netloc:
        raise InvalidManifest("link-elsewhere")
    return unquote(link)
