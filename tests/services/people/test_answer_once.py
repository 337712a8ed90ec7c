"""Answers under a key: for a day, for one token, and durable with what was done or not at all."""

from __future__ import annotations

import pytest

from ledger_service.adapters.sql.people.answers import SqlAnswers
from ledger_service.domain.errors import KeyUsedOtherwise, UnknownReader
from ledger_service.services.people.answer_once import (
    KEPT_SECONDS,
    AnsweredBefore,
    AnsweringStore,
    Repeat,
)
from ledger_service.services.people.grant_access import enroll_reader
from tests.simulators.bench import LIBRARIAN, Bench

REPEAT = Repeat.of("muhr_secret", "key", bytes(32))


def under_key(bench: Bench, repeat: Repeat = REPEAT) -> AnsweringStore:
    return AnsweringStore(bench.store, bench.clock, repeat)


def enroll(bench: Bench, store: AnsweringStore | None = None) -> str:
    store = store or under_key(bench)
    return store.answer(lambda: enroll_reader(store, LIBRARIAN), str.encode)


def is_enrolled(bench: Bench, reader: str) -> bool:
    with bench.store.read() as transaction:
        return transaction.access.reader_key(reader) is not None


def test_an_answer_is_given_again_for_a_day(bench: Bench) -> None:
    assert under_key(bench).standing() is None
    reader = enroll(bench)
    assert is_enrolled(bench, reader)
    bench.clock.advance(KEPT_SECONDS)
    assert under_key(bench).standing() == reader.encode()
    bench.clock.advance(1)
    assert under_key(bench).standing() is None
    assert enroll(bench) != reader


def test_what_had_to_write_nothing_is_answered_again(bench: Bench) -> None:
    assert under_key(bench).answer(lambda: "as before", str.encode) == "as before"
    assert under_key(bench).standing() == b"as before"


def test_of_two_at_one_time_one_is_done(bench: Bench) -> None:
    late = under_key(bench)
    assert late.standing() is None
    reader = enroll(bench)
    with pytest.raises(AnsweredBefore) as told:
        enroll(bench, late)
    assert told.value.answer == reader.encode()


def test_a_cut_before_the_answer_is_kept_leaves_nothing_of_what_was_done(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[str] = []
    store = under_key(bench)

    def do() -> str:
        made.append(enroll_reader(store, LIBRARIAN))
        return made[0]

    with monkeypatch.context() as planted, pytest.raises(KeyboardInterrupt):
        planted.setattr(SqlAnswers, "keep", _cut)
        store.answer(do, str.encode)
    assert not is_enrolled(bench, made[0])
    assert under_key(bench).standing() is None


def _cut(*_: object) -> None:
    raise KeyboardInterrupt


def test_a_request_sees_what_it_wrote(bench: Bench) -> None:
    store = under_key(bench)

    def do() -> str:
        reader = enroll_reader(store, LIBRARIAN)
        with store.read() as transaction:
            assert transaction.access.reader_key(reader) is not None
        with pytest.raises(UnknownReader), store.write() as transaction:
            transaction.access.add_reader("00", bytes(32))
            raise UnknownReader("gone")  # which undoes this write alone
        return reader

    reader = store.answer(do, str.encode)
    assert is_enrolled(bench, reader)
    assert not is_enrolled(bench, "00")


def test_what_was_refused_is_kept_without_an_answer(bench: Bench) -> None:
    made: list[str] = []
    store = under_key(bench)

    def refuse() -> str:
        made.append(enroll_reader(store, LIBRARIAN))
        raise UnknownReader("gone")

    with pytest.raises(UnknownReader):
        store.answer(refuse, str.encode)
    assert is_enrolled(bench, made[0])
    assert under_key(bench).standing() is None


def test_a_key_is_of_one_request_and_one_token(bench: Bench) -> None:
    enroll(bench)
    with pytest.raises(KeyUsedOtherwise):
        under_key(bench, Repeat.of("muhr_secret", "key", b"\x01" * 32)).standing()
    assert under_key(bench, Repeat.of("muhr_other", "key", bytes(32))).standing() is None
    assert under_key(bench, Repeat.of("muhr_secret", "other", bytes(32))).standing() is None
