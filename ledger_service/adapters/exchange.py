"""Two folders change names at one moment: Linux's renameat2, which Python does not have."""

from __future__ import annotations

import ctypes
import os
from pathlib import Path

from ledger_service.domain.errors import InvalidInput

_AT_FDCWD = -100  # paths are absolute, or below the working folder
_RENAME_EXCHANGE = 2  # linux/fs.h


def exchange_folders(one: Path, other: Path) -> None:
    """Give two folders of one file system each other's name: at no moment is either name missing.

    Raises:
        InvalidInput: the system or the file system cannot do it.
    """
    rename = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if rename is None:
        raise InvalidInput("folders-not-exchanged", folder=str(one), said="no renameat2")
    names = os.fsencode(one), os.fsencode(other)
    if rename(_AT_FDCWD, names[0], _AT_FDCWD, names[1], _RENAME_EXCHANGE) != 0:
        said = os.strerror(ctypes.get_errno())
        raise InvalidInput("folders-not-exchanged", folder=str(one), said=said)
