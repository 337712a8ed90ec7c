"""Files as commands take them: found, and hashed where they are."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ledger_service.domain.identifiers import Digest

if TYPE_CHECKING:
    from ledger_service.adapters.remote import Told

PIECE_BYTES = 1024 * 1024
files_argument = click.argument(
    "files", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path)
)


def digest_of(path: Path, told: Told) -> Digest:
    """Return the SHA-256 of a file, read in pieces."""
    state = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(PIECE_BYTES):
            state.update(piece)
            told(len(piece))
    return Digest(state.digest())


def walk(paths: tuple[Path, ...]) -> Iterator[Path]:
    """Yield files, and the files of folders in order; hidden ones are left out."""
    for path in paths:
        if path.is_dir():
            yield from walk(
                tuple(sorted(item for item in path.iterdir() if not item.name.startswith(".")))
            )
        else:
            yield path
