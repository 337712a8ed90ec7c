"""A database of an earlier version is brought to this one, with all that it holds."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, insert, text

from ledger_service.adapters.sql import schema
from ledger_service.adapters.sql.migrate import _config as configuration
from ledger_service.adapters.sql.migrate import upgrade
from ledger_service.adapters.sql.store import open_store, sqlite_url
from ledger_service.domain.identifiers import Digest, StewardId
from ledger_service.domain.imports.import_job import ImportJob
from ledger_service.domain.lending.commitment import secret_digest
from ledger_service.domain.people.caller import UNNAMED, Caller, Role
from ledger_service.domain.resources.registration import Route
from ledger_service.ports.paging import PageRequest
from ledger_service.services.people.grant_access import authenticate
from ledger_service.services.resources.settle_routes import count_unsettled, settle_routes
from tests.simulators.bench import Bench
from tests.simulators.old_claims import OLD_STEWARD, make_old_claims
from tests.simulators.old_ledger import check_new_ledger, make_old_ledger


@pytest.fixture
def old(tmp_path: Path) -> Iterator[Engine]:
    """Return a database of version 0001, with a ledger."""
    store = open_store(sqlite_url(tmp_path / "old.db"))
    make_old_ledger(store.engine)
    yield store.engine
    store.close()


def test_a_ledger_of_a_row_an_entry_becomes_one_of_bundles_and_tiles(
    old: Engine, tmp_path: Path
) -> None:
    check_new_ledger(old)
    old.dispose()
    connection = sqlite3.connect(tmp_path / "old.db")
    assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    assert connection.execute("SELECT count(*) FROM bundle").fetchone() == (4,)
    assert connection.execute("SELECT count(*) FROM tile").fetchone() == (5,)
    connection.close()


def test_tokens_of_staff_go_on_to_work_and_find_what_was_sent_with_them(tmp_path: Path) -> None:
    store = open_store(sqlite_url(tmp_path / "old.db"))
    before = ScriptDirectory.from_config(configuration(store.engine)).get_revision("0008")
    command.upgrade(configuration(store.engine), str(before.down_revision))
    steward = StewardId(bytes(32))
    tokens = {"librarian": steward.hex(), "reader": "0" * 32}
    made = ImportJob("1" * 32, steward.hex(), "monday", "jsonl", "L", bytes(32), 1, 1)
    with store.engine.begin() as connection:
        for role, subject in tokens.items():
            row = {
                "digest": secret_digest(role),
                "role": "registrar" if role == "librarian" else role,
                "subject": subject,
                "expires_at": 9,
            }
            connection.execute(insert(schema.people.token), row)
        connection.execute(insert(schema.imports.import_job), asdict(made))
    upgrade(store.engine)
    held = {role: authenticate(store, lambda: 1, steward, role) for role in tokens}
    assert held == {
        "librarian": Caller.of_token(Role.REGISTRAR, UNNAMED, steward),
        "reader": Caller.of_token(Role.READER, "0" * 32, steward),
    }
    with store.read() as transaction:
        found = transaction.imports.find_keyed(held["librarian"].subject, "monday")
    assert found == replace(made, caller=UNNAMED)
    store.close()


def test_an_older_ledger_is_told_of_nothing_twice_and_its_jobs_have_their_blocks(
    lived: Bench,
) -> None:
    def rows(query: str) -> list[tuple[object, ...]]:
        with lived.store.engine.connect() as connection:
            return [tuple(row) for row in connection.execute(text(query))]

    queries = (
        "SELECT name, entry FROM told_event ORDER BY entry",
        "SELECT id, block, entry FROM job WHERE entry IS NOT NULL ORDER BY id",
    )
    before = [rows(query) for query in queries]
    with lived.store.engine.begin() as connection:
        connection.execute(text("UPDATE job SET block = NULL, entry = NULL"))
    command.downgrade(configuration(lived.store.engine), "0010")
    upgrade(lived.store.engine)
    assert [rows(query) for query in queries] == before
    assert len(before[0]) == len(before[1]) > 2
    size = len(lived.bodies())
    lived.worker.round()
    assert len(lived.bodies()) == size


def test_a_ledger_that_lacks_entries_is_left_as_it_is(old: Engine) -> None:
    with old.begin() as connection:
        connection.execute(text('DELETE FROM entry WHERE "index" = 700'))
    with pytest.raises(RuntimeError, match="lacks entries from index 512"):
        upgrade(old)
    with old.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM entry")) == 999
        assert connection.scalar(text("SELECT version_num FROM alembic_version")) == "0001"
        assert connection.scalar(text("PRAGMA foreign_keys")) == 1


OPERATOR = Caller.operator(OLD_STEWARD)


def test_the_route_of_an_old_claim_is_what_else_tells_of_it_or_unknown(tmp_path: Path) -> None:
    store = open_store(sqlite_url(tmp_path / "old.db"))
    make_old_claims(store.engine)
    upgrade(store.engine)
    with store.read() as transaction:
        found = {
            item.metadata.title: item.route
            for item in transaction.registrations.page(PageRequest()).items
        }
    assert found == {
        "by our key": Route.HERE,
        "signed elsewhere": Route.ELSEWHERE,
        "in a signed batch": Route.ELSEWHERE,
        "promoted": Route.BULK,
        "promotion asked": Route.UNKNOWN,
        "of a report": Route.BULK,
        "of nothing": Route.UNKNOWN,
    }
    assert count_unsettled(store, OPERATOR) == 2
    named = [Digest.of(b"of nothing")]
    assert settle_routes(store, OPERATOR, Route.ELSEWHERE, named) == 1
    assert settle_routes(store, OPERATOR, Route.BULK) == 1
    assert count_unsettled(store, OPERATOR) == 0
    store.close()


def test_parts_that_are_gone_and_were_not_too_old_were_of_erased_readers(tmp_path: Path) -> None:
    store = open_store(sqlite_url(tmp_path / "old.db"))
    command.upgrade(configuration(store.engine), "0047")
    with store.engine.begin() as connection:
        connection.execute(text("INSERT INTO private_part (entry) VALUES (1), (2), (3)"))
        connection.execute(text("INSERT INTO private_part (entry, body) VALUES (4, 'x')"))
        connection.execute(text("INSERT INTO retirement VALUES (86400, 2, 1, 2, 5)"))
    upgrade(store.engine)
    with store.read() as transaction:
        assert transaction.retirements.of_erased() == 1
    store.close()
