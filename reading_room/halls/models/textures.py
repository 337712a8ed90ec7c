"""Textures of a room as PNG, drawn by code: parquet, plaster and wood; the same code draws the same."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Mapping
from functools import cache
from random import Random

SIDE = 256  # pixels
Color = tuple[int, int, int]
SIGNATURE = b"\x89PNG\r\n\x1a\n"


def floor() -> bytes:
    """Return parquet: staves of oak, each of a shade of its own."""
    random = Random(1)  # noqa: S311 - of a picture, not of a secret
    shades = [[random.uniform(0.86, 1.06) for _ in range(8)] for _ in range(8)]
    grain = [random.uniform(-5, 5) for _ in range(SIDE)]

    def at(x: int, y: int) -> Color:
        row, offset = y // 32, (y // 32 % 2) * 32
        column = (x + offset) % SIDE // 64
        is_seam = y % 32 == 0 or (x + offset) % 64 == 0
        light = shades[row][column] * (0.72 if is_seam else 1.0)
        return _shade((178, 133, 88), light, grain[(y * 7 + (x >> 4)) % SIDE])

    return _png(at)


def wall() -> bytes:
    """Return plaster: warm white, a little uneven."""
    random = Random(2)  # noqa: S311 - of a picture, not of a secret
    noise = [random.uniform(-3, 3) for _ in range(SIDE * 4)]
    return _png(lambda x, y: _shade((238, 231, 217), 1.0, noise[(x * 31 + y * 57) % len(noise)]))


def wood() -> bytes:
    """Return the wood of shelves: walnut, with grain along it."""
    random = Random(3)  # noqa: S311 - of a picture, not of a secret
    lines, step = [], 0.0
    for _ in range(SIDE):
        step = max(-14.0, min(14.0, step + random.uniform(-5, 5)))
        lines.append(step)

    def at(x: int, y: int) -> Color:
        bent = (y + (x * x // 900)) % SIDE
        return _shade((112, 72, 44), 1.0, lines[bent])

    return _png(at)


READY: Mapping[str, Callable[[], bytes]] = {"floor": floor, "wall": wall, "wood": wood}


@cache
def texture(name: str) -> bytes:
    """Return a texture by its name, which is one of READY; it is made once."""
    return READY[name]()


def _shade(color: Color, light: float, more: float) -> Color:
    red, green, blue = (max(0, min(255, round(part * light + more))) for part in color)
    return red, green, blue


def _png(at: Callable[[int, int], Color]) -> bytes:
    rows = b"".join(
        b"\0" + bytes(part for x in range(SIDE) for part in at(x, y)) for y in range(SIDE)
    )
    header = struct.pack(">IIBBBBB", SIDE, SIDE, 8, 2, 0, 0, 0)
    data = zlib.compress(rows, 9)
    return SIGNATURE + _chunk(b"IHDR", header) + _chunk(b"IDAT", data) + _chunk(b"IEND", b"")


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
