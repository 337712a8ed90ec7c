"""Files of a folder and the folders in it, and paths that must stay in a folder."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from ledger_service.domain.errors import InvalidManifest
from ledger_service.domain.import_item import ImportItem
from ledger_service.domain.import_progress import Extent


def read_folder(folder: Path, license_name: str, extent: Extent) -> Iterator[ImportItem]:
    """Yield every file in order of its path. Symbolic links are not followed, hidden names left out.

    Meanwhile a thread counts how many there are, so that the first is not kept waiting.
    """
    base = os.path.realpath(folder)

    def count() -> None:
        with suppress(OSError):  # then nobody knows
            extent.total = _count(base)

    threading.Thread(target=count, name="counting", daemon=True).start()
    for item in _walk(base, "", license_name):
        extent.read += 1
        yield item


def _count(folder: str) -> int:
    """Return how many items `_walk` will yield, without holding them."""
    count, folders = 0, [folder]
    while folders:
        with os.scandir(folders.pop()) as listed:
            for entry in listed:
                if not entry.name.startswith(".") and entry.is_dir(follow_symlinks=False):
                    folders.append(entry.path)
                else:
                    count += 1
    return count


def _walk(folder: str, within: str, license_name: str) -> Iterator[ImportItem]:
    with os.scandir(folder) as listed:
        entries = sorted(listed, key=lambda entry: entry.name)
    for entry in entries:
        place = shown(within + entry.name)
        if entry.name.startswith("."):
            yield ImportItem.skipped(place, "its name is hidden")
        elif entry.is_symlink():
            yield ImportItem.skipped(place, "it is a symbolic link")
        elif entry.is_dir(follow_symlinks=False):
            try:
                yield from _walk(entry.path, f"{within}{entry.name}/", license_name)
            except OSError as exc:
                yield unreadable(place, exc)
        elif entry.is_file(follow_symlinks=False):
            yield ImportItem(place, path=entry.path, license=license_name)
        else:
            yield ImportItem.skipped(place, "it is not a regular file")


def unreadable(place: str, error: OSError) -> ImportItem:
    """Return the item for a place that cannot be read."""
    return ImportItem.refused(place, InvalidManifest(f"It cannot be read: {error.strerror}."))


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
        raise InvalidManifest(f"“{shown(relative)[:200]}” is not a path below the source's folder.")
    path = os.path.normpath(os.path.join(base, relative))
    if os.path.realpath(path) != path:
        raise InvalidManifest(f"“{shown(relative)[:200]}” leads through a symbolic link.")
    return path


def shown(name: str) -> str:
    """Return a file name as text that can be written: bytes that are no UTF-8 are escaped."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
