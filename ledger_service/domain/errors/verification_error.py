"""Evidence does not hold."""

from __future__ import annotations

from ledger_service.domain.errors.ledger_error import LedgerError


class VerificationError(LedgerError):
    title = "Evidence does not hold"


class InvalidInclusionProof(VerificationError):
    title = "Inclusion proof does not hold"


class InvalidConsistencyProof(VerificationError):
    title = "Consistency proof does not hold"


class InvalidMapProof(VerificationError):
    title = "Map proof does not hold"


class InvalidStateProof(VerificationError):
    title = "State proof does not hold"


class InvalidCheckpointSignature(VerificationError):
    title = "Checkpoint signature does not hold"


class QuorumNotMet(VerificationError):
    title = "Too few witnesses have cosigned"


class InvalidTile(VerificationError):
    title = "Tile is malformed"


class CommitmentMismatch(VerificationError):
    title = "Opened value differs from its commitment"


class ContentCorrupt(VerificationError):
    title = "Stored content differs from its CID"


class ChainEvidenceMissing(VerificationError):
    title = "Chain evidence is incomplete"
