"""Shares of a bill: nothing is lost, nobody pays less than the least, and everybody gets the same result."""

from __future__ import annotations

import random
from fractions import Fraction

import pytest

from reading_room.cost.rules.apportion import shares_of


def test_by_weights_of_what_each_brings_in() -> None:
    weights = {"equal": 200, "students": 300, "uses": 500}
    members = {
        "a": {"students": 30_000, "uses": 900},
        "b": {"students": 10_000, "uses": 100},
    }
    # equal: 100 each; students: 225 and 75; uses: 450 and 50
    assert shares_of(1000, weights, 0, members) == {"a": 775, "b": 225}


def test_what_rounding_leaves_goes_to_the_largest_fractions_then_by_id() -> None:
    members = {"c": {"uses": 1}, "a": {"uses": 1}, "b": {"uses": 1}}
    assert shares_of(100, {"uses": 1000}, 0, members) == {"c": 33, "a": 34, "b": 33}
    unlike = {"a": {"uses": 10}, "b": {"uses": 15}, "c": {"uses": 75}}
    assert shares_of(9, {"uses": 1000}, 0, unlike) == {"a": 1, "b": 1, "c": 7}


def test_a_quantity_that_nobody_has_is_borne_by_all_alike() -> None:
    members = {"a": {"uses": 0}, "b": {"uses": 0}}
    assert shares_of(10, {"uses": 1000}, 0, members) == {"a": 5, "b": 5}


def test_nobody_pays_less_than_the_least_and_others_bear_it_in_proportion() -> None:
    members = {"a": {"uses": 0}, "b": {"uses": 300}, "c": {"uses": 700}}
    assert shares_of(1000, {"uses": 1000}, 100, members) == {"a": 100, "b": 270, "c": 630}


def test_whoever_comes_below_the_least_by_that_is_raised_too() -> None:
    members = {"a": {"uses": 0}, "b": {"uses": 105}, "c": {"uses": 895}}
    assert shares_of(1000, {"uses": 1000}, 100, members) == {"a": 100, "b": 100, "c": 800}


def test_all_pay_the_least_where_it_is_the_whole_bill() -> None:
    members = {"a": {"uses": 0}, "b": {"uses": 9}}
    assert shares_of(200, {"uses": 1000}, 100, members) == {"a": 100, "b": 100}
    assert shares_of(200, {"uses": 1000}, 100, {"a": {"uses": 0}, "b": {"uses": 0}}) == {
        "a": 100,
        "b": 100,
    }


@pytest.mark.parametrize("seed", range(200))
def test_by_chance(seed: int) -> None:
    """The sum is the amount, no share is below the least, and none is a whole unit from its exact value."""
    draw = random.Random(seed)
    count = draw.randint(1, 12)
    least = draw.choice([0, 0, draw.randint(0, 500)])
    amount = draw.randint(least * count, 10 ** draw.randint(0, 12) + least * count)
    equal = draw.randint(0, 1000)
    weights = {"equal": equal, "uses": 1000 - equal}
    members = {f"m{n}": {"uses": draw.choice([0, draw.randint(0, 10**6)])} for n in range(count)}
    shares = shares_of(amount, weights, least, members)
    assert sum(shares.values()) == amount
    assert min(shares.values()) >= least
    assert shares == shares_of(amount, weights, least, dict(reversed(members.items())))
    total = sum(row["uses"] for row in members.values())
    if least == 0 and total:
        for member, share in shares.items():
            exact = Fraction(amount * equal, 1000 * count)
            exact += Fraction(amount * weights["uses"] * members[member]["uses"], 1000 * total)
            assert abs(share - exact) < 1
