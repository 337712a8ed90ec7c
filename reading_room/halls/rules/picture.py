"""Pictures that a hall places: PNG and JPEG, whose size is read from their own head."""

from __future__ import annotations

import struct
from typing import NamedTuple

from ledger_service.domain.errors import InvalidModel

LARGEST_SIDE = 2048  # pixels
MOST_PIXELS_ALL = 8 * 1024 * 1024
"""Of all pictures of one model: 32 MiB where they are drawn."""
PNG, JPEG = "image/png", "image/jpeg"
_PNG_HEAD = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"
_SIZES = {0xC0, 0xC1, 0xC2}  # markers of frames: baseline, extended, progressive


class Picture(NamedTuple):
    """width, height: pixels."""

    media_type: str
    width: int
    height: int

    @property
    def pixels(self) -> int:
        return self.width * self.height


def check_picture(data: bytes, media_type: str = "") -> Picture:
    """Return what a picture is; raise InvalidModel unless it is PNG or JPEG, as told, and not too large."""
    found = _png(data) or _jpeg(data)
    if found is None or (media_type and media_type != found.media_type):
        raise InvalidModel("picture")
    if not (0 < found.width <= LARGEST_SIDE and 0 < found.height <= LARGEST_SIDE):
        raise InvalidModel("picture-size", most=LARGEST_SIDE)
    return found


def _png(data: bytes) -> Picture | None:
    if not data.startswith(_PNG_HEAD) or len(data) < 24:
        return None
    width, height = struct.unpack_from(">II", data, 16)
    return Picture(PNG, width, height)


def _jpeg(data: bytes) -> Picture | None:
    """Return the size that the first frame tells; segments before it are passed over."""
    if not data.startswith(b"\xff\xd8"):
        return None
    at = 2
    while at + 9 <= len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        if marker in _SIZES:
            height, width = struct.unpack_from(">HH", data, at + 5)
            return Picture(JPEG, width, height)
        (length,) = struct.unpack_from(">H", data, at + 2)
        at += 2 + max(2, length)
    return None
