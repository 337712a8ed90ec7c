"""The request must change."""

from __future__ import annotations

from ledger_service.domain.errors.ledger_error import LedgerError


class InvalidInput(LedgerError):
    """Invalid input."""


class InvalidDigest(InvalidInput):
    """Not a digest."""


class InvalidIdentifier(InvalidInput):
    """Not an identifier of this kind."""


class InvalidCid(InvalidInput):
    """Not a CID of this ledger's profile."""


class InvalidBill(InvalidInput):
    """Not a bill that can be split."""


class InvalidCharter(InvalidInput):
    """Not the charter of a consortium."""


class InvalidMember(InvalidInput):
    """Not an announcement of a member of this consortium, or one that does not count."""


class InvalidJoinRequest(InvalidInput):
    """Not a request to join a consortium."""


class InvalidRotateRequest(InvalidInput):
    """Not a request to replace an account."""


class InvalidActFile(InvalidInput):
    """Not calls that a council's account signs."""


class InvalidEntry(InvalidInput):
    """Not an entry of this ledger's formats."""


class InvalidJson(InvalidInput):
    """Not acceptable JSON."""


class InvalidReceipt(InvalidInput):
    """Not a receipt."""


class InvalidAbsence(InvalidInput):
    """Not evidence of absence."""


class InvalidCase(InvalidInput):
    """Case cannot be opened so."""


class InvalidCheckpoint(InvalidInput):
    """Not a checkpoint."""


class InvalidTlogProof(InvalidInput):
    """Not a proof of the transparency-log format."""


class InvalidSubmission(InvalidInput):
    """Not a submission to a witness."""


class InvalidPolicy(InvalidInput):
    """Not a policy."""


class InvalidManifest(InvalidInput):
    """Source of an import is not acceptable."""


class InvalidCursor(InvalidInput):
    """Not a cursor of this list."""


class InvalidRange(InvalidInput):
    """Range cannot be satisfied."""


class NotAcceptable(InvalidInput):
    """Not had in a form that the request takes."""


class InvalidCar(InvalidInput):
    """Not a CAR of one file."""


class InvalidStorageRoot(InvalidInput):
    """Not a folder of OCFL objects that this program adds to."""


class InvalidGatewayRequest(InvalidInput):
    """Not what a trustless gateway is asked."""


class InvalidMetadata(InvalidInput):
    """Metadata is not acceptable."""


class EmptyResource(InvalidInput):
    """A resource has at least one byte."""


class ResourceTooLarge(InvalidInput):
    """Resource is larger than this library accepts."""


class ManifestTooLarge(InvalidInput):
    """Manifest is larger than this library accepts."""


class KeyUsedOtherwise(InvalidInput):
    """Idempotency key was used for another request."""


class WrongContentType(InvalidInput):
    """Content type is not accepted here."""


class TruncatedUpload(InvalidInput):
    """Upload ended early."""


class DigestDiffers(InvalidInput):
    """Bytes differ from the digest that was announced."""


class UnknownLicense(InvalidInput):
    """License is not defined here."""


class InvalidLicenseTerms(InvalidInput):
    """License terms are not acceptable."""


class UnknownReader(InvalidInput):
    """Reader is not known here."""


class InvalidHolder(InvalidInput):
    """Not a name for whoever holds a token."""


class InvalidCohort(InvalidInput):
    """Not a cohort, or not a class list."""


class InvalidEvent(InvalidInput):
    """What is to be told of an event is too much, missing, or of another form."""


class InvalidPlace(InvalidInput):
    """What somebody gives who wants a place at an event is of another form."""


class InvalidQuestion(InvalidInput):
    """A question, an answer or a message at an event is empty, or too long."""


class InvalidAuthors(InvalidInput):
    """Not a statement that authors sign, or a signature that does not hold."""


class InvalidAnnotation(InvalidInput):
    """Not an annotation that is taken here."""


class InvalidShelf(InvalidInput):
    """What is to stand on a shelf is too much, or of another form."""


class PaperTooLarge(InvalidInput):
    """The paper is larger than what a file is made of."""


class InvalidHall(InvalidInput):
    """No hall or laboratory can be made so."""


class InvalidModel(InvalidInput):
    """Not a model that is placed in a hall."""


class InvalidLabRecord(InvalidInput):
    """Not a record of what was done in a laboratory."""


class InvalidNotification(InvalidInput):
    """Not a notification that is taken."""


class InvalidPeer(InvalidInput):
    """No service that notifications are taken from."""


class InvalidReceiver(InvalidInput):
    """Nobody can be told so."""


class InvalidMailAddress(InvalidInput):
    """No mail can be sent to this."""


class InvalidIntent(InvalidInput):
    """Not a signed intent."""


class InvalidProvider(InvalidInput):
    """Not a provider that accounts can be signed in by."""


class InvalidAccount(InvalidInput):
    """Not an account of a chain."""


class InvalidCheckout(InvalidInput):
    """Another library's checkout is not asked for as it must be."""


class InvalidProtection(InvalidInput):
    """A resource cannot be lent with licenses of a license server."""


class InvalidProject(InvalidInput):
    """What is to stand in a project is too much, or of another form."""


class InvalidCode(InvalidInput):
    """Not a code by which somebody checks in now."""


class InvalidCredential(InvalidInput):
    """Not a credential, or not one that holds."""
