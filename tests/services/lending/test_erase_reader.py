"""Erase a reader: whose anything was is gone, and what others rely on holds."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing

import pytest

from ledger_service.adapters.sql import store as sql_store
from ledger_service.domain.errors import (
    ErasureUnfinished,
    NoLiveGrant,
    NotAuthenticated,
    OpeningNotFound,
    RoleNotHeld,
    UnknownReader,
)
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.lending.grant import ERASED, ERASED_READER, Grant, GrantState
from ledger_service.domain.people.caller import Role
from ledger_service.domain.people.erasure import erasure_tag
from ledger_service.services.lending import open_resource as opening_module
from ledger_service.services.lending.forgetting.erase_listed import erase_listed
from ledger_service.services.lending.forgetting.erase_reader import erase_reader, find_held
from ledger_service.services.lending.forgetting.rewrite_traces import rewrite_traces
from ledger_service.services.lending.issue_grant import issue_grant
from ledger_service.services.lending.open_resource import open_resource
from ledger_service.services.lending.read_opening import opened_content
from ledger_service.services.people.grant_access import authenticate, issue_token
from tests.simulators.bench import BOOK, HOUR, LIBRARIAN, OPERATOR, STEWARD, Bench, as_reader

DIGEST = Digest.of(BOOK)


@pytest.fixture
def grant(bench: Bench) -> Grant:
    return bench.granted()


def token_of(bench: Bench, reader: str) -> str:
    return issue_token(bench.store, bench.clock, OPERATOR, Role.READER, reader, HOUR)


def key_of(bench: Bench, reader: str) -> bytes:
    with bench.store.read() as transaction:
        found = transaction.access.reader_key(reader)
    assert found is not None
    return found


def files(bench: Bench) -> bytes:
    """Return all bytes of the database's files."""
    return b"".join(file.read_bytes() for file in sorted(bench.folder.glob("muhr.db*")))


def test_who_is_erased_is_in_no_table_and_the_grant_is_nobodys(bench: Bench, grant: Grant) -> None:
    secret, key = token_of(bench, grant.reader), key_of(bench, grant.reader)
    opened = open_resource(bench.library, as_reader(grant.reader), digest=DIGEST)
    with pytest.raises(NoLiveGrant):
        open_resource(bench.library, as_reader(bench.reader()), digest=DIGEST)
    held = find_held(bench.library, OPERATOR, grant.reader)
    assert (held.grants, held.live, held.decisions, held.tokens) == (1, 1, 1, 1)
    assert erase_reader(bench.library, OPERATOR, grant.reader) == held
    nobodys = bench.held(grant)
    assert (nobodys.reader, nobodys.pseudonym, nobodys.salt) == (ERASED_READER, ERASED, ERASED)
    assert nobodys.state is GrantState.RETURNING
    with pytest.raises(NotAuthenticated):
        authenticate(bench.store, bench.clock, STEWARD, secret)
    with pytest.raises(OpeningNotFound):
        opened_content(bench.library, as_reader(grant.reader), opened.secret)
    with bench.store.read() as transaction:
        parts = transaction.ledger.private_parts(0, 9)
    assert [part.salt is None and part.body is None for part in parts] == [True, False]
    rewrite_traces(bench.library, lambda: False)  # not due yet
    bench.clock.advance(HOUR)
    rewrite_traces(bench.library, lambda: False)
    for secret_bytes in (grant.reader.encode(), key, grant.pseudonym, grant.salt):
        assert secret_bytes not in files(bench)


def test_counts_roots_and_the_audit_hold(bench: Bench, grant: Grant) -> None:
    open_resource(bench.library, as_reader(grant.reader), digest=DIGEST)
    bench.settle()
    before = bench.bodies()
    erase_reader(bench.library, OPERATOR, grant.reader)
    bench.settle()
    assert bench.bodies()[: len(before)] == before
    assert bench.held(grant).state is GrantState.RETURNED  # its seat is free
    report = bench.audit()
    assert report.findings == []
    assert (report.decisions.openings, report.decisions.erased) == (0, 1)


def test_a_reader_erases_only_themselves(bench: Bench, grant: Grant) -> None:
    with pytest.raises(RoleNotHeld):
        erase_reader(bench.library, as_reader(bench.reader()), grant.reader)
    with pytest.raises(RoleNotHeld):
        erase_reader(bench.library, LIBRARIAN, grant.reader)
    erase_reader(bench.library, as_reader(grant.reader), grant.reader)
    with pytest.raises(UnknownReader):
        erase_reader(bench.library, OPERATOR, grant.reader)
    with pytest.raises(UnknownReader):
        issue_grant(
            bench.library, LIBRARIAN, digest=DIGEST, reader=grant.reader, until=bench.clock() + 9
        )


def test_a_grant_that_is_on_its_way_to_the_chain_is_given_back_after_it(bench: Bench) -> None:
    registration = bench.registered()
    grant = bench.grant(registration.digest, bench.reader())
    erase_reader(bench.library, OPERATOR, grant.reader)
    bench.settle()
    assert bench.held(grant).state is GrantState.RETURNED
    assert bench.audit().findings == []


def test_who_is_erased_amid_an_opening_leaves_no_entry(
    bench: Bench, grant: Grant, monkeypatch: pytest.MonkeyPatch
) -> None:
    decide: Callable[..., object] = opening_module._decide

    def erased_meanwhile(*given: object) -> object:
        found = decide(*given)
        erase_reader(bench.library, OPERATOR, grant.reader)
        return found

    monkeypatch.setattr(opening_module, "_decide", erased_meanwhile)
    size = len(bench.bodies())
    with pytest.raises(UnknownReader):
        open_resource(bench.library, as_reader(grant.reader), digest=DIGEST)
    assert len(bench.bodies()) == size
    assert bench.entries("opened") == bench.entries("denied") == []


def test_whoever_is_on_the_list_is_told_so_while_the_database_is_busy(
    bench: Bench, grant: Grant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sql_store, "BUSY_TIMEOUT_MILLISECONDS", 50)
    bench.store.close()  # connections that are opened from now on wait so long
    with closing(sqlite3.connect(bench.folder / "muhr.db")) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(ErasureUnfinished, match="database"):
            erase_reader(bench.library, OPERATOR, grant.reader)
    assert bench.held(grant).reader == grant.reader
    assert erase_listed(bench.library) == 1


def test_who_is_on_the_list_is_erased_from_a_database_that_knows_them(
    bench: Bench, grant: Grant
) -> None:
    other = bench.reader()
    assert erase_listed(bench.library) == 0
    bench.library.erasures.add(erasure_tag(key_of(bench, grant.reader)))
    assert erase_listed(bench.library) == 1
    assert erase_listed(bench.library) == 0
    with bench.store.read() as transaction:
        assert transaction.access.reader_key(grant.reader) is None
        assert transaction.access.reader_key(other) is not None
