"""The charter in a library's home folder, read anew when the file has changed."""

from __future__ import annotations

from pathlib import Path

from ledger_service.adapters.given_files import read_given
from ledger_service.domain import foreign_text
from ledger_service.domain.consortium.charter import LARGEST_BYTES, Charter


class CharterFile:
    """Returns the charter when it is called, None if there is no file. Safe to share between threads."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._read: tuple[tuple[int, ...], Charter] | None = None

    def __call__(self) -> Charter | None:
        """Return the charter as it is now; raise InvalidCharter for a file that is none."""
        try:
            found = self._path.stat()
        except FileNotFoundError:
            return None
        stamp = found.st_ino, found.st_mtime_ns, found.st_size
        read = self._read
        if read is None or read[0] != stamp:
            read = self._read = (stamp, read_charter(self._path))
        return read[1]

    def write(self, charter: Charter) -> None:
        """Put a charter there, at one moment."""
        temporary = self._path.with_suffix(".new")
        temporary.write_text(charter.format(), "utf-8")
        temporary.replace(self._path)


def read_charter(path: Path) -> Charter:
    """Return the charter of a file; raise InvalidCharter."""
    return Charter.parse(foreign_text.parse(read_given(path, LARGEST_BYTES)))
