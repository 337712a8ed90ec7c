"""A library on a bench, and events in it."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ledger_service.services.content.seal_small import new_small_key
from reading_room.events.rules.event import Event, EventKind, EventState, Told, key_bound_to
from reading_room.events.sql import SqlEvents
from tests.simulators.bench import Bench

HOUR = 3600
NewEvent = Callable[..., Event]


@pytest.fixture
def bench(empty_database: Path, tmp_path: Path) -> Iterator[Bench]:
    folder = tmp_path / "library"
    folder.mkdir()
    (folder / "muhr.db").write_bytes(empty_database.read_bytes())
    bench = Bench(folder)
    yield bench
    bench.release()


@pytest.fixture
def new_event(bench: Bench) -> NewEvent:
    """Return a function that puts an event into the library, announced, in an hour, with two places."""

    def make(**others: Any) -> Event:
        now, name = bench.library.clock(), secrets.token_hex(8)
        bound_to = key_bound_to(bench.library.key.name, name)
        event = Event(
            id=name,
            kind=EventKind.SEMINAR,
            state=EventState.ANNOUNCED,
            told=Told("Navoiy haqida suhbat", "Ikki soatlik suhbat.", "uz"),
            begins_at=now + HOUR,
            ends_at=now + 3 * HOUR,
            places=2,
            made_at=now,
            changed_at=now,
            wrapped_key=new_small_key(bench.library.keeper, bound_to),
        )
        event = replace(event, **others)
        with bench.library.store.write() as transaction:
            transaction.room(SqlEvents).add_event(event)
        return event

    return make
