"""What the license server is told when it is told by two at a time, or did not answer for long."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import pytest

from ledger_service.domain.errors import LicenseServerUnavailable
from ledger_service.ports.lending import ProtectedLoan
from reading_room.lcp.rules import WAITS, Issued
from reading_room.lcp.sql import SqlLcp
from reading_room.lcp.verbs.forget_licenses import forget_licenses
from reading_room.lcp.verbs.license_loan import tell_ends
from tests.simulators.bench import Bench

NAME, FILE = str(uuid4()), str(uuid4())


class Server:
    """Notes which licenses were ended; `meanwhile` is done while it is told of one."""

    def __init__(self, bench: Bench) -> None:
        self.bench, self.ended, self.is_away = bench, 0, False
        self.meanwhile: Issued | None = None

    def title_of(self, publication: str) -> str | None:
        return publication

    def keep(self, loan: ProtectedLoan, at: int) -> None:
        raise AssertionError((loan, at))  # no loan is known here, so none goes on

    def license(self, license_id: str, publication: str, user_key: str, hint: str) -> bytes:
        return f"{license_id}{publication}{user_key}{hint}".encode()

    def end(self, license_id: str) -> None:
        if self.is_away:
            raise LicenseServerUnavailable("answer")
        assert license_id == NAME
        self.ended += 1
        if self.meanwhile is not None:
            put(self.bench, self.meanwhile)
            self.meanwhile = None


@pytest.fixture
def bench(empty_database: Path, tmp_path: Path) -> Iterator[Bench]:
    shutil.copy(empty_database, tmp_path / "muhr.db")
    bench = Bench(tmp_path)
    bench.library = replace(bench.library, license_server=Server(bench))
    yield bench
    bench.release()


def put(bench: Bench, issued: Issued) -> None:
    with bench.store.write() as transaction:
        transaction.room(SqlLcp).put(issued)


def found(bench: Bench) -> Issued | None:
    with bench.store.read() as transaction:
        return transaction.room(SqlLcp).find(NAME)


def work(bench: Bench) -> int:
    return tell_ends(bench.library, SqlLcp, lambda: False)


def issued(bench: Bench) -> Issued:
    return Issued(NAME, bytes(32), FILE, bench.clock(), False, until=bench.clock() + 1000)


def test_what_two_tell_at_a_time_is_told_again(bench: Bench) -> None:
    server = bench.library.license_server
    assert isinstance(server, Server)
    put(bench, issued(bench))
    server.meanwhile = issued(bench)._replace(until=bench.clock() + 5000)
    assert work(bench) == 1
    again = found(bench)
    assert again is not None
    assert (again.until, again.is_over) == (0, False)
    assert work(bench) == 1
    assert server.ended == 2
    over = found(bench)
    assert over is not None
    assert over.is_over
    assert work(bench) == 0


def test_a_server_that_is_away_is_asked_ever_later_and_never_given_up(bench: Bench) -> None:
    server = bench.library.license_server
    assert isinstance(server, Server)
    server.is_away = True
    put(bench, issued(bench))
    for wait in (*WAITS, WAITS[-1]):
        assert work(bench) == 0
        tried = found(bench)
        assert tried is not None
        assert tried.try_at == bench.clock() + wait
        assert work(bench) == 0
        assert found(bench) == tried
        bench.clock.now += wait
    server.is_away = False
    assert work(bench) == 1
    assert server.ended == 1


def test_what_is_over_is_forgotten_after_a_while(bench: Bench) -> None:
    put(bench, issued(bench))
    work(bench)
    forget_licenses(bench.library, SqlLcp)
    assert found(bench) is not None
    bench.clock.now += bench.library.limits.request_seconds + 1
    forget_licenses(bench.library, SqlLcp)
    assert found(bench) is None
