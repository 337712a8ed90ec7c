"""Make one page of what this library found and of what others answered."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ledger_service.domain.chain.history import ChainHistory
from ledger_service.domain.identifiers import Digest, LicenseId, StewardId
from ledger_service.domain.resources.registration import Registration, RegistrationState
from ledger_service.services.consortium.list_members import KnownMember
from ledger_service.services.library import Library
from reading_room.search.rules.members.merging import Listed, Merged, Work, digits_of, merge
from reading_room.search.rules.members.place import MOST_SEEN, Place, Places, digits_of_steward
from reading_room.search.rules.members.standing import Standing, standing_of
from reading_room.search.rules.members.together import (
    Answered,
    AskedTogether,
    FoundTogether,
    FoundWork,
    Holder,
)
from reading_room.search.rules.members.told import Told
from reading_room.search.rules.query import Query
from reading_room.search.verbs.find import Found
from reading_room.search.verbs.members.ask_members import Missing, Outcome
from reading_room.search.verbs.members.check_works import (
    Copies,
    look_in_copy,
    names_digest,
    read_chain,
)

WITHDRAWN = "withdrawn"  # as the history of the chain calls it


@dataclass(frozen=True)
class Own:
    """This library, where its list goes on, and what it found; None if all of it was shown before."""

    holder: Holder
    place: Place
    found: Found | None


@dataclass(frozen=True)
class Heard:
    """What a library answered. in_copy: for each of its works whether our copy of its ledger has it.

    names_what_it_has: whether the copy has what it says that the text names.
    """

    told: Told
    in_copy: Sequence[bool | None]
    names_what_it_has: bool


Answers = Sequence[tuple[KnownMember, Place, Outcome]]
"""What came of each library that was to be asked, and from where on its list was to be told."""
LookedUp = Sequence[tuple[KnownMember, Place, Heard | Missing]]


def assemble(
    library: Library,
    asked: AskedTogether,
    query: Query,
    places: Places,
    own: Own,
    answers: Answers,
    members: Sequence[KnownMember],
    copies: Copies,
) -> FoundTogether:
    """Return the page, after all that others told was looked up in what this library has itself."""
    told = _looked_up(library, answers, copies)
    history = _history(library, own, told)
    lists = list(_lists(own, told, history))
    merged = merge(lists, query, asked.order, asked.limit, frozenset(places.seen))
    holders = {own.holder.steward: own.holder}
    holders |= {one.member.steward: _holder(one) for one in members}
    works = [_shown(work, merged, history, holders, library.steward) for work in merged.works]
    return FoundTogether(
        works,
        list(_answers(own, told, merged, history)),
        _next(places, own, told, lists, merged),
    )


def _looked_up(library: Library, answers: Answers, copies: Copies) -> LookedUp:
    found: list[tuple[KnownMember, Place, Heard | Missing]] = []
    for known, place, outcome in answers:
        if isinstance(outcome, Missing):
            found.append((known, place, outcome))
            continue
        mirrored = copies.get(known.member.key)
        in_copy = look_in_copy(library, mirrored, outcome.works)
        named = outcome.named is not None and names_digest(library, mirrored, outcome.named)
        found.append((known, place, Heard(outcome, in_copy, named)))
    return found


def _history(library: Library, own: Own, told: LookedUp) -> ChainHistory:
    """Return what the chain has of all works that were told of, in one look."""
    digests: set[Digest] = set()
    licenses: set[LicenseId] = set()
    for item in () if own.found is None else own.found.items:
        digests.add(item.digest)
        licenses.add(item.license)
    for _, _, outcome in told:
        if isinstance(outcome, Heard):
            works = [work for work in outcome.told.works if work is not None]
            digests |= {work.digest for work in works}
            licenses |= {work.license for work in works}
            digests |= set() if outcome.told.named is None else {outcome.told.named}
    return read_chain(library, digests, licenses)


def _lists(own: Own, told: LookedUp, history: ChainHistory) -> Iterator[Listed]:
    if own.found is not None:
        works: list[Work | Standing] = [_of_own(item) for item in own.found.items]
        skipped = min(own.place.skipped, len(works))
        yield Listed(own.holder.steward, works, own.found.next is not None, skipped)
    for known, place, outcome in told:
        if isinstance(outcome, Heard):
            steward = known.member.steward
            works = list(_of_other(outcome, steward, history))
            # Who has more and tells nothing of it has nothing more.
            has_more = outcome.told.next is not None and bool(works)
            yield Listed(steward, works, has_more, min(place.skipped, len(works)))


def _of_own(item: Registration) -> Work:
    return Work(
        item.digest,
        item.steward,
        item.license,
        item.record,
        item.accepted_at,
        item.state,
        Standing.HELD,  # `search` has compared it with its entry
    )


def _of_other(heard: Heard, steward: StewardId, history: ChainHistory) -> Iterator[Work | Standing]:
    for work, is_in_copy in zip(heard.told.works, heard.in_copy, strict=True):
        fact = None if work is None else history.registrations.get((work.digest, steward))
        standing = standing_of(work, fact, is_in_copy)
        if work is None or not standing.is_shown:
            yield standing
            continue
        state = work.state if fact is None else RegistrationState(fact.state)
        at = work.accepted_at
        yield Work(work.digest, steward, work.license, work.record, at, state, standing)


def _shown(
    work: Work,
    merged: Merged,
    history: ChainHistory,
    holders: Mapping[StewardId, Holder],
    searched_at: StewardId,
) -> FoundWork:
    on_chain = sorted(
        (fact.block, fact.log_index, steward)
        for (digest, steward), fact in history.registrations.items()
        if digest == work.digest and fact.state != WITHDRAWN
    )
    told = merged.others.get(work.digest, [])
    also = dict.fromkeys([*(steward for _, _, steward in on_chain), *told])
    others = tuple(
        holders[steward] for steward in also if steward != work.steward and steward in holders
    )
    terms = history.licenses.get(work.license)
    return FoundWork(
        digest=work.digest,
        record=work.record,
        is_superseded=work.state is RegistrationState.SUPERSEDED,
        standing=work.standing,
        holder=holders[work.steward],
        others=others,
        may_be_lent=terms is not None and not terms.is_open,
        from_library=searched_at,
    )


def _answers(own: Own, told: LookedUp, merged: Merged, history: ChainHistory) -> Iterator[Answered]:
    found = own.found
    named = None if found is None or found.direct is None else found.direct
    yield Answered(
        own.holder,
        None if found is None else found.total,
        found is not None and found.is_more,
        None,
        {},
        named.digest if named is not None and named.is_sure else None,
    )
    for known, _, outcome in told:
        holder = _holder(known)
        if isinstance(outcome, Missing):
            yield Answered(holder, None, False, outcome.why, {}, None)
            continue
        answer, left_out = outcome.told, merged.left_out.get(holder.steward, {})
        is_there = answer.named is not None and _stands(outcome, holder.steward, history)
        named_there = answer.named if is_there else None
        yield Answered(holder, answer.total, answer.is_more, None, left_out, named_there)


def _stands(heard: Heard, steward: StewardId, history: ChainHistory) -> bool:
    """Return whether a resource that a library names is there by what this one has itself."""
    assert heard.told.named is not None
    fact = history.registrations.get((heard.told.named, steward))
    return heard.names_what_it_has if fact is None else fact.state != WITHDRAWN


def _next(
    places: Places, own: Own, told: LookedUp, lists: Sequence[Listed], merged: Merged
) -> str | None:
    """Return the cursor of the page after; None if no library that answered has more."""
    before = {known.member.steward: place for known, place, _ in told}
    after = {
        known.member.steward: outcome.told.next
        for known, _, outcome in told
        if isinstance(outcome, Heard)
    }
    if own.found is not None:
        before[own.holder.steward], after[own.holder.steward] = own.place, own.found.next
    open_places: dict[str, Place] = {}
    for listed in lists:
        place = before[listed.steward]
        if listed.at < len(listed.works):
            place = Place(place.cursor, listed.at)
        elif listed.has_more:
            place = Place(after[listed.steward] or "")
        else:
            continue
        open_places[digits_of_steward(listed.steward)] = place
    if not open_places:
        return None
    for known, place, outcome in told:  # who is missing on this page may be there on the next
        if isinstance(outcome, Missing):
            open_places[digits_of_steward(known.member.steward)] = place
    seen = [*places.seen, *(digits_of(work.digest) for work in merged.works)]
    return Places(open_places, tuple(seen[-MOST_SEEN:])).format()


def _holder(known: KnownMember) -> Holder:
    return Holder(known.member.steward, known.member.name, known.member.url)
