"""Paths that a source names, which must stay below its folder, and how names are shown."""

from __future__ import annotations

import os

from ledger_service.domain.errors import InvalidManifest


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
        raise InvalidManifest("outside-folder", path=shown(relative)[:200])
    path = os.path.normpath(os.path.join(base, relative))
    at = base.rstrip("/")
    for part in (
        path[len(at) :].strip("/").split("/")
    ):  # what leads to the base is known to be no link
        at = f"{at}/{part}"
        if os.path.islink(at):
            raise InvalidManifest("symbolic-link", path=shown(relative)[:200])
    return path


def shown(name: str) -> str:
    """Return a file name as text that can be written: bytes that are no UTF-8 are escaped."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
