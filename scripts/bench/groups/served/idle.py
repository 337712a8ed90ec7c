"""What a library costs while nobody asks it for anything: its worker, its server, and its embedded chain."""

from __future__ import annotations

import os
import sys
import tempfile
import time
from pathlib import Path

from scripts.bench.page import Section
from scripts.bench.rounds import Figures
from scripts.harness.processes import processor_seconds
from scripts.harness.running_library import RunningLibrary

BOOKS = 20
CALM_SECONDS = 15  # after which all that follows from a registration is done
SECONDS = 20
ROUNDS = 3


def run() -> Section:
    """Return the processor's milliseconds a second, of the library's process and of the chain's."""
    with tempfile.TemporaryDirectory() as folder:
        library = RunningLibrary(Path(folder, "home")).start()
        try:
            for number in range(BOOKS):
                library.register(b"book %d" % number, title=f"Book {number}")
            time.sleep(CALM_SECONDS)
            own, chain = os.getpid(), library.chain.process_id
            found: dict[int, list[float]] = {own: [], chain: []}
            for number in range(ROUNDS):
                sys.stderr.write(f"· idle, round {number + 1} of {ROUNDS}\n")
                before = [processor_seconds(process) for process in found]
                time.sleep(SECONDS)
                for process, used in zip(found, before, strict=True):
                    more = processor_seconds(process) - used
                    found[process].append(more / SECONDS * 1000)
        finally:
            library.stop()
    section = Section("idle", "What a library costs that nobody asks for anything")
    section.lines.append(
        f"A library with {BOOKS} books and its embedded chain, {CALM_SECONDS} s after the last was "
        f"registered: processor time of the process that runs worker and server, and of Ganache, over "
        f"{SECONDS} s, {ROUNDS} times."
    )
    section.figure("worker and server", Figures(found[own]), "ms of a processor a second")
    section.figure("embedded chain", Figures(found[chain]), "ms of a processor a second")
    return section
