"""Files of a folder and the folders in it; bags among them are read as bags."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import suppress
from operator import attrgetter
from pathlib import Path

from ledger_service.adapters.imports.sources.bag import read_bag
from ledger_service.adapters.imports.sources.belt import to_its_end
from ledger_service.adapters.imports.sources.blocks import FileBlock
from ledger_service.adapters.imports.sources.folder_signs import is_bag, is_catalog, skip_reason
from ledger_service.adapters.imports.sources.paths import shown
from ledger_service.domain.errors import InvalidManifest, LedgerError
from ledger_service.domain.imports.import_item import ImportItem
from ledger_service.domain.imports.import_progress import Extent
from ledger_service.domain.reasons import Reason

# At most in a block, were all files as large as its first: fewer let both processes end together.
FILES_A_BLOCK = 256
BYTES_A_BLOCK = 1 << 25


def read_folder(
    folder: Path, license_name: str, extent: Extent
) -> Iterator[ImportItem | FileBlock]:
    """Yield every file in order of its path. Symbolic links are not followed. Hidden names, what systems
    leave behind and catalogs are skipped, and the payload of a bag is checked as such.

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
                if entry.is_dir(follow_symlinks=False) and not skip_reason(entry.name):
                    folders.append(entry.path)
                else:
                    count += 1
    return count


def _walk(folder: str, within: str, license_name: str) -> Iterator[ImportItem | FileBlock]:
    with os.scandir(folder) as listed:
        entries = sorted(listed, key=attrgetter("name"))
    if is_bag([entry.name for entry in entries]):
        yield from _bag(folder, within, license_name)
        return
    names: list[str] = []
    size = most = 0

    def block() -> FileBlock:
        return FileBlock(folder, within, names, license_name, size * len(names))

    for entry in entries:
        if entry.is_file(follow_symlinks=False) and _is_book(entry):
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


def _bag(folder: str, within: str, license_name: str) -> Iterator[ImportItem]:
    """Yield the items of a bag; if it cannot be read, one that is refused, and none of its files."""
    place, extent = shown(within.rstrip("/") or folder), Extent()
    try:
        items = read_bag(Path(folder), license_name, extent, within)
        yield from to_its_end(place, items, extent)
    except LedgerError as exc:
        yield ImportItem.refused(place, exc)


def _is_book(entry: os.DirEntry[str]) -> bool:
    return not skip_reason(entry.name) and not is_catalog(entry.path)


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
    reason = skip_reason(entry.name)
    if reason:
        yield ImportItem.skipped(place, reason)
    elif entry.is_symlink():
        yield ImportItem.skipped(place, Reason("skipped.symbolic-link").format())
    elif entry.is_dir(follow_symlinks=False):
        try:
            yield from _walk(entry.path, f"{within}{entry.name}/", license_name)
        except OSError as exc:
            yield unreadable(place, exc)
    elif entry.is_file(follow_symlinks=False):
        yield ImportItem.skipped(place, Reason("skipped.catalog").format())
    else:
        yield ImportItem.skipped(place, Reason("skipped.not-a-file").format())


def unreadable(place: str, error: OSError) -> ImportItem:
    """Return the item for a place that cannot be read."""
    return ImportItem.refused(place, InvalidManifest("item-unreadable", cause=str(error.strerror)))
