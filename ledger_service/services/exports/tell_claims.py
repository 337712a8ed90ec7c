"""Tell many registrations quickly, each with the entry that commits to what is told and its proof.

Most registrations were never changed, and have a record of five fields: their entries are made anew from
their rows, and no more objects than that. All others are read as everywhere. Nothing is told that is not as
its entry commits to it.
"""

from __future__ import annotations

from binascii import hexlify
from collections.abc import Sequence
from functools import lru_cache
from hashlib import sha256
from typing import NamedTuple

from ledger_service.domain.content.content_id import RAW_BASE16
from ledger_service.domain.errors import EntryNotFound
from ledger_service.domain.identifiers import LicenseId, StewardId
from ledger_service.domain.ledger.entry import claim_template, likely_entry
from ledger_service.domain.ledger.many_proofs import inclusion_proofs
from ledger_service.domain.ledger.merkle import NodeName, leaf_hash, leaf_hashes
from ledger_service.domain.resources.claim import PlainClaim
from ledger_service.domain.resources.registration import Registration, format_metadata
from ledger_service.ports.ledger import SignedCheckpoint
from ledger_service.ports.resources import Changed
from ledger_service.ports.store import Transaction
from ledger_service.services.library import Library
from ledger_service.services.resources.find_resources import check_told

_RAW = RAW_BASE16.encode()


class ToldClaim(NamedTuple):
    """A registration, and the entry that commits to what is told of it.

    plain: if its claim tells all; registration: otherwise. number, body: index and bytes of the entry;
    checkpoint: that covers it, None if none does yet; proof: of its inclusion there, hashes of 32 bytes,
    leaf upward.
    """

    changed: Changed
    plain: PlainClaim | None
    registration: Registration | None
    number: int
    body: bytes
    checkpoint: SignedCheckpoint | None
    proof: Sequence[bytes]


def newest_checkpoints(transaction: Transaction) -> list[SignedCheckpoint]:
    """Return the newest checkpoint that is anchored, and the newest of all, as far as there are any."""
    found = transaction.checkpoints.latest_anchored(), transaction.checkpoints.latest()
    return [one for one in found if one is not None]


class _Entry(NamedTuple):
    number: int
    body: bytes


def tell_claims(
    library: Library,
    transaction: Transaction,
    changed: Sequence[Changed],
    checkpoints: Sequence[SignedCheckpoint],
) -> list[ToldClaim]:
    """Return what these rows of a list stand for, in their order; what was forgotten since is left out.

    checkpoints: under which proofs lead, the first that covers an entry. Raises MetadataMismatch.
    """
    plain = _plain(library, transaction, [row.claim for row in changed])
    rest = [row.claim for row in changed if row.claim not in plain]
    found = {item.accepted_entry: item for item in transaction.registrations.of_entries(rest)}
    check_told(transaction, list(found.values()))
    entries = {claim: _Entry(claim, body) for claim, (_, body) in plain.items()}
    entries |= {claim: _entry_of(transaction, item) for claim, item in found.items()}
    rows = [row for row in changed if row.claim in entries]
    proofs = _proofs(library, checkpoints, [entries[row.claim].number for row in rows])
    return [
        ToldClaim(
            row,
            plain[row.claim][0] if row.claim in plain else None,
            found.get(row.claim),
            *entries[row.claim],
            *proof,
        )
        for row, proof in zip(rows, proofs, strict=True)
    ]


def _plain(
    library: Library, transaction: Transaction, claims: Sequence[int]
) -> dict[int, tuple[PlainClaim, bytes]]:
    """Return those that are told by their claims, by entry, each with the entry's bytes."""
    found = transaction.registrations.plain(claims) if claims else []
    if not found:
        return {}
    bodies = [_body(item) for item in found]
    try:
        leaves = library.store.quick.read_nodes([NodeName(0, item.entry) for item in found])
    except EntryNotFound:
        return {}
    return {
        item.entry: (item, body)
        for item, body, made, leaf in zip(found, bodies, leaf_hashes(bodies), leaves, strict=True)
        if made == leaf
    }


def _body(item: PlainClaim) -> bytes:
    """Return the entry that takes a claim in, if its row is as it was claimed."""
    metadata = format_metadata(
        item.title, item.media_type, item.size_bytes, item.creator, item.language
    )
    digest = hexlify(item.digest)
    cid = item.cid.encode() or _RAW + digest
    template = _template(item.accepted_at, item.license, item.steward)
    return template % (cid, digest, sha256(metadata).hexdigest().encode())


@lru_cache(256)  # an import of thousands has few times
def _template(accepted_at: int, license_id: bytes, steward: bytes) -> bytes:
    return claim_template("accepted", accepted_at, LicenseId(license_id), StewardId(steward))


def _entry_of(transaction: Transaction, item: Registration) -> _Entry:
    """Return the entry that commits to the record that is told: the newest description's, or the claim's."""
    told = item.told_by()[-1]
    body = likely_entry(told.kind, told.at, told.facts)
    [leaf] = transaction.ledger.read_nodes([NodeName(0, told.entry)])
    if leaf_hash(body) != leaf:  # such as one that awaits its registrar
        body = transaction.ledger.entries(told.entry, 1)[0]
    return _Entry(told.entry, body)


def _proofs(
    library: Library, checkpoints: Sequence[SignedCheckpoint], indexes: Sequence[int]
) -> list[tuple[SignedCheckpoint | None, Sequence[bytes]]]:
    """Return of each entry the first checkpoint that covers it, None if none does, and the proof."""
    proofs: dict[int, tuple[SignedCheckpoint | None, Sequence[bytes]]] = {}
    for checkpoint in checkpoints:
        covered = [one for one in indexes if one < checkpoint.size and one not in proofs]
        if covered:
            paths = inclusion_proofs(covered, checkpoint.size, library.store.quick.read_nodes)
            proofs |= {one: (checkpoint, path) for one, path in zip(covered, paths, strict=True)}
    return [proofs.get(index, (None, ())) for index in indexes]
