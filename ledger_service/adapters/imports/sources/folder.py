"""Files of a folder and the folders in it, and paths that must stay in a folder."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import suppress
from operator import attrgetter
from pathlib import Path

from ledger_service.adapters.imports.sources.blocks import FileBlock
from ledger_service.domain.errors import InvalidManifest
from ledger_service.domain.imports.import_item import ImportItem
from ledger_service.domain.imports.import_progress import Extent
from ledger_service.domain.reasons import Reason

# At most in a block, were all files as large as its first: fewer let both processes end together.
FILES_A_BLOCK = 256
BYTES_A_BLOCK = 1 << 25


def read_folder(
    folder: Path, license_name: str, extent: Extent
) -> Iterator[ImportItem | FileBlock]:
    """Yield every file in order of its path. Symbolic links are not followed, hidden names left out.

    Meanwhile a thread counts how many there are, so that the first is not kept waiting.
    """
    base = os.path.realpath(folder)

    def count() -> None:
        with suppress(OSError):  # then nobody knows
            extent.total = _count(base)

    threading.Thread(target=count, name="counting", daemon=True).start()
    for found in _walk(base, "", license_name):
        items = len(found.names) if isinstance(found, FileBlock) else 1
        extent.read += items
        extent.items += items
        yield found


def _count(folder: str) -> int:
    """Return how many items `_walk` will yield, without holding them."""
    count, folders = 0, [folder]
    while folders:
        with os.scandir(folders.pop()) as listed:
            for entry in listed:
                if entry.is_dir(follow_symlinks=False) and not entry.name.startswith("."):
                    folders.append(entry.path)
                else:
                    count += 1
    return count


def _walk(folder: str, within: str, license_name: str) -> Iterator[ImportItem | FileBlock]:
    with os.scandir(folder) as listed:
        entries = sorted(listed, key=attrgetter("name"))
    names: list[str] = []
    size = most = 0

    def block() -> FileBlock:
        return FileBlock(folder, within, names, license_name, size * len(names))

    for entry in entries:
        if entry.is_file(follow_symlinks=False) and not entry.name.startswith("."):
            if not names:
                size = _size(entry)
                most = min(max(BYTES_A_BLOCK // max(size, 1), 1), FILES_A_BLOCK)
            names.append(entry.name)
            if len(names) == most:
                yield block()
                names = []
            continue
        if names:
            yield block()
            names = []
        yield from _walk_other(entry, within, license_name)
    if names:
        yield block()


def _size(entry: os.DirEntry[str]) -> int:
    """Return the bytes of a file, 0 if it is gone, of which whoever opens it tells."""
    try:
        return entry.stat(follow_symlinks=False).st_size
    except OSError:
        return 0


def _walk_other(
    entry: os.DirEntry[str], within: str, license_name: str
) -> Iterator[ImportItem | FileBlock]:
    """Yield what is below a folder, or why the entry is no item."""
    place = shown(within + entry.name)
    if entry.name.startswith("."):
        yield ImportItem.skipped(place, Reason("skipped.hidden").format())
    elif entry.is_symlink():
        yield ImportItem.skipped(place, Reason("skipped.symbolic-link").format())
    elif entry.is_dir(follow_symlinks=False):
        try:
            yield from _walk(entry.path, f"{within}{entry.name}/", license_name)
        except OSError as exc:
            yield unreadable(place, exc)
    else:
        yield ImportItem.skipped(place, Reason("skipped.not-a-file").format())


def unreadable(place: str, error: OSError) -> ImportItem:
    """Return the item for a place that cannot be read."""
    return ImportItem.refused(place, InvalidManifest("item-unreadable", cause=str(error.strerror)))


def resolve(base: str, relative: str) -> str:
    """Return the absolute path of a file that a source names, below its folder.

    base: the folder, free of symbolic links.

    Raises:
        InvalidManifest: the path is absolute, leads out of the folder or through a symbolic link.
    """
    parts = relative.split("/")
    if (
        not relative
        or "\0" in relative
        or "\\" in relative
        or relative.startswith("/")
        or ".." in parts
    ):
        raise InvalidManifest("outside-folder", path=shown(relative)[:200])
    path = os.path.normpath(os.path.join(base, relative))
    if os.path.realpath(path) != path:
        raise InvalidManifest("symbolic-link", path=shown(relative)[:200])
    return path


def shown(name: str) -> str:
    """Return a file name as text that can be written: bytes that are no UTF-8 are escaped."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
