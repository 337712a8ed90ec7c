"""EPUB: title, identifiers, words in the order of the spine, and its cover. Source: EPUB 3.3."""

from __future__ import annotations

import posixpath
import zipfile
from collections.abc import Iterator
from typing import IO, Any, cast
from urllib.parse import unquote

from defusedxml import ElementTree

from reading_room.media.reading.asked_file import AskedFile
from reading_room.media.reading.findings import Found, Unreadable
from reading_room.media.reading.identifiers import identifiers_in
from reading_room.media.reading.images import cover_from
from reading_room.media.reading.texts import words_of_html

MOST_PARTS = 20_000
LARGEST_PART_BYTES = 16 * 1024**2
LARGEST_UNPACKED_BYTES = 128 * 1024**2
CONTAINER = "{urn:oasis:names:tc:opendocument:xmlns:container}"
OPF = "{http://www.idpf.org/2007/opf}"
DC = "{http://purl.org/dc/elements/1.1/}"


def read_epub(file: AskedFile, found: Found) -> None:
    """Add what the EPUB says."""
    file.seek(0)
    with zipfile.ZipFile(cast("IO[bytes]", file)) as archive:
        book = _Book(archive)
        found.facts.title = book.said("title")
        for told in book.all_said("identifier"):
            found.facts.identifiers += identifiers_in(told)
        picture = book.cover()
        if picture is not None:
            found.cover = cover_from(picture)
        for part in book.spine():
            if not found.add_text(words_of_html(part)):
                return


class _Book:
    """The parts of an EPUB, unpacked within bounds that hold for all of them together."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._left = LARGEST_UNPACKED_BYTES
        if len(archive.infolist()) > MOST_PARTS:
            raise Unreadable("too-large")
        container = ElementTree.fromstring(self._part("META-INF/container.xml"))
        roots = [item.get("full-path") for item in container.iter(f"{CONTAINER}rootfile")]
        if not roots or roots[0] is None:
            raise Unreadable("malformed")
        self._folder = posixpath.dirname(roots[0])
        self._package = ElementTree.fromstring(self._part(roots[0]))
        self._items = {item.get("id"): item for item in self._package.iter(f"{OPF}item")}

    def all_said(self, name: str) -> list[str]:
        """Return what the metadata says under this name of Dublin Core."""
        return [(item.text or "").strip() for item in self._package.iter(DC + name)]

    def said(self, name: str) -> str | None:
        return next(iter(self.all_said(name)), None) or None

    def cover(self) -> bytes | None:
        """Return the picture that stands for the book, None if it names none."""
        named = [
            item for item in self._items.values() if "cover-image" in item.get("properties", "")
        ]
        older = [
            self._items.get(meta.get("content"))
            for meta in self._package.iter(f"{OPF}meta")
            if meta.get("name") == "cover"
        ]
        item = next((item for item in [*named, *older] if item is not None), None)
        return None if item is None else self._of(item)

    def spine(self) -> Iterator[bytes]:
        for reference in self._package.iter(f"{OPF}itemref"):
            item = self._items.get(reference.get("idref"))
            if item is not None:
                yield self._of(item)

    def _of(self, item: Any) -> bytes:
        path = posixpath.normpath(posixpath.join(self._folder, unquote(item.get("href", ""))))
        return self._part(path)

    def _part(self, name: str) -> bytes:
        with self._archive.open(name) as part:
            data = part.read(LARGEST_PART_BYTES + 1)
        self._left -= len(data)
        if len(data) > LARGEST_PART_BYTES or self._left < 0:
            raise Unreadable("too-large")
        return data
