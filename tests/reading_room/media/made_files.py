"""Small files of each kind, made in code: whole ones, and ones that want to harm whoever reads them."""

from __future__ import annotations

import io
import struct
import wave
import zipfile
import zlib

import pikepdf
from PIL import Image

ISBN = "978-0-306-40615-7"
CONTAINER = (
    '<?xml version="1.0"?><container xmlns="urn:oasis:names:tc:opendocument:xmlns:container" version="1.0">'
    '<rootfiles><rootfile full-path="OPS/book.opf" media-type="application/oebps-package+xml"/></rootfiles>'
    "</container>"
)
PACKAGE = (
    '<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="id">'
    '<metadata xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>Xamsa</dc:title>'
    f'<dc:identifier id="id">urn:isbn:{ISBN}</dc:identifier></metadata><manifest>'
    '<item id="c" href="cover.png" media-type="image/png" properties="cover-image"/>'
    '<item id="one" href="one%20.xhtml" media-type="application/xhtml+xml"/>'
    '</manifest><spine><itemref idref="one"/></spine></package>'
)


def pdf(*pages: str, title: str = "Xamsa") -> bytes:
    """Return a PDF with a line of text on each page."""
    made = pikepdf.new()
    for line in pages:
        page = made.add_blank_page(page_size=(300, 400))
        font = pikepdf.Dictionary(
            Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica
        )
        page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F=font))
        page.Contents = made.make_stream(f"BT /F 12 Tf 20 300 Td ({line}) Tj ET".encode())
    made.docinfo["/Title"] = title
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def locked_pdf() -> bytes:
    made, out = pikepdf.new(), io.BytesIO()
    made.add_blank_page()
    made.save(out, encryption=pikepdf.Encryption(owner="a", user="b"))
    return out.getvalue()


def picture(kind: str = "PNG", width: int = 1200, height: int = 800) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (width, height), "navy").save(out, kind)
    return out.getvalue()


def epub(words: str = "Bismillah", package: str = PACKAGE) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/epub+zip", zipfile.ZIP_STORED)
        archive.writestr("META-INF/container.xml", CONTAINER)
        archive.writestr("OPS/book.opf", package)
        archive.writestr("OPS/cover.png", picture(width=600, height=900))
        archive.writestr("OPS/one .xhtml", f"<html><body><p>{words}</p></body></html>")
    return out.getvalue()


def wav(seconds: int = 3) -> bytes:
    out = io.BytesIO()
    with wave.open(out, "wb") as made:
        made.setnchannels(1)
        made.setsampwidth(1)
        made.setframerate(8000)
        made.writeframes(b"\x80" * 8000 * seconds)
    return out.getvalue()


def mp3(frames: int = 100) -> bytes:
    """Return silence: MPEG-1 layer III, 128 kbit/s at 44.1 kHz, 417 bytes and 26 ms a frame."""
    return (b"\xff\xfb\x90\xc4" + bytes(413)) * frames


def _box(name: bytes, *parts: bytes) -> bytes:
    data = b"".join(parts)
    return struct.pack(">I", 8 + len(data)) + name + data


def mp4(seconds: int = 90, width: int = 640, height: int = 360) -> bytes:
    """Return the boxes of a film that has one track and no pictures."""
    mvhd = _box(b"mvhd", struct.pack(">IIIII", 0, 0, 0, 1000, seconds * 1000), bytes(80))
    tkhd = _box(b"tkhd", bytes(76), struct.pack(">II", width << 16, height << 16))
    return (
        _box(b"ftyp", b"isom", bytes(4), b"isommp42")
        + _box(b"moov", mvhd, _box(b"trak", tkhd))
        + _box(b"mdat", bytes(2_000_000))
    )


def image_bomb() -> bytes:
    """Return a PNG of a few bytes that says it has 10^10 pixels."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        )

    head = struct.pack(">IIBBBBB", 100_000, 100_000, 8, 2, 0, 0, 0)
    body = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


def zip_bomb() -> bytes:
    """Return an EPUB of 60 KiB whose only chapter unpacks to 64 MiB."""
    return epub("a" * 64 * 2**20)


def entity_bomb() -> bytes:
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    bomb = f'<!DOCTYPE package [<!ENTITY e0 "ha">{entities}]><package>&e11;</package>'
    return epub(package=bomb)


def deep_pdf() -> bytes:
    """Return a PDF whose catalog holds a list in a list, a million times."""
    deep = b"[" * 1_000_000 + b"]" * 1_000_000
    return (
        b"%PDF-1.7\n1 0 obj\n<</Type/Catalog/Pages "
        + deep
        + b">>\nendobj\ntrailer<</Root 1 0 R>>\n"
    )


def deep_xml() -> bytes:
    return epub(package="<a>" * 500_000 + "</a>" * 500_000)


def endless_pdf() -> bytes:
    """Return a PDF whose one page draws for minutes: a form that draws a form twice, forty times over."""
    made = pikepdf.new()
    page = made.add_blank_page(page_size=(300, 400))
    form = made.make_stream(b"0 0 m 300 400 l S")
    for _ in range(40):
        form.Type, form.Subtype, form.BBox = (
            pikepdf.Name.XObject,
            pikepdf.Name.Form,
            pikepdf.Array([0, 0, 300, 400]),
        )
        outer = made.make_stream(b"/F Do /F Do")
        outer.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(F=form))
        form = outer
    page.Contents = form
    page.Resources = form.Resources
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def ill_packed_epub() -> bytes:
    """Return an EPUB of which a part was packed by LZMA, and damaged since."""
    book = io.BytesIO()
    with zipfile.ZipFile(book, "w") as packed:
        packed.writestr("mimetype", "application/epub+zip")
        packed.writestr("META-INF/container.xml", CONTAINER, zipfile.ZIP_LZMA)
    made = bytearray(book.getvalue())
    at = made.index(b"META-INF/container.xml") + len("META-INF/container.xml") + 9
    made[at : at + 8] = b"\xff" * 8
    return bytes(made)
