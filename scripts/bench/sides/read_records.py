"""Read the records of a source, by the code of any checkout.

    PYTHONPATH=CHECKOUT CHECKOUT/.venv/bin/python scripts/bench/sides/read_records.py SOURCE FILES

prints as JSON: count, rate (a second), rate_of_processor (a second of the work of all its processes) and
peak_bytes, of this process and of the largest that it started.
Rows of CSV are read until claims are made of them, since that is where they are parsed. Of other records
the items are made, and no file is hashed.
"""

from __future__ import annotations

import importlib
import json
import os
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

LARGEST_BYTES = 2**40


def read(source: str, files: Path) -> dict[str, float]:
    """Return how a source was read. files: the folder of a harvest's files."""
    pieces = _of("sources.kinds").read_source(
        source, "CC-BY-4.0", files if source.startswith("http") else None
    )
    with tempfile.TemporaryDirectory() as folder:
        begin, before = time.perf_counter(), sum(os.times()[:4])
        count = sum(1 for _ in (_claims(pieces, folder) if source.endswith(".csv") else pieces))
        took, worked = time.perf_counter() - begin, sum(os.times()[:4]) - before
    who = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    peak = sum(resource.getrusage(whose).ru_maxrss for whose in who) * 1024
    return {
        "count": count,
        "rate": count / took,
        "rate_of_processor": count / worked,
        "peak_bytes": peak,
    }


def _claims(pieces: Iterator[Any], folder: str) -> Iterator[Any]:
    hashing = _of("preparer").Hashing(Path(folder, "journal.db"), LARGEST_BYTES)
    for claims in _of("hashing").prepare_claims(pieces, hashing):
        yield from claims


def _of(name: str) -> Any:
    """Return a module of imports, which stood one folder higher before rooms had names."""
    try:
        return importlib.import_module(f"ledger_service.adapters.imports.{name}")
    except ModuleNotFoundError:
        return importlib.import_module(f"ledger_service.adapters.{name}")


if __name__ == "__main__":
    print(json.dumps(read(sys.argv[1], Path(sys.argv[2]))))
