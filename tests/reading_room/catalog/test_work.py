"""The lists follow the ledger, and are the same when they are made again."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import delete

from ledger_service.domain.identifiers import Digest, StewardId
from ledger_service.domain.ledger.entry import Entry, StatementType
from ledger_service.domain.resources.search import Shelf
from ledger_service.ports.paging import PageRequest
from reading_room.catalog.rules.shelf import Order
from reading_room.catalog.sql import SqlCatalog
from reading_room.catalog.sql.schema import collection, member, place, read
from reading_room.catalog.work import _about, work
from scripts.harness.running_library import RunningLibrary


class Emptied(SqlCatalog):
    """The tables, which can be emptied."""

    def empty(self) -> None:
        for table in (place, member, collection, read):
            self._connection.execute(delete(table))


def told(library: RunningLibrary) -> list[object]:
    with library.opened.store.read() as transaction:
        room = transaction.room(SqlCatalog)
        # Not by title: another test changes one in the table behind the back of the lists.
        rows = room.page(PageRequest(limit=10_000), Shelf(), Order.NEWEST).items
        return [*rows, *room.collections(PageRequest(limit=10_000)).items]


def test_lists_that_were_emptied_are_made_again_as_they_were(
    library: RunningLibrary, withdrawn: str, superseded: tuple[str, str], listed: Callable[[], None]
) -> None:
    body = {"part_of": [{"title": "A series of its own"}]}
    path = f"/resources/{superseded[0]}/descriptions"
    assert library.registrar.post(path, json=body).status_code == 200
    listed()
    library.stop_worker()
    try:
        before = told(library)
        with library.opened.store.write() as transaction:
            transaction.room(Emptied).empty()
        assert told(library) == []
        work(library.opened.library, lambda: True)  # told to stop before it begins
        assert told(library) == []
        work(library.opened.library, lambda: False)
        assert told(library) == before
    finally:
        library.start_worker()
    assert len(before) > 2
    assert all(withdrawn not in str(row) for row in before)


@pytest.mark.parametrize("kind", [StatementType.KEPT, StatementType.KEY_DESTROYED])
def test_what_is_attested_of_content_is_about_its_page(kind: StatementType) -> None:
    facts = {"type": kind.value, "statement": "ab" * 32, "attester": "cd" * 32}
    digest, steward = Digest.parse("ab" * 32), StewardId.parse("cd" * 32)
    assert _about(Entry("attested", 7, facts)) == (digest, steward)
    assert _about(Entry("attested", 7, {**facts, "type": "usage"})) is None


@pytest.mark.parametrize(
    ("kind", "facts"),
    [
        ("taken-back", {"other": "ef" * 32, "relation": 1, "block": 1, "transaction": "01" * 32}),
        ("rendition", {"original": "ef" * 32, "block": 1, "transaction": "01" * 32}),
        ("stored", {"epoch": 1, "cid": "f01551220" + "ab" * 32}),
    ],
)
def test_links_and_epochs_are_about_the_resource(kind: str, facts: dict[str, str | int]) -> None:
    named = {"digest": "ab" * 32, "steward": "cd" * 32}
    about = _about(Entry(kind, 7, {**named, **facts}))
    assert about == (Digest.parse("ab" * 32), StewardId.parse("cd" * 32))
