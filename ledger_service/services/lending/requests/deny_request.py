"""Write down that a reader was refused what they asked to be lent, so that an auditor can look at it."""

from __future__ import annotations

from ledger_service.domain.chain.block import Block
from ledger_service.domain.errors import UnknownReader
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.lending.commitment import pseudonym
from ledger_service.domain.lending.denial import Denial
from ledger_service.domain.lending.grant import GrantState
from ledger_service.ports.lending import GrantFilter
from ledger_service.ports.paging import MOST_ITEMS, PageRequest
from ledger_service.ports.store import Transaction
from ledger_service.services.ledger.append_entry import append_private_entry
from ledger_service.services.lending.take_seat import license_of
from ledger_service.services.library import Library


def deny_request(
    library: Library,
    transaction: Transaction,
    head: Block,
    *,
    digest: Digest,
    reader: str,
    why: Denial,
) -> int:
    """Return the index of the entry of kind `denied`. head: the chain's newest block, on which it rests.

    Raises:
        UnknownReader: the reader was erased.
    """
    key = transaction.access.reader_key(reader)
    if key is None:
        raise UnknownReader("gone")
    at = max(library.clock(), head.time)
    newest = next(iter(transaction.grants.of_reader(reader, digest)), None)
    private = {
        "v": 2,
        "kind": "denied",
        "at": at,
        "digest": digest.hex(),
        "steward": library.steward.hex(),
        "block": head.number,
        "block_hash": head.hash.hex(),
        "block_time": head.time,
        "grant": newest.id.hex() if newest else "",
        "grant_salt": newest.salt.hex() if newest else "",
        "grant_state": newest.state.value if newest else "",
        "reader": (newest.pseudonym if newest else pseudonym(key, library.steward, at)).hex(),
        "reason": why.value,
    }
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
