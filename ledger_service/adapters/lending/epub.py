"""Marks an EPUB: a line at the end of each part, and the number in the package and beside each line.

What is put in stands between bytes that stay as they are, so that no part is written anew. By OCF 3.3,
`mimetype` is first and stored. The package is stored, too, so that a search finds the number.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from posixpath import dirname, join, normpath
from urllib.parse import unquote, urldefrag
from xml.parsers import expat
from xml.sax.saxutils import escape

from ledger_service.adapters.lending.failures import Failure, NotMarked
from ledger_service.domain.identifiers import CopyId
from ledger_service.domain.lending.lent_copy import format_mark, marks_in

MOST_MEMBERS = 20_000
LARGEST_UNPACKED = 512 * 2**20  # bytes of all members together
LARGEST_TEXT = 16 * 2**20  # bytes of a part, or of the package
PIECE_BYTES = 2**16
LONGEST_TAG = 200  # bytes, of the end of an element
LARGEST_DEPTH = 256  # levels of elements
_MIMETYPE, _CONTAINER = "mimetype", "META-INF/container.xml"
_EPUB = b"application/epub+zip"
_XHTML = "http://www.w3.org/1999/xhtml"
_PACKAGE = "http://www.idpf.org/2007/opf"
_DUBLIN_CORE = "http://purl.org/dc/elements/1.1/"
_STYLE = "font-size:0.7em;text-align:center;margin-top:1em"
_UTF_16 = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}
_MALFORMED = (
    *(zipfile.BadZipFile, zlib.error, expat.ExpatError, EOFError, OSError),
    *(KeyError, ValueError, LookupError, NotImplementedError, RuntimeError, UnicodeError),
)


def mark_epub(data: bytes, copy: CopyId, text: str) -> bytes:
    """Return the EPUB with the line in each of its parts; raise NotMarked."""
    made = io.BytesIO()
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(made, "w") as target:
            _write(_Book(source), target, copy, text)
    except _MALFORMED as exc:
        raise NotMarked(Failure.MALFORMED) from exc
    return made.getvalue()


def numbers_in_epub(data: bytes) -> list[CopyId]:
    """Return the copies' numbers in the texts of an EPUB, whoever packed it; raise NotMarked."""
    found: dict[CopyId, None] = {}
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as source:
            book = _Book(source)
            for info in book.members:
                if info.filename.endswith((".opf", ".xhtml", ".html", ".htm", ".xml")):
                    found.update(dict.fromkeys(marks_in(book.text(info.filename))))
    except _MALFORMED as exc:
        raise NotMarked(Failure.MALFORMED) from exc
    return list(found)


class _Book:
    """The members of a container, read within bounds."""

    def __init__(self, source: zipfile.ZipFile) -> None:
        self._source = source
        self.members = source.infolist()
        names = {info.filename for info in self.members}
        if not 0 < len(self.members) <= MOST_MEMBERS:
            raise NotMarked(Failure.UNPACKS_TOO_FAR)
        if sum(info.file_size for info in self.members) > LARGEST_UNPACKED:
            raise NotMarked(Failure.UNPACKS_TOO_FAR)
        if len(names) < len(self.members) or any(info.flag_bits & 1 for info in self.members):
            raise NotMarked(Failure.MALFORMED)

    def text(self, name: str) -> bytes:
        """Return the bytes of a member that is a text."""
        return b"".join(self.pieces(self._source.getinfo(name), LARGEST_TEXT))

    def pieces(self, info: zipfile.ZipInfo, largest: int = LARGEST_UNPACKED) -> Iterator[bytes]:
        """Yield the bytes of a member, never more than it says that it has."""
        if info.file_size > largest:
            raise NotMarked(Failure.UNPACKS_TOO_FAR)
        with self._source.open(info) as member:
            while piece := member.read(PIECE_BYTES):
                yield piece


def _write(book: _Book, target: zipfile.ZipFile, copy: CopyId, text: str) -> None:
    package_name = _package_name(book.text(_CONTAINER))
    package = book.text(package_name)
    parts = _parts(package_name, package)
    target.writestr(_info(_MIMETYPE, None, zipfile.ZIP_STORED), _EPUB)
    marked = 0
    for info in book.members:
        name = info.filename
        if name == _MIMETYPE:
            continue
        if name == package_name:
            stored = _info(name, info, zipfile.ZIP_STORED)
            target.writestr(stored, _marked_package(package, copy))
        elif name in parts:
            part = _marked_part(book.text(name), copy, text)
            target.writestr(_info(name, info, zipfile.ZIP_DEFLATED), part)
            marked += 1
        else:
            _copy(book, info, target)
    if not marked:
        raise NotMarked(Failure.MALFORMED)


