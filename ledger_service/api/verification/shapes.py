"""JSON of verdicts."""

from __future__ import annotations

from typing import Any

from ledger_service.api.shapes import BlockShape, Hex32, Shape


class VerdictsShape(Shape):
    """One verdict a registration, oldest first. authentic: whether some verdict is
    `authentic_as_told` or `superseded`. as_of: the last block that the index has read.

    absence: where the evidence is that this ledger does not hold the digest; null if it does. hints: what
    the library holds of that of which was asked whether the file is like it.
    """

    digest: Hex32
    authentic: bool
    as_of: BlockShape | None
    ledger_size: int
    absence: str | None
    verdicts: list[dict[str, Any]]
    hints: list[dict[str, Any]]
