"""Write down that a reader was refused what they asked to be lent, so that an auditor can look at it."""

from __future__ import annotations

from ledger_service.domain.chain.block import Block
from ledger_service.domain.errors import UnknownReader
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.lending.commitment import pseudonym
from ledger_service.domain.lending.denial import Denial
from ledger_service.domain.lending.grant import GrantState
from ledger_service.domain.people.caller import ActorClass
from ledger_service.ports.lending import GrantFilter
from ledger_service.ports.paging import MOST_ITEMS, PageRequest
from ledger_service.ports.store import Transaction
from ledger_service.services.ledger.append_entry import append_private_entry
from ledger_service.services.lending.part_of_decision import part_of_decision
from ledger_service.services.lending.take_seat import license_of
from ledger_service.services.library import Library


def deny_request(
    library: Library,
    transaction: Transaction,
    head: Block,
    *,
    digest: Digest,
    reader: str,
    actor: ActorClass,
    why: Denial,
) -> int:
    """Return the index of the entry of kind `denied`. head: the chain's newest block, on which it rests.

    actor: of what class is whose call brings it about: who asks, or the registrar who refuses.

    Raises:
        UnknownReader: the reader was erased.
    """
    key = transaction.access.reader_key(reader)
    if key is None:
        raise UnknownReader("gone")
    at = max(library.clock(), head.time)
    newest = next(iter(transaction.grants.of_reader(reader, digest)), None)
    private = part_of_decision(
        at=at,
        head=head,
        digest=digest,
        steward=library.steward,
        reader=pseudonym(key, library.steward, at),
        actor=actor,
        grant=newest,
        why=why,
    )
    return append_private_entry(transaction, "denied", at, private)


def why_no_seat(library: Library, transaction: Transaction, digest: Digest) -> Denial:
    """Return whether the chain holds all seats to be taken, or some are kept or promised only."""
    now = library.clock()
    seats = license_of(library, transaction, digest).terms.seats
    issued, request = set[int](), PageRequest("", MOST_ITEMS)
    while True:
        which = GrantFilter(digest=digest, state=GrantState.ISSUED, is_live=True)
        page = transaction.grants.page(which, request, now)
        issued |= {grant.seat for grant in page.items if grant.steward == library.steward}
        if page.next is None:
            break
        request = PageRequest(page.next, MOST_ITEMS)
    return Denial.SEATS_TAKEN if len(issued) >= seats else Denial.SEATS_KEPT
