"""A reader's shelf in the database: sealed, of one reader, and changed by several pages at once."""

from __future__ import annotations

import sqlite3
from concurrent.futures import ThreadPoolExecutor

import pytest

from ledger_service.domain.errors import (
    NotAuthenticated,
    ResourceNotFound,
    RoleNotHeld,
    SealBroken,
    ShelfChanged,
)
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.people.notices.notice import NoticeKind
from ledger_service.services.people.notices import tell
from reading_room.me import reader_data as me_data
from reading_room.shelf import reader_data as shelf_data
from reading_room.shelf.rules.shelf import Shelf, put, write_of
from reading_room.shelf.sql import SqlShelf
from reading_room.shelf.verbs.keep import (
    change_shelf,
    erase_shelf,
    put_on_shelf,
    read_shelf,
)
from tests.simulators.bench import BOOK, LIBRARIAN, SECOND, THIRD, Bench, as_reader

DIGEST = Digest.of(BOOK)


def test_a_shelf_is_its_readers_alone(bench: Bench) -> None:
    one, other = as_reader(bench.reader()), as_reader(bench.reader())
    assert read_shelf(bench.library, SqlShelf, one).version == 0
    own = put_on_shelf(bench.library, SqlShelf, one, DIGEST)
    assert (own.version, own.shelf.digests) == (1, {DIGEST})
    assert read_shelf(bench.library, SqlShelf, one) == own
    assert read_shelf(bench.library, SqlShelf, other).shelf == Shelf()
    with pytest.raises(RoleNotHeld):
        read_shelf(bench.library, SqlShelf, LIBRARIAN)
    with pytest.raises(ResourceNotFound):
        put_on_shelf(bench.library, SqlShelf, one, Digest.of(b"of no library"))


def test_the_database_does_not_tell_what_stands_there_or_whose_it_is(bench: Bench) -> None:
    reader = bench.reader()
    put_on_shelf(bench.library, SqlShelf, as_reader(reader), DIGEST)
    change_shelf(
        bench.library, SqlShelf, as_reader(reader), write_of(DIGEST, "my own words", ["exam"])
    )
    rows = []
    with sqlite3.connect(bench.folder / "muhr.db") as database:
        for (name,) in database.execute("SELECT name FROM sqlite_master WHERE name LIKE 'shelf_%'"):
            if "autoindex" not in name:
                rows += database.execute(f"SELECT * FROM {name}").fetchall()
    told = repr(rows).encode() + b"".join(
        cell for row in rows for cell in row if isinstance(cell, bytes)
    )
    assert len(rows) >= 2
    for secret in (b"own words", b"exam", DIGEST.value, DIGEST.hex().encode(), reader.encode()):
        assert secret not in told


def test_a_change_for_another_version_is_refused(bench: Bench) -> None:
    reader = as_reader(bench.reader())
    put_on_shelf(bench.library, SqlShelf, reader, DIGEST)
    change_shelf(bench.library, SqlShelf, reader, lambda _: Shelf(), 1)
    with pytest.raises(ShelfChanged):
        change_shelf(bench.library, SqlShelf, reader, put(DIGEST, 1), 1)


def test_pages_that_change_at_once_lose_nothing(bench: Bench) -> None:
    reader = as_reader(bench.reader())
    digests = [Digest.of(data) for data in (BOOK, SECOND, THIRD)] * 2
    with ThreadPoolExecutor(len(digests)) as pages:
        list(pages.map(lambda one: put_on_shelf(bench.library, SqlShelf, reader, one), digests))
    own = read_shelf(bench.library, SqlShelf, reader)
    assert own.shelf.digests == set(digests)
    assert own.version == 3
    with bench.store.read() as transaction:
        key = transaction.access.reader_key(reader.subject)
    with bench.store.write() as transaction:
        erase_shelf(transaction, SqlShelf, key)
    with sqlite3.connect(bench.folder / "muhr.db") as database:
        for table in ("shelf_kept", "shelf_tag"):
            assert database.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,)


def test_a_reader_without_a_key_has_no_shelf(bench: Bench) -> None:
    reader = as_reader(bench.reader())
    put_on_shelf(bench.library, SqlShelf, reader, DIGEST)
    with sqlite3.connect(bench.folder / "muhr.db") as database:
        database.execute("UPDATE reader SET key = NULL WHERE id = ?", (reader.subject,))
    with pytest.raises(NotAuthenticated):
        read_shelf(bench.library, SqlShelf, reader)


def test_who_is_erased_leaves_nothing_also_of_a_damaged_shelf(bench: Bench) -> None:
    one, damaged, other = (as_reader(bench.reader()) for _ in range(3))
    for reader in (damaged, one, other):
        put_on_shelf(bench.library, SqlShelf, reader, DIGEST)
        with bench.store.write() as transaction:
            tell(transaction, reader.subject, NoticeKind.WITHDRAWN, DIGEST.hex(), 7)
        if reader is damaged:
            with sqlite3.connect(bench.folder / "muhr.db") as database:
                database.execute("UPDATE shelf_kept SET sealed = x'01'")
    known = (
        shelf_data.export(bench.library, one.subject),
        me_data.export(bench.library, one.subject),
    )
    assert [item["digest"] for item in known[0]["items"]] == [DIGEST.hex()]  # type: ignore[attr-defined,index]
    assert known[1] == {"notices": [{"kind": "withdrawn", "about": DIGEST.hex(), "at": 7}]}
    for reader in (one, damaged):
        with bench.store.write() as transaction:
            shelf_data.erase(transaction, reader.subject)
            me_data.erase(transaction, reader.subject)
    assert shelf_data.export(bench.library, one.subject) == {}
    assert me_data.export(bench.library, one.subject) == {}
    with sqlite3.connect(bench.folder / "muhr.db") as database:
        for table in ("shelf_kept", "notice"):
            assert database.execute(f"SELECT count(*) FROM {table}").fetchone() == (1,)
    assert read_shelf(bench.library, SqlShelf, other).shelf.digests == {DIGEST}


def test_a_shelf_that_others_changed_is_not_shown(bench: Bench) -> None:
    reader = as_reader(bench.reader())
    put_on_shelf(bench.library, SqlShelf, reader, DIGEST)
    with sqlite3.connect(bench.folder / "muhr.db") as database:
        (sealed,) = database.execute("SELECT sealed FROM shelf_kept").fetchone()
        changed = sealed[:-1] + bytes([sealed[-1] ^ 1])
        database.execute("UPDATE shelf_kept SET sealed = ?", (changed,))
    with pytest.raises(SealBroken):
        read_shelf(bench.library, SqlShelf, reader)
