"""Readers are told what happened to what stands on their shelf: each once, and nobody else."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ledger_service.domain.identifiers import Digest
from ledger_service.domain.people.caller import Caller
from ledger_service.domain.people.notices.notice import NoticeKind
from ledger_service.domain.resources.registration import Relation, WithdrawalReason
from ledger_service.services.lending.change_grant import return_grant
from ledger_service.services.people.notices import list_notices
from ledger_service.services.resources.change_resource import supersede_resource, withdraw_resource
from reading_room.shelf.rules.shelf import take_off
from reading_room.shelf.sql import SqlShelf
from reading_room.shelf.verbs import follow
from reading_room.shelf.verbs.keep import change_shelf, put_on_shelf
from reading_room.shelf.work import work
from tests.simulators.bench import (
    BOOK,
    HOUR,
    LIBRARIAN,
    SECOND,
    Bench,
    StoreThatStops,
    WorkerKilled,
    as_reader,
)

FIRST, NEXT = Digest.of(BOOK), Digest.of(SECOND)


def told(bench: Bench, reader: Caller) -> list[tuple[NoticeKind, str]]:
    return [(one.notice.kind, one.notice.about) for one in list_notices(bench.library, reader)]


def look(bench: Bench) -> None:
    work(bench.library, lambda: False)


def reader_with(bench: Bench, digest: Digest) -> Caller:
    reader = as_reader(bench.reader())
    put_on_shelf(bench.library, SqlShelf, reader, digest)
    return reader


def test_whoever_has_it_is_told_once_that_a_newer_version_came(bench: Bench) -> None:
    look(bench)
    holder, other = reader_with(bench, FIRST), reader_with(bench, NEXT)
    gone = reader_with(bench, FIRST)
    change_shelf(bench.library, SqlShelf, gone, take_off(FIRST))
    supersede_resource(bench.library, LIBRARIAN, FIRST, NEXT, Relation.VERSION)
    bench.settle()
    for _ in range(3):
        look(bench)
    assert told(bench, holder) == [(NoticeKind.SUPERSEDED, FIRST.hex())]
    assert told(bench, other) == told(bench, gone) == []


def test_a_translation_takes_no_place_and_is_no_news(bench: Bench) -> None:
    look(bench)
    holder = reader_with(bench, FIRST)
    supersede_resource(bench.library, LIBRARIAN, FIRST, NEXT, Relation.TRANSLATION)
    bench.settle()
    look(bench)
    assert told(bench, holder) == []


def test_what_happened_before_the_first_look_is_no_news(bench: Bench) -> None:
    holder = reader_with(bench, FIRST)
    withdraw_resource(bench.library, LIBRARIAN, FIRST, WithdrawalReason.ERROR)
    bench.settle()
    look(bench)
    assert told(bench, holder) == []
    withdraw_resource(bench.library, LIBRARIAN, NEXT, WithdrawalReason.ERROR)
    second = reader_with(bench, NEXT)
    bench.settle()
    look(bench)
    assert told(bench, second) == [(NoticeKind.WITHDRAWN, NEXT.hex())]


@pytest.mark.parametrize("ends", ["returned", "by itself"])
def test_whoever_has_it_is_told_that_a_copy_is_free_again(bench: Bench, ends: str) -> None:
    bench.license("one-copy", seats=1)
    lent = bench.registered(b"one copy of this", license_name="one-copy").digest
    holder = reader_with(bench, lent)
    look(bench)
    grant = bench.grant(lent, bench.reader())
    bench.settle()
    bench.clock.advance(follow.SECONDS_BETWEEN_LOOKS)
    look(bench)
    assert told(bench, holder) == []
    if ends == "returned":
        return_grant(bench.library, LIBRARIAN, grant.id)
        bench.settle()
        bench.clock.advance(follow.SECONDS_BETWEEN_LOOKS)
    else:
        bench.clock.advance(HOUR + 1)
    for _ in range(2):
        look(bench)
        bench.clock.advance(follow.SECONDS_BETWEEN_LOOKS)
    assert told(bench, holder) == [(NoticeKind.FREE_AGAIN, lent.hex())]


@pytest.mark.parametrize("committed", [False, True])
@pytest.mark.parametrize("at", range(1, 7))
def test_a_worker_that_is_killed_loses_no_notice_and_repeats_none(
    bench: Bench, at: int, committed: bool
) -> None:
    look(bench)
    holders = [reader_with(bench, FIRST) for _ in range(4)]
    supersede_resource(bench.library, LIBRARIAN, FIRST, NEXT, Relation.VERSION)
    bench.settle()
    store = StoreThatStops(bench.store, at, committed=committed)
    try:
        work(replace(bench.library, store=store), lambda: False)  # type: ignore[arg-type]
    except WorkerKilled:
        look(bench)
    for holder in holders:
        assert told(bench, holder) == [(NoticeKind.SUPERSEDED, FIRST.hex())]
