"""Members that are away, silent, suspended or give no answer of a search: told so, and not waited for."""

from __future__ import annotations

import json
import time

import pytest

from ledger_service.domain.errors import TooManySearches
from reading_room.search.rules.members.standing import Standing
from reading_room.search.verbs.members import patience as patiences
from reading_room.search.verbs.members.patience import MOST_AT_ONCE, REST_SECONDS, Patience, Turns
from tests.reading_room.search.members.conftest import Consortium, titles
from tests.reading_room.search.members.other_library import saying, silent, timed

BOUND, SHORT = 2.0, 0.5
NO_ANSWER = {"items": [], "next": None, "total": 0, "more": False, "direct": None}


@pytest.fixture
def held(consortium: Consortium) -> Consortium:
    """Return a consortium of which each library has one work."""
    for number, other in enumerate(consortium.others):
        other.claim(f"Dunyo {number}")
        other.copy_to(consortium.bench.library)
    return consortium


def why(consortium: Consortium) -> str:
    """Return why the first of the others is missing, the rest being there."""
    found = consortium.find("dunyo")
    assert sorted(titles(found)) == ["Dunyo 1", "Dunyo 2"]
    [missing] = found.missing
    assert missing.holder.name == "University tashkent"
    assert missing.why is not None
    return missing.why.name


def test_a_silent_library_is_waited_for_less_and_then_not_asked(held: Consortium) -> None:
    held.patience = Patience(BOUND, SHORT)
    held.others[0].say = silent
    took = []
    for expected in ("silent", "silent", "silent", "rests"):
        seconds, name = timed(lambda: why(held))
        assert name == f"other-library.{expected}"
        took.append(seconds)
    assert BOUND <= took[0] < 3 * BOUND
    assert max(took[1:3]) < took[0]
    assert took[3] < BOUND
    assert len(held.others[0].asked) == 3


def test_drops_that_never_end_are_silence(held: Consortium) -> None:
    other = held.others[0]

    def slow(_: object) -> bytes:
        time.sleep(2 * BOUND)
        return b"{}"

    held.patience = Patience(BOUND, SHORT)
    other.say = slow
    seconds, name = timed(lambda: why(held))
    assert (name, seconds < 3 * BOUND) == ("other-library.silent", True)


def test_who_answers_again_is_asked_as_before() -> None:
    now = [0.0]
    patience = Patience(clock=lambda: now[0])
    for expected in (3.0, 1.0, 1.0):
        assert patience.begin("a") == expected
        patience.end("a", was_silent=True)
    assert patience.begin("a") is None
    now[0] += REST_SECONDS
    assert (patience.begin("a"), patience.begin("a")) == (1.0, None)
    patience.end("a", was_silent=False)
    assert [patience.begin("a") for _ in range(MOST_AT_ONCE + 1)] == [*[3.0] * MOST_AT_ONCE, None]


def test_who_is_away_is_told(held: Consortium) -> None:
    held.others[0].end()
    assert why(held) == "other-library.no-answer"


def test_who_is_suspended_is_not_asked(held: Consortium) -> None:
    steward = held.others[0].institution.steward.hex()
    held.bench.chain.act(lambda state: state.suspend(steward))
    held.follow_chain()
    assert why(held) == "other-library.suspended"
    assert held.others[0].asked == []


@pytest.mark.parametrize(
    ("body", "name"),
    [
        (b"<html>", "no-answer"),
        (b"[" * 5000, "no-answer"),
        (b'"' + b"a" * 3 * 2**20 + b'"', "no-answer"),
        (b"[]", "no-search"),
        (json.dumps({**NO_ANSWER, "items": [None] * 40}).encode(), "no-search"),
        (json.dumps({**NO_ANSWER, "items": {}}).encode(), "no-search"),
        (json.dumps({**NO_ANSWER, "next": "x" * 201}).encode(), "no-search"),
        (json.dumps({**NO_ANSWER, "total": 1e300}).encode(), "no-search"),
        (json.dumps({**NO_ANSWER, "direct": {"digest": "x", "sure": True}}).encode(), "no-search"),
    ],
)
def test_what_is_no_answer_is_told(held: Consortium, body: bytes, name: str) -> None:
    held.others[0].say = lambda _: body
    assert why(held) == f"other-library.{name}"


def test_one_that_always_has_more_and_tells_nothing_ends(held: Consortium) -> None:
    held.others[0].say = saying({**NO_ANSWER, "next": "more", "total": 10})
    found = held.find("dunyo")
    assert (sorted(titles(found)), found.next) == (["Dunyo 1", "Dunyo 2"], None)


def test_who_was_missing_is_asked_on_the_next_page(held: Consortium) -> None:
    for number in range(12):
        held.others[1].claim(f"Dunyo yana {number}")
    held.others[1].copy_to(held.bench.library)
    held.others[0].say = silent
    first = held.find("dunyo", limit=4)
    held.others[0].say = None
    second = held.find("dunyo", first.next or "", limit=4)
    assert "Dunyo 0" in titles(second)
    assert {work.standing for work in second.works} == {Standing.HELD}


def test_one_visitor_has_so_many_searches_a_minute_and_all_together_too() -> None:
    now = [0.0]
    turns = Turns(lambda: now[0])
    for visitor in ("a", "a", *map(str, range(2 * patiences.ALL_VISITORS - 2))):
        turns.take(visitor, 2)
    with pytest.raises(TooManySearches) as caught:
        turns.take("a", 2)
    assert caught.value.reason.name == "too-many-searches"
    with pytest.raises(TooManySearches) as caught:
        turns.take("c", 2)
    assert caught.value.reason.name == "too-many-searches.all"
    now[0] += patiences.WINDOW_SECONDS
    turns.take("a", 2)
