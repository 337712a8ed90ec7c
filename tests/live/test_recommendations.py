"""The tables of recommendations in PostgreSQL, and what readers opened there, without who they were."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ledger_service.adapters.sql.migrate import upgrade
from ledger_service.adapters.sql.store import SqlStore, open_store
from ledger_service.domain.identifiers import Digest, GrantId
from ledger_service.ports.lending import Opening
from reading_room import migration_folders
from reading_room.recommendations.rules.nearness import Near, pack
from reading_room.recommendations.rules.run import Run
from reading_room.recommendations.sql import SqlRecommendations
from scripts.harness.postgresql import Server

ONE, TWO, THREE = (Digest(bytes([number]) * 32) for number in range(1, 4))


@pytest.fixture(scope="module")
def store() -> Iterator[SqlStore]:
    server = Server()
    made = open_store(server.new_database())
    upgrade(made.engine, migration_folders())
    yield made
    made.close()
    server.close()


def test_what_each_reader_opened_comes_newest_first_and_bounded(store: SqlStore) -> None:
    opened = [("b", ONE, 10), ("a", ONE, 11), ("a", TWO, 12), ("a", ONE, 13), ("a", THREE, 99)]
    with store.write() as transaction:
        for reader in "ab":
            transaction.access.add_reader(reader, bytes(32))
        for at, (reader, digest, ends) in enumerate([*opened, ("gone", TWO, 12)]):
            item = Opening(f"{at:064x}", at, digest, GrantId(bytes(32)), reader, ends)
            transaction.access.add_opening(item)
    with store.read() as transaction:
        whole = list(transaction.access.opened_together(10, 99, 5))
        bounded = list(transaction.access.opened_together(10, 100, 2))
    assert whole == [(ONE.value, TWO.value), (ONE.value,)]
    assert bounded == [(THREE.value, ONE.value), (ONE.value,)]


def test_what_a_run_writes_is_read_as_it_was(store: SqlStore) -> None:
    near, run = [Near(7), Near(9, True)], Run(3, 100, 200, 5, 6, entry=8, window=2)
    with store.write() as transaction:
        room = transaction.room(SqlRecommendations)
        room.put(2, [(TWO.value, pack(near))])
        room.put(3, [(ONE.value, pack(near))])
        room.put(3, [(ONE.value, pack(near[:1]))])
        assert room.forget_before(3) == 1
        room.set_run(Run(0, 100))
        room.set_run(run)
        room.set_release(2, b"{}", [(ONE.value, TWO.value, 60)])
        room.set_card(b"{}", 8)
        room.set_lists([b"first", b"the second"])
    with store.read() as transaction:
        room = transaction.room(SqlRecommendations)
        assert (room.near(ONE), room.near(TWO)) == (near[:1], [])
        assert room.run() == run
        assert room.release() == (2, b"{}")
        assert list(room.pairs()) == [(ONE.value, TWO.value, 60)]
        assert room.card() == (b"{}", 8)
        assert (room.lists(), room.list_part(1), room.list_part(2)) == (
            [5, 10],
            b"the second",
            None,
        )
