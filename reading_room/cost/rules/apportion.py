"""Split a whole number among members by weights, so that nothing is lost and everybody gets the same result.

Every step is exact. What rounding leaves goes to the largest fractions (Hamilton's method, also known as
the method of the largest remainder), and among equal fractions to the member whose id is first in bytes.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

WHOLE = 1000  # the weights of a formula are thousandths of the amount
EQUAL = "equal"
"""The weight of what all members bear alike, whatever their quantities are."""

Quantities = Mapping[str, int]


def shares_of(
    amount: int, weights: Mapping[str, int], least: int, members: Mapping[str, Quantities]
) -> dict[str, int]:
    """Return what each member pays, by its id; together it is the amount.

    amount, least: in the smallest unit of the currency; least × members is at most the amount. weights: of
    quantities, by name, together 1000. members: of each id, its quantity of each weight but `equal`; of a
    quantity that is zero for all of them, all bear the same.
    """
    exact = {
        member: sum((_part(amount, weights, name, members, member) for name in weights), Fraction())
        for member in members
    }
    return _rounded(_raised(exact, amount, least), amount)


def _part(
    amount: int,
    weights: Mapping[str, int],
    name: str,
    members: Mapping[str, Quantities],
    member: str,
) -> Fraction:
    """Return what a member pays of the part of the amount that is split by one quantity."""
    pot = Fraction(amount * weights[name], WHOLE)
    total = 0 if name == EQUAL else sum(told[name] for told in members.values())
    if total == 0:
        return pot / len(members)
    return pot * members[member][name] / total


def _raised(exact: Mapping[str, Fraction], amount: int, least: int) -> dict[str, Fraction]:
    """Let nobody pay less than `least`; the others pay the rest in proportion to what they would have paid.

    Whoever comes below it by that is raised, too, until nobody does.
    """
    raised: set[str] = set()
    while True:
        others = {member: share for member, share in exact.items() if member not in raised}
        rest, sum_of_others = amount - least * len(raised), sum(others.values())
        scaled = {
            member: share * rest / sum_of_others if sum_of_others else Fraction(rest, len(others))
            for member, share in others.items()
        }
        below = {member for member, share in scaled.items() if share < least}
        if not below:
            return scaled | dict.fromkeys(raised, Fraction(least))
        raised |= below


def _rounded(exact: Mapping[str, Fraction], amount: int) -> dict[str, int]:
    shares = {member: int(share) for member, share in exact.items()}
    left = amount - sum(shares.values())
    order = sorted(exact, key=lambda member: (shares[member] - exact[member], member.encode()))
    for member in order[:left]:
        shares[member] += 1
    return {member: shares[member] for member in exact}
