"""The parts of a book in EPUB: which it has, in which order they are read, and their bytes.

A stranger made the book, so each step is bounded, and nothing of it is believed. A part is sent as the type
that its name says, if browsers show that without acting on it; no script is ever a part.
Source: EPUB 3.3, §§3–6 and 7 (navigation), OCF; NCX of EPUB 2.
"""

from __future__ import annotations

import io
import posixpath
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import unquote
from xml.parsers import expat

from ledger_service.domain.errors import BookPartNotFound

LARGEST_BOOK_BYTES = 2**30
LARGEST_READ_BYTES = 2 * 2**20
"""At once, of the zip's directory: some 20,000 parts."""
LARGEST_MAP_BYTES = 4 * 2**20
"""Of a part that tells of others, or is looked at before it is sent, once it is unpacked."""
LARGEST_PART_BYTES = 256 * 2**20
PIECE_BYTES = 2**16
MOST_CHAPTERS = 5000
LONGEST_LABEL = 200  # characters
EPUB_TYPE = "application/epub+zip"
XHTML, HTML = "application/xhtml+xml", "text/html"
_CONTAINER = "META-INF/container.xml"
_TYPES = {
    **dict.fromkeys(("xhtml", "html", "htm"), XHTML),
    **dict.fromkeys(("opf", "ncx", "xml"), "application/xml"),
    **dict.fromkeys(("jpg", "jpeg"), "image/jpeg"),
    **{ending: f"image/{ending}" for ending in ("png", "gif", "webp", "avif")},
    **{ending: f"font/{ending}" for ending in ("ttf", "otf", "woff", "woff2")},
    "svg": "image/svg+xml",
    "css": "text/css",
    "mp3": "audio/mpeg",
    "m4a": "audio/mp4",
    "mp4": "video/mp4",
    "ogg": "audio/ogg",
    "webm": "video/webm",
}


class Chapter(NamedTuple):
    """A part in the order of reading. label: as the book names it; empty if it does not."""

    path: str
    label: str


@dataclass(frozen=True)
class Part:
    """A part of a book. size: of its bytes, unpacked; pieces: these, once."""

    media_type: str
    size: int
    pieces: Iterator[bytes]


class PiecewiseFile(io.RawIOBase):
    """A file whose bytes are had by where they begin and end. read: yields those, in order."""

    def __init__(self, size: int, read: Callable[[int, int], Iterator[bytes]]) -> None:
        self._size, self._read, self._at = size, read, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        self._at = max(0, start + offset)
        return self._at

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        if len(buffer) > LARGEST_READ_BYTES:
            raise OSError("more is asked for at once than is read")
        end = min(self._at + len(buffer), self._size)
        if end <= self._at:
            return 0
        data = b"".join(self._read(self._at, end))
        buffer[: len(data)] = data
        self._at += len(data)
        return len(data)


class Book:
    """A book in EPUB. Raises BookPartNotFound as it is made."""

    def __init__(self, size: int, read: Callable[[int, int], Iterator[bytes]]) -> None:
        if size > LARGEST_BOOK_BYTES:
            raise BookPartNotFound("book")
        try:
            file = io.BufferedReader(PiecewiseFile(size, read), PIECE_BYTES)
            self._zip = zipfile.ZipFile(file)
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as exc:
            raise BookPartNotFound("book") from exc
        self._parts = {item.filename: item for item in self._zip.infolist() if _is_sent(item)}

    def sizes(self) -> dict[str, int]:
        """Return the parts that are sent, by their paths, and how many bytes each has."""
        return {path: item.file_size for path, item in self._parts.items()}

    def types(self) -> dict[str, str]:
        """Return the parts that are sent, by their paths, and as which type, as far as names say it."""
        return {path: _TYPES[_ending(path)] for path in self._parts}

    def part(self, path: str) -> Part:
        """Return a part by its path; raise BookPartNotFound if the book has none that is sent."""
        item = self._parts.get(path)
        if item is None:
            raise BookPartNotFound(path=path[:LONGEST_LABEL])
        media_type = _TYPES[_ending(path)]
        if media_type == XHTML and item.file_size <= LARGEST_MAP_BYTES:
            data = self._text(path)
            kind = XHTML if _is_well_formed(data) else HTML
            return Part(kind, len(data), iter((data,)))
        return Part(media_type, item.file_size, self._pieces(item))

    def chapters(self) -> list[Chapter]:
        """Return the parts in the order of reading, as far as the book tells. Raises BookPartNotFound."""
        package = next(iter(_starts(self._text(_CONTAINER), "rootfile", "full-path")), None)
        if package is None:
            raise BookPartNotFound("book")
        items, order, maps = _package(self._text(package))
        names: dict[str, str] = {}
        for href in maps:
            path = _joined(package, href)
            if path in self._parts:
                names |= _labels(self._text(path), path)
                break
        paths = [_joined(package, items[name]) for name in order if name in items]
        found = [path for path in paths if path in self._parts]
        return [Chapter(path, names.get(path, "")) for path in found[:MOST_CHAPTERS]]

    def _text(self, path: str) -> bytes:
        item = self._parts.get(path)
        if item is None or item.file_size > LARGEST_MAP_BYTES:
            raise BookPartNotFound("book")
        return b"".join(self._pieces(item))

    def _pieces(self, item: zipfile.ZipInfo) -> Iterator[bytes]:
        """Yield no more bytes than the directory says; raise BookPartNotFound if they are others."""
        left = item.file_size
        try:
            with self._zip.open(item) as file:
                while left > 0 and (piece := file.read(min(PIECE_BYTES, left))):
                    left -= len(piece)
                    yield piece
        except (zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError, RuntimeError) as exc:
            raise BookPartNotFound("book") from exc
        if left:
            raise BookPartNotFound("book")


