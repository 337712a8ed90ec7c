"""What the services rest on in SQL: durable settings, one writer, and migrations that match the schema."""

from __future__ import annotations

import contextlib
import hashlib
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import event, text

from ledger_service.adapters.sql import store as stores
from ledger_service.adapters.sql.migrate import OWN_VERSIONS, check_current, newest, upgrade
from ledger_service.adapters.sql.schema import metadata
from ledger_service.adapters.sql.store import make_engine, open_store, sqlite_url
from ledger_service.domain.errors import EntryNotFound, LedgerBusy, NotInitialized, StorageFull
from ledger_service.domain.ledger import merkle
from ledger_service.domain.ledger.merkle import NodeName, NodeRun, leaf_hash
from ledger_service.domain.people.caller import Role
from ledger_service.ports.lending import ALL_GRANTS, GrantFilter
from ledger_service.ports.paging import PageRequest
from ledger_service.services.lending.open_resource import open_resource
from ledger_service.services.people.grant_access import issue_token
from tests.simulators.bench import LIBRARIAN, Bench, Granted, as_reader


def test_every_connection_has_the_durable_settings(bench: Bench) -> None:
    store = stores.open_store(stores.sqlite_url(bench.folder / "muhr.db"))
    for _ in range(2):
        with store.engine.connect() as connection:
            found = {
                name: connection.execute(text(f"PRAGMA {name}")).scalar()
                for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
            }
        assert found == {
            "journal_mode": "wal",
            "synchronous": 2,
            "foreign_keys": 1,
            "busy_timeout": stores.BUSY_TIMEOUT_MILLISECONDS,
        }
    store.close()


def test_a_database_that_cannot_be_durable_is_refused() -> None:
    engine = make_engine("sqlite://")  # in memory there is no write-ahead log
    with pytest.raises(RuntimeError, match="durable"):
        engine.connect()


def test_a_forked_process_opens_connections_of_its_own(bench: Bench) -> None:
    def held() -> int:
        with bench.store.engine.connect() as connection:
            return id(connection.connection.dbapi_connection)

    kept = held()
    assert held() == kept
    child = os.fork()
    if child == 0:
        status = 2
        with contextlib.suppress(BaseException):
            status = int(held() == kept)
        os._exit(status)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert held() == kept


def test_migrations_bring_a_database_to_the_schema(tmp_path: Path) -> None:
    store = open_store(sqlite_url(tmp_path / "without-rooms.db"))
    upgrade(store.engine)
    check_current(store.engine)
    with store.engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": True}
        )
        assert compare_metadata(context, metadata) == []
    upgrade(store.engine)  # a second time changes nothing
    store.close()


def test_the_newest_migration_is_the_one_that_alembic_ends_with(empty_database: Path) -> None:
    store = open_store(sqlite_url(empty_database))
    with store.engine.connect() as connection:
        ended = MigrationContext.configure(connection).get_current_revision()
    assert newest(OWN_VERSIONS) == ended
    store.close()


def test_opening_a_library_loads_no_alembic() -> None:
    code = "import sys, ledger_service.worker; sys.exit('alembic' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_database_without_the_schema_is_not_initialized(tmp_path: Path) -> None:
    store = open_store(sqlite_url(tmp_path / "empty.db"))
    with pytest.raises(NotInitialized, match=r"not-initialized.schema found=0000"):
        check_current(store.engine)
    store.close()


def test_a_second_writer_waits_and_is_told_that_the_ledger_is_busy(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stores, "BUSY_TIMEOUT_MILLISECONDS", 1)
    with bench.store.write():
        with pytest.raises(LedgerBusy), bench.store.write():
            raise AssertionError("two writers at once")
        with bench.store.read() as transaction:
            assert transaction.ledger.size() == 1
    with bench.store.write() as transaction:
        assert transaction.ledger.size() == 1


def test_a_reader_sees_one_snapshot(bench: Bench) -> None:
    with bench.store.read() as before:
        size = before.ledger.size()
        bench.register()
        assert before.ledger.size() == size
    assert len(bench.entries()) == size + 1


def test_a_write_that_fails_leaves_nothing(bench: Bench) -> None:
    with pytest.raises(ZeroDivisionError), bench.store.write() as transaction:
        transaction.access.add_reader("somebody", bytes(32))
        raise ZeroDivisionError
    with bench.store.read() as transaction:
        assert transaction.access.reader_key("somebody") is None


