"""Tell how many copies the rule wants here, how many there are, whose, and what lacks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import groupby

from ledger_service.domain.content.content_id import ContentId
from ledger_service.domain.identifiers import StewardId
from ledger_service.domain.reasons import Reason
from ledger_service.ports.consortium.copies import CopiesHeld, Refusal
from ledger_service.services.consortium.copies.choose_copies import (
    Circle,
    Decision,
    circle_of,
    decide,
)
from ledger_service.services.consortium.copies.open_licenses import OpenLicenses
from ledger_service.services.library import Library

WORKS_AT_A_TIME = 1000
MOST_LACKING = 20  # that are told one by one


@dataclass(frozen=True)
class CopiesOf:
    """Of one member's works: how many the rule wants here, and how many of these are kept."""

    steward: StewardId
    name: str
    wanted: int = 0
    kept: int = 0


@dataclass(frozen=True)
class Lacking:
    """A content that is to be kept here, and is not yet. fault: why the last try failed, None before any."""

    cid: ContentId
    fault: Reason | None


@dataclass(frozen=True)
class CopiesShown:
    """copies: that the council wants of each content. wanted, kept: here, by the rule. held: with all bytes.

    lacking: the first of those that lack.
    """

    copies: int
    wanted: int = 0
    kept: int = 0
    held: CopiesHeld = field(default_factory=CopiesHeld)
    members: tuple[CopiesOf, ...] = ()
    lacking: tuple[Lacking, ...] = ()
    refusals: tuple[Refusal, ...] = ()


def show_copies(library: Library) -> CopiesShown | None:
    """Return what is to be kept here, and what is; None for a library that is alone."""
    with library.store.read() as transaction:
        circle = circle_of(library, transaction)
        if circle is None:
            return None
        held = transaction.member_copies.held()
        refusals = tuple(transaction.member_copies.refusals())
    members = {one: CopiesOf(one, circle.name(one)) for one in circle.members if one != circle.own}
    wanted = kept = 0
    lacking: list[Lacking] = []
    for decision, is_kept, fault in _wanted(library, circle):
        wanted, kept = wanted + 1, kept + is_kept
        if not is_kept and len(lacking) < MOST_LACKING:
            lacking.append(Lacking(decision.cid, fault))
        for owner in decision.owners:
            if owner in members:
                before = members[owner]
                members[owner] = replace(
                    before, wanted=before.wanted + 1, kept=before.kept + is_kept
                )
    found = tuple(members.values()), tuple(lacking), refusals
    return CopiesShown(circle.copies, wanted, kept, held, *found)


def _wanted(library: Library, circle: Circle) -> Iterator[tuple[Decision, bool, Reason | None]]:
    """Yield what is to be kept here, whether it is, and why not."""
    after = ""
    while True:
        with library.store.read() as transaction:
            works = transaction.member_copies.works_after(after, WORKS_AT_A_TIME)
            licenses, found = OpenLicenses(transaction), []
            for cid, of_cid in groupby(works, key=lambda work: work.cid):
                copy = transaction.member_copies.copy(cid)
                for decision in decide(transaction, circle, licenses, cid, list(of_cid)):
                    if decision.keeps and not decision.is_own:
                        is_kept = copy is not None and copy.is_kept
                        found.append((decision, is_kept, None if copy is None else copy.fault))
        if not works:
            return
        yield from found
        after = works[-1].cid.base16()
