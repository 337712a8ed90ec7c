"""Draw a cover with the title and the first author of a work that has no picture of its own.

Apps show no publication without a cover, and Palace takes none without one in JPEG, PNG, GIF or AVIF.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from functools import lru_cache
from importlib.resources import files
from unicodedata import name

from PIL import Image, ImageDraw, ImageFont

from ledger_service.domain.printable_text import shown

WIDTH, HEIGHT, MARGIN = 480, 640, 36
TITLE_SIZE, NAME_SIZE = 40, 24  # pixels
MOST_LINES, MOST_NAME_LINES, LONGEST = 8, 2, 300
COLORS = ("#23485c", "#5a3149", "#2f5233", "#6b4226", "#3a3a6b", "#4a4a4a", "#1f5f5b", "#6b2f2f")
PAPER = "#ffffff"
QUALITY = 80
LARGEST_BYTES, LARGEST_SIDE = 2**21, 2048  # of a picture that the library made
_PLAIN = "NotoSans[wght].ttf"
_SCRIPTS = ("Arabic", "Armenian", "Bengali", "Devanagari", "Ethiopic", "Georgian", "Hebrew", "Thai")


def draw_cover(digest: str, title: str, author: str) -> bytes:
    """Return a cover as JPEG, 480 by 640 pixels; its color follows from the digest, hex."""
    picture = Image.new("RGB", (WIDTH, HEIGHT), COLORS[int(digest[:2], 16) % len(COLORS)])
    pen = ImageDraw.Draw(picture)
    top = _write(pen, shown(title)[:LONGEST], TITLE_SIZE, 2 * MARGIN, MOST_LINES)
    pen.line((MARGIN, top + 16, MARGIN + 96, top + 16), fill=PAPER, width=4)
    _write(pen, shown(author)[:LONGEST], NAME_SIZE, top + 40, MOST_NAME_LINES)
    return _jpeg(picture)


def as_jpeg(data: bytes) -> bytes:
    """Return a picture that the library made in WebP as JPEG; raise ValueError for one that is none."""
    if len(data) > LARGEST_BYTES:
        raise ValueError("a cover is too large")
    try:
        with Image.open(io.BytesIO(data), formats=["WEBP"]) as picture:
            if max(picture.size) > LARGEST_SIDE:
                raise ValueError("a cover is too large")
            return _jpeg(picture.convert("RGB"))
    except (OSError, SyntaxError) as exc:
        raise ValueError("a cover is no picture") from exc


def _jpeg(picture: Image.Image) -> bytes:
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=QUALITY, optimize=True)
    return file.getvalue()


def _write(pen: ImageDraw.ImageDraw, text: str, size: int, top: int, most: int) -> int:
    """Write a text in lines from there on; return where the next one would stand."""
    font = _font(_font_of(text), size)
    lines = list(_lines(pen, text, font))
    if len(lines) > most:
        lines = [*lines[: most - 1], f"{lines[most - 1]} …"]
    for line in lines:
        pen.text((MARGIN, top), line, font=font, fill=PAPER)
        top += size * 5 // 4
    return top


def _lines(pen: ImageDraw.ImageDraw, text: str, font: ImageFont.FreeTypeFont) -> Iterator[str]:
    """Yield the lines of a text; what has no spaces is cut where the line ends."""
    line, widest = "", WIDTH - 2 * MARGIN
    for whole in text.split():
        word, joined = whole, f"{line} {whole}".strip()
        if pen.textlength(joined, font) <= widest:
            line = joined
            continue
        if line:
            yield line
        while pen.textlength(word, font) > widest:
            fits = next(
                end for end in range(len(word), 0, -1) if _fits(pen, word[:end], font, widest)
            )
            yield word[:fits]
            word = word[fits:]
        line = word
    if line:
        yield line


def _fits(pen: ImageDraw.ImageDraw, text: str, font: ImageFont.FreeTypeFont, widest: int) -> bool:
    return len(text) == 1 or pen.textlength(text, font) <= widest


def _font_of(text: str) -> str:
    """Return the font of the script in which a text begins."""
    first = next((letter for letter in text if letter.isalpha()), "")
    script = name(first, "").split(" ")[0].title() if first else ""
    return f"NotoSans{script}[wght].ttf" if script in _SCRIPTS else _PLAIN


@lru_cache(16)
def _font(file: str, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(files("manimgx_fonts") / file), size)