def test_a_disk_that_is_full_while_a_library_is_made_is_told_as_such(tmp_path: Path) -> None:
    store = open_store(sqlite_url(tmp_path / "new.db"))

    @event.listens_for(store.engine, "connect")
    def allow_few_pages(connection: sqlite3.Connection, _: object) -> None:
        connection.execute("PRAGMA max_page_count = 3")

    store.engine.dispose()  # so that it connects anew
    with pytest.raises(StorageFull):
        upgrade(store.engine)
    store.close()


def test_a_full_disk_is_told_as_such(bench: Bench) -> None:
    with pytest.raises(StorageFull), bench.store.write() as transaction:
        connection = transaction.ledger._connection
        connection.exec_driver_sql("PRAGMA max_page_count = 1")
        for index in range(1, 100):
            transaction.ledger.append(index, [bytes(4000)], [])
    assert len(bench.entries()) == 1


@pytest.mark.parametrize("start", [0, 2])
def test_an_index_is_taken_once_and_none_is_left_out(bench: Bench, start: int) -> None:
    nodes = [NodeRun(0, start, [leaf_hash(b"other")])]
    with (
        pytest.raises(ValueError, match="next entry has index 1"),
        bench.store.write() as transaction,
    ):
        transaction.ledger.append(start, [b"other"], nodes)
    assert len(bench.entries()) == 1


def test_nodes_are_read_in_the_order_asked_for(bench: Bench) -> None:
    bench.registered()
    names = [NodeName(1, 0), NodeName(0, 1), NodeName(0, 0), NodeName(0, 1)]
    with bench.store.read() as transaction:
        one, second, first, again = transaction.ledger.read_nodes(names)
        bodies = transaction.ledger.entries(0, 2)
        assert transaction.ledger.read_nodes([]) == []
        with pytest.raises(EntryNotFound, match=r"entry-not-found.tile-missing"):
            transaction.ledger.read_nodes([NodeName(40, 0)])
    assert [first, second, second] == [leaf_hash(bodies[0]), leaf_hash(bodies[1]), again]
    assert one not in (first, second)


def test_stored_nodes_give_the_root_of_the_entries(bench: Bench) -> None:
    bench.registered()
    with bench.store.read() as transaction:
        size = transaction.ledger.size()
        bodies = transaction.ledger.entries(0, size)
        for part in range(size + 1):
            expected = merkle.root_of_leaves(map(leaf_hash, bodies[:part]))
            assert merkle.root_hash(part, transaction.ledger.read_nodes) == expected


def test_tokens_and_openings_are_kept_as_digests_only(granted: Granted) -> None:
    bench, reader, grant = granted
    token = issue_token(bench.store, bench.clock, LIBRARIAN, Role.READER, reader, 60)
    opening = open_resource(bench.library, as_reader(reader), digest=grant.digest)
    bench.release()
    kept = (bench.folder / "muhr.db").read_bytes()
    assert hashlib.sha256(token.encode()).digest() in kept
    for secret in (token, opening.secret):
        assert secret.encode() not in kept
        assert secret.removeprefix("muhr_").encode() not in kept
    assert bytes.fromhex(opening.secret) not in kept


def test_lists_go_on_after_a_cursor(bench: Bench) -> None:
    reader = bench.reader()
    bench.granted(reader)
    bench.license("House", 3)
    with bench.store.read() as transaction:
        first = transaction.registrations.page(PageRequest(limit=1))
        assert transaction.registrations.of_digest(first.items[0].digest)
        assert first.next is None
        licenses = transaction.licenses.page(PageRequest(limit=1))
        assert [row.name for row in licenses.items] == ["CC-BY-4.0"]
        rest = transaction.licenses.page(PageRequest(str(licenses.next), 9))
        assert ([row.name for row in rest.items], rest.next) == (["House"], None)
        grants = transaction.grants.page(GrantFilter(reader=reader), PageRequest(), 0).items
        assert transaction.grants.page(ALL_GRANTS, PageRequest(), 0).items == grants
        assert transaction.grants.page(GrantFilter(reader="nobody"), PageRequest(), 0).items == []
        assert transaction.stewards.find(bench.library.steward) in transaction.stewards.all()
        assert transaction.registrations.count_by_state() == {"registered": 1}
        assert len(transaction.chain_index.events_of(["00" * 32] * 600 + [grants[0].id.hex()])) == 1


def test_the_database_file_is_whole_after_use(bench: Bench) -> None:
    bench.registered()
    bench.release()
    connection = sqlite3.connect(bench.folder / "muhr.db")
    assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    connection.close()
