"""A night's run of recommendations over a million openings, beside a plain product of scipy."""

from __future__ import annotations

import hashlib
import json
import os
import random
import subprocess
import sys
from collections.abc import Iterator
from itertools import islice
from typing import Any

from sqlalchemy import Connection, text

from ledger_service.domain import canonical_json
from ledger_service.domain.imports.prepared_claim import PreparedClaim
from ledger_service.domain.resources.registration import Metadata
from ledger_service.setup import Opened
from reading_room.recommendations.rules.terms import Terms
from scripts.bench.filled_library import claim, library_that_accepted
from scripts.bench.page import Ratio, Section
from scripts.bench.rounds import Figures, interleave
from scripts.harness.processes import environment_of

OPENINGS = int(os.environ.get("MUHR_BENCH_OPENINGS", "1000000"))
WORKS, EACH, PEOPLE, SUBJECTS = 20_000, 10, 4_000, 800
ROUNDS = 3
ROWS_AT_ONCE = 50_000
MOST_SECONDS, MOST_BYTES = 60, 1024**3
SIDE = [sys.executable, "-m", "scripts.bench.sides.recommend"]


class Filling:
    """A room that only this benchmark has: it puts readers and openings where the ledger has them."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def fill(self, rows: list[dict[str, object]]) -> None:
        """Add openings, and their readers where they are new."""
        readers = [{"id": name, "key": bytes(32)} for name in {row["reader"] for row in rows}]
        self._connection.execute(
            text("INSERT OR IGNORE INTO reader (id, key) VALUES (:id, :key)"), readers
        )
        self._connection.execute(
            text(
                'INSERT INTO opening (secret_digest, entry, digest, "grant", reader, expires_at)'
                " VALUES (:secret, :entry, :digest, :grant, :reader, :at)"
            ),
            rows,
        )


def run() -> Section:
    """Return the time and the memory of a run, and its ratio to the product."""
    section = Section("recommendations", "Recommendations")
    readers = OPENINGS // EACH
    section.lines.append(
        f"A night's run on a library of {WORKS:,} works in SQLite, of which {readers:,} readers opened "
        f"{EACH} each in the window that is counted: {OPENINGS:,} openings, some works much more often "
        "than others. "
        "The run reads all records and openings, counts the pairs of five works a reader, draws noise for "
        "each that five readers share, compares all works by what is catalogued, and writes what is near to "
        "each. Beside it stands the product alone of a sparse matrix with its transpose by scipy, of numbers "
        "in memory, as it would count all pairs of these openings without bounds, noise or a database."
    )
    with library_that_accepted(_claims(), "library.test/bench") as (served, opened):
        _fill(opened, readers)
        settings = {"MUHR_HOME": str(served.home)}
        peaks: list[float] = []

        def night() -> float:
            told = _asked([*SIDE, "run", served.chain_url], settings)
            peaks.append(told["peak_bytes"] / 1024**2)
            return float(told["seconds"])

        plain = [*SIDE, "product", str(readers), str(WORKS), str(EACH)]
        found = interleave(
            {"run": night, "product": lambda: float(_asked(plain, {})["seconds"])}, ROUNDS
        )
        opened.store.close()
    memory = Figures(peaks)
    section.ratios += [
        Ratio("seconds of a run / 60", found["run"].median / MOST_SECONDS, 1, False),
        Ratio("memory of a run / 1 GiB", memory.median * 1024**2 / MOST_BYTES, 1, False),
    ]
    section.lines.append(
        f"A run takes {found['run'].median / found['product'].median:.1f} times as long as the product."
    )
    section.figure("a run", found["run"], "s")
    section.figure("the product", found["product"], "s")
    section.figure("memory of a run, at its peak", memory, "MiB")
    return section


def _digest(number: int) -> bytes:
    return hashlib.sha256(b"work %d" % number).digest()


def _claims() -> Iterator[PreparedClaim]:
    chosen = random.Random(1)
    for number in range(WORKS):
        words = " ".join(f"soz{chosen.randrange(5_000)}" for _ in range(5))
        record = Metadata(words, "application/pdf", 1000, f"Muallif {chosen.randrange(PEOPLE)}")
        subjects = [{"text": f"mavzu {chosen.randrange(SUBJECTS)}"} for _ in range(2)]
        further = canonical_json.canonicalize({"subjects": subjects}).decode()
        yield claim(_digest(number), record)._replace(further=further)


def _fill(opened: Opened, readers: int) -> None:
    rows = _openings(opened.library.clock(), readers)
    while some := list(islice(rows, ROWS_AT_ONCE)):
        with opened.store.write() as transaction:
            transaction.room(Filling).fill(some)


def _openings(now: int, readers: int) -> Iterator[dict[str, object]]:
    terms, chosen = Terms(), random.Random(2)
    begins, ends = terms.bounds(terms.last_window(now))
    digests = [_digest(number) for number in range(WORKS)]
    for number in range(readers * EACH):
        yield {
            "secret": hashlib.sha256(b"opening %d" % number).digest(),
            "entry": number,
            "digest": digests[int(WORKS * chosen.random() ** 2)],
            "grant": bytes(32),
            "reader": f"{number % readers:032x}",
            "at": chosen.randrange(begins, ends),
        }


def _asked(command: list[str], settings: dict[str, str]) -> dict[str, Any]:
    done = subprocess.run(
        command, env=environment_of(settings), stdout=subprocess.PIPE, check=True, text=True
    )
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return told
