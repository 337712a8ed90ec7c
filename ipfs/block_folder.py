"""The folder in which finished blocks lie: where each one is, reading it, moving one in.

    <folder>/<first byte of the digest, hex>/<CID in base16>

It raises OSError as it comes, except where the absence or the damage of a block is the answer;
its one caller, the block store, translates the rest.
"""

import os
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Final, NoReturn

from ipfs.cid import Cid
from ipfs.disk import read_file_up_to, sync_folder
from ipfs.errors import BlockCorrupt, BlockNotFound, StoreUnavailable

MAX_BLOCK_BYTES: Final = 2 << 20
"""The largest block that IPFS nodes exchange: 2 MiB."""


class BlockFolder:
    """Finished blocks, one file each. Nothing but its path is kept in memory."""

    def __init__(self, folder: Path) -> None:
        """folder: need not exist yet; check_exists tells."""
        self._folder = folder

    def check_exists(self) -> None:
        """Check that the folder is there; raise StoreUnavailable if not, as on an unmounted disk."""
        if not self._folder.is_dir():
            raise StoreUnavailable(f"there is no folder {self._folder}; create the store first")

    def shard(self, cid: Cid) -> str:
        """Return the name of the subfolder for this block: two hex digits, 256 in all."""
        return cid.digest[:1].hex()

    def path(self, cid: Cid) -> Path:
        """Return where the file of this block is, or would be."""
        return self._folder / self.shard(cid) / cid.base16()

    def has(self, cid: Cid) -> bool:
        """Return whether there is a file for this block, sound or not."""
        try:
            self.path(cid).stat()
        except FileNotFoundError:
            self.check_exists()
            return False
        return True

    def read(self, cid: Cid) -> bytes:
        """Return the block, hashed and found sound. Raises BlockNotFound, BlockCorrupt."""
        block = self.read_unchecked(cid)
        if not cid.is_of(block):
            raise BlockCorrupt(
                f"block {cid} is damaged at {self.path(cid)}; put the same file again"
            )
        return block

    def read_unchecked(self, cid: Cid) -> bytes:
        """Return what the file of this block has, sound or not. Raises BlockNotFound."""
        try:
            return read_file_up_to(self.path(cid), MAX_BLOCK_BYTES)
        except FileNotFoundError as exc:
            self.check_exists()
            raise BlockNotFound(f"block {cid} is not in this store") from exc

    def is_sound(self, cid: Cid) -> bool:
        """Return whether the block is there and hashes to its CID."""
        try:
            self.read(cid)
        except (BlockNotFound, BlockCorrupt):
            return False
        return True

    def remove(self, cid: Cid) -> None:
        """Delete the file of this block, if there is one, and wait until the disk has that."""
        path = self.path(cid)
        try:
            path.unlink()
        except FileNotFoundError:
            self.check_exists()
        else:
            sync_folder(path.parent)

    def place(self, staged: Path, cid: Cid) -> None:
        """Move a complete file to where its block belongs, over whatever is there."""
        path = self.path(cid)
        path.parent.mkdir(exist_ok=True)
        staged.replace(path)

    def sync(self, shards: Collection[str]) -> None:
        """Wait until the disk has every name in these subfolders, and their own."""
        for shard in shards:
            sync_folder(self._folder / shard)
        if shards:
            sync_folder(self._folder)

    def files(self) -> Iterator[Path]:
        """Yield every file below the folder in order of path, also those that are no block."""
        for folder, subfolders, names in os.walk(self._folder, onerror=_raise):
            subfolders.sort()
            yield from (Path(folder, name) for name in sorted(names))


def _raise(error: OSError) -> NoReturn:
    raise error