def _copy(book: _Book, info: zipfile.ZipInfo, target: zipfile.ZipFile) -> None:
    form = zipfile.ZIP_STORED if info.compress_type == zipfile.ZIP_STORED else zipfile.ZIP_DEFLATED
    with target.open(_info(info.filename, info, form), "w") as member:
        for piece in book.pieces(info):
            member.write(piece)


def _info(name: str, like: zipfile.ZipInfo | None, form: int) -> zipfile.ZipInfo:
    """Return a member's head without anything of the moment, so that equal orders give equal bytes."""
    made = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0) if like is None else like.date_time)
    made.compress_type = form
    made.create_system = 3
    made.external_attr = 0o644 << 16
    return made


def _package_name(container: bytes) -> str:
    """Return where the package is, by the container (OCF 3.3 §4.2.6.3.1)."""
    for element in _read(container):
        if element.name.endswith(" rootfile") and element.attributes.get("full-path"):
            return element.attributes["full-path"]
    raise NotMarked(Failure.MALFORMED)


def _parts(package_name: str, package: bytes) -> set[str]:
    """Return the members that are read one after another and are XHTML."""
    elements = _read(package)
    items = {
        element.attributes.get("id"): element.attributes
        for element in elements
        if element.name == f"{_PACKAGE} item"
    }
    found = set()
    for element in elements:
        item = items.get(element.attributes.get("idref"))
        if element.name != f"{_PACKAGE} itemref" or item is None:
            continue
        if item.get("media-type") == "application/xhtml+xml":
            name = unquote(urldefrag(item["href"]).url)
            found.add(normpath(join(dirname(package_name), name)))
    return found


def _marked_package(package: bytes, copy: CopyId) -> bytes:
    """Return the package with one more identifier; that which names the book stays."""
    element = f'<dc:identifier xmlns:dc="{_DUBLIN_CORE}">{format_mark(copy)}</dc:identifier>\n'
    return _with_inserted(package, f"{_PACKAGE} metadata", element)


def _marked_part(part: bytes, copy: CopyId, text: str) -> bytes:
    said = escape(text).encode("ascii", "xmlcharrefreplace").decode()
    line = f'<p xmlns="{_XHTML}" style="{_STYLE}">{said}</p>\n<!--{format_mark(copy)}-->\n'
    return _with_inserted(part, f"{_XHTML} body", line)


def _with_inserted(document: bytes, name: str, markup: str) -> bytes:
    """Return the document with markup before the end of its last element of this name."""
    ends = [element.end for element in _read(document) if element.name == name]
    encoding = _UTF_16.get(document[:2], "ascii")
    end = ends[-1] if ends else len(document)
    tag = document[end : end + LONGEST_TAG].decode(encoding, "replace")
    if not re.match(rf"</(?:[^\s:>]+:)?{name.rpartition(' ')[2]}\s*>", tag):
        raise NotMarked(Failure.MALFORMED)  # there is no such element, or it is empty
    return document[:end] + markup.encode(encoding) + document[end:]


@dataclass
class _Element:
    """An element of a document. end: where in the bytes its end tag begins, or itself if it is empty."""

    name: str
    attributes: dict[str, str]
    end: int = 0


def _read(document: bytes) -> list[_Element]:
    """Return the elements of a document that is well-formed; no entity of its own is followed."""
    found: list[_Element] = []
    within: list[_Element] = []
    parser = expat.ParserCreate(namespace_separator=" ")

    def start(name: str, attributes: dict[str, str]) -> None:
        if len(within) >= LARGEST_DEPTH:
            raise NotMarked(Failure.UNPACKS_TOO_FAR)
        found.append(_Element(name, attributes))
        within.append(found[-1])

    def end(_name: str) -> None:
        within.pop().end = parser.CurrentByteIndex

    def refuse(*_declared: object) -> None:
        raise NotMarked(Failure.MALFORMED)

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.EntityDeclHandler = refuse
    parser.Parse(document, True)
    return found
