"""Count a month of openings and denials, or add them up by the database alone.

    python -m scripts.bench.sides.count_month count|sums DATABASE

prints as JSON: seconds, peak_bytes of this process, and how many requests there were. `sums` is what a
database does by itself: it groups the same rows by resource and kind, without the rule of 30 seconds.
"""

from __future__ import annotations

import json
import sqlite3
import sys
import time
from pathlib import Path

from ledger_service.adapters.sql.store import open_store, sqlite_url
from reading_room.usage.rules.decisions import clicks_of, count
from reading_room.usage.rules.hours import SAME_USE_SECONDS
from reading_room.usage.rules.months import Month

MONTH = Month(2026, 10)
BEGIN, END = MONTH.begin, MONTH.end
SUMS = """
SELECT json_extract(CAST(body AS TEXT), '$.digest') AS digest,
  json_extract(CAST(body AS TEXT), '$.kind') AS kind, count(*)
FROM private_part WHERE at >= ? AND at < ? GROUP BY digest, kind
"""


def counted(database: Path) -> int:
    """Return how many requests a month has, by the rules of COUNTER."""
    store = open_store(sqlite_url(database))
    with store.read() as transaction:
        rows = transaction.ledger.private_parts_in(BEGIN, END + SAME_USE_SECONDS + 1)
        found = count(clicks_of(rows), BEGIN, END)
    store.close()
    return sum(counts.requests for counts in found.values())


def summed(database: Path) -> int:
    """Return how many openings a month has, by one query."""
    connection = sqlite3.connect(database)
    rows = connection.execute(SUMS, (BEGIN, END)).fetchall()
    connection.close()
    return sum(number for _, kind, number in rows if kind == "opened")


def main(what: str, database: str) -> None:
    """Do what is asked, and print how long it took."""
    begun = time.perf_counter()
    found = {"count": counted, "sums": summed}[what](Path(database))
    seconds = time.perf_counter() - begun
    print(json.dumps({"seconds": seconds, "peak_bytes": _peak_bytes(), "requests": found}))


def _peak_bytes() -> int:
    """Return the most memory that this process had; `getrusage` would count that of who started it."""
    status = Path("/proc/self/status").read_text()
    [kibibytes] = [line.split()[1] for line in status.splitlines() if line.startswith("VmHWM")]
    return int(kibibytes) * 1024


if __name__ == "__main__":
    main(*sys.argv[1:])
