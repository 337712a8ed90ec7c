"""Files that people name, which may be anything: read within a bound, and never waited for without end.

A pipe may be what another program writes or reads. One that nobody has opened for writing ends at once, and
one that nobody reads is refused, where opening it as usual would wait for ever.
"""

from __future__ import annotations

import os
from io import BufferedReader, BufferedWriter
from pathlib import Path

from ledger_service.domain.foreign_json import LARGEST_BYTES


def open_given(path: Path | str) -> BufferedReader:
    """Return the file, opened for reading bytes; raise OSError if it cannot be."""
    return open(path, "rb", opener=_at_once)


def read_given(path: Path, most_bytes: int = LARGEST_BYTES) -> bytes:
    """Return the bytes of a file, of one that is longer one more than `most_bytes`, which parsers refuse."""
    with open_given(path) as file:
        return file.read(most_bytes + 1)


def make_given(path: Path | str) -> BufferedWriter:
    """Return the file, emptied and opened for writing bytes; raise OSError if it cannot be."""
    return open(path, "wb", opener=_at_once)


def write_given(path: Path, data: bytes) -> None:
    """Write a file; raise OSError if it cannot be."""
    with make_given(path) as file:
        file.write(data)


def _at_once(path: str, flags: int) -> int:
    at_once = getattr(os, "O_NONBLOCK", 0)  # Windows, on which people verify, has no such pipes
    handle = os.open(path, flags | at_once)
    if at_once:
        os.set_blocking(handle, True)
    return handle
