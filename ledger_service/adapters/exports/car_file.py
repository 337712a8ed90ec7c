"""A CAR that somebody hands in: every block checked, and the file in it read as one of our own profile."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedReader
from pathlib import Path
from typing import Final

from ipfs.car import Placed, read_blocks, read_header
from ipfs.cid import Cid
from ipfs.errors import BlockNotFound, IpfsError
from ipfs.unixfs import file_size, read_file
from ledger_service.adapters.given_files import open_given
from ledger_service.domain.content.content_id import ContentId
from ledger_service.domain.errors import InvalidCar, ResourceTooLarge

MOST_BLOCKS: Final = 2**20
"""A file of 1 TiB has so many; where each stands is held in memory."""


class CarFile:
    """The one file of a CAR. root: its CID; size_bytes: of the file."""

    def __init__(self, path: Path, file: BufferedReader, largest_bytes: int) -> None:
        """Read the whole CAR once; raise InvalidCar for the first fault, see `open_car`."""
        self._path, self._file = path, file
        self._blocks: dict[Cid, Placed] = {}
        with self._told():
            root, at = read_header(file.read)
            for placed in read_blocks(file.read, at):
                self._blocks[placed.cid] = placed
                if len(self._blocks) > MOST_BLOCKS:
                    raise InvalidCar(path=str(path), cause=f"it has more than {MOST_BLOCKS} blocks")
            self._root = root
            self.root = ContentId(root.codec, root.digest)
            self.size_bytes = file_size(self._get, root)
            # A few blocks can be those of a large file, each of which would be hashed again and again.
            if self.size_bytes > max(largest_bytes, at + sum(map(_size, self._blocks.values()))):
                raise ResourceTooLarge(most=largest_bytes)

    def pieces(self) -> Iterator[bytes]:
        """Yield the bytes of the file; raise InvalidCar at the first block that is missing."""
        with self._told():
            yield from read_file(self._get, self._root)

    def _get(self, cid: Cid) -> bytes:
        placed = self._blocks.get(cid)
        if placed is None:
            raise BlockNotFound(f"the block {cid} is not in it")
        self._file.seek(placed.at)
        block = self._file.read(placed.size_bytes)
        if not cid.is_of(block):
            raise BlockNotFound(f"the block {cid} has changed while it was read")
        return block

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except IpfsError as exc:
            raise InvalidCar(path=str(self._path), cause=str(exc)) from exc


def _size(placed: Placed) -> int:
    return placed.size_bytes


@contextmanager
def open_car(path: Path, largest_bytes: int) -> Iterator[CarFile]:
    """Yield the file of a CAR, all of whose blocks are what their CIDs say.

    Raises:
        ResourceTooLarge: the file is larger than this, and than the CAR.
        InvalidCar: it is none, has none or several roots, or a block in it is cut off or forged. OSError.
    """
    with open_given(path) as file:
        if not file.seekable():
            raise InvalidCar(path=str(path), cause="it is a pipe; write it into a file first")
        yield CarFile(path, file, largest_bytes)
