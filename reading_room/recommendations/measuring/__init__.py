"""Where the numbers are made, by numpy, scipy and opendp: an extra of the package, loaded by a run alone."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

PACKAGES = ("numpy", "opendp", "scipy")
ROOM = Path(__file__).parents[1]


@cache
def is_installed() -> bool:
    """Return whether the packages are here; none of them is loaded."""
    return all(find_spec(name) is not None for name in PACKAGES)


def versions() -> dict[str, str]:
    """Return the versions of the packages that make the numbers."""
    return {name: version(name) for name in PACKAGES}


@cache
def code_digest() -> str:
    """Return the SHA-256 of what decides a run: rules, measuring and work, by path, 64 hex digits."""
    whole = hashlib.sha256()
    files = [*ROOM.glob("rules/*.py"), *ROOM.glob("measuring/*.py"), ROOM / "work.py"]
    for file in sorted(files):
        told = (
            f"{file.relative_to(ROOM).as_posix()} {hashlib.sha256(file.read_bytes()).hexdigest()}\n"
        )
        whole.update(told.encode())
    return whole.hexdigest()
