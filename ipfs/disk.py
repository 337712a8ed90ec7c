"""The few file operations a block store needs, made durable, with errors translated.

Nothing here knows of CIDs. POSIX only: it relies on atomic rename, on fsync of folders, and on
locks that the kernel releases when their process dies.
"""

import errno
import fcntl
import os
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from ipfs.errors import StoreFull, StoreUnavailable
from ipfs.protocols import BytesLike

# EFBIG is what a process meets at its own file size limit: no room for this writer either.
_NO_ROOM: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_READ_ONLY_FILE: Final = 0o444

SYNCED_AT_ONCE: Final = 4
WAITING: Final = 16
"""Files that may wait for the disk, each of a block; their writer then waits, too."""


@contextmanager
def translated_errors(folder: Path) -> Iterator[None]:
    """Turn every OSError of the body into StoreFull (no room, no quota) or StoreUnavailable."""
    try:
        yield
    except OSError as exc:
        reason = exc.strerror or str(exc)
        if exc.errno in _NO_ROOM:
            raise StoreFull(f"no room in the block store at {folder}: {reason}") from exc
        raise StoreUnavailable(f"the block store at {folder} cannot be used: {reason}") from exc


def write_new_file(path: Path, data: BytesLike) -> int | None:
    """Write a file that must not exist yet; return it open, for sync_and_close.

    Returns None, and writes nothing, if the file exists. A file that could not be written whole
    is removed again. Raises OSError.
    """
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _READ_ONLY_FILE)
    except FileExistsError:
        return None
    try:
        _write_all(descriptor, data)
    except BaseException:
        os.close(descriptor)
        path.unlink()
        raise
    return descriptor


def sync_and_close(descriptor: int) -> None:
    """Wait until the disk has what was written into an open file, and close it. Raises OSError."""
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def read_file_up_to(path: Path, limit_bytes: int) -> bytes:
    """Return a file's bytes, or its first limit_bytes + 1 if it has more. Raises OSError."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        wanted = min(os.fstat(descriptor).st_size, limit_bytes) + 1
        parts: list[bytes] = []
        while wanted and (part := os.read(descriptor, wanted)):
            parts.append(part)
            wanted -= len(part)
    finally:
        os.close(descriptor)
    return parts[0] if len(parts) == 1 else b"".join(parts)


def sync_files(folder: Path) -> None:
    """Wait until the disk has what anyone has written so far into the files of a folder, and their names.

    A file that is removed meanwhile is left out. Raises OSError.
    """
    for path in sorted(folder.iterdir()):
        with suppress(FileNotFoundError):
            _sync(path, os.O_RDONLY)
    sync_folder(folder)


def sync_folder(path: Path) -> None:
    """Wait until the disk has the names in a folder. Raises OSError."""
    _sync(path, os.O_RDONLY | os.O_DIRECTORY)


@contextmanager
def locked_folder(path: Path) -> Iterator[bool]:
    """Hold the lock of a folder; gives False at once if somebody else, alive, holds it.

    The kernel drops the lock when its process ends in any way. Raises OSError.
    """
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True
    finally:
        os.close(descriptor)


@contextmanager
def shared_folder(path: Path) -> Iterator[None]:
    """Keep others from the lock of a folder, together with whoever does the same; wait for who has it.

    Raises OSError.
    """
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH)
        yield
    finally:
        os.close(descriptor)


def _sync(path: Path, flags: int) -> None:
    sync_and_close(os.open(path, flags))


def _write_all(descriptor: int, data: BytesLike) -> None:
    # A disk that fills up takes part of a write first, and refuses only the next one.
    with memoryview(data) as given, given.cast("B") as rest:
        written = 0
        while written < len(rest):
            with rest[written:] as left:
                written += os.write(descriptor, left)


class Syncing:
    """Takes open files that were written whole. One thread at a time; a single file costs no other thread."""

    def __init__(self) -> None:
        self._last: int | None = None
        self._pool: ThreadPoolExecutor | None = None
        self._under_way: deque[Future[None]] = deque()
        self._failed: OSError | None = None

    def add(self, descriptor: int) -> None:
        """Take a file, which is closed here. Raises OSError if the disk did not take an earlier one."""
        last, self._last = self._last, descriptor
        if last is not None:
            self._pool = self._pool or ThreadPoolExecutor(SYNCED_AT_ONCE, "sync")
            self._under_way.append(self._pool.submit(sync_and_close, last))
        self._wait(WAITING)

    def finish(self) -> None:
        """Return once the disk has all files. Raises OSError if it did not take one, then and ever after."""
        last, self._last = self._last, None
        try:
            if last is not None:
                sync_and_close(last)
        except OSError as exc:
            self._failed = self._failed or exc
        self._wait(0)

    def close(self) -> None:
        """Let go of all files."""
        with suppress(OSError):
            if self._last is not None:
                os.close(self._last)
        self._last = None
        if self._pool is not None:
            self._pool.shutdown()

    def _wait(self, most: int) -> None:
        while len(self._under_way) > most:
            try:
                self._under_way.popleft().result()
            except OSError as exc:
                self._failed = self._failed or exc
        if self._failed is not None:
            raise self._failed
