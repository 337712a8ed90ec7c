"""Durable appends: a thousand a commit beside a raw file, single events over HTTP beside a trivial route."""

from __future__ import annotations

import hashlib
import itertools
import os
import tempfile
from pathlib import Path

from ledger_service.adapters.sql.migrate import upgrade
from ledger_service.adapters.sql.store import open_store, sqlite_url
from ledger_service.domain.ledger.entry import Entry
from ledger_service.services.ledger.append_entry import append_bodies
from scripts.bench import events
from scripts.bench.page import Ratio, Section
from scripts.bench.rounds import interleave, rate_of

COMMITS, BATCH = 50, 1_000  # a round
_serial = itertools.count()


def run() -> Section:
    """Return rates of durable appends and their ratios."""
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(sqlite_url(Path(folder, "muhr.db")))
        upgrade(store.engine)
        file = os.open(Path(folder, "raw"), os.O_CREAT | os.O_WRONLY | os.O_APPEND)

        def ours() -> None:
            for _ in range(COMMITS):
                with store.write() as transaction:
                    append_bodies(transaction, _bodies())

        def raw() -> None:
            for _ in range(COMMITS):
                os.write(file, b"".join(_bodies()))
                os.fdatasync(file)

        count = COMMITS * BATCH
        found = interleave(
            {"muhr": lambda: rate_of(count, ours), "raw": lambda: rate_of(count, raw)}
        )
        store.close()
        os.close(file)
    section = Section("appends", "Durable appends")
    section.ratios.append(
        Ratio(
            f"{BATCH:,} a commit, Muhr / raw append and fdatasync of the same bytes",
            found["muhr"].median / found["raw"].median,
            0.5,
        )
    )
    section.lines.append(
        "Both sides make the bytes of their entries. Muhr hashes them, completes the tree, and commits to "
        "SQLite with synchronous=FULL."
    )
    section.figure("Muhr", found["muhr"], "entries/s")
    section.figure("raw append and fdatasync", found["raw"], "entries/s")
    _add_events(section)
    return section


def _add_events(section: Section) -> None:
    found = events.run()
    at = f"{events.CONNECTIONS} connections"
    section.ratios.append(
        Ratio(
            f"single events over HTTP at {at}, Muhr / trivial route",
            found["muhr"].median / found["trivial"].median,
            0.4,
        )
    )
    section.lines.append(
        "A single event is `POST /registrations` of a claim that is new: the token is looked up, an entry "
        "appended, and the answer sent after the commit; requests that wait share one. The trivial route is "
        "FastAPI's, takes the same bodies as a JSON object and counts its members. Both: one uvicorn "
        "process, uvloop and httptools; the load is wrk's. The worker, which anchors, does not run."
    )
    section.figure(f"Muhr, single events at {at}", found["muhr"], "requests/s")
    section.figure(f"trivial route at {at}", found["trivial"], "requests/s")


def _bodies() -> list[bytes]:
    return [_entry(number).format() for number in itertools.islice(_serial, BATCH)]


def _entry(number: int) -> Entry:
    digest = hashlib.sha256(b"%d" % number).hexdigest()
    names = ("digest", "license", "metadata", "steward")
    facts: dict[str, str | int] = dict.fromkeys(names, digest)
    return Entry("accepted", 1_800_000_000, {**facts, "cid": "f01551220" + digest})
