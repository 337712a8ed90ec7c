"""Tell a reader of a turn that has come, of a line that ended, or of a loan that soon ends."""

from __future__ import annotations

from enum import StrEnum

from ledger_service.ports.store import Transaction


class ReaderNotice(StrEnum):
    """What a reader is told of. about: the resource's digest."""

    TURN_CAME = "turn-came"
    TURN_LAPSED = "turn-lapsed"
    LINE_CLOSED = "line-closed"
    REQUEST_REFUSED = "request-refused"
    LOAN_GIVEN = "loan-given"
    LOAN_ENDS = "loan-ends"


def tell_reader(
    transaction: Transaction, reader: str, kind: ReaderNotice, about: str, at: int
) -> None:
    """Leave the reader a notice. about: what it is of, 64 hex; at: seconds since 1970 UTC."""
