"""Pictures that stand where a viewer can show nothing: a lock for what is lent, a sheet for another file.

They are drawn here, as PNG (ISO/IEC 15948) of one channel.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable
from functools import cache

WIDTH, HEIGHT = 600, 800
PAPER, INK, SHADE = 244, 90, 205
LENT, FILE = "lent", "file"
_Shade = Callable[[int, int], int]


def placeholder_path(kind: str) -> str:
    """Return where the picture is had. kind: `LENT` or `FILE`."""
    return f"/iiif/placeholder/{kind}.png"


@cache
def placeholder(kind: str) -> bytes | None:
    """Return the picture as PNG; None for another kind."""
    shade = {LENT: _lock, FILE: _sheet}.get(kind)
    return None if shade is None else _png(shade)


def _lock(x: int, y: int) -> int:
    """Return how light a padlock is there."""
    from_middle = (x - 300) ** 2 + (y - 360) ** 2
    is_bow = 75**2 < from_middle < 105**2 and y <= 360
    is_leg = 360 < y <= 420 and 75 < abs(x - 300) < 105
    is_body = abs(x - 300) <= 140 and 410 <= y <= 610
    is_hole = (x - 300) ** 2 + (y - 500) ** 2 < 28**2
    return INK if is_bow or is_leg or (is_body and not is_hole) else PAPER


def _sheet(x: int, y: int) -> int:
    """Return how light a sheet with lines of writing is there."""
    if abs(x - 300) > 160 or abs(y - 400) > 220:
        return PAPER
    is_edge = abs(x - 300) > 152 or abs(y - 400) > 212
    is_line = abs(x - 300) <= 110 and 250 <= y <= 560 and (y - 250) % 60 < 16
    return INK if is_edge else SHADE if is_line else PAPER + 8


def _png(shade: _Shade) -> bytes:
    rows = b"".join(b"\0" + bytes(shade(x, y) for x in range(WIDTH)) for y in range(HEIGHT))
    head = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 0, 0, 0, 0)
    chunks = ((b"IHDR", head), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, data) for name, data in chunks)


def _chunk(name: bytes, data: bytes) -> bytes:
    summed = struct.pack(">I", zlib.crc32(name + data))
    return struct.pack(">I", len(data)) + name + data + summed
