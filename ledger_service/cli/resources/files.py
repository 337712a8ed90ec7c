"""Files as commands take them: found, and hashed where they are."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ledger_service.adapters.given_files import open_given
from ledger_service.cli.output import say
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.resources.search import DIGEST_DIGITS

if TYPE_CHECKING:
    from ledger_service.adapters.remote import Told

PIECE_BYTES = 1024 * 1024
files_argument = click.argument(
    "files", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path)
)


class LeftOut:
    """Tells of what a folder holds that is no readable file, and counts it."""

    count = 0

    def __call__(self, path: Path, why: str) -> None:
        self.count += 1
        say(f"muhr: left out: {path}: {why}", err=True)


def digest_of(path: Path, told: Told) -> Digest:
    """Return the SHA-256 of a file, read in pieces."""
    state = hashlib.sha256()
    with open_given(path) as file:
        while piece := file.read(PIECE_BYTES):
            state.update(piece)
            told(len(piece))
    return Digest(state.digest())


def digest_given(text: str) -> Digest:
    """Return the digest that is meant, of a file here or given whole; raise InvalidDigest."""
    path = Path(text)
    if len(text.strip()) == DIGEST_DIGITS or not path.is_file():
        return Digest.typed(text)
    found = digest_of(path, lambda _: None)
    say(f"{text} is {found}", err=True)
    return found


def walk(paths: tuple[Path, ...], left_out: LeftOut) -> Iterator[Path]:
    """Yield files, and the files of folders in order; hidden ones are passed over.

    A file that is named is yielded whatever it is, such as the pipe of another program. What in a folder
    is a dangling link, a link to a folder or no regular file would hang, fail or go round: it is left out.
    """
    for path in paths:
        if not path.is_dir():
            yield path
            continue
        try:
            items = sorted(item for item in path.iterdir() if not item.name.startswith("."))
        except OSError as exc:
            left_out(path, exc.strerror or "it cannot be listed")
            continue
        for item in items:
            if item.is_dir() and not item.is_symlink():
                yield from walk((item,), left_out)
            elif item.is_file() and os.access(item, os.R_OK):
                yield item
            else:
                left_out(item, _why(item))


def _why(item: Path) -> str:
    if item.is_symlink():
        return "a link to a folder" if item.is_dir() else "a link that leads to no file"
    return "it may not be read" if item.is_file() else "no regular file"
