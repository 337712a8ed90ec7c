"""What anybody asks for costs as much as a page holds: no list sorts or groups what it does not show."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, create_engine, event, text

from ledger_service.domain.identifiers import Digest, LicenseId, StewardId
from ledger_service.domain.resources.record_parts import PartOf
from ledger_service.domain.resources.search import Shelf, collection_id
from ledger_service.ports.paging import PageRequest
from reading_room.catalog.rules.shelf import Order, Placed, title_key
from reading_room.catalog.sql import SqlCatalog
from reading_room.catalog.sql.schema import metadata

STEWARD, LICENSE = StewardId(b"\1" * 32), LicenseId(b"\2" * 32)
HOSTS = [PartOf(title) for title in ("Anor", "Bahor", "Gone", "Zamin")]


def placed(entry: int, *hosts: PartOf, is_listed: bool = True) -> Placed:
    digest = Digest.of(f"{entry}".encode())
    key = title_key(f"Title {entry}")
    return Placed(entry, digest, STEWARD, LICENSE, key, entry, is_listed, hosts)


@pytest.fixture
def connection() -> Iterator[Connection]:
    engine = create_engine("sqlite://")
    with engine.begin() as made:
        metadata.create_all(made)
        anor, bahor, gone, zamin = HOSTS
        rows = [placed(number, anor) for number in range(3)]
        rows += [placed(3, anor, is_listed=False), placed(4, bahor, zamin)]
        rows += [placed(5, gone, is_listed=False)]
        SqlCatalog(made).put(rows)
        yield made
    engine.dispose()


def test_collections_are_counted_by_what_is_listed_of_them(connection: Connection) -> None:
    room = SqlCatalog(connection)
    first = room.collections(PageRequest(limit=2))
    assert [(one.title, one.count) for one in first.items] == [("Anor", 3), ("Bahor", 1)]
    assert first.next is not None
    rest = room.collections(PageRequest(first.next, 2))
    assert [(one.title, one.count) for one in rest.items] == [("Zamin", 1)]
    assert rest.next is None


def test_no_list_sorts_or_groups_more_than_its_page(connection: Connection) -> None:
    asked: list[tuple[str, object]] = []

    def note(_: object, __: object, statement: str, values: object, *___: object) -> None:
        asked.append((statement, values))

    event.listen(connection, "before_cursor_execute", note)
    room = SqlCatalog(connection)
    cursor = room.collections(PageRequest(limit=1)).next
    assert cursor is not None
    room.collections(PageRequest(cursor, 1))
    for shelf in (Shelf(), Shelf(license=LICENSE), Shelf(steward=STEWARD)):
        room.page(PageRequest(), shelf, Order.NEWEST)
    room.page(PageRequest(), Shelf(), Order.TITLE)
    room.collection(collection_id(HOSTS[0]))
    event.remove(connection, "before_cursor_execute", note)
    for statement, values in asked:
        rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)  # type: ignore[arg-type]
        plan = [str(row[3]) for row in rows]
        assert not [step for step in plan if "TEMP B-TREE" in step], (statement, plan)
    assert len(asked) >= 7
    assert connection.scalar(text("SELECT count(*) FROM catalog_member")) == 7
