"""Formulas as pages and books show them."""

from __future__ import annotations

from html import escape

from reading_room.together.output.formula import FormulaNotRead, Part, read_formula

NAMESPACE = "http://www.w3.org/1998/Math/MathML"


def format_formula(latex: str, *, is_block: bool) -> str:
    """Return a formula as MathML that names its source, or its source if it is not read."""
    try:
        part = read_formula(latex)
    except FormulaNotRead:
        return f'<code class="formula">{escape(latex.strip())}</code>'
    kind = "block" if is_block else "inline"
    inner = "".join(map(_element, part.parts))
    told = escape(" ".join(latex.split()))
    return f'<math xmlns="{NAMESPACE}" display="{kind}" alttext="{told}">{inner}</math>'


def _element(part: Part) -> str:
    attributes = "".join(f' {name}="{escape(value)}"' for name, value in part.attributes)
    inner = escape(part.text) + "".join(map(_element, part.parts))
    return f"<{part.tag}{attributes}>{inner}</{part.tag}>"
