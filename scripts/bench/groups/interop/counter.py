"""A month of COUNTER over a million openings, beside the same rows added up by the database alone."""

from __future__ import annotations

import hashlib
import json
import os
import random
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import reading_room
from ledger_service.adapters.sql.migrate import upgrade
from ledger_service.adapters.sql.store import open_store, sqlite_url
from ledger_service.services.ledger.append_entry import append_private_entries
from scripts.bench.page import Ratio, Section
from scripts.bench.rounds import Figures, interleave
from scripts.bench.sides.count_month import BEGIN, END

OPENINGS = int(os.environ.get("MUHR_BENCH_OPENINGS", "1000000"))
READERS, WORKS = 50_000, 20_000
AT_ONCE = 20_000
ROUNDS = 5
MOST_SECONDS, MOST_BYTES, MOST_TIMES = 5, 200 * 1024**2, 2
SIDE = [sys.executable, "-m", "scripts.bench.sides.count_month"]


def run() -> Section:
    """Return the time and the memory of a month, and its ratio to the query."""
    section = Section("counter", "Reports of use")
    section.lines.append(
        f"A month in which {READERS:,} readers opened {WORKS:,} works {OPENINGS:,} times, some much "
        "more often than others; a tenth was refused, and a twentieth came again within 30 seconds. The "
        "entries and their private parts are real ones, in SQLite. The month is read in the order of "
        "time, and requests, those once a session, and refusals by reason are counted after COUNTER's "
        "rules, in a process of its own. Beside it stands one query that groups the same rows by "
        "resource and kind, and knows none of these rules."
    )
    with tempfile.TemporaryDirectory() as folder:
        database = Path(folder, "muhr.db")
        _fill(database)
        peaks: list[float] = []

        def month() -> float:
            told = _asked("count", database)
            peaks.append(told["peak_bytes"] / 1024**2)
            return float(told["seconds"])

        found = interleave(
            {"count": month, "sums": lambda: float(_asked("sums", database)["seconds"])}, ROUNDS
        )
    memory = Figures(peaks)
    times = found["count"].median / found["sums"].median
    section.ratios += [
        Ratio("time of a month / time of the query", times, MOST_TIMES, False),
        Ratio("seconds of a month / 5", found["count"].median / MOST_SECONDS, 1, False),
        Ratio("memory of a month / 200 MiB", memory.median * 1024**2 / MOST_BYTES, 1, False),
    ]
    section.figure("a month", found["count"], "s")
    section.figure("the query", found["sums"], "s")
    section.figure("memory of a month, at its peak", memory, "MiB")
    return section


def _fill(database: Path) -> None:
    store = open_store(sqlite_url(database))
    upgrade(store.engine, reading_room.migration_folders())
    rows = _decisions()
    done = 0
    while some := list(islice(rows, AT_ONCE)):
        with store.write() as transaction:
            append_private_entries(transaction, some)
        done += len(some)
        sys.stderr.write(f"\r\033[K  {done:,} of {OPENINGS:,} openings")
    sys.stderr.write("\r\033[K")
    store.close()


def _decisions() -> Iterator[tuple[str, int, dict[str, object]]]:
    chosen = random.Random(1)
    times = sorted(chosen.randrange(BEGIN, END - 30) for _ in range(OPENINGS))
    last: tuple[int, int] = (0, 0)
    for number, drawn in enumerate(times):
        again = number % 20 == 0
        who = last if again else (chosen.randrange(READERS), int(WORKS * chosen.random() ** 2))
        last = who
        yield _part(drawn, *who, "seats-taken" if number % 10 == 1 else "")


def _part(at: int, reader: int, work: int, why: str) -> tuple[str, int, dict[str, object]]:
    def digest(text: str) -> str:
        return hashlib.sha256(text.encode()).hexdigest()

    kind = "denied" if why else "opened"
    part: dict[str, object] = {
        "v": 2,
        "kind": kind,
        "at": at,
        "digest": digest(f"work {work}"),
        "steward": "ab" * 32,
        "block": at // 12,
        "block_hash": digest(f"block {at // 12}"),
        "block_time": at,
        "grant": digest(f"grant {reader} {work}"),
        "grant_salt": digest(f"salt {reader} {work}"),
        "grant_state": "issued",
        "reader": digest(f"reader {reader}"),
        "reason": why,
    }
    return kind, at, part


def _asked(what: str, database: Path) -> dict[str, Any]:
    done = subprocess.run(
        [*SIDE, what, str(database)], stdout=subprocess.PIPE, check=True, text=True
    )
    return dict(json.loads(done.stdout))
