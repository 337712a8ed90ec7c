"""The request must change."""

from __future__ import annotations

from ledger_service.domain.errors.ledger_error import LedgerError


class InvalidInput(LedgerError):
    title = "Invalid input"


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


class InvalidHolder(InvalidInput):
    title = "Not a name for whoever holds a token"


class InvalidIntent(InvalidInput):
    title = "Not a signed intent"
