"""`muhr import` in a process that has loaded its code, as the other sides of a benchmark have.

As a program: importer.py HOME SOURCE. Each line sent imports the source once, until it is anchored; the
line back is how many seconds that took, and the peak of resident memory in MiB, of the process and its
children together.
"""

from __future__ import annotations

import os
import re
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path

from ledger_service.cli.imports.imports import import_
from scripts.bench.peer import answering

LICENSE = "CC0-1.0"
SAMPLE_SECONDS = 0.1

Import = Callable[[], tuple[float, float]]
"""Imports once; returns seconds and MiB."""


@contextmanager
def importer(home: Path, source: Path) -> Iterator[Import]:
    """Yield what imports this source into the library of this home, which is being served."""
    command = [sys.executable, "-m", "scripts.bench.importer", str(home), str(source)]
    with answering(command) as ask:

        def run() -> tuple[float, float]:
            seconds, mebibytes = ask().split()
            return float(seconds), float(mebibytes)

        yield run


def main(home: str, source: str) -> None:
    """Answer questions until there are no more."""
    os.environ["MUHR_HOME"] = home
    import_module("ledger_service.cli.imports.own_imports")  # which the command loads when it runs
    print("ready", flush=True)
    output, sys.stdout = sys.stdout, open(os.devnull, "w")  # noqa: SIM115 - until the end
    for _ in sys.stdin:
        peaks = Peaks()
        begin = time.perf_counter()
        status = import_.main([source, "--license", LICENSE, "--json"], standalone_mode=False)
        seconds = time.perf_counter() - begin
        if status:
            sys.exit(f"The import ended with status {status}.")
        print(seconds, peaks.end(), file=output, flush=True)


class Peaks(threading.Thread):
    """Watches the peaks of this process and of its children, which it must see before they end."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self._over = threading.Event()
        self._kibibytes: dict[int, int] = {}
        self.start()

    def run(self) -> None:
        while not self._over.wait(SAMPLE_SECONDS):
            self._look()

    def end(self) -> float:
        """Return the sum of all peaks, in MiB."""
        self._over.set()
        self.join()
        self._look()
        return sum(self._kibibytes.values()) / 1024

    def _look(self) -> None:
        own = Path(f"/proc/{os.getpid()}")
        children = [
            int(child)
            for thread in own.glob("task/*/children")
            for child in thread.read_text().split()
        ]
        for process in [os.getpid(), *children]:
            try:
                found = re.search(r"VmHWM:\s+(\d+)", Path(f"/proc/{process}/status").read_text())
            except OSError:
                continue
            if found:  # the newest is the highest, once the process runs its own program
                self._kibibytes[process] = int(found[1])


if __name__ == "__main__":
    main(*sys.argv[1:])
