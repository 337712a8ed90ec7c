"""Which of several forms of a thing a request prefers. Source: RFC 9110, §12.5.1."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

MOST_RANGES = 64  # of a header that are read; browsers send ten
_RANGE = re.compile(r"\s*([a-z0-9!#$&^_.+*-]{1,127})/([a-z0-9!#$&^_.+*-]{1,127})\s*(;.*)?\Z", re.S)
_QUALITY = re.compile(r";\s*q\s*=\s*(0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?)\s*(?:;|\Z)")
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"', re.S)


class _Range(NamedTuple):
    kind: str
    sub: str
    quality: float

    def closeness(self, kind: str, sub: str) -> int:
        """Return how closely this names a media type: 2 exactly, 1 by its first half, 0 as any, -1 not."""
        if (self.kind, self.sub) == (kind, sub):
            return 2
        if self.sub != "*":
            return -1
        if self.kind == kind:
            return 1
        return 0 if self.kind == "*" else -1


def preferred(header: str | None, offered: Sequence[str]) -> str | None:
    """Return which of the offered media types an Accept header prefers; None if it takes none of them.

    Of those that are liked equally, the one that is named most closely is taken, and then the first. Who
    sends no header, or one of which nothing can be read, takes anything.
    """
    ranges = [] if header is None else _read(header)
    if not ranges:
        return offered[0]
    liked = [(*_liking(ranges, media_type), -place) for place, media_type in enumerate(offered)]
    quality, _, place = max(liked)
    return offered[-place] if quality > 0 else None


def _liking(ranges: Sequence[_Range], media_type: str) -> tuple[float, int]:
    """Return quality and closeness of the closest range; of several that are as close, the best counts."""
    kind, _, sub = media_type.partition("/")
    told = [(item.closeness(kind, sub), item.quality) for item in ranges]
    closeness, quality = max(told, default=(-1, 0.0))
    return (quality, closeness) if closeness >= 0 else (0.0, -1)


def _read(header: str) -> list[_Range]:
    """Return the ranges of a header; what is no range is passed over, and parameters do not count."""
    plain = _QUOTED.sub("_", header.lower())  # a comma in quotes parts nothing
    found = []
    for item in plain.split(",", MOST_RANGES)[:MOST_RANGES]:
        match = _RANGE.match(item)
        if match is None or (match[1] == "*" and match[2] != "*"):
            continue
        quality = _QUALITY.search(match[3] or "")
        if quality is None and re.search(r";\s*q\s*=", match[3] or ""):
            continue
        found.append(_Range(match[1], match[2], 1.0 if quality is None else float(quality[1])))
    return found
