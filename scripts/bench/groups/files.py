"""Imports of files until they are anchored, beside digest and CID of the same files on two processes."""

from __future__ import annotations

import os
import random
import sys
import tempfile
import time
from pathlib import Path

from scripts.bench.importer import importer
from scripts.bench.page import Ratio, Section
from scripts.bench.peer import peer
from scripts.bench.rounds import interleave
from scripts.harness.served_library import ServedLibrary

MIB = 1024 * 1024
SIZES = [  # bytes a file, files, least ratio
    (10_000, 200_000, 0.40),
    (100_000, 100_000, 0.70),
    (MIB, 8_000, 0.80),
    (4 * MIB, 2_000, 0.80),
]
FILES_A_FOLDER = 1_000
SETTLED_SECONDS = 2.5  # after which an import's journal notes a file that was changed


def run() -> Section:
    """Return rates by size, and their ratios."""
    section = Section("files", "Importing files")
    section.lines.append(
        "`muhr import` of a folder into a new library that is being served, until the anchor of all files "
        "is on chain. The peer opens, reads and hashes the same files on two processes, by the same "
        "function, for digest and CID. Both start their processes within the time; the files are in the "
        "page cache. Neither ledger nor journal knows a file, and the journal notes all that are not small. "
        "Beside its hash a file costs a claim and its place in the ledger, in the index and in the map, "
        "about the same for every size: this is most of a small file's time. Map and anchor come at the "
        "end, when nothing is left to hash. Into a library that holds several times as many already, an "
        "import of small files takes up to twice as long."
    )
    for size, count, target in SIZES:
        with tempfile.TemporaryDirectory() as folder:
            _measure(section, Path(folder), size, count, target)
    return section


def _measure(section: Section, folder: Path, size: int, count: int, target: float) -> None:
    files = folder / "files"
    _write_files(files, size, count)
    time.sleep(SETTLED_SECONDS)
    hash_alone = [sys.executable, "-m", "scripts.bench.peers.hash_alone", str(files)]
    with peer(hash_alone) as hash_files:
        found = interleave(
            {
                "muhr": lambda: count / _import(files, count),
                "alone": lambda: count / hash_files(),
            }
        )
    name = f"{size // MIB} MiB" if size >= MIB else f"{size // 1000} KB"
    ratio = found["muhr"].median / found["alone"].median
    section.ratios.append(Ratio(f"{name}: Muhr / digest and CID alone", ratio, target))
    section.figure(f"{name}: Muhr, {count:,} files", found["muhr"], "files/s")
    section.figure(f"{name}: digest and CID alone", found["alone"], "files/s")


def _import(files: Path, count: int) -> float:
    """Return the seconds of an import into a new library."""
    with tempfile.TemporaryDirectory() as folder:
        with ServedLibrary(Path(folder), "library.test/bench") as served:
            before = served.at_rest()["ledger_size"]
            with importer(served.home, files) as run_import:
                seconds, _ = run_import()
            if served.get("/status")["anchored_size"] < before + count:
                raise RuntimeError("The import was not anchored when it ended.")
    return seconds


def _write_files(folder: Path, size: int, count: int) -> None:
    content = bytearray(random.Random(size).randbytes(size))
    for number in range(count):
        part = folder / f"{number // FILES_A_FOLDER:04}"
        if number % FILES_A_FOLDER == 0:
            part.mkdir(parents=True)
        content[:8] = number.to_bytes(8, "big")  # so that each has a digest of its own
        (part / f"{number:06}.bin").write_bytes(content)
    os.sync()  # so that nothing is written meanwhile
