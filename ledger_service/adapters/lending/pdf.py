"""Marks a PDF: a small line at the foot of each page, and the copy's number where saving it keeps it.

The line is a picture, so that it can be in any script; its text stands beside it for who reads aloud. The
number stands in the document's metadata (XMP), which is never compressed, and on each page beside the line.
"""

from __future__ import annotations

import io
import zlib
from collections.abc import Iterator
from typing import Any

import pikepdf
from PIL import Image

from ledger_service.adapters.lending.failures import Failure, NotMarked
from ledger_service.domain.identifiers import CopyId
from ledger_service.domain.lending.lent_copy import format_mark, marks_in

LINE_HEIGHT = 10.0  # points, of the line on a page
MARGIN = 6.0  # points, to the page's left and lower edge
WIDEST = 0.9  # of the page's width
GRAY = 0.35
MOST_PAGES = 20_000
_NAMESPACE = "https://muhr.example/ns/copy#"
_NAME = pikepdf.Name("/MuhrCopy")
_MALFORMED = (pikepdf.PikepdfError, ValueError, TypeError, KeyError, RuntimeError, AttributeError)


def mark_pdf(data: bytes, copy: CopyId, text: str, line: Image.Image) -> bytes:
    """Return the PDF with the line on each page. line: black letters on white; text: the same for programs.

    Raises NotMarked.
    """
    made = io.BytesIO()
    try:
        with pikepdf.open(io.BytesIO(data)) as document:
            if document.is_encrypted:  # what its maker forbade would be lifted
                raise NotMarked(Failure.PROTECTED)
            _mark(document, copy, text, line)
            document.save(made, deterministic_id=True, linearize=False)
    except _MALFORMED as exc:
        # Without files, what reads encryption cannot be loaded: it fails by more than one error.
        raise NotMarked(Failure.PROTECTED if b"/Encrypt" in data else Failure.MALFORMED) from exc
    return made.getvalue()


def numbers_in_pdf(data: bytes) -> list[CopyId]:
    """Return the copies' numbers in a PDF that another program may have saved anew; raise NotMarked."""
    found: dict[CopyId, None] = {}
    try:
        with pikepdf.open(io.BytesIO(data)) as document:
            for content in _contents(document):
                found.update(dict.fromkeys(marks_in(content)))
    except _MALFORMED as exc:
        raise NotMarked(Failure.MALFORMED) from exc
    return list(found)


def _contents(document: pikepdf.Pdf) -> Iterator[bytes]:
    """Yield what may hold a number: the metadata, and the instructions of each page."""
    metadata = document.Root.get("/Metadata")
    if metadata is not None:
        yield metadata.read_bytes()
    for page in document.pages:
        for stream in _streams(page):
            yield stream.read_bytes()


def _streams(page: pikepdf.Page) -> list[Any]:
    contents = page.obj.get("/Contents")
    if contents is None:
        return []
    return list(contents) if isinstance(contents, pikepdf.Array) else [contents]


def _mark(document: pikepdf.Pdf, copy: CopyId, text: str, line: Image.Image) -> None:
    if not 0 < len(document.pages) <= MOST_PAGES:
        raise NotMarked(Failure.MALFORMED)
    picture = document.make_indirect(_picture(document, line))
    begin = document.make_stream(b"q\n")
    drawn: dict[bytes, Any] = {}
    for page in document.pages:
        box = [float(edge) for edge in page.cropbox]
        turned = int(page.obj.get("/Rotate", _inherited(page, "/Rotate"))) % 360
        matrix = _matrix(box, turned, line.width / line.height)
        if matrix not in drawn:
            drawn[matrix] = document.make_stream(_instructions(matrix, copy, text))
        page.obj.Contents = pikepdf.Array([begin, *_streams(page), drawn[matrix]])
        page.add_resource(picture, pikepdf.Name.XObject, _NAME, replace_existing=True)
    with document.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as metadata:
        metadata.register_xml_namespace(_NAMESPACE, "muhr")
        metadata[f"{{{_NAMESPACE}}}copy"] = format_mark(copy)


def _inherited(page: pikepdf.Page, name: str) -> Any:
    """Return what a page has from the nodes above it; 0 for nothing."""
    node, steps = page.obj.get("/Parent"), 0
    while node is not None and steps < 64:
        if name in node:
            return node[name]
        node, steps = node.get("/Parent"), steps + 1
    return 0


def _picture(document: pikepdf.Pdf, line: Image.Image) -> pikepdf.Stream:
    """Return a stencil through which the page's ink is put."""
    stencil = line.convert("1")
    return pikepdf.Stream(
        document,
        zlib.compress(stencil.tobytes(), 9),
        Type=pikepdf.Name.XObject,
        Subtype=pikepdf.Name.Image,
        ImageMask=True,
        Width=stencil.width,
        Height=stencil.height,
        BitsPerComponent=1,
        Filter=pikepdf.Name.FlateDecode,
    )


def _matrix(box: list[float], turned: int, ratio: float) -> bytes:
    """Return where the line stands: at the foot of the page as people see it, turned or not.

    box: left, bottom, right and top of the page, in points, in any order; ratio: width by height of the line.
    """
    left, right = sorted((box[0], box[2]))
    bottom, top = sorted((box[1], box[3]))
    across = right - left if turned in (0, 180) else top - bottom
    height = min(LINE_HEIGHT, max(0.0, across * WIDEST) / ratio)
    width = height * ratio
    places = {
        0: (width, 0, 0, height, left + MARGIN, bottom + MARGIN),
        90: (0, width, -height, 0, right - MARGIN, bottom + MARGIN),
        180: (-width, 0, 0, -height, right - MARGIN, top - MARGIN),
        270: (0, -width, height, 0, left + MARGIN, top - MARGIN),
    }
    if turned not in places or height <= 0:
        raise NotMarked(Failure.MALFORMED)
    return b" ".join(f"{number:.3f}".encode() for number in places[turned])


def _instructions(matrix: bytes, copy: CopyId, text: str) -> bytes:
    """Return what draws the line, whatever the page has done to its ink and its axes before."""
    spoken = (b"\xfe\xff" + text.encode("utf-16-be")).hex().encode()
    said = b"<</ActualText <%s> /MuhrCopy (%s)>>" % (spoken, format_mark(copy).encode())
    drawn = b"q %.2f g %s cm %s Do Q" % (GRAY, matrix, str(_NAME).encode())
    return b"\nQ\n/Span %s BDC\n%s\nEMC\n" % (said, drawn)
