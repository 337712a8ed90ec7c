"""What a reader is told: something happened to a loan, a request, or what stands on their shelf."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from ledger_service.domain import canonical_json

LONGEST_ABOUT = 128  # characters


class NoticeKind(StrEnum):
    """What happened; to what is a resource, by its digest."""

    TURN_CAME = "turn-came"
    TURN_LAPSED = "turn-lapsed"
    LINE_CLOSED = "line-closed"
    REQUEST_REFUSED = "request-refused"
    LOAN_GIVEN = "loan-given"
    LOAN_ENDS = "loan-ends"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"
    FREE_AGAIN = "free-again"


@dataclass(frozen=True)
class Notice:
    """What a reader is told. about: the digest of the resource, 64 hex; at: seconds since 1970 UTC."""

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
