"""Take resources out of a library: what is told of each, and who took it, before any byte leaves."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from ledger_service.domain.content.content_id import ContentId
from ledger_service.domain.errors import ResourceNotFound
from ledger_service.domain.exports.account import Account, Told
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.people.act import ActKind
from ledger_service.domain.people.caller import Caller
from ledger_service.domain.people.permission import Permission, check_permitted
from ledger_service.domain.resources.registration import Registration
from ledger_service.ports.store import Transaction
from ledger_service.services.exports.tell_story import read_story
from ledger_service.services.library import Library
from ledger_service.services.people.record_act import record_act
from ledger_service.services.resources.closed.find_stored import is_open, stored_of
from ledger_service.services.resources.find_resources import check_told
from ledger_service.services.verification.make_receipt import receipt_of


def account_of(library: Library, caller: Caller, digest: Digest, public_url: str) -> Account:
    """Return what the library says of one of its resources, open or closed.

    public_url: how people reach the library, without a slash at the end.

    Raises:
        ResourceNotFound: it is not registered here, or not on chain yet.
        EntryNotFound: no checkpoint that covers it is anchored yet, so there is no receipt.
        MetadataMismatch: it is not told as its entry commits to it.
    """
    check_permitted(caller, Permission.CONTENT_EXPORT)
    receipt = receipt_of(library, digest)
    with library.store.read() as transaction:
        found = _registration(library, transaction, digest)
        check_told(transaction, [found])
        row = transaction.licenses.find(found.license)
        steward = transaction.stewards.find(found.steward)
        story = read_story(library, transaction, digest, public_url, names_services=True)
        told = {item.index: Told(item.index, item.entry) for item in receipt.later}
        told[receipt.index] = Told(receipt.index, receipt.entry)
        for index in _own_entries(transaction, found):
            told[index] = Told(index, transaction.ledger.entries(index, 1)[0])
    assert row is not None  # neither licenses nor stewards are ever deleted
    assert steward is not None
    return Account(
        found,
        row.name,
        row.terms.uri,
        row.terms.is_open,
        (steward.name, steward.uri),
        library.key.name,
        tuple(told[index] for index in sorted(told)),
        receipt,
        story,
    )


class Kept(NamedTuple):
    """What a library keeps of a resource. is_for_all: whether it is open, or encrypted."""

    cid: ContentId
    is_for_all: bool


def kept_as(library: Library, caller: Caller, digest: Digest) -> Kept:
    """Return under which CID the library keeps a resource's blocks; raise ResourceNotFound."""
    check_permitted(caller, Permission.CONTENT_EXPORT)
    with library.store.read() as transaction:
        found = _registration(library, transaction, digest)
        stored = stored_of(transaction, [found]).get((digest, found.steward))
        if stored is not None:
            return Kept(ContentId.parse(stored.cid), is_for_all=True)
        return Kept(found.cid, is_for_all=is_open(transaction, found.license))


def record_leaving(library: Library, caller: Caller, digests: Iterable[Digest]) -> None:
    """Record who takes these resources out; it is durable when this returns."""
    check_permitted(caller, Permission.CONTENT_EXPORT)
    with library.store.write() as transaction:
        for digest in digests:
            record_act(transaction, caller, library.clock(), ActKind.EXPORTED, digest)


def _registration(library: Library, transaction: Transaction, digest: Digest) -> Registration:
    found = transaction.registrations.find(digest, library.steward)
    if found is None:
        raise ResourceNotFound("here", digest=str(digest))
    return found


def _own_entries(transaction: Transaction, found: Registration) -> list[int]:
    """Return the entries that took the resource in and corrected its record."""
    described = transaction.registrations.descriptions(found.digest)
    mine = [item.entry for item in described if item.steward == found.steward]
    return [found.accepted_entry, *mine]
