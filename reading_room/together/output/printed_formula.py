"""Formulas for print: MathML's tree as lists of names and texts, which `paper.typ` builds from.

A row is `["row", …]`, a sign `["sign", "x"]`, a text `["text", "if"]`. No text becomes code of Typst.
"""

from __future__ import annotations

from typing import Any

from reading_room.together.output.formula import FormulaNotRead, Part, read_formula

Tree = list[Any]
LARGEST_SPACE_EM = 4.0
OPENING = frozenset("([{|‖⌈⌊⟨∥")
SCRIPTS = {
    "msup": ("t",), "msub": ("b",), "msubsup": ("b", "t"),
    "mover": ("t",), "munder": ("b",), "munderover": ("b", "t"),
}  # fmt: skip
OVER = {"‾": "overline", "―": "overline", "¯": "overline", "⏞": "overbrace", "⎴": "overbracket"}
UNDER = {"_": "underline", "⏟": "underbrace", "⎵": "underbracket", "―": "underline"}
ACCENTS = {
    "^": "\u0302", "ˆ": "\u0302", "~": "\u0303", "˜": "\u0303", "→": "\u20d7", "\u20d7": "\u20d7",
    "˙": "\u0307", ".": "\u0307", "¨": "\u0308", "´": "\u0301", "`": "\u0300", "ˇ": "\u030c", "˘": "\u0306",
}  # fmt: skip


def print_formula(latex: str) -> Tree | None:
    """Return a formula's tree for print, None if it is not read here."""
    try:
        return _of(read_formula(latex))
    except FormulaNotRead:
        return None


def _of(part: Part) -> Tree:
    tag = part.tag
    if tag in ("mi", "mn", "mo", "mtext"):
        return _sign(part)
    if tag == "mspace":
        return ["space", _ems(part.attribute("width"))]
    if tag == "mfrac":
        name = "frac" if part.attribute("linethickness") != "0" else "stack"
        return [name, *map(_of, part.parts)]
    if tag == "msqrt":
        return ["sqrt", _row(part.parts)]
    if tag == "mroot":
        return ["root", *map(_of, part.parts)]
    if tag in SCRIPTS:
        return _scripts(part)
    if tag == "mtable":
        rows = [_cells(row) for row in part.parts]
        name = "aligned" if _is_aligned(part) else "table"
        return [name, *rows]
    if tag == "mphantom":
        return ["hidden", _row(part.parts)]
    if tag == "menclose":
        return ["box", _row(part.parts)]
    return _row(part.parts)


def _sign(part: Part) -> Tree:
    text = part.text
    if part.tag == "mtext":
        return ["text", text]
    if len(text) == 1:
        return ["sign", text]
    if part.tag == "mn":
        return ["number", text]
    return ["operator", text] if text else ["row"]


def _row(parts: tuple[Part, ...]) -> Tree:
    """Return parts in a row; between delimiters that grow, they are told as one thing that has them."""
    made: list[Tree] = []
    at = 0
    while at < len(parts):
        end = _end_of_delimited(parts, at)
        if end is None:
            made.append(_of(parts[at]))
            at += 1
            continue
        closes = parts[end].text if end < len(parts) else ""
        made.append(["delimited", parts[at].text, _row(parts[at + 1 : end]), closes])
        at = end + 1
    return made[0] if len(made) == 1 else ["row", *made]


def _end_of_delimited(parts: tuple[Part, ...], start: int) -> int | None:
    """Return where that ends which a part opens, None if it opens nothing that grows.

    A row of delimiters that were said to grow has nothing else; matrices and binomials have plain signs.
    """
    if parts[start].tag != "mo":
        return None
    if start == 0 and parts[0].attribute("form") == "prefix":
        has_end = parts[-1].attribute("form") == "postfix" and len(parts) > 1
        return len(parts) - 1 if has_end else len(parts)
    if start + 2 < len(parts) and parts[start + 2].tag == "mo" and parts[start].text in OPENING:
        inner = parts[start + 1]
        if inner.tag == "mtable" or inner.attribute("linethickness") == "0":
            return start + 2
    return None


def _scripts(part: Part) -> Tree:
    base, *scripts = part.parts
    if part.tag in ("mover", "munder"):
        mark = scripts[0].text
        spread = (OVER if part.tag == "mover" else UNDER).get(mark)
        if spread is not None:
            return ["spread", spread, _of(base)]
        if part.tag == "mover" and mark in ACCENTS:
            return ["accent", ACCENTS[mark], _of(base)]
    places = dict(zip(SCRIPTS[part.tag], map(_of, scripts), strict=True))
    if part.tag not in ("mover", "munder", "munderover"):
        name = "scripts"
    else:
        name = "movable" if base.attribute("movablelimits") else "limits"
    return [name, _of(base), places.get("b"), places.get("t")]


def _cells(row: Part) -> Tree:
    return [[_aligned(cell), _row(cell.parts)] for cell in row.parts]


def _is_aligned(table: Part) -> bool:
    """Return whether lines are aligned at signs, as equations below one another: right, left, and so on."""
    if not table.attribute("columnspacing").startswith("0em") or not table.parts:
        return False
    told = [_aligned(cell) for cell in table.parts[0].parts]
    return told[:2] == ["right", "left"]


def _aligned(cell: Part) -> str:
    told = cell.attribute("columnalign")
    return told if told in ("left", "right") else "center"


def _ems(width: str) -> float:
    try:
        found = float(width.removesuffix("em"))
    except ValueError:
        return 0.0
    return max(-LARGEST_SPACE_EM, min(found, LARGEST_SPACE_EM))
