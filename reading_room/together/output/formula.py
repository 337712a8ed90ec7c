r"""Formulas of a paper: LaTeX as a tree of MathML that holds nothing but what is on a list.

The converter writes what stands in `\text` without escaping it, and passes commands on that it does not
know. Therefore its tree is taken and not its text, every name in it is looked up here, and a formula that
has anything else is not converted: whoever shows it shows its source.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from html import unescape
from typing import NamedTuple
from xml.etree.ElementTree import Element

from latex2mathml import converter

LONGEST_FORMULA = 2_000  # characters
DEEPEST = 30
LIMITED = frozenset("∑∏∐⋂⋃⋁⋀⨁⨂⨄⨆")
LIMITED_WORDS = frozenset(
    ("lim", "max", "min", "sup", "inf", "argmax", "argmin", "det", "gcd", "Pr")
)
"""What has its limits below and above where a formula stands by itself."""
BESIDE_BELOW = {"msub": "munder", "msup": "mover", "msubsup": "munderover"}
ANY = -1
PARTS: Mapping[str, int] = {
    "math": ANY, "mrow": ANY, "mstyle": ANY, "mpadded": ANY, "mphantom": ANY, "menclose": ANY,
    "msqrt": ANY, "mtable": ANY, "mtr": ANY, "mtd": ANY, "mi": 0, "mn": 0, "mo": 0, "mtext": 0, "mspace": 0,
    "mfrac": 2, "mroot": 2, "msub": 2, "msup": 2, "munder": 2, "mover": 2, "msubsup": 3, "munderover": 3,
}  # fmt: skip
"""The elements that a formula may have, and how many parts each has."""
ATTRIBUTES = frozenset(
    {"accent", "columnalign", "columnspacing", "depth", "displaystyle", "fence", "form", "height"}
    | {"linethickness", "maxsize", "minsize", "movablelimits", "notation", "rowspacing"}
    | {"scriptlevel", "stretchy", "width"}
)
_SPACES = re.compile(r"\\begin\{aligned\}|\\end\{aligned\}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_VALUE = re.compile(r"[\w .+%-]{1,40}", re.ASCII)


class FormulaNotRead(Exception):
    """The formula is not LaTeX that is read here; who shows it shows its source."""


class Part(NamedTuple):
    """An element of MathML. text: of mi, mn, mo and mtext, as it is read."""

    tag: str
    text: str
    attributes: tuple[tuple[str, str], ...]
    parts: tuple[Part, ...]

    def attribute(self, name: str) -> str:
        """Return its value, empty if the element does not have it."""
        return next((value for key, value in self.attributes if key == name), "")


@lru_cache(maxsize=2048)
def read_formula(latex: str) -> Part:
    """Return the formula as its `math` element; raise FormulaNotRead."""
    if not latex.strip() or len(latex) > LONGEST_FORMULA or _depth(latex) > DEEPEST:
        raise FormulaNotRead()
    known = _SPACES.sub(lambda found: found[0].replace("aligned", "split"), latex)
    try:
        made = converter.convert_to_element(known)
    except Exception as exc:
        raise FormulaNotRead() from exc
    return _part(made, 0)


def _depth(latex: str) -> int:
    """Return how deep groups stand in one another; counting what opens is enough for a bound."""
    depth = deepest = 0
    for sign in latex:
        depth += (sign == "{") - (sign == "}")
        deepest = max(deepest, depth)
    return deepest


def _part(element: Element, depth: int) -> Part:
    tag = element.tag
    count = PARTS.get(tag)
    if count is None or depth > DEEPEST or count not in (ANY, len(element)):
        raise FormulaNotRead()
    text = unescape(element.text or "")
    if (tag != "mtext" and (text.startswith("\\") or text == "&")) or _CONTROL.search(text):
        raise FormulaNotRead()
    if tag == "mspace" and element.get("linebreak"):
        raise FormulaNotRead()
    kept = tuple(
        (name, value)
        for name, value in element.attrib.items()
        if name in ATTRIBUTES and _VALUE.fullmatch(value)
    )
    parts = tuple(_part(child, depth + 1) for child in element)
    if tag in BESIDE_BELOW and (base := parts[0]).text in LIMITED | LIMITED_WORDS:
        movable = Part("mo", base.text, (*base.attributes, ("movablelimits", "true")), ())
        return Part(BESIDE_BELOW[tag], "", kept, (movable, *parts[1:]))
    return Part(tag, text, kept, parts)
