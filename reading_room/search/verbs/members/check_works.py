"""Check what another library tells against what this one has itself: its copy of that ledger, and the chain.

The bytes that the entry of a work must have are made anew from what is told, and their hash is compared with
its leaf in the copy, so that a page of works takes one statement. What was corrected is read as an entry.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from ledger_service.domain.chain.history import ChainHistory
from ledger_service.domain.errors import EntryNotFound, InvalidEntry, MirrorNotFound
from ledger_service.domain.identifiers import Digest, LicenseId
from ledger_service.domain.ledger.checkpoint import VerifierKey
from ledger_service.domain.ledger.entry import Entry, likely_entry
from ledger_service.domain.ledger.merkle import NodeName, leaf_hash
from ledger_service.domain.resources.registration import described_facts
from ledger_service.ports.publication import Mirrored
from ledger_service.ports.store import Transaction
from ledger_service.services.library import Library
from reading_room.search.rules.members.told import ToldWork

KINDS = ("accepted", "awaiting")
OF_RESOURCES, OF_LICENSES = "ResourceRegistry", "LicenseRegistry"
Works = Sequence[ToldWork | None]
Copies = Mapping[VerifierKey, Mirrored]
"""Copies of others' ledgers, by the ledgers' keys."""


def find_copies(library: Library) -> Copies:
    """Return the copies of others' ledgers, but those of ledgers that show two histories."""
    return {one.key: one for one in library.mirrors.all() if not one.has_forked}


def look_in_copy(library: Library, mirrored: Mirrored | None, works: Works) -> list[bool | None]:
    """Return for each work whether the copy has the entries that commit to it; None: it is too short."""
    if mirrored is None:
        return [None] * len(works)
    try:
        with library.mirrors.store(mirrored.id).read() as transaction:
            size = transaction.ledger.size()
            leaves = _leaves(transaction, works, size)
            return [
                None if work is None else _is_there(transaction, work, leaves, size)
                for work in works
            ]
    except (EntryNotFound, MirrorNotFound):
        return [None] * len(works)


def names_digest(library: Library, mirrored: Mirrored | None, digest: Digest) -> bool:
    """Return whether some entry of the copy names a digest."""
    if mirrored is None:
        return False
    with library.mirrors.store(mirrored.id).read() as transaction:
        return bool(library.mirrors.places(transaction, digest, 1))


def read_chain(
    library: Library, digests: Iterable[Digest], licenses: Iterable[LicenseId]
) -> ChainHistory:
    """Return what the index of the chain has of these resources and licenses."""
    resources = {digest.hex() for digest in digests}
    terms = {name.hex() for name in licenses}
    with library.store.read() as transaction:
        events = transaction.chain_index.events_of(sorted(resources | terms))
    kept = [
        event
        for event in events
        # A resource may have the digest that names a license.
        if (event.contract == OF_RESOURCES and event.subject in resources)
        or (event.contract == OF_LICENSES and event.subject in terms)
    ]
    return ChainHistory.of(kept)


def _leaves(transaction: Transaction, works: Works, size: int) -> dict[int, bytes]:
    at = sorted({work.accepted_entry for work in works if work is not None})
    within = [index for index in at if index < size]
    if not within:
        return {}
    found = transaction.ledger.read_nodes([NodeName(0, index) for index in within])
    return dict(zip(within, found, strict=True))


def _is_there(
    transaction: Transaction, work: ToldWork, leaves: dict[int, bytes], size: int
) -> bool | None:
    described = work.described_entry
    if work.accepted_entry >= size or (described is not None and described >= size):
        return None
    likely = likely_entry("accepted", work.accepted_at, work.claim())
    if leaf_hash(likely) != leaves[work.accepted_entry]:
        entry = _entry(transaction, work.accepted_entry)
        if entry is None or entry.kind not in KINDS or entry.facts != work.claim():
            return False
        if entry.at != work.accepted_at:
            return False
    if described is None:
        return True
    entry = _entry(transaction, described)
    facts = described_facts(work.digest, work.steward, work.revision, work.record)
    return entry is not None and entry.kind == "described" and entry.facts == facts


def _entry(transaction: Transaction, index: int) -> Entry | None:
    try:
        return Entry.parse(transaction.ledger.entries(index, 1)[0])
    except (IndexError, InvalidEntry):
        return None
