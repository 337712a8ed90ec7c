"""A small disk of this program's own, which can be filled: a tmpfs that no other process sees.

Whoever runs this need not be root. The program runs itself again in a namespace of its own, where it may
mount; the disk is gone with its last process.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

SIZE = "192m"
INSIDE = "MUHR_FAULTS_INSIDE"
_UNSHARE = ("unshare", "--user", "--map-root-user", "--mount")


def run_inside(command: Sequence[str]) -> None:
    """Run this program again where it may mount; return if it does already, or if that is forbidden."""
    if INSIDE in os.environ or not _is_allowed():
        return
    os.environ[INSIDE] = "1"
    os.execvp(_UNSHARE[0], [*_UNSHARE, sys.executable, *command])


def _is_allowed() -> bool:
    if shutil.which(_UNSHARE[0]) is None:
        return False
    return subprocess.run([*_UNSHARE, "true"], check=False, capture_output=True).returncode == 0


class SmallDisk:
    """A disk at a folder; without leave to mount it is the folder alone, and can not be filled."""

    def __init__(self, folder: Path) -> None:
        self.is_small = INSIDE in os.environ
        self._filler = folder / "filler"
        if self.is_small:
            mount = ["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", str(folder)]
            subprocess.run(mount, check=True)

    def __enter__(self) -> SmallDisk:
        return self

    def __exit__(self, *_: object) -> None:
        if self.is_small:
            subprocess.run(["umount", "--lazy", str(self._filler.parent)], check=True)

    def fill(self) -> None:
        """Leave no byte."""
        with self._filler.open("wb", buffering=0) as file:
            for size in (2**20, 2**12):
                with suppress(OSError):  # there is no room for as much any more
                    while True:
                        file.write(bytes(size))

    def free(self) -> None:
        """Make room again."""
        self._filler.unlink(missing_ok=True)
