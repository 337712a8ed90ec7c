"""Copies are marked in their own process: what was there stays, the line is seen, the number is found."""

from __future__ import annotations

import io
import threading
import zipfile
from collections.abc import Iterator
from xml.dom import minidom

import pikepdf
import pypdfium2
import pytest
from PIL import Image, ImageChops

from ledger_service import messages
from ledger_service.adapters.lending.maker import CopyProcesses, numbers_in
from ledger_service.domain.identifiers import CopyId, Digest
from ledger_service.domain.lending.lent_copy import CopyOrder, format_mark, marks_in
from tests.ports.lending.books import STYLE, epub, pdf, picture

NUMBER = CopyId(bytes(range(32)))
LIBRARY = "Milliy kutubxona <&> Миллий кутубхона"
LINE = f"Lent by {LIBRARY}, copy 00010203"


def marked(data: bytes, media_type: str = "", number: CopyId = NUMBER) -> bytes:
    maker = CopyProcesses(messages.text, 0)
    return maker.made(CopyOrder(number, media_type, LIBRARY), Digest.of(data), [data]).data


@pytest.mark.parametrize("data", [pdf(), epub(), picture("PNG"), picture("JPEG", quality=70)])
def test_the_same_order_gives_the_same_bytes_and_another_number_others(data: bytes) -> None:
    first = marked(data)
    assert first == marked(data)
    assert marks_in(first) == numbers_in([first]) == [NUMBER]
    other = CopyId.random()
    assert marks_in(marked(data, number=other)) == [other]


def test_each_page_of_a_pdf_has_the_line_at_its_foot_as_people_see_it() -> None:
    before, after = pypdfium2.PdfDocument(pdf(4)), pypdfium2.PdfDocument(marked(pdf(4)))
    for plain, lined in zip(before, after, strict=True):
        old, new = (page.render(scale=2).to_pil().convert("L") for page in (plain, lined))
        assert new.size == old.size
        left, top, right, bottom = ImageChops.difference(old, new).getbbox() or (0, 0, 0, 0)
        assert right - left > 100
        assert new.height - 40 < top < bottom <= new.height
        assert left < 40
    with pikepdf.open(io.BytesIO(marked(pdf(4)))) as document:
        assert document.check_pdf_syntax() == []


