"""Prove one resource: its entry, and that it is in the newest anchored checkpoint; checked before it is told.

The quick way to verify many digests: a few reads of what never changes, no question to the chain. Who does
not want to trust the answer checks it (services/verification/check_receipt.py) and asks the
chain for the anchor.
"""

from __future__ import annotations

import hashlib
from contextlib import suppress
from dataclasses import dataclass

from ledger_service.domain.canonical_json import quote
from ledger_service.domain.errors import EntryNotFound, InvalidInclusionProof, ResourceNotFound
from ledger_service.domain.identifiers import Digest, LicenseId, StewardId
from ledger_service.domain.ledger import merkle
from ledger_service.domain.ledger.entry import claim_template
from ledger_service.domain.resources.registration import check_not_waiting, format_metadata
from ledger_service.ports.ledger import SignedCheckpoint
from ledger_service.ports.resources import WrittenClaim
from ledger_service.services.library import Library


@dataclass(frozen=True)
class ResourceProof:
    """An entry's bytes and its place in an anchored checkpoint, which has its block and transaction.

    proof: hashes of 32 bytes, leaf upward.
    """

    entry: bytes
    index: int
    proof: list[bytes]
    checkpoint: SignedCheckpoint

    def format(self) -> bytes:
        """Return the proof as a JSON object; written out, since json.dumps takes twice as long."""
        hashes = ",".join([f'"{item.hex()}"' for item in self.proof])
        checkpoint = self.checkpoint
        return (
            f'{{"entry":{quote(self.entry.decode())},"index":{self.index},"proof":[{hashes}],'
            f'"checkpoint":{quote(checkpoint.note)},"block":{checkpoint.block},'
            f'"transaction":"{checkpoint.transaction}"}}'
        ).encode()


def prove_resource(library: Library, digest: Digest) -> ResourceProof:
    """Return the proof of this library's own entry on a digest.

    Raises:
        ResourceNotFound: no entry of this library speaks of it.
        SignatureAwaited, RouteUnknown: it waits for the signature of a registrar's own key.
        EntryNotFound: no anchored checkpoint covers the entry yet.
        InvalidInclusionProof: what is stored does not fit the checkpoint; nothing is told.
    """
    quick = library.store.quick
    claim = quick.claim(digest, library.steward)
    if claim is None:
        raise ResourceNotFound(digest=str(digest))
    is_accepted = claim.registered_entry is None
    index = claim.accepted_entry if claim.registered_entry is None else claim.registered_entry
    if is_accepted:
        check_not_waiting(digest, claim.route)
    checkpoint = quick.anchored_above(index)
    if checkpoint is None:
        raise EntryNotFound("not-anchored-yet", index=index)
    proof = merkle.inclusion_proof(index, checkpoint.size, quick.read_nodes)
    if is_accepted:
        entry = _accepted_body(digest, library.steward, claim)
        with suppress(InvalidInclusionProof):
            return _checked(entry, index, proof, checkpoint)
    return _checked(quick.entry(index), index, proof, checkpoint)


def _checked(
    entry: bytes, index: int, proof: list[bytes], checkpoint: SignedCheckpoint
) -> ResourceProof:
    leaf = merkle.leaf_hash(entry)
    merkle.check_inclusion(leaf, index, checkpoint.size, proof, checkpoint.root)
    return ResourceProof(entry, index, proof, checkpoint)


def _accepted_body(digest: Digest, steward: StewardId, claim: WrittenClaim) -> bytes:
    """Return the entry that accepted a claim, made again from its registration.

    The ledger's bundles hold it among 255 others, and reading those costs more than all the rest. If
    these are not its bytes, the proof does not lead to the root, and the ledger's own are read.
    """
    metadata = format_metadata(
        claim.title,
        claim.media_type,
        claim.size_bytes,
        claim.creator,
        claim.language,
        claim.further,
    )
    template = claim_template("accepted", claim.accepted_at, LicenseId(claim.license), steward)
    values = claim.cid, digest.hex(), hashlib.sha256(metadata).hexdigest()
    return template % tuple(value.encode() for value in values)
