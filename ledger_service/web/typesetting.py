"""Pages to print, which Typst sets: in letters of every script, as PDF/A-3 with the tags of PDF/UA-1.

A template is handed `page`, JSON of all that stands on it, and `families`, JSON of the fonts.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache, lru_cache
from importlib.resources import files

import typst

from ledger_service import messages

LONGEST_TEXT = 220  # characters of a title or name on the page; the file has all of it
STANDARDS: list[typst.PDFStandard] = ["a-3a", "ua-1"]
FONTS = files("manimgx_fonts")
SCRIPTS = (
    "Arabic", "Hebrew", "Georgian", "Armenian", "Devanagari", "Bengali", "Ethiopic", "Gujarati",
    "Gurmukhi", "Kannada", "Khmer", "Lao", "Malayalam", "Myanmar", "Oriya", "Sinhala", "Tamil", "Telugu",
    "Thai", "Symbols",
)  # fmt: skip
FAMILIES = json.dumps(["Noto Sans", *(f"Noto Sans {script}" for script in SCRIPTS)])
PROBE = b"#set text(font: json(bytes(sys.inputs.families)))\n#sys.inputs.text"
NOT_PRINTABLE = "page.receipt.not-printable"


def typeset(template: bytes, page: Mapping[str, object], at: int, **parts: str) -> bytes:
    """Return the PDF. at: when it is made, in seconds since 1970 UTC; parts: further inputs, by name."""
    inputs = {"families": FAMILIES, "page": json.dumps(page), **parts}
    return _compiled(template, inputs, at, _fonts(), STANDARDS)


def typeset_text(template: bytes, page: Mapping[str, object], at: int) -> bytes:
    """Return a text of people as PDF, with fonts for formulas and code.

    A letter that no font has is printed as a box, and such a file does not follow the standards, which
    forbid that.
    """
    inputs = {"families": FAMILIES, "page": json.dumps(page)}
    try:
        return _compiled(template, inputs, at, _fonts_for_formulas(), STANDARDS)
    except typst.TypstError:
        return _compiled(template, inputs, at, _fonts_for_formulas(), [])


def _compiled(
    template: bytes,
    inputs: dict[str, str],
    at: int,
    fonts: typst.Fonts,
    standards: list[typst.PDFStandard],
) -> bytes:
    made = typst.compile(
        template,
        font_paths=fonts,
        format="pdf",
        pdf_standards=standards,
        timestamp=datetime.fromtimestamp(at, UTC),
        sys_inputs=inputs,
    )
    return bytes(made)


def printable(text: str) -> str:
    """Return a text as it can be printed: not too long, and in letters that the fonts have."""
    text = " ".join(text.split())
    if not _is_printable(text):
        return messages.said(NOT_PRINTABLE)
    return text if len(text) <= LONGEST_TEXT else text[: LONGEST_TEXT - 1] + "…"


@lru_cache(maxsize=1024)
def _is_printable(text: str) -> bool:
    """Return whether the fonts have every letter: PDF/A forbids what cannot be shown."""
    try:
        typst.compile(
            PROBE,
            font_paths=_fonts(),
            format="pdf",
            pdf_standards=["a-3u"],
            sys_inputs={"families": FAMILIES, "text": text},
        )
    except typst.TypstError:
        return False
    return True


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONTS)]
    )


@cache
def _fonts_for_formulas() -> typst.Fonts:
    return typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=True, font_paths=[str(FONTS)]
    )
