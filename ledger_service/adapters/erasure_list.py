"""The list of erased readers, in one file or several: a line of text for each, written to the disk at once.

    muhr-erased/1 ORIGIN         the ledger's name, so that no other library's list is taken for this one's
    64 hex digits                a tag, see domain/people/erasure.py

The files are outside of the database and of every backup, since an older copy of either must not bring
back who was erased. Each line goes to all of them; what one has and another lacks counts.
"""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path

from ledger_service.domain.errors import ErasuresUnreachable, ErasureUnfinished, InvalidInput

FORMAT = "muhr-erased/1"
LARGEST_LIST_BYTES = 256 * 1024**2  # some four million readers
_TAG = re.compile(r"[0-9a-f]{64}")
_TORN = re.compile(r"[0-9a-f]{0,63}")


class ErasureFiles:
    """Implements ports.ErasureList. files: each is made if it is not there; origin: of the ledger."""

    def __init__(self, files: Sequence[Path], origin: str) -> None:
        self._files = files
        self._origin = origin

    def make(self) -> None:
        """Make the files that are not there, so that a restored library can tell an empty list from none."""
        self.add_all(())

    def add(self, tag: bytes) -> None:
        self.add_all((tag,))

    def add_all(self, tags: Iterable[bytes]) -> None:
        """Add tags to each file that lacks them; if one cannot be written, raise.

        Raises:
            ErasuresUnreachable: none of these tags is in any file.
            ErasureUnfinished: one is in a file already, so that the next start erases whose it is.
        """
        wanted = set(tags)
        for file in self._files:
            try:
                # One more line does no harm where the tag stands already, and reading all takes long.
                is_long = len(wanted) != 1 and file.exists()
                there = read_list(file, self._origin) if is_long else set()
                _append(file, self._origin, wanted - there)
            except OSError as exc:
                if self._has_any(wanted):
                    raise ErasureUnfinished("list", file=str(file)) from exc
                raise ErasuresUnreachable("write", file=str(file)) from exc

    def _has_any(self, wanted: set[bytes]) -> bool:
        """Return whether one of the tags is in a file that can be read."""
        for file in self._files:
            with suppress(OSError):
                if read_list(file, self._origin) & wanted:
                    return True
        return False

    def tags(self) -> frozenset[bytes]:
        found: set[bytes] = set()
        for file in self._files:
            try:
                found |= read_list(file, self._origin)
            except FileNotFoundError:
                continue
            except OSError as exc:
                raise ErasuresUnreachable("read", file=str(file)) from exc
        return frozenset(found)


def read_list(file: Path, origin: str) -> set[bytes]:
    """Return the tags in a file.

    Raises:
        InvalidInput: it is no such list, is another library's, or was damaged.
        OSError: it cannot be read; FileNotFoundError: it is not there.
    """
    if file.stat().st_size > LARGEST_LIST_BYTES:
        raise InvalidInput("erasures-damaged", file=str(file))
    check_head(file, origin)
    _, *lines = file.read_bytes().decode("ascii", "replace").split("\n")
    # What a power cut left of a line was never answered, and is followed by a line's end.
    whole = [line for line in lines if not _TORN.fullmatch(line)]
    if not all(_TAG.fullmatch(line) for line in whole):
        raise InvalidInput("erasures-damaged", file=str(file))
    return {bytes.fromhex(line) for line in whole}


def check_head(file: Path, origin: str) -> None:
    """Check that a file is a list of this ledger; raise as `read_list`."""
    wanted = f"{FORMAT} {origin}\n".encode()
    with file.open("rb") as opened:
        if opened.read(len(wanted)) != wanted:
            raise InvalidInput("erasures-of-other", file=str(file), origin=origin)


def _append(file: Path, origin: str, tags: set[bytes]) -> None:
    if not file.exists():
        _make(file, origin)
    check_head(file, origin)
    if tags:
        lines = "\n" + "".join(f"{tag.hex()}\n" for tag in sorted(tags))
        _write_durably(file, lines.encode(), os.O_APPEND)


def _make(file: Path, origin: str) -> None:
    """Make a list of nobody under its name at once: one that a full disk cut short would be none."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = file.with_name(f"{file.name}.{secrets.token_hex(4)}.new")
    try:
        _write_durably(fresh, f"{FORMAT} {origin}\n".encode(), os.O_CREAT | os.O_EXCL)
        with suppress(
            FileExistsError
        ):  # another process has made it just now, and may have added to it
            os.link(fresh, file)
    finally:
        fresh.unlink(missing_ok=True)
    folder = os.open(file.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _write_durably(file: Path, data: bytes, how: int) -> None:
    handle = os.open(file, os.O_WRONLY | how, 0o600)
    try:
        _write(handle, data)
        os.fsync(handle)
    finally:
        os.close(handle)


def _write(handle: int, data: bytes) -> None:
    while data:
        data = data[os.write(handle, data) :]
