"""Pictures in the sizes and tiles that were made of them, kept in one zip that packs nothing.

There is one picture, or one for each page of a book. Each file in the zip is named by the part of the picture
that it shows and by its own size, as the IIIF Image API has both, such as `0,512,512,512/512,512`; that of a
page begins with its number: `7/0,0,1060,1500/1060,1500`. Source: IIIF Image API 3.0, §§4 and 5, level 0.
"""

from __future__ import annotations

import io
import math
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

from ledger_service.domain.content.book_parts import PiecewiseFile
from ledger_service.domain.errors import MediaNotFound

TILE_PIXELS = 512  # of each side
MOST_TILE_BYTES = 2**20
READ_BYTES = 2**16
WHOLE = 0
"""The number of a picture that is no page."""
SERVICE = {"type": "ImageService3", "protocol": "http://iiif.io/api/image", "profile": "level0"}
_NAME = re.compile(
    r"(?:([1-9]\d{0,5})/)?(\d{1,8}),(\d{1,8}),([1-9]\d{0,7}),([1-9]\d{0,7})/([1-9]\d{0,3}),([1-9]\d{0,3})"
)


class Piece(NamedTuple):
    """A file of the zip, and what it shows: the part at x, y of this width and height, by so many pixels."""

    name: str
    x: int
    y: int
    width: int
    height: int
    across: int
    down: int


@dataclass(frozen=True)
class PackedPicture:
    """A picture of a pack. width, height: pixels of the whole."""

    pieces: tuple[Piece, ...]

    @cached_property
    def width(self) -> int:
        return max(one.x + one.width for one in self.pieces)

    @cached_property
    def height(self) -> int:
        return max(one.y + one.height for one in self.pieces)

    @cached_property
    def sizes(self) -> list[tuple[int, int]]:
        """Return in which sizes the whole picture is had, the smallest first."""
        return sorted((one.across, one.down) for one in self.pieces if self._is_whole(one))

    def info(self, address: str) -> dict[str, Any]:
        """Return the description that viewers read. address: of the picture's service.

        `max` is the largest size in which the whole picture is there; that of tiles is less than the picture.
        """
        sizes = self.sizes
        told = {
            "@context": "http://iiif.io/api/image/3/context.json",
            "id": address,
            **SERVICE,
            "width": self.width,
            "height": self.height,
            "sizes": [{"width": width, "height": height} for width, height in sizes],
        }
        if any(not self._is_whole(one) for one in self.pieces):
            first = [one for one in self.pieces if (one.x, one.y) == (0, 0)]  # one of each level
            ratios = (max(one.width / one.across, one.height / one.down) for one in first)
            factors = sorted(_factor(ratio) for ratio in ratios)
            told["tiles"] = [{"width": TILE_PIXELS, "scaleFactors": factors}]
        if sizes and sizes[-1] != (self.width, self.height):
            told |= {"maxWidth": sizes[-1][0], "maxHeight": sizes[-1][1]}
        return told

    def find(self, region: str, size: str) -> Piece | None:
        """Return the piece that shows a part in a size, as the Image API writes both; None for another."""
        wanted = f"0,0,{self.width},{self.height}" if region == "full" else region
        for one in self.pieces:
            sizes = {f"{one.across},{one.down}", f"{one.across},"}
            if one.width == one.across or (
                self._is_whole(one) and self.sizes[-1] == (one.across, one.down)
            ):
                sizes.add("max")
            if wanted == f"{one.x},{one.y},{one.width},{one.height}" and size in sizes:
                return one
        return None

    def _is_whole(self, one: Piece) -> bool:
        return (one.x, one.y, one.width, one.height) == (0, 0, self.width, self.height)


class PicturePack:
    """What a zip of pictures has, by page. Raises MediaNotFound as it is made, if it has none.

    size: of the zip, in bytes; read: yields those from a start to an end; of: the digest that errors name.
    """

    def __init__(self, size: int, read: Callable[[int, int], Iterator[bytes]], of: str) -> None:
        self._of = of
        try:
            self._zip = zipfile.ZipFile(io.BufferedReader(PiecewiseFile(size, read), READ_BYTES))
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as exc:
            raise self._missing() from exc
        found: dict[int, list[Piece]] = {}
        for name in self._zip.namelist():
            if match := _NAME.fullmatch(name):
                page, *numbers = (int(text or WHOLE) for text in match.groups())
                found.setdefault(page, []).append(Piece(name, *numbers))
        self.pictures = {page: PackedPicture(tuple(found[page])) for page in sorted(found)}
        if not self.pictures:
            raise self._missing()

    def picture(self, page: int = WHOLE) -> PackedPicture:
        """Return the picture, or that of a page, from 1; raise MediaNotFound if there is none."""
        if page not in self.pictures:
            raise self._missing()
        return self.pictures[page]

    def piece(self, region: str, size: str, page: int = WHOLE) -> bytes:
        """Return a part of a picture in a size as JPEG; raise MediaNotFound for one that was not made."""
        piece = self.picture(page).find(region, size)
        if piece is None:
            raise self._missing()
        item = self._zip.getinfo(piece.name)
        if item.file_size > MOST_TILE_BYTES or item.compress_type != zipfile.ZIP_STORED:
            raise self._missing()
        try:
            return self._zip.read(item)
        except (zipfile.BadZipFile, OSError) as exc:
            raise self._missing() from exc

    def _missing(self) -> MediaNotFound:
        return MediaNotFound("rendition", digest=self._of, kind="tile")


def _factor(ratio: float) -> int:
    """Return the power of two from which a ratio of sizes came, which were rounded up."""
    return 1 << (math.ceil(ratio) - 1).bit_length()
