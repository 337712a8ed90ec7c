"""The one error tree of Muhr; every failure a caller can meet is a leaf of it.

    LedgerError
    ├── InvalidInput        the request must change         422 (413 and 415 where HTTP has a word)
    ├── NotPermitted        the caller lacks the right      403 (401 without a valid token)
    ├── NotFound            the name means nothing here     404
    ├── Conflict            the state has moved on          409
    ├── Unavailable         nobody's fault: wait            503 with Retry-After
    ├── StorageFull         the operator must add space     507
    └── VerificationError   evidence does not hold          500 inside the service; a finding in a verifier

A leaf's slug is its class name in kebab case and names its page in docs/problems.md. Errors that a
contract can raise have a twin of the same name, here or in chain_errors.py (held by
tests/unit/test_house_rules.py).
"""

from __future__ import annotations

import re


class LedgerError(Exception):
    """Root of the tree. `detail` tells a person what happened, to what, and what to do."""

    title = "Ledger error"

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail

    @classmethod
    def slug(cls) -> str:
        """Return the kebab-case name that clients match on, e.g. `unknown-license`."""
        return re.sub(r"(?<!^)(?=[A-Z])", "-", cls.__name__).lower()


class InvalidInput(LedgerError):
    title = "Invalid input"


class NotPermitted(LedgerError):
    title = "Not permitted"


class NotFound(LedgerError):
    title = "Not found"


class Conflict(LedgerError):
    title = "Conflict with the present state"


class Unavailable(LedgerError):
    title = "Unavailable for now"
    retry_after_seconds = 5


class StorageFull(LedgerError):
    title = "Storage is full"


class VerificationError(LedgerError):
    title = "Evidence does not hold"


# ---- InvalidInput ---------------------------------------------------------------------------------


class InvalidDigest(InvalidInput):
    title = "Not a digest"


class InvalidIdentifier(InvalidInput):
    title = "Not an identifier of this kind"


class InvalidCid(InvalidInput):
    title = "Not a CID of this ledger's profile"


class InvalidEntry(InvalidInput):
    title = "Not an entry of this ledger's formats"


class InvalidJson(InvalidInput):
    title = "Not acceptable JSON"


class InvalidReceipt(InvalidInput):
    title = "Not a receipt"


class InvalidAbsence(InvalidInput):
    title = "Not evidence of absence"


class InvalidCheckpoint(InvalidInput):
    title = "Not a checkpoint"


class InvalidTlogProof(InvalidInput):
    title = "Not a proof of the transparency-log format"


class InvalidSubmission(InvalidInput):
    title = "Not a submission to a witness"


class InvalidPolicy(InvalidInput):
    title = "Not a policy"


class InvalidManifest(InvalidInput):
    title = "Source of an import is not acceptable"


class InvalidCursor(InvalidInput):
    title = "Not a cursor of this list"


class InvalidRange(InvalidInput):
    title = "Range cannot be satisfied"


class InvalidMetadata(InvalidInput):
    title = "Metadata is not acceptable"


class EmptyResource(InvalidInput):
    title = "A resource has at least one byte"


class ResourceTooLarge(InvalidInput):
    title = "Resource is larger than this library accepts"


class ManifestTooLarge(InvalidInput):
    title = "Manifest is larger than this library accepts"


class KeyUsedOtherwise(InvalidInput):
    title = "Idempotency key was used for another request"


class WrongContentType(InvalidInput):
    title = "Content type is not accepted here"


class TruncatedUpload(InvalidInput):
    title = "Upload ended early"


class DigestDiffers(InvalidInput):
    title = "Bytes differ from the digest that was announced"


class UnknownLicense(InvalidInput):
    title = "License is not defined here"


class InvalidLicenseTerms(InvalidInput):
    title = "License terms are not acceptable"


class UnknownReader(InvalidInput):
    title = "Reader is not known here"


class InvalidIntent(InvalidInput):
    title = "Not a signed intent"


# ---- NotPermitted ---------------------------------------------------------------------------------


class NotAuthenticated(NotPermitted):
    title = "A valid access token is needed"


class RoleNotHeld(NotPermitted):
    title = "The token's role does not allow this"


class NoLiveGrant(NotPermitted):
    title = "No live grant for this resource"


class StewardNotServed(NotPermitted):
    title = "Steward is not the one that this library serves"


# ---- NotFound -------------------------------------------------------------------------------------


class RouteNotFound(NotFound):
    title = "No such address in this API"


class ResourceNotFound(NotFound):
    title = "Resource is not registered"


class GrantNotFound(NotFound):
    title = "Grant is not known"


class EntryNotFound(NotFound):
    title = "Entry is not in the ledger"


class LogNotKnown(NotFound):
    title = "Witness does not know this ledger"


class IntentNotFound(NotFound):
    title = "Signed intent is not known here"


class ImportNotFound(NotFound):
    title = "Import is not known here"


class OpeningNotFound(NotFound):
    title = "Opening is not known or has ended"


class TileNotFound(NotFound):
    title = "Tile is not in the published ledger"


class CheckpointNotFound(NotFound):
    title = "No checkpoint yet"


class ContentNotFound(NotFound):
    title = "Content is not in the store"


# ---- Conflict -------------------------------------------------------------------------------------


class ResourceAlreadyRegistered(Conflict):
    title = "Resource is already registered by this steward"


class ResourceNotYetRegistered(Conflict):
    title = "Resource is accepted but not yet registered on chain"


class WitnessHasOtherSize(Conflict):
    """size: entries of the checkpoint that the witness has cosigned last."""

    title = "Witness has cosigned another size"

    def __init__(self, detail: str, size: int = 0) -> None:
        super().__init__(detail)
        self.size = size


class ResourceInLedger(Conflict):
    title = "Resource is in the ledger, so its absence cannot be shown"


class LicenseNameTaken(Conflict):
    title = "License name is already in use"


class GrantAlreadyRevoked(Conflict):
    title = "Grant is already revoked"


class NoSeatFree(Conflict):
    title = "All seats of the license are taken"


class DeploymentMismatch(Conflict):
    title = "Chain is not the one this library was set up on"


class AlreadyInitialized(Conflict):
    title = "Library is already set up"


class PortInUse(Conflict):
    title = "Port is in use"


class NotInitialized(Conflict):
    title = "Library is not set up"


class TransactionRejected(Conflict):
    title = "Chain rejected the transaction"


# ---- Unavailable ----------------------------------------------------------------------------------


class ChainUnavailable(Unavailable):
    title = "Chain node does not answer"


class ChainHeadStale(Unavailable):
    title = "Chain head is too old to decide on"


class ContentStoreUnavailable(Unavailable):
    title = "Content store does not answer"


class LedgerBusy(Unavailable):
    title = "Ledger is busy"


class TooManyImports(Unavailable):
    title = "Too many imports wait"
    retry_after_seconds = 60


class ImportInterrupted(Unavailable):
    title = "Import was interrupted"


class ServiceUnavailable(Unavailable):
    title = "Service does not answer"


# ---- StorageFull ----------------------------------------------------------------------------------


class ContentStoreFull(StorageFull):
    title = "Content store is full"


# ---- VerificationError ----------------------------------------------------------------------------


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