def _is_sent(item: zipfile.ZipInfo) -> bool:
    is_plain = item.compress_type in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
    is_encrypted = item.flag_bits & 1
    is_known = _ending(item.filename) in _TYPES
    return is_plain and not is_encrypted and is_known and item.file_size <= LARGEST_PART_BYTES


def _ending(path: str) -> str:
    return path.rpartition(".")[2].lower()


def _joined(base: str, href: str) -> str:
    """Return the path of what a part names, without its fragment."""
    inside = unquote(href.partition("#")[0])
    return posixpath.normpath(posixpath.join(posixpath.dirname(base), inside))


def _parser() -> expat.XMLParserType:
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True

    def refuse(*_: object) -> None:
        raise BookPartNotFound("book")  # entities of a book's own could grow without end

    parser.EntityDeclHandler = refuse
    return parser


def _parse(parser: expat.XMLParserType, data: bytes) -> None:
    try:
        parser.Parse(data, True)
    except expat.ExpatError as exc:
        raise BookPartNotFound("book") from exc


def _is_well_formed(data: bytes) -> bool:
    """Return whether browsers can read a part as XML; else it is read as HTML, which forgives."""
    try:
        _parse(_parser(), data)
    except BookPartNotFound:
        return False
    return True


def _starts(data: bytes, element: str, attribute: str) -> list[str]:
    found: list[str] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        if name.rpartition(" ")[2] == element and attribute in attributes:
            found.append(attributes[attribute])

    parser = _parser()
    parser.StartElementHandler = start
    _parse(parser, data)
    return found


def _package(data: bytes) -> tuple[dict[str, str], list[str], list[str]]:
    """Return what a package has: the places of its items by their ids, ids in order, and its maps."""
    items: dict[str, str] = {}
    order: list[str] = []
    maps: list[str] = []

    def start(name: str, given: dict[str, str]) -> None:
        element = name.rpartition(" ")[2]
        if element == "item" and "id" in given and "href" in given:
            items[given["id"]] = given["href"]
            if "nav" in given.get("properties", "").split():
                maps.insert(0, given["href"])
            elif given.get("media-type") == "application/x-dtbncx+xml":
                maps.append(given["href"])
        elif element == "itemref" and "idref" in given:
            order.append(given["idref"])

    parser = _parser()
    parser.StartElementHandler = start
    _parse(parser, data)
    return items, order, maps


def _labels(data: bytes, path: str) -> dict[str, str]:
    """Return how a map names parts, by their paths; the first name of each counts.

    A navigation document names them in links, an NCX in texts that stand before the place.
    """
    names: dict[str, str] = {}
    place, words = "", ""

    def start(name: str, given: dict[str, str]) -> None:
        nonlocal place, words
        element = name.rpartition(" ")[2]
        if element in ("a", "navLabel"):
            place, words = given.get("href", ""), ""
        elif element == "content":
            keep(given.get("src", ""))

    def end(name: str) -> None:
        if name.rpartition(" ")[2] == "a":
            keep(place)

    def keep(href: str) -> None:
        label = " ".join(words.split())[:LONGEST_LABEL]
        if href and label and len(names) < MOST_CHAPTERS:
            names.setdefault(_joined(path, href), label)

    def take(text: str) -> None:
        nonlocal words
        if len(words) < 10 * LONGEST_LABEL:
            words += text

    parser = _parser()
    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.CharacterDataHandler = take
    with suppress(BookPartNotFound):  # what was read before the fault counts
        _parse(parser, data)
    return names
