"""Making and checking inclusion proofs: beside pymerkle, at 10^6 and 10^7 entries, and their size."""

from __future__ import annotations

import json
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from ledger_service.adapters.sql.migrate import upgrade
from ledger_service.adapters.sql.store import SqlStore, open_store, sqlite_url
from ledger_service.domain.ledger import merkle
from ledger_service.services.ledger.append_entry import append_bodies
from scripts.bench.page import Ratio, Section
from scripts.bench.peer import peer, python_peer
from scripts.bench.rounds import interleave

SMALL, LARGE = 1_000_000, 10_000_000
PROOFS = 2_000  # a round
BATCH = 100_000


def run() -> Section:
    """Return times of proofs in memory and from the store, and the bytes that they take."""
    section = Section("proofs", "Inclusion proofs")
    with tempfile.TemporaryDirectory() as folder:
        stores = {size: _filled(Path(folder), size) for size in (SMALL, LARGE)}
        levels = _levels(SMALL)
        sides: dict[str, Callable[[], float]] = {
            "memory": lambda: _time_of(
                SMALL, lambda names: [levels[n.level][n.offset] for n in names]
            ),
            "store small": lambda: _time_from(stores[SMALL], SMALL),
            "store large": lambda: _time_from(stores[LARGE], LARGE),
            "check": _time_of_checks(levels),
        }
        command = python_peer("pymerkle_proofs.py", str(SMALL), str(PROOFS))
        with peer(command) as theirs:
            found = interleave({**sides, "pymerkle": theirs})
        raw, text, hashes = _sizes(levels)
        for store in stores.values():
            store.close()
    section.ratios = [
        Ratio(
            "time at 10^6, pymerkle in memory / Muhr in memory",
            found["pymerkle"].median / found["memory"].median,
            5,
        ),
        Ratio(
            "time from the store, 10^7 / 10^6",
            found["store large"].median / found["store small"].median,
            1.5,
            at_least=False,
        ),
        Ratio("bytes / (32 × levels)", raw / (32 * hashes), 1, at_least=False),
        Ratio("bytes as JSON / raw bytes", text / raw, 2.4, at_least=False),
    ]
    section.figure("making one at 10^6, nodes in memory", found["memory"], "µs, p50")
    section.figure("making one at 10^6, pymerkle in memory", found["pymerkle"], "µs, p50")
    section.figure("making one at 10^6, from SQLite", found["store small"], "µs, p50")
    section.figure("making one at 10^7, from SQLite", found["store large"], "µs, p50")
    section.figure("checking one at 10^6", found["check"], "µs, p50")
    section.lines.append(
        f"A round is {PROOFS:,} proofs of random entries. From SQLite means stored nodes, read by the "
        "service's own store within one open transaction."
    )
    return section


def _filled(folder: Path, size: int) -> SqlStore:
    store = open_store(sqlite_url(folder / f"{size}.db"))
    upgrade(store.engine)
    for start in range(0, size, BATCH):
        with store.write() as transaction:
            append_bodies(transaction, [b"%d" % number for number in range(start, start + BATCH)])
    return store


def _levels(size: int) -> list[list[bytes]]:
    runs = merkle.Frontier().extend([merkle.leaf_hash(b"%d" % number) for number in range(size)])
    return [run.hashes for run in runs]


def _time_of(size: int, read: merkle.ReadNodes) -> float:
    chosen = random.Random(6962)
    times = []
    for _ in range(PROOFS):
        index = chosen.randrange(size)
        begin = time.perf_counter()
        merkle.inclusion_proof(index, size, read)
        times.append(time.perf_counter() - begin)
    return statistics.median(times) * 1e6


def _time_from(store: SqlStore, size: int) -> float:
    with store.read() as transaction:
        return _time_of(size, transaction.ledger.read_nodes)


def _time_of_checks(levels: Sequence[Sequence[bytes]]) -> Callable[[], float]:
    def read(names: Sequence[merkle.NodeName]) -> list[bytes]:
        return [levels[name.level][name.offset] for name in names]

    root = merkle.root_hash(SMALL, read)
    chosen = random.Random(9162)
    indices = [chosen.randrange(SMALL) for _ in range(PROOFS)]
    proofs = [(index, merkle.inclusion_proof(index, SMALL, read)) for index in indices]

    def side() -> float:
        times = []
        for index, proof in proofs:
            leaf = levels[0][index]
            begin = time.perf_counter()
            merkle.check_inclusion(leaf, index, SMALL, proof, root)
            times.append(time.perf_counter() - begin)
        return statistics.median(times) * 1e6

    return side


def _sizes(levels: Sequence[Sequence[bytes]]) -> tuple[int, int, int]:
    """Return raw bytes, bytes as JSON and levels of the longest proof at 10^6."""
    proof = merkle.inclusion_proof(
        0, SMALL, lambda names: [levels[name.level][name.offset] for name in names]
    )
    raw = sum(len(item) for item in proof)
    text = len(json.dumps([item.hex() for item in proof], separators=(",", ":")))
    return raw, text, (SMALL - 1).bit_length()
