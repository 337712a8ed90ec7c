"""JSON of grants and openings."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from ledger_service.api.callers import shown_by
from ledger_service.api.shapes import Hex32, ReasonShape, Shape, sentence
from ledger_service.domain.lending.grant import Grant, Scope
from ledger_service.domain.lending.lent_copy import MOST_MARKS
from ledger_service.domain.people.caller import Caller
from ledger_service.domain.people.permission import Permission, Thing, sees
from ledger_service.services.lending.trace_copy import Traced


class NewGrant(Shape):
    """until: seconds since 1970 UTC."""

    digest: Hex32
    reader: str = Field(max_length=64)
    until: int = Field(ge=0, le=2**53)
    scopes: list[str] = Field(default=["read"], min_length=1, max_length=3)

    def scope_bits(self) -> Scope:
        """Return the scopes as bits; a KeyError for an unknown one."""
        bits = Scope(0)
        for name in self.scopes:
            bits |= Scope[name.upper()]
        return bits


class NewEnd(Shape):
    """until: seconds since 1970 UTC."""

    until: int = Field(ge=0, le=2**53)


class GrantShape(Shape):
    """A grant. Times are seconds since 1970 UTC.

    reader: null to an auditor, who is told a pseudonym; that is null to others. Of somebody who was
    erased the name is `erased`, and the pseudonym zero.

    state: as it is at the time of the answer; `ended` once `until` is over.
    """

    grant: Hex32
    digest: Hex32
    steward: Hex32
    reader: Annotated[str | None, shown_by(Permission.GRANT_READER)]
    pseudonym: Annotated[Hex32 | None, shown_by(Permission.PRIVATE_PART_READ)]
    grantee: Hex32
    scopes: list[str]
    until: int
    seat: int
    turn: int
    state: str
    accepted_at: int
    rejection: str | None
    why: ReasonShape | None

    @classmethod
    def of(cls, item: Grant, caller: Caller, now: int) -> GrantShape:
        whose = Thing.of_reader(item.reader)
        is_looked_at = sees(caller, Permission.PRIVATE_PART_READ, Thing(digest=item.digest, at=now))
        return cls(
            grant=item.id.hex(),
            digest=item.digest.hex(),
            steward=item.steward.hex(),
            reader=item.reader if sees(caller, Permission.GRANT_READER, whose) else None,
            pseudonym=item.pseudonym.hex() if is_looked_at else None,
            grantee=item.grantee.hex(),
            scopes=[str(scope.name).lower() for scope in Scope if scope in item.scopes],
            until=item.until,
            seat=item.seat,
            turn=item.turn,
            state=item.state_at(now).value,
            accepted_at=item.accepted_at,
            rejection=sentence(item.rejection),
            why=ReasonShape.of(item.rejection),
        )


class NewTrace(Shape):
    """digest: of a file; numbers: those of lent copies that were found in it."""

    digest: Hex32
    numbers: list[Hex32] = Field(default=[], max_length=MOST_MARKS)


class TraceShape(Shape):
    """The grant under which a copy was lent, of the resource `digest`. It names no reader.

    number: the copy's. entry, hour: of the opening that lent it first. unchanged: whether the file is the
    copy to the last byte.
    """

    number: Hex32
    grant: Hex32
    digest: Hex32
    title: str
    entry: int
    hour: int
    unchanged: bool

    @classmethod
    def of(cls, found: Traced) -> TraceShape:
        return cls(
            number=found.copy.id.hex(),
            grant=found.grant.id.hex(),
            digest=found.grant.digest.hex(),
            title=found.title,
            entry=found.copy.entry,
            hour=found.hour,
            unchanged=found.is_unchanged,
        )


class NewOpening(Shape):
    """digest: of the resource that the caller wants to read."""

    digest: Hex32


class OpeningShape(Shape):
    """content: where the bytes are, until expires_at; entry: the opening's index in the ledger.

    marked: whether they are those of a copy that was made for the grant, which says so and has a number.
    """

    digest: Hex32
    entry: int
    grant: Hex32
    expires_at: int
    marked: bool
    content: str


class WaitingShape(Shape):
    """A grant that was claimed in a course and is on its way to the chain. content: null until then."""

    digest: Hex32
    grant: Hex32
    state: str
    content: None
