"""Make the receipts of registrations, and of any entry: evidence that is checked without the service."""

from __future__ import annotations

from dataclasses import replace

from ledger_service.domain.chain.chain_state import StateProof
from ledger_service.domain.errors import ChainUnavailable, EntryNotFound, ResourceNotFound
from ledger_service.domain.identifiers import Digest, LicenseId, StewardId
from ledger_service.domain.ledger import merkle
from ledger_service.domain.ledger.checkpoint import Checkpoint
from ledger_service.domain.ledger.entry import Entry
from ledger_service.domain.resources.registration import Description, check_not_waiting
from ledger_service.domain.verification.later import LaterEntry
from ledger_service.domain.verification.receipt import AnchorReference, LedgerKey, Receipt
from ledger_service.ports.ledger import SignedCheckpoint
from ledger_service.ports.store import Transaction
from ledger_service.services.chain.newest_confirmed import newest_confirmed
from ledger_service.services.library import Library
from ledger_service.services.resources.find_resources import check_told, find_adopted
from ledger_service.services.verification.check_receipt import state_claim
from ledger_service.services.verification.receipt_of_copy import receipt_of_copy
from ledger_service.services.verification.tell_later import told_later


def receipt_of(library: Library, digest: Digest, steward: StewardId | None = None) -> Receipt:
    """Return the receipt of a registration, the library's own unless another steward is named.

    Raises: see `receipt_without_state`.
    """
    receipt = receipt_without_state(library, digest, steward)
    return replace(receipt, state=_state_proof(library, receipt))


def receipt_without_state(
    library: Library, digest: Digest, steward: StewardId | None = None
) -> Receipt:
    """Return the receipt of a registration as the database has it: no chain node is asked.

    That of another library is made of the copy of its ledger, and says nothing of title or terms that are
    not known here.

    Raises:
        ResourceNotFound: registered neither here nor in a ledger that is copied here.
        SignatureAwaited, RouteUnknown: it waits for the signature of a registrar's own key.
        EntryNotFound: registered, but no checkpoint that covers it is anchored yet.
        MetadataMismatch: what is said of it is not what its entry commits to.
    """
    with library.store.read() as transaction:
        named = steward or library.steward
        registration = transaction.registrations.find(digest, named)
        if registration is None and find_adopted(transaction, digest, named) is None:
            return receipt_of_copy(library, transaction, digest, named)
        if registration is None:
            return _receipt_of_adopted(library, transaction, digest, named)
        index = registration.registered_entry
        if index is None and registration.waits:
            check_not_waiting(digest, registration.route)
        if index is None and registration.stands_in_bulk:
            index = registration.accepted_entry
        if index is None:
            raise ResourceNotFound("not-yet", digest=str(digest))
        check_told(transaction, [registration])
        receipt = _receipt(
            library, transaction, registration.license, index, registration.described
        )
        return replace(receipt, metadata=registration.metadata.to_json())


def _receipt_of_adopted(
    library: Library, transaction: Transaction, digest: Digest, steward: StewardId
) -> Receipt:
    """Return the receipt of a registration that was found on chain: nobody here can say its title."""
    adopted = find_adopted(transaction, digest, steward)
    if adopted is None:
        raise ResourceNotFound("here", digest=str(digest))
    return _receipt(library, transaction, adopted.license, adopted.entry)


def _receipt(
    library: Library,
    transaction: Transaction,
    license_id: LicenseId,
    index: int,
    described: Description | None = None,
) -> Receipt:
    """Return the receipt of the entry at an index as far as the database has it.

    With what an anchored checkpoint has of the resource since: the receipt is under the first that has all.
    """
    anchored = transaction.checkpoints.latest_anchored()
    if anchored is None or anchored.size <= index:
        raise EntryNotFound("not-anchored-yet", index=index)
    told, described = told_later(transaction, index, anchored.size, described)
    checkpoint = transaction.checkpoints.first_anchored_above(max([index, *told]))
    assert checkpoint is not None  # the latest is one
    license_row = transaction.licenses.find(license_id)
    receipt = receipt_under(library, transaction, index, checkpoint)
    later = []
    for at in told:
        item = receipt_under(library, transaction, at, checkpoint)
        later.append(LaterEntry(item.entry, item.index, item.proof))
    terms = None if license_row is None else license_row.terms
    record = None if described is None else described.record.to_json()
    return replace(receipt, terms=terms, later=tuple(later), described=record)


def receipt_under(
    library: Library, transaction: Transaction, index: int, checkpoint: SignedCheckpoint
) -> Receipt:
    """Return the receipt of an entry of any kind under a checkpoint that covers it, anchored or not."""
    proof = merkle.inclusion_proof(index, checkpoint.size, transaction.ledger.read_nodes)
    first = Entry.parse(transaction.ledger.entries(0, 1)[0])
    return Receipt(
        entry=transaction.ledger.entries(index, 1)[0],
        index=index,
        proof=tuple(proof),
        checkpoint=checkpoint.note,
        anchor=_anchor_of(library, checkpoint),
        keys=(LedgerKey(library.key.format(), first.at, None),),
    )


def _anchor_of(library: Library, checkpoint: SignedCheckpoint) -> AnchorReference | None:
    if checkpoint.block is None or checkpoint.transaction is None:
        return None
    return AnchorReference(
        chain_id=library.chain.chain_id,
        contract=library.chain.anchor_contract,
        ledger=library.ledger.hex(),
        block=checkpoint.block,
        transaction=checkpoint.transaction,
    )


def _state_proof(library: Library, receipt: Receipt) -> StateProof | None:
    """Return a proof of what the chain holds now; None while no node gives one.

    It is as of the newest confirmed block, since most nodes keep the state of the last ones only. While the
    worker waits for the chain, nobody else does.
    """
    with library.store.read() as transaction:
        if transaction.worker_state.read().waits is not None:
            return None
    entry, checkpoint = Entry.parse(receipt.entry), Checkpoint.of_note(receipt.checkpoint)
    try:
        claim = state_claim(entry, checkpoint)
        return library.chain.prove_state(claim, newest_confirmed(library))
    except ChainUnavailable:
        # The receipt holds without it, and says which axes it leaves open.
        return None
