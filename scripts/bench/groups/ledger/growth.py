"""What an append, a proof and a stored entry cost at 10^4, 10^5, 10^6, and at 10^7 when asked."""

from __future__ import annotations

import json
import os
import random
import statistics
import subprocess
import tempfile
import time
from pathlib import Path

from ledger_service.adapters.sql.migrate import upgrade
from ledger_service.adapters.sql.store import SqlStore, open_store, sqlite_url
from ledger_service.domain.ledger import merkle
from ledger_service.services.ledger.append_entry import append_bodies
from scripts.bench.page import Ratio, Section
from scripts.bench.peer import python_peer
from scripts.bench.rounds import Figures, interleave

SIZES = [10_000, 100_000, 1_000_000]
NIGHTLY_SIZE = 10_000_000  # with MUHR_BENCH_NIGHTLY=1
PICTURE = Path("docs/growth.svg")
BODY_BYTES = 380  # as an accepted entry
APPENDS, PROOFS, BATCH = 200, 1_000, 50_000


def run() -> Section:
    """Return costs by size, as a table and a plot."""
    sizes = SIZES + ([NIGHTLY_SIZE] if os.environ.get("MUHR_BENCH_NIGHTLY") else [])
    section = Section("growth", "As the ledger grows")
    with tempfile.TemporaryDirectory() as folder:
        files = {size: Path(folder, f"{size}.db") for size in sizes}
        stores = {size: _filled(file, size) for size, file in files.items()}
        stored = {size: _bytes_of(files[size]) / size for size in sizes}
        sides = {}
        for size, store in stores.items():
            sides[f"append {size}"] = lambda store=store: _append(store)
            sides[f"prove {size}"] = lambda store=store, size=size: _prove(store, size)
        found = interleave(sides)
        for store in stores.values():
            store.close()
    smallest, largest = sizes[0], sizes[-1]
    for what, name in (("an append, committed", "append"), ("a proof, made and checked", "prove")):
        grown = found[f"{name} {largest}"].median / found[f"{name} {smallest}"].median
        section.ratios.append(
            Ratio(f"{what}: time at {largest:,} / at {smallest:,}", grown, 2, at_least=False)
        )
    section.ratios.append(
        Ratio(
            f"a stored entry: bytes at {largest:,} / at {smallest:,}",
            stored[largest] / stored[smallest],
            1.1,
            at_least=False,
        )
    )
    section.lines = [
        "| entries | an append, committed (µs) | a proof, made and checked (µs) | bytes a stored entry |",
        "|---:|---:|---:|---:|",
    ]
    for size in sizes:
        append, prove = found[f"append {size}"], found[f"prove {size}"]
        section.lines.append(
            f"| {size:,} | {append.text()} | {prove.text()} | {stored[size]:.0f} |"
        )
    section.lines += [
        "",
        f"Entries have {BODY_BYTES} bytes each. With each tenfold a proof has some three hashes more, and "
        "finds fewer tiles in a cache: it grows by steps, not in proportion. 10,000,000 entries are "
        "measured when MUHR_BENCH_NIGHTLY is set. ![growth](growth.svg)",
    ]
    _draw(sizes, found, stored)
    return section


def _filled(file: Path, size: int) -> SqlStore:
    store = open_store(sqlite_url(file))
    upgrade(store.engine)
    for start in range(0, size, BATCH):
        with store.write() as transaction:
            bodies = [_body(number) for number in range(start, min(start + BATCH, size))]
            append_bodies(transaction, bodies)
    return store


def _body(number: int) -> bytes:
    return b"%d" % number + b"." * (BODY_BYTES - len(str(number)))


def _bytes_of(file: Path) -> int:
    return sum(part.stat().st_size for part in file.parent.glob(file.name + "*"))


def _append(store: SqlStore) -> float:
    """Return the microseconds of an append in a transaction of its own, the median of a round."""
    times = []
    for number in range(APPENDS):
        begin = time.perf_counter()
        with store.write() as transaction:
            append_bodies(transaction, [_body(number)])
        times.append(time.perf_counter() - begin)
    return statistics.median(times) * 1e6


def _prove(store: SqlStore, size: int) -> float:
    """Return the microseconds of making and checking a proof of a random entry, the median of a round."""
    quick, chosen, times = store.quick, random.Random(6962), []
    with store.read() as transaction:
        root = merkle.root_hash(size, transaction.ledger.read_nodes)
    for _ in range(PROOFS):
        index = chosen.randrange(size)
        begin = time.perf_counter()
        proof = merkle.inclusion_proof(index, size, quick.read_nodes)
        merkle.check_inclusion(merkle.leaf_hash(quick.entry(index)), index, size, proof, root)
        times.append(time.perf_counter() - begin)
    return statistics.median(times) * 1e6


def _draw(sizes: list[int], found: dict[str, Figures], stored: dict[int, float]) -> None:
    lines = {
        "an append, committed (µs)": [found[f"append {size}"].median for size in sizes],
        "a proof, made and checked (µs)": [found[f"prove {size}"].median for size in sizes],
        "bytes a stored entry": [stored[size] for size in sizes],
    }
    given = json.dumps({"sizes": sizes, "lines": lines})
    subprocess.run(python_peer("draw_growth.py", str(PICTURE)), input=given, text=True, check=True)
