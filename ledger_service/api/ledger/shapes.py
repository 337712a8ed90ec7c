"""JSON of private parts."""

from __future__ import annotations

from ledger_service.api.shapes import Hex32, Shape
from ledger_service.ports.ledger import PrivatePart


class PrivatePartShape(Shape):
    """salt and body are null once they are erased."""

    entry: int
    salt: Hex32 | None
    body: str | None

    @classmethod
    def of(cls, part: PrivatePart) -> PrivatePartShape:
        return cls(
            entry=part.entry,
            salt=part.salt.hex() if part.salt is not None else None,
            body=part.body.decode() if part.body is not None else None,
        )
