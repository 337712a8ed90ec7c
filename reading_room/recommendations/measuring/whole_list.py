"""The list that everybody may take whole, so that a reader's device alone knows what it looks for there.

A part is JSON, compressed: {"works": [[digest in base64url, title, [place, …]], …]}. Places count through all
parts. Whoever takes one takes all, in their order, and tells the service nothing of what they read.
"""

from __future__ import annotations

import base64
import gzip
import json

from reading_room.recommendations.measuring.records import Works

WORKS_A_PART = 1_000


def parts_of(works: Works, near: dict[int, list[int]]) -> list[bytes]:
    """Return the parts, of the newest works."""
    listed = sorted(works.titles)
    first = listed[0] if listed else 0
    rows: list[list[object]] = [
        [
            base64.urlsafe_b64encode(works.digests[at]).decode().rstrip("="),
            works.titles[at],
            [other - first for other in near[at] if other >= first],
        ]
        for at in listed
    ]
    starts = range(0, len(rows), WORKS_A_PART)
    return [_part(rows[start : start + WORKS_A_PART]) for start in starts]


def _part(rows: list[list[object]]) -> bytes:
    told = json.dumps({"works": rows}, ensure_ascii=False, separators=(",", ":"))
    return gzip.compress(told.encode(), mtime=0)
