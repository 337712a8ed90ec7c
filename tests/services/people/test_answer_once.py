"""Answers under a key: for a day, for one token, and done anew if the first request was cut off."""

from __future__ import annotations

import pytest

from ledger_service.domain.errors import KeyUsedOtherwise, LedgerBusy, RoleNotHeld
from ledger_service.domain.people.permission import Permission
from ledger_service.services.people.answer_once import (
    KEPT_SECONDS,
    LONGEST_SECONDS,
    Repeat,
    begin_answer,
    end_answer,
)
from tests.simulators.bench import LIBRARIAN, Bench, as_reader

REPEAT = Repeat.of("muhr_secret", "key", bytes(32))


def begin(bench: Bench, repeat: Repeat = REPEAT) -> bytes | None:
    return begin_answer(bench.store, bench.clock, LIBRARIAN, Permission.READER_ENROLL, repeat)


def end(bench: Bench, answer: bytes | None) -> None:
    end_answer(bench.store, LIBRARIAN, Permission.READER_ENROLL, REPEAT, answer)


def test_an_answer_is_given_again_for_a_day(bench: Bench) -> None:
    assert begin(bench) is None
    end(bench, b"done")
    bench.clock.advance(KEPT_SECONDS)
    assert begin(bench) == b"done"
    bench.clock.advance(1)
    assert begin(bench) is None


def test_a_request_that_is_being_answered_is_waited_for_and_done_anew_once_cut_off(
    bench: Bench,
) -> None:
    assert begin(bench) is None
    with pytest.raises(LedgerBusy, match="same-request"):
        begin(bench)
    bench.clock.advance(LONGEST_SECONDS)
    assert begin(bench) is None


def test_what_was_not_done_is_forgotten(bench: Bench) -> None:
    assert begin(bench) is None
    end(bench, None)
    assert begin(bench) is None


def test_a_key_is_of_one_request_and_one_token(bench: Bench) -> None:
    assert begin(bench) is None
    end(bench, b"done")
    with pytest.raises(KeyUsedOtherwise):
        begin(bench, Repeat.of("muhr_secret", "key", b"\x01" * 32))
    assert begin(bench, Repeat.of("muhr_other", "key", bytes(32))) is None
    assert begin(bench, Repeat.of("muhr_secret", "other", bytes(32))) is None


def test_who_may_not_do_it_is_told_nothing(bench: Bench) -> None:
    with pytest.raises(RoleNotHeld):
        begin_answer(
            bench.store,
            bench.clock,
            as_reader(bench.reader()),
            Permission.READER_ENROLL,
            REPEAT,
        )
