"""Pictures of a book's pages, each large enough to be read and small enough to be found, in one zip.

The zip is a `domain.content.picture_pack`: a page is one picture in two sizes. What is left when the bytes or
the time run out has no picture; a book of which that is so is read from its file.
"""

from __future__ import annotations

import io
import time
import zipfile

import pypdfium2
from PIL import Image, ImageChops

from reading_room.media.reading.findings import LARGEST_TILES_BYTES
from reading_room.media.reading.tiles import FIRST_MOMENT

PAGE_PIXELS, SMALL_PIXELS = 1200, 200  # of the longer side
QUALITY = 55
LARGEST_SCALE = 8.0
LARGEST_PAGE_BYTES = 2**20
UNTIL_CPU_SECONDS, MOST_SECONDS = 45.0, 60.0
"""Of the whole process, which is stopped after 60; and of the pages alone, by the clock on the wall."""
ALMOST_GRAY = 8  # between the colors of a pixel


def pages_of(document: pypdfium2.PdfDocument) -> bytes:
    """Return the zip; empty if not even the first page could be drawn."""
    made, count, begun = io.BytesIO(), 0, time.monotonic()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_STORED) as pack:
        for number in range(len(document)):
            is_late = time.monotonic() - begun > MOST_SECONDS
            is_full = made.tell() > LARGEST_TILES_BYTES - 2 * LARGEST_PAGE_BYTES
            if is_late or is_full or time.process_time() > UNTIL_CPU_SECONDS:
                break
            if not _add_page(pack, document[number], number + 1):
                break
            count += 1
    return made.getvalue() if count else b""


def _add_page(pack: zipfile.ZipFile, page: pypdfium2.PdfPage, number: int) -> bool:
    longer = max(page.get_size())
    if longer <= 0:
        return False
    scale = min(PAGE_PIXELS / longer, LARGEST_SCALE)
    drawn = page.render(scale=scale, may_draw_forms=False).to_pil().convert("RGB")
    page.close()
    whole = f"{number}/0,0,{drawn.width},{drawn.height}"
    small = drawn.copy()
    small.thumbnail((SMALL_PIXELS, SMALL_PIXELS))
    for image in (drawn, small)[: 1 + (small.size != drawn.size)]:
        file = io.BytesIO()
        (image.convert("L") if _is_gray(image) else image).save(file, "JPEG", quality=QUALITY)
        if len(file.getvalue()) > LARGEST_PAGE_BYTES:
            return False
        name = f"{whole}/{image.width},{image.height}"
        pack.writestr(zipfile.ZipInfo(name, FIRST_MOMENT), file.getvalue())
    return True


def _is_gray(image: Image.Image) -> bool:
    """Return whether a picture has no color to speak of, so that it needs a third less."""
    red, green, blue = image.split()
    apart = (ImageChops.difference(red, green), ImageChops.difference(green, blue))
    return all(_largest(one) < ALMOST_GRAY for one in apart)


def _largest(band: Image.Image) -> int:
    return max(value for value, count in enumerate(band.histogram()) if count)
