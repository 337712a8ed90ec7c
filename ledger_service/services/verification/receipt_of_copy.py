"""Make the receipt of another library's registration out of the copy of its ledger, for when that is away.

It is signed by that ledger, and leads to an anchor that our own index of the chain has.
"""

from __future__ import annotations

from ledger_service.domain.chain.history import terms_of
from ledger_service.domain.errors import EntryNotFound, InvalidInput, ResourceNotFound
from ledger_service.domain.identifiers import Digest, StewardId
from ledger_service.domain.ledger import merkle
from ledger_service.domain.ledger.entry import Entry
from ledger_service.domain.resources.license import LicenseTerms
from ledger_service.domain.verification.later import MOST_LATER, LaterEntry
from ledger_service.domain.verification.receipt import AnchorReference, LedgerKey, Receipt
from ledger_service.ports.ledger import SignedCheckpoint
from ledger_service.ports.publication import LookedUp
from ledger_service.ports.store import Transaction
from ledger_service.services.ledgers_on_chain import Anchored, LedgerOnChain
from ledger_service.services.library import Library
from ledger_service.services.verification.ask_ledgers import ToldLedger, ask_ledgers
from ledger_service.services.verification.judge_copies import claimed

MOST_ANCHORS = 64
"""The newest ones, of which the copy may have the signed checkpoint."""


def receipt_of_copy(
    library: Library, transaction: Transaction, digest: Digest, steward: StewardId
) -> Receipt:
    """Return the receipt of a registration of another steward.

    Raises:
        ResourceNotFound: no ledger of this steward that could be asked tells of the digest.
        EntryNotFound: no anchor covers the entry yet of which the copy has the signed checkpoint.
    """
    cursor = transaction.chain_index.cursor()
    ledgers = library.ledgers.read(transaction, cursor[0] if cursor else None)
    mine = {key: item for key, item in ledgers.items() if item.steward == steward}
    for item in ask_ledgers(library, digest, mine):
        placed = claimed(item)
        if item.copy is not None and item.asked.because is None and placed is not None:
            return _receipt(library, transaction, item, item.copy, *placed)
    raise ResourceNotFound("here", digest=str(digest))


def _receipt(
    library: Library,
    transaction: Transaction,
    item: ToldLedger,
    copy: LookedUp,
    index: int,
    entry: Entry,
) -> Receipt:
    assert copy.key is not None  # it is readable
    with library.mirrors.store(copy.id).read() as copied:
        anchored, signed = _signed(copied, item.on_chain, index)
        read = copied.ledger.read_nodes
        told = [one for one in item.trail.told_later if index < one.index < signed.size]
        later = tuple(
            LaterEntry(one.entry, one.index, _proof(one.index, signed, read))
            for one in told[-MOST_LATER:]
            if Entry.parse(one.entry).kind != "described"  # whose record is not known here
        )
        first = Entry.parse(copied.ledger.entries(0, 1)[0])
        proof = _proof(index, signed, read)
    return Receipt(
        entry=entry.format(),
        index=index,
        proof=proof,
        checkpoint=signed.note,
        anchor=AnchorReference(
            chain_id=library.chain.chain_id,
            contract=library.chain.anchor_contract,
            ledger=item.asked.ledger,
            block=anchored.block,
            transaction=anchored.transaction,
        ),
        keys=(LedgerKey(copy.key.format(), first.at, None),),
        terms=_terms(transaction, entry.text("license")),
        later=later,
    )


def _proof(index: int, signed: SignedCheckpoint, read: merkle.ReadNodes) -> tuple[bytes, ...]:
    return tuple(merkle.inclusion_proof(index, signed.size, read))


def _signed(
    copied: Transaction, ledger: LedgerOnChain, index: int
) -> tuple[Anchored, SignedCheckpoint]:
    """Return the newest anchor of which the copy has the note, if that covers the entry."""
    for anchored in reversed(ledger.anchors[-MOST_ANCHORS:]):
        signed = copied.checkpoints.find(anchored.size) if anchored.size > index else None
        if signed is not None and signed.root == anchored.root:
            return anchored, signed
    raise EntryNotFound("not-anchored-yet", index=index)


def _terms(transaction: Transaction, license_id: str) -> LicenseTerms | None:
    """Return what the chain says of a license; None if it says nothing that a library can have."""
    for event in transaction.chain_index.events_of([license_id]):
        if (event.contract, event.name) == ("LicenseRegistry", "LicenseDefined"):
            try:
                return terms_of(event)
            except InvalidInput:
                return None
    return None
