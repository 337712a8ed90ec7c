"""Tell in the ledger what this library's steward did on chain past the library, which is its right.

An event is adopted by an entry like that of our own deeds: the first that tells of it, so that nothing here
took a registration in before it, or knows the reader of a grant (docs/adr/0062). What a job of ours may have
done is left to the job.
"""

from __future__ import annotations

from collections.abc import Iterable

from ledger_service.domain.chain.history import ChainEvent, ChainHistory
from ledger_service.domain.chain.intent import wishes_of
from ledger_service.domain.chain.telling import TELLINGS, is_shown_by, name_of, place_of
from ledger_service.domain.errors import InvalidInput
from ledger_service.domain.identifiers import Commitment, GrantId, StewardId
from ledger_service.ports.store import Transaction
from ledger_service.services.effect import Place
from ledger_service.services.ledger.append_entry import append_once
from ledger_service.services.library import Library


def adopt_events(library: Library) -> int:
    """Return how many events of confirmed blocks were told that no entry told of.

    Runs after `settle_jobs`, which tells of our own. What is left to a job is looked at again next time.
    """
    with library.store.read() as transaction:
        cursor = transaction.chain_index.cursor()
        is_new, found = _look(transaction, library.steward, transaction.chain_index.unadopted())
    if cursor is None or not is_new:
        return 0
    count = 0
    with library.store.write() as transaction:
        for event in found:
            if event in transaction.chain_index.events_of([event.subject]):  # no fork since
                count += _adopt(library, transaction, event)
        if count == len(found):
            transaction.chain_index.set_adopted(cursor[0])
    return count


def _look(
    transaction: Transaction, steward: StewardId, events: Iterable[ChainEvent]
) -> tuple[bool, list[ChainEvent]]:
    """Return whether there are events, and which of them are the steward's and told by no entry."""
    is_new, found = False, []
    for event in events:
        is_new = True
        if _is_untold(transaction, event) and _is_deed_of(transaction, steward, event):
            found.append(event)
    return is_new, found


def _is_untold(transaction: Transaction, event: ChainEvent) -> bool:
    telling = TELLINGS.get(event.name)
    if telling is None or not telling.missing:
        return False
    try:
        name = name_of(telling.kind, telling.facts_of_event(event))
    except InvalidInput:  # no entry can tell of it, such as of an end after 2**53
        return False
    return transaction.ledger.find_told(name) is None


def _is_deed_of(transaction: Transaction, steward: StewardId, event: ChainEvent) -> bool:
    """Return whether an event is the steward's; a claim is, if it is one of our members'."""
    if event.name == "GrantIssued" and _is_claimed(transaction, event):
        return transaction.cohorts.member_of(Commitment.parse(event.text("grantee"))) is not None
    if "steward" in event.arguments:
        return StewardId.parse(event.text("steward")) == steward
    events = transaction.chain_index.events_of([event.subject])
    return ChainHistory.of(events).grants[GrantId.parse(event.subject)].steward == steward


def _is_claimed(transaction: Transaction, event: ChainEvent) -> bool:
    beside = transaction.chain_index.events_in(event.transaction)
    return any(
        other.name == "CohortClaimed" and other.text("grant") == event.subject for other in beside
    )


def _adopt(library: Library, transaction: Transaction, event: ChainEvent) -> bool:
    """Return whether an event has its entry now; not if a job of ours wants it, and may have done it."""
    for job in transaction.jobs.open_about(event.subject):
        if any(is_shown_by(wish, event) for wish in wishes_of(job.intent) if wish.EVENT):
            return False
    telling, place = TELLINGS[event.name], place_of(event.block, event.transaction)
    facts = telling.facts_of_event(event)
    index, is_new = append_once(transaction, telling.kind, facts, place, library.clock())
    wish = library.effects.meant_by(transaction, event) if is_new else None
    if wish is not None:
        effect = library.effects.of(wish)
        effect.apply(transaction, wish, Place(index, event.block, event.transaction))
    return True
