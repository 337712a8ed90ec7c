"""Draws the line of a lent copy, in the letters of any script that the project's fonts have."""

from __future__ import annotations

import unicodedata
from importlib.resources import files
from itertools import groupby

from PIL import Image, ImageDraw, ImageFont

LETTER_PIXELS = 40  # high; the line is made smaller where it is put
HEIGHT, BASE = 60, 44  # pixels, of the line and above the foot of its letters
MARGIN = 6  # pixels at both ends
LONGEST_LINE = 160  # characters
_FONTS = files("manimgx_fonts")


def drawn_line(text: str) -> Image.Image:
    """Return the text as black letters on white, one channel of 8 bits, HEIGHT pixels high."""
    shown = text if len(text) <= LONGEST_LINE else text[: LONGEST_LINE - 1] + "…"
    runs = [(font, "".join(letters)) for font, letters in groupby(shown, _font_name)]
    drawn = [(ImageFont.truetype(_FONTS / name, LETTER_PIXELS), run) for name, run in runs]  # type: ignore[arg-type]
    width = sum(int(font.getlength(run)) + 1 for font, run in drawn) + 2 * MARGIN
    line = Image.new("L", (width, HEIGHT), 255)
    pen, at = ImageDraw.Draw(line), MARGIN
    for font, run in drawn:
        pen.text((at, BASE), run, fill=0, font=font, anchor="ls")
        at += int(font.getlength(run)) + 1
    return line


def _font_name(letter: str) -> str:
    """Return the file of the font that has a letter's script; Latin, Greek and Cyrillic are in the first."""
    script = unicodedata.name(letter, "").partition(" ")[0].title()
    own = f"NotoSans{script}[wght].ttf"
    return own if script and (_FONTS / own).is_file() else "NotoSans[wght].ttf"
