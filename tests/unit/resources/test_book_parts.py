"""The parts of a book in EPUB: what is sent and as what, the order of reading, and books that are none."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator

import pytest

from ledger_service.domain.content.book_parts import LARGEST_MAP_BYTES, Book, Chapter
from ledger_service.domain.errors import BookPartNotFound
from tests.browser.readers.made import CONTAINER, epub

NCX = (
    '<ncx xmlns="http://www.daisy.org/z3986/2005/ncx/"><navMap><navPoint>'
    '<navLabel><text> The first </text></navLabel><content src="a%20b.html#x"/></navPoint></navMap></ncx>'
)


def book_of(data: bytes) -> Book:
    def read(start: int, end: int) -> Iterator[bytes]:
        for at in range(start, end, 1000):
            yield data[at : min(at + 1000, end)]

    return Book(len(data), read)


def zipped(**parts: str | bytes) -> bytes:
    """Return a zip of parts; two underscores are a slash, and one is a dot."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in parts.items():
            made.writestr(name.replace("__", "/").replace("_", "."), data)
    return file.getvalue()


def text_of(book: Book, path: str) -> tuple[str, bytes]:
    part = book.part(path)
    data = b"".join(part.pieces)
    assert len(data) == part.size
    return part.media_type, data


def test_a_book_tells_its_chapters_as_its_navigation_names_them() -> None:
    book = book_of(epub(3))
    assert book.chapters() == [
        Chapter(f"text/chapter{number}.xhtml", f"Wind {number}") for number in (1, 2, 3)
    ]
    media_type, data = text_of(book, "text/chapter2.xhtml")
    assert media_type == "application/xhtml+xml"
    assert b"The wind of chapter 2" in data
    assert text_of(book, "text/dune.png")[0] == "image/png"


def test_an_older_book_tells_them_by_its_ncx_and_what_is_no_xml_is_html() -> None:
    package = (
        '<package><manifest><item id="a" href="a%20b.html"/><item id="n" href="toc.ncx"'
        ' media-type="application/x-dtbncx+xml"/></manifest><spine><itemref idref="a"/>'
        '<itemref idref="lost"/></spine></package>'
    )
    file = io.BytesIO(zipped(text__package_opf=package))
    with zipfile.ZipFile(file, "a") as made:
        made.writestr("META-INF/container.xml", CONTAINER)
        made.writestr("text/toc.ncx", NCX)
        made.writestr("text/a b.html", "<p>one<br>two &nbsp;")
    book = book_of(file.getvalue())
    assert book.chapters() == [Chapter("text/a b.html", "The first")]
    assert text_of(book, "text/a b.html")[0] == "text/html"


@pytest.mark.parametrize(
    "path", ["text/evil.js", "mimetype", "../x.png", "text/none.xhtml", "", "text/"]
)
def test_scripts_and_what_is_not_there_are_not_sent(path: str) -> None:
    with pytest.raises(BookPartNotFound):
        book_of(epub(1)).part(path)


def test_entities_of_its_own_make_a_part_html_and_a_package_none() -> None:
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><x>&b;</x>'
    file = io.BytesIO(zipped(a_xhtml=bomb))
    assert text_of(book_of(file.getvalue()), "a.xhtml")[0] == "text/html"
    with zipfile.ZipFile(file, "a") as made:
        made.writestr("META-INF/container.xml", bomb)
    with pytest.raises(BookPartNotFound):
        book_of(file.getvalue()).chapters()


@pytest.mark.parametrize(
    "data", [b"", b"PK\x03\x04", b"no zip at all" * 100, epub(1)[:-30], epub(1)[:1500]]
)
def test_what_is_no_zip_is_no_book(data: bytes) -> None:
    with pytest.raises(BookPartNotFound):
        book_of(data).chapters()


def test_a_part_whose_bytes_are_not_what_its_directory_says_is_cut() -> None:
    data = bytearray(zipped(a_css="h1 { color: red }" * 50))
    at = data.index(b"a.css") + len(b"a.css") + 4
    data[at] ^= 0xFF
    with pytest.raises(BookPartNotFound):
        text_of(book_of(bytes(data)), "a.css")


def test_a_map_that_is_enormous_when_unpacked_is_not_read() -> None:
    file = io.BytesIO(zipped(a_css=""))
    with zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED) as made:
        made.writestr("META-INF/container.xml", b" " * (LARGEST_MAP_BYTES + 1))
    with pytest.raises(BookPartNotFound):
        book_of(file.getvalue()).chapters()


def test_a_thousand_levels_are_no_harm() -> None:
    deep = "<a>" * 100_000 + "</a>" * 100_000
    assert text_of(book_of(zipped(a_xhtml=deep)), "a.xhtml")[0] == "application/xhtml+xml"
