"""A shape that somebody drew on a picture, as a small piece of SVG: nothing in it acts or loads."""

from __future__ import annotations

import re

from ledger_service.domain.errors import InvalidAnnotation

LONGEST_DRAWING = 8_000  # characters
MOST_SHAPES = 50
_SHAPES = "path|rect|circle|ellipse|polygon|polyline|line"
_NAMES = (
    "d|points|x|y|x1|y1|x2|y2|cx|cy|r|rx|ry|width|height|viewBox|transform|id|"
    "fill|fill-opacity|fill-rule|stroke|stroke-width|stroke-opacity|stroke-dasharray|opacity"
)
_VALUE = r"[A-Za-z0-9 ,.+#()%\n_-]*"
_ATTRIBUTE = rf"\s+(?:{_NAMES})=(?:\"{_VALUE}\"|'{_VALUE}')"
_NAMESPACE = r"\s+xmlns=[\"']http://www\.w3\.org/2000/svg[\"']"
_OPENS = re.compile(rf"<svg(?:{_NAMESPACE}|\s+version=[\"']1\.1[\"']|{_ATTRIBUTE})*\s*>\s*")
_SHAPE = re.compile(rf"<({_SHAPES})(?:{_ATTRIBUTE})*\s*(?:/>|>\s*</\1>)\s*")
_ENDS = re.compile(r"</svg>\s*")


def check_drawing(text: str) -> None:
    """Check that this is an svg element of shapes; raise InvalidAnnotation otherwise.

    It is read by a grammar of what may stand there: no entity, style, script, link, group or text.
    """
    place, shapes = 0, 0
    if len(text) > LONGEST_DRAWING:
        raise InvalidAnnotation("drawing", most=LONGEST_DRAWING, shapes=MOST_SHAPES)
    found = _OPENS.match(text.strip())
    while found is not None:
        place = found.end()
        found = _SHAPE.match(text.strip(), place)
        shapes += found is not None
    is_whole = _ENDS.fullmatch(text.strip(), place) is not None
    if not (is_whole and 1 <= shapes <= MOST_SHAPES) or "url" in text.lower():
        raise InvalidAnnotation("drawing", most=LONGEST_DRAWING, shapes=MOST_SHAPES)
