"""A receipt as one printable page, in plain words, with a QR code that carries its evidence.

The code is a link to the library's page for verifying, and the receipt stands behind its `#`, which
browsers do not send; the page's script checks it on the reader's device. The receipt file is attached
to the PDF, with all that the code has no room for, so that one file travels; verifiers read it there.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import resources
from xml.sax.saxutils import escape

from reportlab.graphics import renderPDF
from reportlab.graphics.barcode.qr import QrCodeWidget
from reportlab.graphics.shapes import Drawing
from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfdoc, pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Paragraph

from ledger_service.domain.ledger.checkpoint import Checkpoint, VerifierKey
from ledger_service.domain.ledger.entry import Entry
from ledger_service.domain.verification.compact_receipt import compact
from ledger_service.domain.verification.receipt import Receipt

FONT, DIGITS = "NotoSans", "Courier-Bold"
MARGIN, WIDTH = 20 * mm, A4[0] - 40 * mm
LABEL_WIDTH, LINE_GAP = 34 * mm, 2.2 * mm
CODE_SIZE = 84 * mm
LONGEST_TEXT = 220  # characters of a title or name on the page; the file has all of it
INK, SOFT, LINE = HexColor("#1a1a1a"), HexColor("#5a5a5a"), HexColor("#176b2c")


@dataclass(frozen=True)
class Printed:
    """A receipt and the words that go with it, which no proof covers: what people call things."""

    receipt: Receipt
    key: VerifierKey
    title: str
    creator: str
    steward: str
    steward_uri: str
    public_url: str


def link_of(receipt: Receipt, key: VerifierKey, public_url: str) -> str:
    """Return the address that carries the receipt behind its `#`."""
    return f"{public_url}/verify#receipt={compact(receipt, key)}"


def print_receipt(printed: Printed) -> bytes:
    """Return the PDF. Raise InvalidReceipt for one that has no compact form."""
    _load_font()
    entry = Entry.parse(printed.receipt.entry)
    file = io.BytesIO()
    canvas = Canvas(file, pagesize=A4, invariant=True, lang="en")
    canvas.setTitle(f"Receipt: {_short(printed.title)}")
    canvas.setAuthor(printed.key.name)
    canvas.setFillColor(LINE)
    canvas.rect(0, A4[1] - 6 * mm, A4[0], 6 * mm, stroke=0, fill=1)
    top = A4[1] - 18 * mm
    top = _text(canvas, "Receipt of a registered file", top, size=11, color=SOFT)
    top = _text(canvas, _short(printed.title), top - 1 * mm, size=20)
    top -= 3 * mm
    for label, value in _facts(printed, entry):
        top = _row(canvas, label, value, top)
    top = _digest(canvas, entry.text("digest"), top - 2 * mm)
    _verifying(canvas, link_of(printed.receipt, printed.key, printed.public_url), top - 5 * mm)
    _foot(canvas, printed)
    _attach(canvas, f"muhr-receipt-{entry.text('digest')[:16]}.json", printed.receipt.format())
    canvas.showPage()
    canvas.save()
    return file.getvalue()


def _attach(canvas: Canvas, name: str, data: bytes) -> None:
    """Attach a file to the document (ISO 32000-1 §7.11.4), as viewers list it."""
    document = canvas._doc  # Canvas has no way of its own to attach a file
    kind = {
        "Type": pdfdoc.PDFName("EmbeddedFile"),
        "Subtype": pdfdoc.PDFName("application/json"),
        "Params": pdfdoc.PDFDictionary({"Size": len(data)}),
    }
    filters = [pdfdoc.PDFStreamFilterZCompress()]
    stream = pdfdoc.PDFStream(pdfdoc.PDFDictionary(kind), data, filters)
    told = {
        "Type": pdfdoc.PDFName("Filespec"),
        "F": pdfdoc.PDFString(name),
        "UF": pdfdoc.PDFString(name),
        "Desc": pdfdoc.PDFString("The receipt, as muhr-verify takes it"),
        "EF": pdfdoc.PDFDictionary({"F": document.Reference(stream)}),
    }
    file = document.Reference(pdfdoc.PDFDictionary(told))
    names = pdfdoc.PDFDictionary({"Names": pdfdoc.PDFArray([pdfdoc.PDFString(name), file])})
    document.Catalog.Names = pdfdoc.PDFDictionary({"EmbeddedFiles": names})


def _facts(printed: Printed, entry: Entry) -> list[tuple[str, str]]:
    receipt = printed.receipt
    checkpoint, anchor = Checkpoint.of_note(receipt.checkpoint), receipt.anchor
    at = datetime.fromtimestamp(entry.at, UTC)
    rows = [("By", _short(printed.creator))] if printed.creator else []
    rows.append(("Registered by", f"{_short(printed.steward)}, {printed.steward_uri}"))
    rows.append(("On", f"{at:%Y-%m-%d, %H:%M} UTC"))
    license_uri = receipt.terms.uri if receipt.terms else entry.text("license")
    rows.append(("License", license_uri))
    where = f"entry {receipt.index} of {checkpoint.size} in {checkpoint.origin}"
    rows.append(("In the ledger", where))
    if anchor is not None:
        rows.append(
            ("On the chain", f"chain {anchor.chain_id}, ledger anchored in block {anchor.block}")
        )
    return rows


def _digest(canvas: Canvas, digest: str, top: float) -> float:
    """Draw the digest in groups of eight; return where it ends."""
    top = _text(
        canvas, "Digest of the file (SHA-256): any change to the file changes it", top, 9, SOFT
    )
    groups = [digest[start : start + 8] for start in range(0, 64, 8)]
    canvas.setFont(DIGITS, 14)
    canvas.setFillColor(INK)
    for half in (groups[:4], groups[4:]):
        top -= 6.5 * mm
        canvas.drawString(MARGIN, top, "  ".join(half))
    return top


def _verifying(canvas: Canvas, link: str, top: float) -> None:
    """Draw the code, and beside it how to verify with it and without it."""
    code = QrCodeWidget(link, barLevel="L", barBorder=4)
    left, bottom, right, upper = code.getBounds()
    scale = CODE_SIZE / (right - left), CODE_SIZE / (upper - bottom)
    drawing = Drawing(CODE_SIZE, CODE_SIZE, transform=[scale[0], 0, 0, scale[1], 0, 0])
    drawing.add(code)
    renderPDF.draw(drawing, canvas, MARGIN - 3 * mm, top - CODE_SIZE)
    canvas.linkURL(link, (MARGIN, top - CODE_SIZE, MARGIN + CODE_SIZE, top), relative=0)
    steps = (
        ("Is your file this one?", 13, INK),
        ("1. Point a phone's camera at the code and follow the link.", 10, INK),
        (
            "2. Choose your file. The phone works out its digest; the file is not sent anywhere.",
            10,
            INK,
        ),
        ("3. The page compares both and checks the ledger's signature, on the phone.", 10, INK),
        (
            "Without the page: work out the digest yourself (sha256sum FILE, or certutil -hashfile "
            "FILE SHA256 on Windows) and compare all 64 digits. With this page's own PDF, which has the "
            "receipt attached, the program muhr-verify checks everything, even when this library is gone.",
            9,
            SOFT,
        ),
    )
    place, beside = top - 4 * mm, MARGIN + CODE_SIZE + 4 * mm
    for text, size, color in steps:
        place = _text(canvas, text, place, size, color, left=beside, width=A4[0] - MARGIN - beside)


def _foot(canvas: Canvas, printed: Printed) -> None:
    told = (
        "A printed page proves nothing by itself: titles and names are what the library says. What counts is "
        f"that the code verifies under the ledger's key, {printed.key.format()}, which you should "
        "have from somebody whom you trust."
    )
    _text(canvas, told, 27 * mm, 8, SOFT)


def _row(canvas: Canvas, label: str, value: str, top: float) -> float:
    _text(canvas, label, top, 10, SOFT, width=LABEL_WIDTH)
    left = MARGIN + LABEL_WIDTH
    return _text(canvas, value, top, 10, left=left, width=WIDTH - LABEL_WIDTH)


def _text(
    canvas: Canvas,
    text: str,
    top: float,
    size: float,
    color: HexColor = INK,
    *,
    left: float = MARGIN,
    width: float = WIDTH,
) -> float:
    """Draw text in as many lines as it needs, below `top`; return where it ends. Sizes in points."""
    style = ParagraphStyle(
        "text", fontName=FONT, fontSize=size, leading=1.35 * size, textColor=color, splitLongWords=1
    )
    paragraph = Paragraph(escape(text), style)
    _, height = paragraph.wrap(width, top)
    paragraph.drawOn(canvas, left, top - height)
    return float(top - height - LINE_GAP)


def _short(text: str) -> str:
    return text if len(text) <= LONGEST_TEXT else text[: LONGEST_TEXT - 1] + "…"


def _load_font() -> None:
    """Load a font that has Latin, Cyrillic and Greek letters, once in a process."""
    if FONT not in pdfmetrics.getRegisteredFontNames():
        found = resources.files("fontpkg_noto_sans") / "files" / "NotoSans[wdth,wght].ttf"
        with resources.as_file(found) as path:
            pdfmetrics.registerFont(TTFont(FONT, str(path)))
