"""One list of what several libraries found, in an order that favors none of them.

Scores and entries of different libraries cannot be compared. What can is what a record itself tells: how
near its title is to the words, how long it is, its year, its letters. Works that are equal in this follow
one another by their places in their own lists, so that libraries take turns; who begins follows from the
words, and is another one for other words. No list is put in another order.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import islice

from ledger_service.domain.identifiers import Digest, LicenseId, StewardId
from ledger_service.domain.resources.registration import Metadata, RegistrationState
from ledger_service.domain.resources.title_order import title_key
from reading_room.search.rules.document import title_columns
from reading_room.search.rules.found import NO_YEAR, Order
from reading_room.search.rules.matching import columns_fit
from reading_room.search.rules.members.standing import Standing
from reading_room.search.rules.query import Query
from reading_room.search.rules.tiers import ANYWHERE, tiers_of

Key = tuple[int | bytes, ...]


@dataclass(frozen=True)
class Work:
    """A work of one library, and how it stands there: so that it may be shown."""

    digest: Digest
    steward: StewardId
    license: LicenseId
    record: Metadata
    accepted_at: int
    state: RegistrationState
    standing: Standing


@dataclass
class Listed:
    """What one library found, in place of what is left out why it is; and whether more comes after it.

    at: how much of it was taken.
    """

    steward: StewardId
    works: Sequence[Work | Standing]
    has_more: bool
    at: int = 0

    @property
    def is_dry(self) -> bool:
        """Whether all that it told is taken, and what comes next is not known."""
        return self.at == len(self.works) and self.has_more


@dataclass
class Merged:
    """works: in their order, each once; others: by digest, who else told of it. left_out: how many of each
    library's were, by why.
    """

    works: list[Work] = field(default_factory=list)
    others: dict[Digest, list[StewardId]] = field(default_factory=dict)
    left_out: dict[StewardId, dict[Standing, int]] = field(default_factory=dict)


def merge(
    lists: Sequence[Listed], query: Query, order: Order, most: int, seen: frozenset[str]
) -> Merged:
    """Return the first works of all lists, at most so many, and move each list past what was taken.

    seen: the first digits of digests that an earlier page showed. By year and by title, a page ends where a
    list that was shown whole may go on; by nearness it does not, so that no library fills a page alone.
    """
    merged = Merged()
    keys = {id(listed): _keys(listed, query, order) for listed in lists}
    turns = {listed.steward: _turn(query.typed, listed.steward) for listed in lists}
    while len(merged.works) < most:
        for listed in lists:
            _pass_over(listed, merged)
        if order is not Order.RELEVANCE and any(map(_holds_up, lists)):
            break
        heads = [
            ((*keys[id(listed)][listed.at], turns[listed.steward]), listed)
            for listed in lists
            if listed.at < len(listed.works)
        ]
        if not heads:
            break
        _, nearest = min(heads, key=lambda head: head[0])
        work = nearest.works[nearest.at]
        assert isinstance(work, Work)  # the others were passed over
        _take(work, merged, seen)
        nearest.at += 1
    for listed in lists:
        _pass_over(listed, merged)
    return merged


def digits_of(digest: Digest) -> str:
    """Return the digits by which a page remembers what earlier ones showed."""
    return digest.hex()[:8]


def nearness(query: Query, record: Metadata) -> tuple[int, int]:
    """Return the step of nearness of a record by its title, creators and subjects, and its title's words."""
    words = replace(query, terms=tuple(term for term in query.terms if not term.of_marks()))
    columns = title_columns(record)
    fits = (step for step, terms in tiers_of(words) if columns_fit(columns, terms))
    return next(fits, ANYWHERE), min(len(columns[0]) - 1, 99)


def _holds_up(listed: Listed) -> bool:
    return listed.is_dry and all(isinstance(work, Work) for work in listed.works)


def _pass_over(listed: Listed, merged: Merged) -> None:
    for why in islice(listed.works, listed.at, None):
        if isinstance(why, Work):
            return
        counts = merged.left_out.setdefault(listed.steward, {})
        counts[why] = counts.get(why, 0) + 1
        listed.at += 1


def _take(work: Work, merged: Merged, seen: frozenset[str]) -> None:
    if digits_of(work.digest) in seen:
        return
    if any(one.digest == work.digest for one in merged.works):
        merged.others.setdefault(work.digest, []).append(work.steward)
    else:
        merged.works.append(work)


def _keys(listed: Listed, query: Query, order: Order) -> list[Key]:
    return [
        (*_facts(work, query, order), rank) if isinstance(work, Work) else ()
        for rank, work in enumerate(listed.works)
    ]


def _facts(work: Work, query: Query, order: Order) -> Key:
    record = work.record
    if order is Order.DATE:
        return (-(NO_YEAR if record.year is None else record.year),)
    if order is Order.TITLE:
        return (title_key(record.title),)
    return nearness(query, record) if query.words else (-work.accepted_at,)


def _turn(typed: str, steward: StewardId) -> bytes:
    return hashlib.sha256(typed.encode(errors="replace") + steward.value).digest()
