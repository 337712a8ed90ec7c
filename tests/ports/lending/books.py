"""Small files of each kind that is marked, made here."""

from __future__ import annotations

import io
import zipfile

import pikepdf
from PIL import Image

CONTAINER = (
    '<?xml version="1.0"?><container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container">'
    '<rootfiles><rootfile full-path="OEBPS/book.opf" media-type="application/oebps-package+xml"/>'
    "</rootfiles></container>"
)
PACKAGE = """<?xml version="1.0" encoding="UTF-8"?>
<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="id" xml:lang="uz">
 <metadata xmlns:dc="http://purl.org/dc/elements/1.1/">
  <dc:identifier id="id">urn:isbn:9780000000000</dc:identifier>
  <dc:title>Xamsa</dc:title><dc:language>uz</dc:language>
  <meta property="dcterms:modified">2026-01-01T00:00:00Z</meta>
 </metadata>
 <manifest>
  <item id="nav" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>
  <item id="one" href="text/bob%201.xhtml" media-type="application/xhtml+xml"/>
  <item id="css" href="style.css" media-type="text/css"/>
 </manifest>
 <spine><itemref idref="nav"/><itemref idref="one"/></spine>
</package>
"""
NAV = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE html>
<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops">
<head><title>Xamsa</title></head>
<body><nav epub:type="toc"><ol><li><a href="text/bob%201.xhtml">1</a></li></ol></nav></body></html>
"""
PART = """<?xml version="1.0" encoding="UTF-8"?>
<html xmlns="http://www.w3.org/1999/xhtml"><head><title>1</title></head>
<body><p>Gʻazal</p><!-- </body> --></body></html>
"""
STYLE = b"p { margin: 0 }" * 200


def pdf(pages: int = 3, **save: object) -> bytes:
    """Return a PDF whose pages leave their ink and axes changed behind them."""
    document, made = pikepdf.new(), io.BytesIO()
    for number in range(pages):
        page = document.add_blank_page(page_size=(300, 400))
        page.obj.Contents = document.make_stream(b"0.5 0 0 0.5 9 9 cm 1 0 0 rg 0 0 40 40 re f")
        page.obj.Rotate = 90 * number
    document.save(made, **save)
    return made.getvalue()


def epub(**changed: bytes | str | None) -> bytes:
    """Return an EPUB; a member may be replaced by its key, or left out."""
    members: dict[str, tuple[str, bytes | str | None]] = {
        "mimetype": ("mimetype", "application/epub+zip"),
        "container": ("META-INF/container.xml", CONTAINER),
        "package": ("OEBPS/book.opf", PACKAGE),
        "nav": ("OEBPS/nav.xhtml", NAV),
        "part": ("OEBPS/text/bob 1.xhtml", PART),
        "style": ("OEBPS/style.css", STYLE),
    }
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as target:
        for key, (name, content) in members.items():
            given = changed.get(key, content)
            if given is not None:
                form = zipfile.ZIP_STORED if key == "mimetype" else zipfile.ZIP_DEFLATED
                target.writestr(name, given, form)
    return made.getvalue()


def picture(
    form: str, mode: str = "RGB", size: tuple[int, int] = (320, 200), **save: object
) -> bytes:
    """Return a picture with a gradient."""
    made = io.BytesIO()
    gradient = Image.linear_gradient("L").resize(size)
    gradient.convert(mode).save(made, form, **save)
    return made.getvalue()
