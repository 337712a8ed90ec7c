"""A number in the lowest bits of a picture's pixels: a tile of bits, laid over the picture again and again.

A tile has 24 × 24 bits: a sign to find it by, the number, and 32 bits that check it, and what is left is the
sign again. Any window of a tile's size within the picture holds all of them, turned around.
"""

from __future__ import annotations

import zlib

from PIL import Image, ImageChops

from ledger_service.domain.identifiers import CopyId

SIDE = 24  # bits
TILE_BITS = SIDE * SIDE
_SIGN = "1110100110010101111100001011000110100111010010111100110101110001"
_ID_BITS = 256
_CHECK_BITS = 32
MOST_WINDOWS = 16  # that are looked at along each side of a picture


def hide(picture: Image.Image, copy: CopyId) -> Image.Image:
    """Return the picture with the number in the lowest bit of one channel, which nobody sees."""
    channels = list(picture.split())
    place = _channel(picture)
    plain = channels[place].point([value & 0xFE for value in range(256)])
    channels[place] = ImageChops.add(plain, _laid(_tile(copy), picture.size))
    return Image.merge(picture.mode, channels)


def seek(picture: Image.Image) -> CopyId | None:
    """Return the number in the lowest bits of a picture; None if there is none."""
    channel = picture.split()[_channel(picture)].point([value & 1 for value in range(256)])
    for top in _starts(picture.height):
        for left in _starts(picture.width):
            window = channel.crop((left, top, left + SIDE, top + SIDE)).tobytes()
            found = _read("".join("1" if bit else "0" for bit in window))
            if found is not None:
                return found
    return None


def _channel(picture: Image.Image) -> int:
    return 2 if len(picture.getbands()) > 2 else 0  # blue, to which eyes are least open


def _starts(length: int) -> range:
    last = length - SIDE
    return range(0, last + 1, max(1, last // MOST_WINDOWS)) if last >= 0 else range(0)


def _tile(copy: CopyId) -> str:
    number = f"{int.from_bytes(copy.value, 'big'):0{_ID_BITS}b}"
    check = f"{zlib.crc32(copy.value):0{_CHECK_BITS}b}"
    body = _SIGN + number + check
    return body + (_SIGN * TILE_BITS)[: TILE_BITS - len(body)]


def _laid(tile: str, size: tuple[int, int]) -> Image.Image:
    """Return the tile over and over, 0 or 1 in each pixel, by doubling what is there."""
    width, height = size
    laid = Image.new("L", size)
    laid.paste(Image.frombytes("L", (SIDE, SIDE), bytes(map(int, tile))), (0, 0))
    across = SIDE
    while across < width:
        laid.paste(laid.crop((0, 0, across, SIDE)), (across, 0))
        across *= 2
    down = SIDE
    while down < height:
        laid.paste(laid.crop((0, 0, width, down)), (0, down))
        down *= 2
    return laid


def _read(bits: str) -> CopyId | None:
    """Return the number in a window of a tile's size, wherever in it the tile begins."""
    rows = [bits[start : start + SIDE] for start in range(0, TILE_BITS, SIDE)]
    for right in range(SIDE):
        turned = [row[right:] + row[:right] for row in rows]
        around = "".join(turned)
        for down in range(0, TILE_BITS, SIDE):
            tile = around[down:] + around[:down]
            if tile.startswith(_SIGN):
                found = _checked(tile[len(_SIGN) :])
                if found is not None:
                    return found
    return None


def _checked(bits: str) -> CopyId | None:
    number = int(bits[:_ID_BITS], 2).to_bytes(_ID_BITS // 8, "big")
    check = int(bits[_ID_BITS : _ID_BITS + _CHECK_BITS], 2)
    return CopyId(number) if zlib.crc32(number) == check else None
