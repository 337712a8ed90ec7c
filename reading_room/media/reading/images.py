"""Pictures, and covers made of them: by Pillow, which no picture brings to unpack more than is allowed."""

from __future__ import annotations

import io
import warnings
from contextlib import suppress
from typing import IO, cast

from PIL import Image, ImageOps

from reading_room.media.reading.asked_file import AskedFile
from reading_room.media.reading.findings import (
    COVER_PIXELS,
    LARGEST_COVER_BYTES,
    Found,
    Unreadable,
)
from reading_room.media.reading.tiles import tiles_of

FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "TIFF", "BMP")
TYPES = frozenset(f"image/{name.lower()}" for name in FORMATS)
MOST_PIXELS = 64 * 1024**2  # 256 MiB unpacked, in the largest of the modes
QUALITIES = (80, 50, 20)
ALPHA = ("RGBA", "LA", "PA")
ORIENTATION, ON_ITS_SIDE = 0x0112, (5, 6, 7, 8)  # Exif 2.32, §4.6.4


def prepare() -> None:
    """Load what Pillow otherwise loads when a picture asks for it."""
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    Image.init()
    small = io.BytesIO()
    Image.new("RGB", (2, 2)).save(small, "WEBP")
    Image.new("RGB", (2, 2)).save(small, "JPEG")


def read_image(file: AskedFile, found: Found, *, with_tiles: bool = False) -> None:
    """Add the picture's extent, a cover, and tiles if they are asked for and it is large."""
    file.seek(0)
    with _opened(cast("IO[bytes]", file)) as image:
        found.facts.width, found.facts.height = _upright(image)
        if with_tiles:
            with suppress(MemoryError):  # it is shown without them
                found.tiles = tiles_of(image, is_shown=image.format != "TIFF")
        found.cover = cover_of(image)


def _upright(image: Image.Image) -> tuple[int, int]:
    """Return the extent of a picture as it is seen: cameras note that it lies on its side."""
    width, height = image.size
    return (height, width) if image.getexif().get(ORIENTATION) in ON_ITS_SIDE else (width, height)


def cover_from(data: bytes) -> bytes:
    """Return a cover made of a picture that a file holds."""
    with _opened(io.BytesIO(data)) as image:
        return cover_of(image)


def cover_of(image: Image.Image) -> bytes:
    """Return the picture small enough to be shown in a list, as WebP, without what else was in its file."""
    image.draft("RGB", (COVER_PIXELS, COVER_PIXELS))  # JPEG then unpacks no more than it needs
    image.thumbnail((COVER_PIXELS, COVER_PIXELS))
    upright = ImageOps.exif_transpose(image)
    shown = upright.convert("RGBA" if image.mode in ALPHA else "RGB")
    for quality in QUALITIES:
        made = io.BytesIO()
        shown.save(made, "WEBP", quality=quality, exif=b"", icc_profile=b"", xmp=b"")
        if len(made.getvalue()) <= LARGEST_COVER_BYTES:
            return made.getvalue()
    return b""


def _opened(file: IO[bytes]) -> Image.Image:
    try:
        return Image.open(file, formats=FORMATS)
    except (Image.DecompressionBombWarning, Image.DecompressionBombError) as exc:
        raise Unreadable("too-large") from exc
