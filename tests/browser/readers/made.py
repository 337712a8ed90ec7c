"""Files to read, made by program: a book set by Typst, and what else the readers show."""

from __future__ import annotations

import io
import json
import random
import wave
import zipfile

import pikepdf
import typst
from PIL import Image

PICTURE = 128  # pixels of each side
BOOK = """
#set page(width: 300pt, height: 400pt, margin: 30pt)
#set text(size: 11pt)
#for number in range(1, PAGES + 1) [
  = Chapter #number
  Every leaf of this book says which one it is: leaf #number of PAGES. #lorem(60)
  #if number == LATE [The lighthouse keeper wrote this line.]
  #pagebreak(weak: true)
]
"""


def book(pages: int, late: int, seed: int = 15) -> bytes:
    """Return a PDF with so many pages of text, of which one, `late`, tells of a lighthouse.

    Each page has a picture of 16 KiB, as books have that were scanned.
    """
    source = BOOK.replace("PAGES", str(pages)).replace("LATE", str(late))
    drawn, file = random.Random(seed), io.BytesIO()
    with pikepdf.open(io.BytesIO(typst.compile(source.encode(), format="pdf"))) as pdf:
        for page in pdf.pages:
            noise = pikepdf.Stream(pdf, drawn.randbytes(PICTURE * PICTURE))
            noise.Type, noise.Subtype = pikepdf.Name.XObject, pikepdf.Name.Image
            noise.Width = noise.Height = PICTURE
            noise.ColorSpace, noise.BitsPerComponent = pikepdf.Name.DeviceGray, 8
            page.add_resource(noise, pikepdf.Name.XObject, pikepdf.Name.Noise)
            page.contents_add(b"q 60 0 0 60 30 20 cm /Noise Do Q")
        pdf.save(file)
    return file.getvalue()


CONTAINER = """<?xml version="1.0"?>
<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container">
<rootfiles><rootfile full-path="text/package.opf" media-type="application/oebps-package+xml"/></rootfiles>
</container>"""
PACKAGE = """<?xml version="1.0"?>
<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="id" xml:lang="en">
<metadata xmlns:dc="http://purl.org/dc/elements/1.1/">
<dc:identifier id="id">urn:isbn:9780000000002</dc:identifier>
<dc:title>Winds of the steppe</dc:title><dc:language>en</dc:language>
<meta property="dcterms:modified">2026-11-29T00:00:00Z</meta></metadata>
<manifest><item id="nav" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>
<item id="css" href="style.css" media-type="text/css"/><item id="pic" href="dune.png" media-type="image/png"/>
ITEMS</manifest><spine>ORDER</spine></package>"""
CHAPTER = """<?xml version="1.0" encoding="utf-8"?>
<html xmlns="http://www.w3.org/1999/xhtml" xml:lang="en"><head><title>Wind NUMBER</title>
<link rel="stylesheet" href="style.css"/><script src="evil.js"></script>
<script>parent.document.title = "taken"; fetch("https://elsewhere.test/")</script></head>
<body onload="parent.document.title = 'taken'"><h1 id="top">Wind NUMBER</h1>
<p style="text-indent: 2em">The wind of chapter NUMBER blows from the east.</p>
<img src="dune.png" alt="A dune"/><img src="https://elsewhere.test/pixel.png" alt=""/>
<p><a id="jump" href="chapter3.xhtml#top">To the third wind</a></p>TEXT</body></html>"""


def epub(chapters: int) -> bytes:
    """Return a book in EPUB whose chapters try to run scripts and to reach another host."""
    names = [f"chapter{number}.xhtml" for number in range(1, chapters + 1)]
    kind = 'media-type="application/xhtml+xml"'
    items = "".join(f'<item id="c{at}" href="{name}" {kind}/>' for at, name in enumerate(names))
    order = "".join(f'<itemref idref="c{at}"/>' for at in range(chapters))
    links = "".join(f'<li><a href="{name}">Wind {at}</a></li>' for at, name in enumerate(names, 1))
    nav = (
        '<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops"><head>'
        f'<title>Winds</title></head><body><nav epub:type="toc"><ol>{links}</ol></nav></body></html>'
    )
    text = "".join(f"<p>{'Sand and stars. ' * 30}</p>" for _ in range(12))
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("mimetype", "application/epub+zip", zipfile.ZIP_STORED)
        book.writestr("META-INF/container.xml", CONTAINER)
        package = PACKAGE.replace("ITEMS", items).replace("ORDER", order)
        book.writestr("text/package.opf", package)
        book.writestr("text/nav.xhtml", nav)
        book.writestr("text/style.css", "h1 { letter-spacing: 0.1em }")
        book.writestr("text/evil.js", "parent.document.title = 'taken'")
        book.writestr("text/dune.png", picture(64, 48))
        for number, name in enumerate(names, 1):
            chapter = CHAPTER.replace("NUMBER", str(number)).replace("TEXT", text)
            book.writestr(f"text/{name}", chapter)
    return file.getvalue()


def picture(width: int, height: int) -> bytes:
    """Return a PNG whose color tells the place."""
    across = Image.linear_gradient("L").rotate(90).resize((width, height))
    down = Image.linear_gradient("L").resize((width, height))
    file = io.BytesIO()
    Image.merge("RGB", (across, down, Image.new("L", (width, height), 120))).save(file, "PNG")
    return file.getvalue()


def sound(seconds: int) -> bytes:
    """Return a WAV file of a soft noise."""
    file = io.BytesIO()
    with wave.open(file, "wb") as track:
        track.setnchannels(1)
        track.setsampwidth(1)
        track.setframerate(8000)
        track.writeframes(random.Random(15).randbytes(8000 * seconds))
    return file.getvalue()


def places() -> bytes:
    """Return GeoJSON with a point, a line and an area, with names that hold markup."""
    found = [
        ("Point", [69.24, 41.31], "Tashkent <b>&"),
        ("LineString", [[66.96, 39.65], [64.42, 39.77]], "A road"),
        ("Polygon", [[[60, 41], [62, 41], [62, 43], [60, 43], [60, 41]]], "Qoraqalpogʻiston"),
    ]
    features = [
        {
            "type": "Feature",
            "properties": {"name": name},
            "geometry": {"type": kind, "coordinates": at},
        }
        for kind, at, name in found
    ]
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()
