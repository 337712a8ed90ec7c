"""What is near by what is catalogued, with its reasons; and the card of the run that found it."""

from __future__ import annotations

import gzip
import hashlib
import json
from dataclasses import replace

import pytest

from ledger_service.domain.errors import InvalidInput, NotPermitted, RecommendationsNotFound
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.people.act import ActKind
from ledger_service.domain.people.caller import Caller
from ledger_service.domain.resources.registration import RegistrationState
from ledger_service.ports.paging import PageRequest
from ledger_service.ports.people import ActFilter
from ledger_service.ports.resources import NearReason, Reason
from reading_room.recommendations import work as night
from reading_room.recommendations.measuring.noise import OpenDpNoise
from reading_room.recommendations.measuring.together import baskets_of, count_together
from reading_room.recommendations.rules.nearness import MOST_NEAR
from reading_room.recommendations.rules.run import NIGHT_SECONDS
from reading_room.recommendations.sql import SqlRecommendations
from reading_room.recommendations.verbs import runs
from reading_room.recommendations.verbs.find_near import find_near
from reading_room.recommendations.verbs.runs import (
    find_card,
    find_run,
    list_part,
    list_sizes,
    request_run,
)
from tests.reading_room.recommendations.conftest import Read, SeededNoise
from tests.simulators.bench import LIBRARIAN, STEWARD
from tests.simulators.clock import MONDAY

DAY = 86_400


def reasons(read: Read, digest: Digest) -> dict[str, tuple[NearReason, ...]]:
    found = find_near(read.library, SqlRecommendations, digest)
    return {one.record.title: one.reasons for one in found}


def test_each_nearness_has_its_reason(read: Read) -> None:
    divan = read.work_called("Devon", "Alisher Navoiy", ["Gʻazallar"])
    read.work_called("Xamsa", "Navoiy, Alisher", ["Dostonlar"])
    read.work_called("Boshqa devon", "Bobur", ["ғазаллар", "Tarix"])
    read.work_called("Kimyo", "Mendeleyev", ["Fan"])
    read.run()
    assert reasons(read, divan) == {
        "Xamsa": (NearReason(Reason.PERSON, "Navoiy, Alisher"),),
        "Boshqa devon": (NearReason(Reason.SUBJECT, "ғазаллар"),),
    }


def test_words_of_titles_are_a_reason_where_there_is_no_other(read: Read) -> None:
    one = read.work_called("Paxtachilik asoslari")
    read.work_called("Пахтачилик тарихи")
    read.work_called("Kimyo")
    read.run()
    assert reasons(read, one) == {"Пахтачилик тарихи": (NearReason(Reason.WORDS),)}


def test_readers_come_first_and_what_is_near_by_both_ways_says_so(read: Read) -> None:
    one = read.work_called("Devon", "Navoiy")
    also = read.work_called("Xamsa", "Navoiy")
    other = read.work_called("Kimyo", "Mendeleyev")
    read.readers_open(6, one, other)
    read.readers_open(5, one, also, of="also")
    read.at_window(read.window_now() + 1)
    read.run()
    told = list(reasons(read, one).items())
    assert told == [
        ("Kimyo", (NearReason(Reason.TOGETHER),)),
        ("Xamsa", (NearReason(Reason.TOGETHER), NearReason(Reason.PERSON, "Navoiy"))),
    ]


def test_no_more_than_some_are_told_and_none_of_itself(read: Read) -> None:
    works = [read.work_called(f"Asar {number}", "Bir kishi") for number in range(12)]
    read.run()
    for work in works:
        found = find_near(read.library, SqlRecommendations, work)
        assert len(found) == MOST_NEAR
        assert work not in {one.digest for one in found}


def test_a_run_comes_each_night_and_when_it_is_asked_for(read: Read) -> None:
    noise = SeededNoise()

    def number() -> int:
        night.work(read.library, lambda: False, noise)
        return find_run(read.library, SqlRecommendations).number

    read.bench.clock.now = MONDAY - MONDAY % DAY + NIGHT_SECONDS - 60
    assert number() == number() == 0  # it waits for its first night
    read.bench.clock.advance(120)
    assert number() == number() == 1
    assert request_run(read.library, LIBRARIAN, SqlRecommendations).is_asked
    assert number() == number() == 2
    read.bench.clock.advance(DAY)
    assert number() == 3


def test_a_run_that_was_broken_off_begins_anew(read: Read) -> None:
    read.work_called("Devon", "Navoiy")
    read.ask()
    calls = iter([False, False, True, True, True])
    night.work(read.library, lambda: next(calls), SeededNoise())
    assert find_run(read.library, SqlRecommendations).ended_at is None
    night.work(read.library, lambda: False, SeededNoise())
    run = find_run(read.library, SqlRecommendations)
    assert (run.number, run.done, run.of) == (2, 1, 1)
    assert run.ended_at is not None


def test_what_is_gone_is_near_to_nothing_after_the_next_run(read: Read) -> None:
    one = read.work_called("Devon", "Navoiy")
    read.run()
    with read.library.store.write() as transaction:
        transaction.room(SqlRecommendations).put(1, [(bytes(32), bytes(18))])
    read.run()
    with read.library.store.read() as transaction:
        assert transaction.room(SqlRecommendations).near(Digest(bytes(32))) == []
    assert reasons(read, one) == {}


