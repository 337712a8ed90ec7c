"""A package of npm of which pages use files in the browser."""

from __future__ import annotations

from typing import NamedTuple


class Package(NamedTuple):
    """A package of npm. files: patterns of the paths that are served."""

    name: str
    version: str
    files: tuple[str, ...]
