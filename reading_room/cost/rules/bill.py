"""A bill that members of a consortium pay together: amount, formula, and what each brings in (docs/cost.md).

Its digest is that of its canonical JSON (RFC 8785), so that it stays the same however a program lays it out.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Set
from dataclasses import dataclass
from typing import Any

from ledger_service.domain import canonical_json, foreign_json
from ledger_service.domain.errors import InvalidBill
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.resources.record_text import fits_a_line
from reading_room.cost.rules.apportion import EQUAL, WHOLE, shares_of

FORMAT = "muhr-cost/1"
LARGEST_BILL_BYTES = 4 * 1024 * 1024
MOST_MEMBERS = 10_000
MOST_WEIGHTS = 20
LONGEST_TEXT = 300
LARGEST_NUMBER = 2**53 - 1
MOST_DECIMALS = 4
_OF_BILL = {
    *("format", "invoice", "currency", "decimals", "amount", "months", "formula", "members"),
}
_CURRENCY = re.compile(r"[A-Z]{3}\Z")
_MONTH = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])\Z")
_NAME = re.compile(r"[a-z][a-z0-9-]{0,39}\Z")
_DIGEST = re.compile(r"[0-9a-f]{64}\Z")


USES = "uses"
"""The quantity that says how often what is paid for was used."""


@dataclass(frozen=True)
class Member:
    """Who pays a share. id: such as a ROR; quantities: by name; sources: digests of what they are from."""

    id: str
    name: str
    quantities: Mapping[str, int]
    sources: Mapping[str, str]


@dataclass(frozen=True)
class Bill:
    """What is paid together.

    amount, least: in the smallest unit of the currency, of which 10 to the power `decimals` are one; least:
    what everybody pays at least. months: the first and the last, as YYYY-MM. weights: thousandths, by name of
    quantity. said: the document as it was read.
    """

    invoice: str
    currency: str
    decimals: int
    amount: int
    months: tuple[str, str]
    weights: Mapping[str, int]
    least: int
    members: tuple[Member, ...]
    said: Mapping[str, Any]

    @property
    def digest(self) -> Digest:
        """By which the ledger attests the bill with all that it is split by."""
        return Digest.of(canonical_json.canonicalize(dict(self.said)))

    @property
    def formula_digest(self) -> Digest:
        """By which members see that two bills were split by the same formula."""
        return Digest.of(canonical_json.canonicalize(self.said["formula"]))

    def shares(self) -> dict[str, int]:
        """Return what each member pays, by its id, in the smallest unit of the currency."""
        quantities = {member.id: member.quantities for member in self.members}
        return shares_of(self.amount, self.weights, self.least, quantities)

    def per_use(self, id: str, share: int) -> int | None:
        """Return what a member with this share pays for each use, None if the bill says no uses of it.

        In the smallest unit of the currency, halves rounded upward.
        """
        uses = self.member(id).quantities.get(USES, 0)
        return (2 * share + uses) // (2 * uses) if uses else None

    def member(self, id: str) -> Member:
        """Return the member with this id; raise InvalidBill if none has it."""
        for member in self.members:
            if member.id == id:
                return member
        raise InvalidBill("no-such-member", member=id)

    def money(self, units: int) -> str:
        """Return an amount as it is written, such as 1234.50; without a mark of thousands."""
        if not self.decimals:
            return str(units)
        whole, part = divmod(units, 10**self.decimals)
        return f"{whole}.{part:0{self.decimals}d}"


def read_bill(data: bytes, *, checked: bool = True) -> Bill:
    """Return the bill of a file. checked: it has all quantities that its formula asks for.

    Raises:
        InvalidJson: no JSON. InvalidBill: what is missing, of another kind, or does not add up.
    """
    said = foreign_json.parse(data, LARGEST_BILL_BYTES)
    _check_keys(said, "", _OF_BILL)
    if said["format"] != FORMAT:
        raise InvalidBill("format", format=FORMAT)
    formula, months = said["formula"], said["months"]
    _check_keys(formula, "formula", {"weights"}, {"least"})
    _check_keys(months, "months", {"from", "to"})
    decimals = _number(said["decimals"], "decimals")
    bill = Bill(
        invoice=_text(said["invoice"], "invoice"),
        currency=_matching(said["currency"], "currency", _CURRENCY),
        decimals=decimals,
        amount=_number(said["amount"], "amount"),
        months=(
            _matching(months["from"], "months.from", _MONTH),
            _matching(months["to"], "months.to", _MONTH),
        ),
        weights=_numbers(formula["weights"], "formula.weights"),
        least=_number(formula.get("least", 0), "formula.least"),
        members=_members(said["members"], formula["weights"] if checked else {}),
        said=said,
    )
    _check(bill)
    canonical_json.canonicalize(said)
    return bill


def _check(bill: Bill) -> None:
    if bill.decimals > MOST_DECIMALS:
        raise InvalidBill("member-of-kind", name="decimals", wanted=f"0–{MOST_DECIMALS}")
    if bill.months[0] > bill.months[1]:
        raise InvalidBill("months")
    if len(bill.weights) > MOST_WEIGHTS or sum(bill.weights.values()) != WHOLE:
        raise InvalidBill("weights", sum=sum(bill.weights.values()), whole=WHOLE)
    if bill.least * len(bill.members) > bill.amount:
        raise InvalidBill("least", members=len(bill.members))


def _members(said: object, weights: Mapping[str, Any]) -> tuple[Member, ...]:
    if not isinstance(said, list) or not 0 < len(said) <= MOST_MEMBERS:
        raise InvalidBill("member-of-kind", name="members", wanted=f"1–{MOST_MEMBERS}")
    found = tuple(_member(item, f"members[{place}]", weights) for place, item in enumerate(said))
    for id, count in Counter(member.id for member in found).items():
        if count > 1:
            raise InvalidBill("twice", member=id)
    return found


def _member(said: Any, place: str, weights: Mapping[str, Any]) -> Member:
    _check_keys(said, place, {"id", "name"}, {"quantities", "sources"})
    quantities = _numbers(said.get("quantities", {}), f"{place}.quantities")
    for name in weights:
        if name != EQUAL and name not in quantities:
            raise InvalidBill("quantity-missing", name=name, member=_text(said["id"], place))
    sources = said.get("sources", {})
    if not isinstance(sources, dict):
        raise InvalidBill("member-of-kind", name=f"{place}.sources", wanted="{}")
    for name, digest in sources.items():
        _matching(digest, f"{place}.sources.{_matching(name, place, _NAME)}", _DIGEST)
    return Member(
        _text(said["id"], f"{place}.id"), _text(said["name"], f"{place}.name"), quantities, sources
    )


def _check_keys(
    said: object, place: str, wanted: set[str], allowed: Set[str] = frozenset()
) -> None:
    """Check that an object has what is wanted, and nothing else: a name typed wrong would change a share."""
    if not isinstance(said, dict):
        raise InvalidBill("member-of-kind", name=place or "bill", wanted="{}")
    for name in sorted(wanted - said.keys()):
        raise InvalidBill("member-missing", name=f"{place}.{name}".lstrip("."))
    for name in sorted(said.keys() - wanted - allowed):
        raise InvalidBill("member-unknown", name=f"{place}.{name}".lstrip(".")[:LONGEST_TEXT])


def _numbers(said: object, name: str) -> dict[str, int]:
    if not isinstance(said, dict):
        raise InvalidBill("member-of-kind", name=name, wanted="{}")
    return {
        _matching(key, name, _NAME): _number(value, f"{name}.{key}") for key, value in said.items()
    }


def _number(said: object, name: str) -> int:
    """Return a whole number; a float, and a bool, are none: no amount is rounded unseen."""
    if type(said) is not int or not 0 <= said <= LARGEST_NUMBER:
        raise InvalidBill("member-of-kind", name=name, wanted=f"0–{LARGEST_NUMBER}")
    return said


def _text(said: object, name: str) -> str:
    if not isinstance(said, str) or not 0 < len(said) <= LONGEST_TEXT or not fits_a_line(said):
        raise InvalidBill("member-of-kind", name=name, wanted=f"1–{LONGEST_TEXT}")
    return said


def _matching(said: object, name: str, wanted: re.Pattern[str]) -> str:
    if not isinstance(said, str) or not wanted.match(said):
        raise InvalidBill("member-of-kind", name=name, wanted=wanted.pattern.removesuffix(r"\Z"))
    return said