@pytest.mark.parametrize("state", [RegistrationState.WITHDRAWN, RegistrationState.SUPERSEDED])
def test_what_does_not_stand_any_more_is_left_out_at_once(
    read: Read, state: RegistrationState
) -> None:
    one, two = read.work_called("Devon", "Navoiy"), read.work_called("Xamsa", "Navoiy")
    read.run()
    assert list(reasons(read, one)) == ["Xamsa"]
    with read.library.store.write() as transaction:
        transaction.registrations.set_state(two, STEWARD, state)
    assert reasons(read, one) == {}
    assert reasons(read, two) == {}
    read.run()
    with read.library.store.read() as transaction:
        assert transaction.room(SqlRecommendations).near(one) == []


def test_the_card_is_attested_and_says_under_which_terms(read: Read) -> None:
    one, two = read.work_called("Devon", "Navoiy"), read.work_called("Xamsa", "Navoiy")
    read.readers_open(8, one, two)
    read.at_window(read.window_now() + 1)
    read.run()
    statement, entry = find_card(read.library, SqlRecommendations)
    attested = read.bench.entries("attested")[-1]
    assert attested.facts["type"] == "model"
    assert attested.facts["statement"] == hashlib.sha256(statement).hexdigest()
    assert read.bench.bodies()[entry] == attested.format()
    card = json.loads(statement)
    assert (card["works"], card["works_with_near"], card["near"]) == (2, 2, 2)
    assert set(card["versions"]) == {"numpy", "opendp", "scipy"}
    assert len(card["code"]) == 64
    told = card["read_together"]
    assert (told["k"], told["works_a_reader"], told["pairs_a_reader"]) == (5, 5, 10)
    assert (told["readers_with_noise"], told["pairs_after"]) == (8, 1)
    assert told["ends"] - told["begins"] == 91 * DAY


def test_the_whole_list_has_each_work_and_where_what_is_near_stands(read: Read) -> None:
    devon, xamsa = read.work_called("Devon", "Navoiy"), read.work_called("Xamsa", "Navoiy")
    read.work_called("Kimyo")
    read.run()
    [size] = list_sizes(read.library, SqlRecommendations)
    part = list_part(read.library, SqlRecommendations, 0)
    assert len(part) == size
    works = json.loads(gzip.decompress(part))["works"]
    assert [row[1:] for row in works] == [["Devon", [1]], ["Xamsa", [0]], ["Kimyo", []]]
    assert len(works[0][0]) == 43
    assert devon != xamsa
    with pytest.raises(RecommendationsNotFound):
        list_part(read.library, SqlRecommendations, 1)


def test_switched_off_nothing_is_shown_and_no_run_may_be_asked_for(read: Read) -> None:
    one = read.work_called("Devon", "Navoiy")
    read.work_called("Xamsa", "Navoiy")
    read.run()
    assert reasons(read, one)
    limits = replace(read.library.limits, recommends=False)
    library = replace(read.library, limits=limits)
    assert find_near(library, SqlRecommendations, one) == []
    assert list_sizes(library, SqlRecommendations) == []
    for find in (
        lambda: find_card(library, SqlRecommendations),
        lambda: list_part(library, SqlRecommendations, 0),
    ):
        with pytest.raises(RecommendationsNotFound):
            find()
    with pytest.raises(InvalidInput, match="recommendations-off"):
        request_run(library, LIBRARIAN, SqlRecommendations)
    before = find_run(library, SqlRecommendations)
    read.ask()
    night.work(library, lambda: False, SeededNoise())
    assert find_run(library, SqlRecommendations).number == before.number


def test_without_the_packages_the_room_says_so_and_does_nothing(
    read: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runs, "is_installed", lambda: False)
    monkeypatch.setattr(night, "is_installed", lambda: False)
    read.run()
    assert find_run(read.library, SqlRecommendations).number == 0
    assert runs.state_of(read.library).value == "packages-missing"
    with pytest.raises(InvalidInput, match="packages-missing"):
        request_run(read.library, LIBRARIAN, SqlRecommendations)


def test_only_a_registrar_asks_for_a_run_and_it_is_an_act(read: Read) -> None:
    with pytest.raises(NotPermitted):
        request_run(read.library, Caller.anybody(STEWARD), SqlRecommendations)
    for _ in range(2):  # the second is the same one
        request_run(read.library, LIBRARIAN, SqlRecommendations)
    with read.library.store.read() as transaction:
        acts = transaction.acts.page(ActFilter(kind=ActKind.RECOMMENDATIONS_ASKED), PageRequest())
    assert [one.act.about for one in acts.items] == ["1"]


def test_a_hundred_thousand_openings_are_counted(read: Read) -> None:
    works = [hashlib.sha256(b"%d" % number).digest() for number in range(400)]
    readers = [
        tuple(works[(number * 7 + step * step) % 400] for step in range(5))
        for number in range(20_000)
    ]
    told = count_together(baskets_of(readers, read.terms), read.terms, OpenDpNoise())
    assert told.pairs
    assert all(count >= told.drawn.threshold + read.terms.k - 1 for _, _, count in told.pairs)
