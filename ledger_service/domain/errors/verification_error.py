"""Evidence does not hold."""

from __future__ import annotations

from ledger_service.domain.errors.ledger_error import LedgerError


class VerificationError(LedgerError):
    """Evidence does not hold."""


class InvalidInclusionProof(VerificationError):
    """Inclusion proof does not hold."""


class InvalidConsistencyProof(VerificationError):
    """Consistency proof does not hold."""


class TwoHistories(VerificationError):
    """A ledger does not extend what it signed before."""


class InvalidForkProof(VerificationError):
    """This does not show that a ledger signed two histories."""


class InvalidMapProof(VerificationError):
    """Map proof does not hold."""


class InvalidStateProof(VerificationError):
    """State proof does not hold."""


class InvalidCheckpointSignature(VerificationError):
    """Checkpoint signature does not hold."""


class QuorumNotMet(VerificationError):
    """Too few witnesses have cosigned."""


class InvalidTile(VerificationError):
    """Tile is malformed."""


class CommitmentMismatch(VerificationError):
    """Opened value differs from its commitment."""


class MetadataMismatch(VerificationError):
    """What is said of the resource is not what its entry commits to."""


class ContentCorrupt(VerificationError):
    """Stored content differs from its CID."""


class ContentKeyWrong(VerificationError):
    """Key of closed content does not open."""


class ChainEvidenceMissing(VerificationError):
    """Chain evidence is incomplete."""


class SealBroken(VerificationError):
    """What a reader wrote does not open."""
