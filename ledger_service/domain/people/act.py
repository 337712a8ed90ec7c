"""What a colleague did: kept inside the library, so that it knows which of its people decided what."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from ledger_service.domain.people.caller import ActorClass, Caller


class ActKind(StrEnum):
    """What was done. What it is about is named beside it."""

    REGISTERED = (
        "registered"  # entries of kind accepted; about: the import that they came by, if any
    )
    PROMOTED = "promoted"  # about: the resource's digest, and so in the next five
    DESCRIBED = "described"
    SUPERSEDED = "superseded"
    RENDITION_DECLARED = "rendition-declared"
    LINK_TAKEN_BACK = "link-taken-back"
    WITHDRAWN = "withdrawn"
    ATTESTED = "attested"  # about: the statement
    EXPORTED = "exported"  # about: the digest of what was taken out
    CONTENT_ENCRYPTED = "content-encrypted"  # about: the resource's digest
    KEY_DESTROYED = "key-destroyed"  # about: the resource's digest
    KEYS_WRAPPED = "keys-wrapped"  # about: the name of the key that wraps them since
    KEYS_ROTATED = "keys-rotated"  # about: the name of the key that wraps all that can be opened
    FIXITY_STARTED = "fixity-started"  # about: the run's number
    AUDIT_STARTED = "audit-started"  # about: the audit's number
    MEDIA_READ_AGAIN = "media-read-again"  # about: the resource's digest
    INDEX_ASKED_ANEW = "index-asked-anew"
    RECOMMENDATIONS_ASKED = "recommendation-asked"  # about: the run's number
    FILE_BOUND = "file-bound"  # about: the resource's digest, and so in the next
    FILE_UNBOUND = "file-unbound"
    LICENSE_DEFINED = "license-defined"  # about: its name
    IMPORT_SENT = "import-sent"  # about: its id
    IMPORT_CANCELED = "import-canceled"
    INTENT_RELAYED = "intent-relayed"  # about: the 32 bytes that were signed
    GRANT_ISSUED = "grant-issued"  # about: the grant
    LINE_PASSED = "line-passed"  # about: the grant of a seat that was kept for readers in line
    REQUEST_APPROVED = "request-approved"  # about: the request's id
    REQUEST_REFUSED = "request-refused"
    GRANT_RENEWED = "grant-renewed"
    GRANT_RETURNED = "grant-returned"
    GRANT_REVOKED = "grant-revoked"
    COHORT_GRANTED = "cohort-granted"  # about: the cohort's name, and so in the next two
    COHORT_CLOSED = "cohort-closed"
    COHORT_LEFT = "cohort-left"
    CREDENTIAL_REVOKED = "credential-revoked"  # about: its number
    SIGNED_WORK_ACCEPTED = "signed-work-taken"  # about: the work's digest, and so in the next
    SIGNED_WORK_REFUSED = "signed-work-refused"
    TRACED = "traced"  # about: the digest of the file whose way was asked for
    READER_EXPORTED = "reader-exported"  # about: nobody, and so in the next
    READER_ERASED = "reader-erased"
    TOKEN_ISSUED = "token-issued"  # about: the token's id
    TOKEN_REVOKED = "token-revoked"
    PROVIDER_CONNECTED = "provider-connected"  # about: its name
    PROVIDER_REMOVED = "provider-removed"
    HOOK_ADDED = "hook-added"  # about: the receiver's id, and so in the next three
    HOOK_SECRET_CHANGED = "hook-secret-changed"
    HOOK_RESUMED = "hook-resumed"
    HOOK_REMOVED = "hook-removed"
    PEER_ALLOWED = "peer-allowed"  # about: its id, and so in the next
    PEER_REMOVED = "peer-removed"
    NOTIFICATION_ACCEPTED = "notification-taken"  # about: its number
    NOTIFICATION_REFUSED = "notification-refused"
    EVENT_MADE = "event-made"  # about: its id, and so in the next nine
    EVENT_MENDED = "event-changed"
    EVENT_ANNOUNCED = "event-announced"
    EVENT_HELD = "event-held"
    EVENT_CALLED_OFF = "event-canceled"
    EVENT_TOLD = "event-told"
    EVENT_ROLE_GIVEN = "event-role-given"
    EVENT_MODERATED = "event-moderated"
    EVENT_GIVEN = "event-material-given"
    CHECK_IN_OPENED = "check-in-opened"
    ANNOTATION_HIDDEN = "annotation-hidden"  # about: its id, and so in the next
    ANNOTATION_SHOWN = "annotation-shown"
    COPIES_REFUSED = "copies-refused"  # about: a digest or a steward's id, and so in the next
    COPIES_ALLOWED = "copies-allowed"
    READER_INVITED = "reader-invited"  # about: the role, since no act names a reader
    COLLEAGUE_INVITED = "colleague-invited"  # about: the role
    COLLEAGUE_ADDED = "colleague-added"  # about: the colleague's number
    COLLEAGUE_REMOVED = "colleague-removed"
    HALL_PUBLISHED = "hall-published"  # about: its id
    CASE_OPENED = "case-opened"  # about: the case's id
    CASE_CLOSED = "case-closed"


@dataclass(frozen=True, slots=True)
class Act:
    """about: what was acted on, at most 64 characters. It has entries from first_entry on, if it has any.

    actor: of what class was who did it.
    """

    kind: ActKind
    about: str = ""
    first_entry: int | None = None
    entries: int = 0
    actor: ActorClass = ActorClass.STAFF


@dataclass(frozen=True, slots=True)
class Doer:
    """A colleague by whom something came, by name, and of what class they act."""

    name: str
    actor: ActorClass

    @classmethod
    def of(cls, caller: Caller) -> Doer:
        """Return the caller."""
        return cls(caller.subject, caller.actor_class)


def runs(indexes: Iterable[int]) -> list[tuple[int, int]]:
    """Return rising indexes as runs without a gap: the first of each, and how many it has."""
    found: list[tuple[int, int]] = []
    for index in indexes:
        if found and sum(found[-1]) == index:
            found[-1] = (found[-1][0], found[-1][1] + 1)
        else:
            found.append((index, 1))
    return found
