"""A block store that is one folder on disk, for a service that needs no IPFS node beside it.

    <folder>/blocks/    finished blocks; see block_folder
    <folder>/staging/   blocks being written, one subfolder for each writer; see staging

Readers see whole blocks or none, every block read is checked, and a process killed at any moment
leaves nothing worse than a subfolder of staging/. Any number of threads and processes may use one
folder. Which blocks make a file is not known here. POSIX only.
"""

import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from ipfs.block_folder import BlockFolder
from ipfs.cid import Cid
from ipfs.disk import locked_folder, sync_folder, translated_errors
from ipfs.errors import InvalidCid, IpfsError, StoreUnavailable
from ipfs.staging import FileStaging


@dataclass(frozen=True, slots=True)
class BlockCheck:
    """What verify_all found in one file: cid is None if its name is no CID, fault None if sound."""

    path: Path
    cid: Cid | None
    fault: IpfsError | None


@dataclass(frozen=True, slots=True)
class Usage:
    """What a store holds: how many blocks, and the bytes in them."""

    blocks: int
    size_bytes: int


class FileBlockStore:
    """The BlockStore on disk. It keeps nothing open and nothing in memory."""

    name = "folder"

    def __init__(self, folder: Path) -> None:
        """Open the store in a folder; raise StoreUnavailable if there is none. create makes one."""
        self._folder = folder
        self._blocks = BlockFolder(folder / "blocks")
        self._staging = folder / "staging"
        self._blocks.check_exists()
        if not self._staging.is_dir():
            raise StoreUnavailable(f"there is no folder {self._staging}; create the store first")

    @classmethod
    def create(cls, folder: Path) -> Self:
        """Make the store in this folder, if it is not there yet, and open it.

        Raises StoreFull, StoreUnavailable.
        """
        with translated_errors(folder):
            (folder / "blocks").mkdir(parents=True, exist_ok=True)
            (folder / "staging").mkdir(exist_ok=True)
            sync_folder(folder)
            sync_folder(folder.parent)
        return cls(folder)

    def get(self, cid: Cid) -> bytes:
        """Return the block, after checking that its SHA-256 is the CID's.

        Raises BlockNotFound, BlockCorrupt, StoreUnavailable.
        """
        with translated_errors(self._folder):
            return self._blocks.read(cid)

    def get_unchecked(self, cid: Cid) -> bytes:
        """Return what is kept under this CID, without hashing it. Raises BlockNotFound, StoreUnavailable."""
        with translated_errors(self._folder):
            return self._blocks.read_unchecked(cid)

    def has(self, cid: Cid) -> bool:
        """Return whether there is a file for this block; only get tells whether it is sound.

        Raises StoreUnavailable.
        """
        with translated_errors(self._folder):
            return self._blocks.has(cid)

    def remove(self, cid: Cid) -> None:
        """Delete the file of this block, if there is one, for good. Raises StoreUnavailable."""
        with translated_errors(self._folder):
            self._blocks.remove(cid)

    @contextmanager
    def stage(self) -> Iterator[FileStaging]:
        """Return a place for new blocks; leaving it without commit deletes them.

        Raises StoreFull, StoreUnavailable.
        """
        with ExitStack() as stack:
            with translated_errors(self._folder):
                folder = Path(tempfile.mkdtemp(dir=self._staging))
                # What cannot be removed now is swept later; it must not hide the outcome.
                stack.callback(shutil.rmtree, folder, ignore_errors=True)
                stack.enter_context(locked_folder(folder))
            yield stack.enter_context(closing(FileStaging(self._blocks, folder)))

    def sweep_staging(self, older_than_seconds: float) -> int:
        """Delete what killed processes left in staging/, and return how many subfolders that was.

        A subfolder in use is locked by its process and stays, however old. older_than_seconds:
        since a block was last put there; it protects the instant between the making of a subfolder
        and its lock, so 60 is ample. Raises StoreUnavailable.
        """
        swept = 0
        with translated_errors(self._folder):
            for folder in list(self._staging.iterdir()):
                # Its own process may remove it first, and a stray file is none of ours.
                with suppress(FileNotFoundError, NotADirectoryError):
                    if time.time() - folder.stat().st_mtime >= older_than_seconds:
                        swept += _remove_unless_locked(folder)
        return swept

    def verify_all(self) -> Iterator[BlockCheck]:
        """Yield a check of every file under blocks/, sound or not, reading each one whole.

        A file that cannot be read is a fault like any other, and the rest is still checked. Raises
        StoreUnavailable if a folder cannot be listed.
        """
        for path in self._files():
            cid: Cid | None = None
            fault: IpfsError | None = None
            try:
                cid = Cid.parse(path.name)
                if path != self._blocks.path(cid):
                    raise InvalidCid(f"{path} is in the wrong folder for its CID")
                self.get(cid)
            except IpfsError as exc:
                fault = exc
            yield BlockCheck(path, cid, fault)

    def free_bytes(self) -> int:
        """Return how many bytes the disk has left for this process. Raises StoreUnavailable."""
        with translated_errors(self._folder):
            return shutil.disk_usage(self._folder).free

    def usage(self) -> Usage:
        """Return how much the store holds, by looking at every file. Raises StoreUnavailable."""
        blocks = size = 0
        with translated_errors(self._folder):
            for path in self._files():
                blocks += 1
                size += path.stat().st_size
        return Usage(blocks, size)

    def _files(self) -> Iterator[Path]:
        with translated_errors(self._folder):
            yield from self._blocks.files()


def _remove_unless_locked(folder: Path) -> bool:
    with locked_folder(folder) as free:
        if free:
            shutil.rmtree(folder)
        return free
