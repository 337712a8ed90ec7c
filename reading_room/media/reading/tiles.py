"""Tiles of a large picture, in halves of its size down to one tile, together in a zip that packs nothing.

Each is named by the part of the whole picture that it shows, and by its own size, as the IIIF Image API has
both: `0,512,512,512/512,512`; see `domain.content.picture_pack`.
"""

from __future__ import annotations

import io
import zipfile

from PIL import Image, ImageOps

from ledger_service.domain.content.picture_pack import TILE_PIXELS
from reading_room.media.reading.findings import LARGEST_TILES_BYTES

TILED_FROM_PIXELS = 4 * 1024**2
MOST_PIXELS = 40 * 1024**2
"""More would not fit into the memory of the process: the picture is there twice while it is halved."""
QUALITY = 80
FIRST_MOMENT = (1980, 1, 1, 0, 0, 0)
"""Of each entry, so that the same picture makes the same bytes."""


def tiles_of(image: Image.Image, *, is_shown: bool = True) -> bytes:
    """Return the zip, empty for a picture that needs none, or whose tiles would be too many.

    is_shown: whether browsers show it as it is, if it is small.
    """
    least = TILED_FROM_PIXELS if is_shown else 1
    if not least <= image.width * image.height <= MOST_PIXELS:
        return b""
    level = ImageOps.exif_transpose(image).convert("RGB")
    width, height = level.size
    made, factor = io.BytesIO(), 1
    with zipfile.ZipFile(made, "w", zipfile.ZIP_STORED) as pack:
        _add_level(pack, level, (width, height), factor)
        while max(level.size) > TILE_PIXELS and made.tell() <= LARGEST_TILES_BYTES:
            factor *= 2
            smaller = -(-width // factor), -(-height // factor)
            level = level.resize(smaller, Image.Resampling.BOX)
            _add_level(pack, level, (width, height), factor)
    return made.getvalue() if made.tell() <= LARGEST_TILES_BYTES else b""


def _add_level(
    pack: zipfile.ZipFile, level: Image.Image, size: tuple[int, int], factor: int
) -> None:
    """Add the tiles of a level, of which each pixel shows `factor` of the picture's in each direction."""
    for top in range(0, level.height, TILE_PIXELS):
        for left in range(0, level.width, TILE_PIXELS):
            right = min(left + TILE_PIXELS, level.width)
            bottom = min(top + TILE_PIXELS, level.height)
            x, y = left * factor, top * factor
            shown = min(TILE_PIXELS * factor, size[0] - x), min(TILE_PIXELS * factor, size[1] - y)
            name = f"{x},{y},{shown[0]},{shown[1]}/{right - left},{bottom - top}"
            file = io.BytesIO()
            level.crop((left, top, right, bottom)).save(file, "JPEG", quality=QUALITY)
            pack.writestr(zipfile.ZipInfo(name, FIRST_MOMENT), file.getvalue())
