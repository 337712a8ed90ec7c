"""The tiles that were made of a picture, as the IIIF Image API tells and addresses them (3.0, level 0)."""

from __future__ import annotations

import io
import math
import re
import zipfile
from collections.abc import Callable, Iterator
from typing import Any

from ledger_service.domain.content.book_parts import PiecewiseFile
from ledger_service.domain.errors import MediaNotFound
from ledger_service.domain.identifiers import Digest
from ledger_service.services.library import Library
from reading_room.media.ports import MediaTables
from reading_room.media.reading.findings import TILE_PIXELS
from reading_room.media.rules import RenditionKind
from reading_room.media.verbs import find_rendition

MOST_TILE_BYTES = 2**20
READ_BYTES = 2**16
_NAME = re.compile(
    r"(\d{1,8}),(\d{1,8}),([1-9]\d{0,7}),([1-9]\d{0,7})/([1-9]\d{0,3}),([1-9]\d{0,3})"
)

Tables = Callable[[Any], MediaTables]


class Pyramid:
    """The tiles of one open picture. Raises MediaNotFound as it is made, if there are none."""

    def __init__(self, library: Library, tables: Tables, digest: Digest) -> None:
        self._digest = digest
        made = find_rendition(library, tables, digest, RenditionKind.TILES)

        def read(start: int, end: int) -> Iterator[bytes]:
            return library.content.read(made.cid, start, end)

        try:
            file = io.BufferedReader(PiecewiseFile(made.size_bytes, read), READ_BYTES)
            self._zip = zipfile.ZipFile(file)
        except (zipfile.BadZipFile, OSError) as exc:
            raise self._missing() from exc
        names = [found for name in self._zip.namelist() if (found := _NAME.fullmatch(name))]
        self._tiles = [tuple(map(int, name.groups())) for name in names]
        if not self._tiles:
            raise self._missing()
        self.width = max(x + width for x, _, width, _, _, _ in self._tiles)
        self.height = max(y + height for _, y, _, height, _, _ in self._tiles)

    def info(self, address: str) -> dict[str, Any]:
        """Return the description that viewers read. address: of the picture's service."""
        first = [tile for tile in self._tiles if tile[:2] == (0, 0)]  # one of each level
        factors = sorted(_factor(max(w / across, h / down)) for _, _, w, h, across, down in first)
        return {
            "@context": "http://iiif.io/api/image/3/context.json",
            "id": address,
            "type": "ImageService3",
            "protocol": "http://iiif.io/api/image",
            "profile": "level0",
            "width": self.width,
            "height": self.height,
            "tiles": [{"width": TILE_PIXELS, "scaleFactors": factors}],
        }

    def tile(self, region: str, size: str) -> bytes:
        """Return a tile as JPEG; raise MediaNotFound for one that is none of these."""
        wanted = f"0,0,{self.width},{self.height}" if region == "full" else region
        for x, y, width, height, across, down in self._tiles:
            sizes = (f"{across},{down}", f"{across},", *(("max",) if width == across else ()))
            if wanted == f"{x},{y},{width},{height}" and size in sizes:
                item = self._zip.getinfo(f"{x},{y},{width},{height}/{across},{down}")
                if item.file_size <= MOST_TILE_BYTES and item.compress_type == zipfile.ZIP_STORED:
                    try:
                        return self._zip.read(item)
                    except (zipfile.BadZipFile, OSError) as exc:
                        raise self._missing() from exc
        raise self._missing()

    def _missing(self) -> MediaNotFound:
        return MediaNotFound("rendition", digest=str(self._digest), kind="tile")


def _factor(ratio: float) -> int:
    """Return the power of two from which a ratio of sizes came, which were rounded up."""
    return 1 << (math.ceil(ratio) - 1).bit_length()
