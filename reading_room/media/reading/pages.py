"""Pictures of a book's pages, each large enough to be read and small enough to be found, in one zip.

The zip is a `domain.content.picture_pack`: a page is one picture in several sizes, each half of the one
before, for viewers take the next smaller one where a size is too large by more than half. One is as wide as
Universal Viewer wants it for its list of pages. What is left when the bytes or the time run out has no
picture; a book of which that is so is read from its file.
"""

from __future__ import annotations

import io
import time
import zipfile

import pypdfium2
from PIL import Image, ImageChops

from reading_room.media.reading.findings import LARGEST_TILES_BYTES
from reading_room.media.reading.tiles import FIRST_MOMENT

PAGE_PIXELS, LONG_BOOK_PIXELS = 1200, 900  # of the longer side
LONG_BOOK_PAGES = 350  # from which on pages are smaller, so that more of them fit
HALVED = 2  # times
LIST_PIXELS = 90  # of the width, in a list of pages
QUALITY = 40
LARGEST_SCALE = 8.0
MOST_PAGES = 2000
LARGEST_PAGE_BYTES = 2**20
UNTIL_CPU_SECONDS, MOST_SECONDS = 45.0, 60.0
"""Of the whole process, which is stopped after 60; and of the pages alone, by the clock on the wall."""
ALMOST_GRAY = 8  # between the colors of a pixel


def pages_of(document: pypdfium2.PdfDocument) -> bytes:
    """Return the zip; empty if not even the first page could be drawn."""
    made, count, begun = io.BytesIO(), 0, time.monotonic()
    side = PAGE_PIXELS if len(document) < LONG_BOOK_PAGES else LONG_BOOK_PIXELS
    with zipfile.ZipFile(made, "w", zipfile.ZIP_STORED) as pack:
        for number in range(min(len(document), MOST_PAGES)):
            is_late = time.monotonic() - begun > MOST_SECONDS
            is_full = made.tell() > LARGEST_TILES_BYTES - 2 * LARGEST_PAGE_BYTES
            if is_late or is_full or time.process_time() > UNTIL_CPU_SECONDS:
                break
            if not _add_page(pack, document[number], number + 1, side):
                break
            count += 1
    return made.getvalue() if count else b""


def _add_page(pack: zipfile.ZipFile, page: pypdfium2.PdfPage, number: int, side: int) -> bool:
    longer = max(page.get_size())
    if longer <= 0:
        return False
    scale = min(side / longer, LARGEST_SCALE)
    drawn = page.render(scale=scale, may_draw_forms=False).to_pil().convert("RGB")
    page.close()
    if _is_gray(drawn):
        drawn = drawn.convert("L")
    for width, height in _sizes(*drawn.size):
        file = io.BytesIO()
        drawn.resize((width, height), Image.Resampling.BOX).save(
            file, "JPEG", quality=QUALITY, optimize=True
        )
        if len(file.getvalue()) > LARGEST_PAGE_BYTES:
            return False
        name = f"{number}/0,0,{drawn.width},{drawn.height}/{width},{height}"
        pack.writestr(zipfile.ZipInfo(name, FIRST_MOMENT), file.getvalue())
    return True


def _sizes(width: int, height: int) -> list[tuple[int, int]]:
    """Return in which sizes a page is kept, each once, the whole first."""
    halves = [(-(-width // 2**step), -(-height // 2**step)) for step in range(HALVED + 1)]
    listed = LIST_PIXELS, max(1, round(LIST_PIXELS * height / width))
    return list(dict.fromkeys([*halves, *([listed] if width > LIST_PIXELS else [])]))


def _is_gray(image: Image.Image) -> bool:
    """Return whether a picture has no color to speak of, so that it needs a third less."""
    red, green, blue = image.split()
    apart = (ImageChops.difference(red, green), ImageChops.difference(green, blue))
    return all(_largest(one) < ALMOST_GRAY for one in apart)


def _largest(band: Image.Image) -> int:
    return max(value for value, count in enumerate(band.histogram()) if count)
