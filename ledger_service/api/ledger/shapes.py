"""JSON of private parts and of statements."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from ledger_service.api.shapes import Hex32, Page, Shape
from ledger_service.domain.ledger.entry import StatementType
from ledger_service.domain.ledger.retirement import Retirement
from ledger_service.domain.ledger.statement import Statement
from ledger_service.ports.ledger import PrivatePart


class NewStatement(Shape):
    """statement: digest of what is stated; attester: a commitment to who states it, null for the steward."""

    type: Annotated[StatementType, Field(strict=False)]  # JSON has only text
    statement: Hex32
    attester: Hex32 | None = None


class StatementShape(Shape):
    """entry: the one that attests the statement; at: seconds since 1970 UTC.

    statement: digest of what is stated; attester: the steward, or a commitment to who states it.
    """

    entry: int
    at: int
    type: str
    statement: Hex32
    attester: Hex32

    @classmethod
    def of(cls, item: Statement) -> StatementShape:
        return cls(
            entry=item.entry,
            at=item.at,
            type=item.kind.value,
            statement=item.digest.hex(),
            attester=item.attester,
        )


class RetirementShape(Shape):
    """A statement that private parts are destroyed. before: all from before then, seconds since 1970 UTC.

    parts: how many; first, last: the lowest and the highest of their entries; entry: the one that attests
    the statement, null while it goes on.
    """

    before: int
    parts: int
    first: int
    last: int
    entry: int | None

    @classmethod
    def of(cls, item: Retirement) -> RetirementShape:
        return cls(**vars(item))


class DestroyedShape(Page[RetirementShape]):
    """of_erased: how many parts were destroyed since they named readers who were erased."""

    of_erased: int


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
