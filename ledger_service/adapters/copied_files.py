"""Copies of files whose originals others go on writing: by pieces, hashed, and again until nothing moved.

For folders of files that are only appended to, replaced by a rename, or removed, as LevelDB keeps its own.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Collection, Iterator
from contextlib import suppress
from pathlib import Path

_PIECE_BYTES = 1 << 20


def files_in(folder: Path, left_out: Collection[str] = ()) -> Iterator[Path]:
    """Yield the paths of all files below a folder, relative to it, in order; none if it is missing.

    left_out: the names of subfolders that are not looked into.
    """
    for parent, subfolders, names in os.walk(folder):
        subfolders[:] = sorted(name for name in subfolders if name not in left_out)
        yield from (Path(parent, name).relative_to(folder) for name in sorted(names))


def copy_file(source: Path, target: Path) -> str:
    """Copy a file to where there is none, with its mode; return its SHA-256, lower-case hex.

    The folders above it are made, and only their owner may enter them. Raises OSError.
    """
    make_folders(target.parent)
    with source.open("rb") as original, target.open("xb") as copy:
        found = hashlib.sha256()
        while piece := original.read(_PIECE_BYTES):
            found.update(piece)
            copy.write(piece)
    shutil.copymode(source, target)
    return found.hexdigest()


def digest_of(path: Path) -> str:
    """Return the SHA-256 of a file, lower-case hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def make_folders(folder: Path) -> None:
    """Make a folder and those above it that are missing, for their owner alone."""
    for missing in [path for path in (*reversed(folder.parents), folder) if not path.exists()]:
        missing.mkdir(mode=0o700)


def follow_folder(source: Path, target: Path, only: Collection[str] | None = None) -> int:
    """Make a copy of a folder like it is now; return how many files were copied or removed for that.

    only: the names of the subfolders that are copied; None for the whole folder.

    If it returns 0, all files were at one moment as the copy has them: each had the size and time of
    change that it had before it was copied.
    """
    moved = 0
    for name in files_in(source):
        if only is not None and name.parts[0] not in only:
            continue
        with suppress(FileNotFoundError):  # removed meanwhile
            before = (source / name).stat()
            if not _is_like(target / name, before):
                (target / name).unlink(missing_ok=True)
                copy_file(source / name, target / name)
                os.utime(target / name, ns=(before.st_atime_ns, before.st_mtime_ns))
                moved += 1
    for name in list(files_in(target)):
        is_wanted = only is None or name.parts[0] in only
        if not is_wanted or not (source / name).exists():
            (target / name).unlink()
            moved += 1
    return moved


def _is_like(copy: Path, original: os.stat_result) -> bool:
    if not copy.exists():
        return False
    found = copy.stat()
    return (found.st_size, found.st_mtime_ns) == (original.st_size, original.st_mtime_ns)