def test_the_number_in_a_pdf_outlives_saving_and_the_loss_of_metadata_or_of_pages() -> None:
    with pikepdf.open(io.BytesIO(marked(pdf()))) as document:
        del document.Root.Metadata
        del document.pages[1:]
        saved = io.BytesIO()
        document.save(saved, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    assert marks_in(saved.getvalue()) == []
    assert numbers_in([saved.getvalue()]) == [NUMBER]


def test_an_epub_stays_a_container_with_its_parts_and_each_has_the_line() -> None:
    made = marked(epub())
    with zipfile.ZipFile(io.BytesIO(made)) as book:
        first = book.infolist()[0]
        assert (first.filename, first.compress_type, first.extra) == ("mimetype", 0, b"")
        assert made[30:58] == b"mimetypeapplication/epub+zip"
        assert book.testzip() is None
        assert book.read("OEBPS/style.css") == STYLE
        for name in ("OEBPS/nav.xhtml", "OEBPS/text/bob 1.xhtml"):
            part = minidom.parseString(book.read(name))
            last = part.getElementsByTagName("p")[-1]
            assert last.parentNode.tagName == "body"
            assert last.firstChild.data == LINE
        package = minidom.parseString(book.read("OEBPS/book.opf"))
        told = [node.firstChild.data for node in package.getElementsByTagName("dc:identifier")]
        assert told == ["urn:isbn:9780000000000", format_mark(NUMBER)]


def test_the_number_in_an_epub_outlives_packing_and_the_loss_of_the_package_s() -> None:
    with zipfile.ZipFile(io.BytesIO(marked(epub()))) as book:
        packed = epub(part=book.read("OEBPS/text/bob 1.xhtml"))
    assert marks_in(packed) == []
    assert numbers_in([packed]) == [NUMBER]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig", "iso-8859-1"])
def test_a_part_keeps_its_encoding(encoding: str) -> None:
    part = (
        f'<?xml version="1.0" encoding="{encoding.removesuffix("-sig")}"?>'
        '<html xmlns="http://www.w3.org/1999/xhtml"><body><p>é</p></body></html>'
    )
    with zipfile.ZipFile(io.BytesIO(marked(epub(part=part.encode(encoding))))) as book:
        found = minidom.parseString(book.read("OEBPS/text/bob 1.xhtml"))
    told = [node.firstChild.data for node in found.getElementsByTagName("p")]
    assert told == ["é", LINE]


@pytest.mark.parametrize("mode", ["L", "RGB", "RGBA", "P", "1", "LA"])
def test_a_png_has_a_strip_below_and_what_was_above_stays(mode: str) -> None:
    before = Image.open(io.BytesIO(picture("PNG", mode)))
    after = Image.open(io.BytesIO(marked(picture("PNG", mode))))
    assert after.width == before.width
    assert before.height < after.height < before.height + 60
    above = after.crop((0, 0, *before.size)).convert("RGBA")
    changes = ImageChops.difference(above, before.convert("RGBA")).getextrema()
    assert max(most for _, most in changes) <= 1
    strip = after.crop((0, before.height, *after.size)).convert("L")
    darkest, lightest = strip.getextrema()
    assert darkest < 60
    assert lightest > 250


def test_the_number_in_a_png_outlives_the_loss_of_metadata_and_a_cut() -> None:
    cut = Image.open(io.BytesIO(marked(picture("PNG")))).crop((41, 13, 200, 150))
    saved = io.BytesIO()
    cut.save(saved, "PNG")
    assert marks_in(saved.getvalue()) == []
    assert numbers_in([saved.getvalue()]) == [NUMBER]
    assert numbers_in([picture("PNG")]) == []


def test_a_jpeg_is_turned_as_people_see_it_and_keeps_its_quality() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turned to the right
    after = Image.open(io.BytesIO(marked(picture("JPEG", exif=exif, quality=60))))
    before = Image.open(io.BytesIO(picture("JPEG", quality=60)))
    assert after.width == before.height
    assert after.getexif().get(0x0112, 1) == 1
    assert after.quantization == before.quantization


def test_copies_are_held_within_a_bound_and_made_once_for_all_who_ask() -> None:
    maker, book = CopyProcesses(messages.text, 2**20), picture("JPEG")
    asked: list[int] = []

    def pieces():
        asked.append(1)
        yield book

    for _ in range(3):
        maker.made(CopyOrder(NUMBER, "", "L"), Digest.of(book), pieces())
    assert len(asked) == 1
    forgetful = CopyProcesses(messages.text, 10)
    for _ in range(2):
        forgetful.made(CopyOrder(NUMBER, "", "L"), Digest.of(book), pieces())
    assert len(asked) == 3


def test_a_file_that_comes_slowly_holds_up_no_other() -> None:
    maker, goes_on = CopyProcesses(messages.text, 10**9), threading.Event()
    slow, quick = pdf(), picture("PNG")

    def slowly() -> Iterator[bytes]:
        begun.set()
        goes_on.wait(60)
        yield slow

    begun, made = threading.Event(), []
    order = CopyOrder(NUMBER, "", LIBRARY)
    thread = threading.Thread(
        target=lambda: made.append(maker.made(order, Digest.of(slow), slowly()))
    )
    thread.start()
    try:
        assert begun.wait(30)
        assert marks_in(maker.made(order, Digest.of(quick), [quick]).data) == [NUMBER]
        assert made == []
    finally:
        goes_on.set()
        thread.join()
    assert marks_in(made[0].data) == [NUMBER]
