"""Notes of blocks that some store may lack, so that all stores are looked at again before long; and others.

A note is an empty file whose name is a CID; it is about this block and all below it. Any number of
threads and processes may share the folder. A note may be lost in a power cut: it makes healing quick,
and regular checks find what it does not tell.
"""

import os
import time
from collections.abc import Iterator
from contextlib import suppress
from itertools import islice
from pathlib import Path

from ipfs.cid import Cid
from ipfs.disk import translated_errors
from ipfs.errors import InvalidCid


class Owed:
    """The notes in one folder, which is made with the first of them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def note(self, cid: Cid) -> bool:
        """Note a block; return whether it was not noted yet. Raises StoreFull, StoreUnavailable."""
        with translated_errors(self._folder):
            self._folder.mkdir(exist_ok=True)
            try:
                (self._folder / cid.base16()).touch(exist_ok=False)
            except FileExistsError:
                return False
        return True

    def forget(self, cid: Cid) -> None:
        """Remove the note of a block, if there is one. Raises StoreUnavailable."""
        with translated_errors(self._folder):
            (self._folder / cid.base16()).unlink(missing_ok=True)

    def older(self, than_seconds: float) -> Iterator[Cid]:
        """Yield the blocks noted longer ago than that, in no order. Raises StoreUnavailable."""
        with translated_errors(self._folder):
            for cid in self._all():
                with suppress(FileNotFoundError):  # forgotten meanwhile
                    noted_at = (self._folder / cid.base16()).stat().st_mtime
                    if time.time() - noted_at > than_seconds:
                        yield cid

    def some(self, most: int) -> list[Cid]:
        """Return so many of the noted blocks at most, in no order. Raises StoreUnavailable."""
        with translated_errors(self._folder):
            return list(islice(self._all(), most))

    def _all(self) -> Iterator[Cid]:
        if not self._folder.exists():
            return
        with os.scandir(self._folder) as files:
            for file in files:
                try:
                    yield Cid.parse(file.name)
                except InvalidCid:  # whoever put it there
                    continue
