"""What a reader is told: something happened to a loan, a request, an event, or what is on their shelf."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from ledger_service.domain import canonical_json

LONGEST_ABOUT = 128  # characters
PROJECTS = "projects"
"""What a reader is told of who is invited: which one it is stands among their projects."""


class NoticeKind(StrEnum):
    """What happened; to what is a resource, by its digest, or an event."""

    TURN_CAME = "turn-came"
    TURN_LAPSED = "turn-lapsed"
    LINE_CLOSED = "line-closed"
    REQUEST_REFUSED = "request-refused"
    LOAN_GIVEN = "loan-given"
    LOAN_ENDS = "loan-ends"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"
    FREE_AGAIN = "free-again"
    EVENT_PLACE_OFFERED = "event-place-offered"  # about: the event's id, and so in the next four
    EVENT_OFFER_LAPSED = "event-offer-lapsed"
    EVENT_CHANGED = "event-changed"
    EVENT_CANCELED = "event-canceled"
    EVENT_MESSAGE = "event-message"
    PROJECT_INVITED = "project-invited"  # about: PROJECTS
    AUTHORS_ASKED = "authors-asked"
    AUTHORS_SIGN = "authors-sign"
    AUTHORS_SIGNED = "authors-signed"
    AUTHORS_ENDED = "authors-ended"
    AUTHORS_REGISTERED = "authors-registered"
    AUTHORS_NOT_REGISTERED = "authors-not-registered"


@dataclass(frozen=True)
class Notice:
    """What a reader is told. about: the digest of the resource, 64 hex, or an event's id; at: seconds."""

    kind: NoticeKind
    about: str
    at: int

    def format(self) -> bytes:
        """Return it in canonical JSON; inverse of `parse_notice`."""
        return canonical_json.canonicalize(
            {"kind": self.kind.value, "about": self.about[:LONGEST_ABOUT], "at": self.at}
        )


def parse_notice(data: bytes) -> Notice:
    """Return the notice of what `format` made; raise InvalidJson, KeyError, ValueError for other bytes."""
    value = canonical_json.parse(data)
    return Notice(NoticeKind(value["kind"]), str(value["about"]), int(value["at"]))
