"""Shows that the service's memory does not grow with the size of a resource.

Serves a new library in a temporary folder, registers a small resource and opens it, so that all
that is loaded once is loaded, then does the same with a large one. The peak of resident memory
(VmHWM) before and after is printed for the process of the API and for the worker. Exit status:
0 neither grew by more than 64 MiB, 1 one did, 2 it cannot be measured here. Linux only.

    python -m scripts.bench.measure_memory [--size-mib 1024]
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from scripts.bench.sides.transfers import MIB, write_file
from scripts.harness.served_library import ServedLibrary

MOST_GROWTH_BYTES = 64 * MIB
WARM_UP_BYTES = 4 * MIB + 1
GRANT_DAYS = "1"
WORKER = "ledger_service.worker"


@dataclass(frozen=True)
class Peak:
    """The peak of a process's resident memory before and after the large resource, in bytes."""

    process: str
    before: int
    registered: int
    opened: int

    @property
    def growth(self) -> int:
        return max(self.registered, self.opened) - self.before


def measure(folder: Path, size_bytes: int) -> list[Peak]:
    """Return the peaks of the API and the worker. folder: empty, with room for three times the size."""
    with ServedLibrary(folder, "memory.test/muhr") as library:
        processes = {"API": library.process_id, "worker": _worker_of(library.process_id)}
        reader = json.loads(library.muhr("token", "--role", "reader", "--json"))
        small, large = folder / "small", folder / "large"
        write_file(small, WARM_UP_BYTES, 0)
        _register(library, small)
        _open(library, small, reader)
        before = {name: reset_peak(process) for name, process in processes.items()}

        write_file(large, size_bytes, 1)
        _timed(f"registered {size_bytes / MIB:,.0f} MiB", lambda: _register(library, large))
        registered = {name: peak_of(process) for name, process in processes.items()}
        _timed(f"opened {size_bytes / MIB:,.0f} MiB", lambda: _open(library, large, reader))
        opened = {name: peak_of(process) for name, process in processes.items()}
    return [Peak(name, before[name], registered[name], opened[name]) for name in processes]


def _register(library: ServedLibrary, file: Path) -> None:
    library.muhr("register", str(file), "--license", "CC0-1.0")


def _open(library: ServedLibrary, file: Path, reader: dict[str, str]) -> None:
    found = library.get("/resources")["items"]
    digest = next(item["digest"] for item in found if item["title"] == file.name)
    library.muhr("grant", digest, "--reader", reader["subject"], "--days", GRANT_DAYS)
    copy = file.with_suffix(".copy")
    library.muhr("open", digest, "--output", str(copy), token=reader["token"])
    copy.unlink()


def _timed(what: str, work: Callable[[], None]) -> None:
    started = time.monotonic()
    work()
    print(f"{what} in {time.monotonic() - started:.1f} s", flush=True)


def _worker_of(parent: int) -> int:
    """Return the worker among the processes that this one started."""
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            command = (status.parent / "cmdline").read_bytes().split(b"\0")
            if _field(status, "PPid") == parent and WORKER.encode() in command:
                return int(status.parent.name)
        except (FileNotFoundError, ProcessLookupError):
            continue  # it ended while we looked
    raise RuntimeError(f"muhr serve, process {parent}, has no worker")


def peak_of(process: int) -> int:
    """Return the peak of a process's resident memory, in bytes."""
    return _field(Path(f"/proc/{process}/status"), "VmHWM") * 1024


def reset_peak(process: int) -> int:
    """Return the peak after it was set to what is resident now, or as it is if that is forbidden."""
    try:
        Path(f"/proc/{process}/clear_refs").write_text("5")
    except PermissionError:
        print(f"the peak of process {process} cannot be reset; it counts from the start")
    return peak_of(process)


def _field(status: Path, name: str) -> int:
    found = re.search(rf"^{name}:\s+(\d+)", status.read_text(), re.MULTILINE)
    return int(found[1]) if found else 0


def main() -> int:
    """Return the exit status; see above."""
    parser = argparse.ArgumentParser(description="Measure the service's memory while bytes pass.")
    parser.add_argument("--size-mib", type=int, default=1024, help="of the resource; default 1024")
    size_bytes = parser.parse_args().size_mib * MIB
    if sys.platform != "linux":
        print("Peaks are read from /proc, which only Linux has; nothing was measured.")
        return 2
    with tempfile.TemporaryDirectory(prefix="muhr-memory-") as folder:
        peaks = measure(Path(folder), size_bytes)
    print(f"{'peak, MiB':<12}{'before':>10}{'registered':>12}{'opened':>10}{'growth':>10}")
    for peak in peaks:
        numbers = peak.before, peak.registered, peak.opened, peak.growth
        before, registered, opened, growth = (number / MIB for number in numbers)
        print(f"{peak.process:<12}{before:>10.1f}{registered:>12.1f}{opened:>10.1f}{growth:>10.1f}")
    good = all(peak.growth <= MOST_GROWTH_BYTES for peak in peaks)
    verdict = "neither grew" if good else "one grew"
    print(f"{verdict} by more than {MOST_GROWTH_BYTES // MIB} MiB")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
