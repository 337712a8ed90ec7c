"""Folders and files that appear whole or not at all, however the process that makes them ends."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from ipfs.disk import sync_and_close, sync_files, sync_folder
from ledger_service.adapters.exchange import exchange_folders
from ledger_service.domain.errors import ContentCorrupt, ExportInTheWay
from ledger_service.domain.identifiers import Digest

PREFIX = ".unfinished-"


@contextmanager
def whole_folder(folder: Path, beside: Path | None = None) -> Iterator[Path]:
    """Yield a new folder, which becomes this one once the block has ended well.

    beside: next to which it is made, on the same file system; by default next to this one. A process that is
    killed leaves a hidden folder `.unfinished-…` there, and nothing else.

    Raises:
        ExportInTheWay: there is something already, and not an empty folder, or a mount point.
    """
    check_free(folder)
    with _folder_in((beside or folder).absolute().parent) as made:
        yield made
        _complete(made)
        folder.parent.mkdir(parents=True, exist_ok=True)
        check_free(folder)
        made.rename(folder)
    sync_folder(folder.parent)


@contextmanager
def changed_folder(folder: Path, beside: Path) -> Iterator[Path]:
    """Yield a copy of a folder, which takes its place in one step once the block has ended well.

    The files are the old ones by other names: write none of them, but unlink it first. beside: as in
    `whole_folder`.
    """
    with _folder_in(beside.absolute().parent) as made:
        shutil.copytree(folder, made, copy_function=os.link, dirs_exist_ok=True)
        yield made
        _complete(made)
        exchange_folders(made.absolute(), folder.absolute())
    sync_folder(folder.parent)


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """Yield the path of a file to write, which gets this name once the block has ended well.

    Raises:
        ExportInTheWay: there is something already.
    """
    if os.path.lexists(path):
        raise ExportInTheWay(path=str(path))
    handle, name = tempfile.mkstemp(prefix=PREFIX, dir=path.parent)
    os.close(handle)
    made = Path(name)
    try:
        yield made
        sync_and_close(os.open(made, os.O_RDONLY))
        made.chmod(0o644)
        os.link(made, path)  # which, other than a rename, replaces nothing
    except FileExistsError as exc:
        raise ExportInTheWay(path=str(path)) from exc
    finally:
        made.unlink(missing_ok=True)
    sync_folder(path.parent)


def check_free(folder: Path) -> None:
    """Check that nothing, or an empty folder, is there; raise ExportInTheWay otherwise."""
    is_empty = folder.is_dir() and not folder.is_symlink() and not any(folder.iterdir())
    if os.path.lexists(folder) and not is_empty:
        raise ExportInTheWay(path=str(folder))
    if lies_elsewhere(folder):
        raise ExportInTheWay("mount-point", path=str(folder))


def lies_elsewhere(folder: Path) -> bool:
    """Return whether a folder is on another file system than what it is in, so that no rename leads to it."""
    place = folder.absolute()
    return place.is_dir() and place.stat().st_dev != place.parent.stat().st_dev


def write_payload(
    path: Path, pieces: Iterable[bytes], digest: Digest, algorithms: Collection[str]
) -> dict[str, str]:
    """Write the bytes of a resource; return their hashes by algorithm, lower-case hex.

    Raises:
        ContentCorrupt: they have another SHA-256 than the resource.
    """
    states = {name: hashlib.new(name) for name in {"sha256", *algorithms}}
    with path.open("xb") as file:
        for piece in pieces:
            for state in states.values():
                state.update(piece)
            file.write(piece)
    if states["sha256"].digest() != digest.value:
        raise ContentCorrupt("export")
    return {name: states[name].hexdigest() for name in algorithms}


def write_files(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write files of text into a folder, which is made."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in files.items():
        (folder / name).write_bytes(data)


@contextmanager
def _folder_in(place: Path) -> Iterator[Path]:
    """Yield a new folder in a place; whatever has its name when the block ends is removed."""
    place.mkdir(parents=True, exist_ok=True)
    made = Path(tempfile.mkdtemp(prefix=PREFIX, dir=place))
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)


def _complete(made: Path) -> None:
    """Wait until the disk has all files and folders below this one, and let others read it."""
    for parent, _, _ in os.walk(made):
        sync_files(Path(parent))
    made.chmod(0o755)
