"""Routes by which members of a consortium tell who they are, and by what rules it goes; anybody may ask."""

from __future__ import annotations

from typing import Any, Literal

from fastapi import APIRouter
from pydantic import Field

from ledger_service.api.callers import InLibrary, needs
from ledger_service.api.requests import JsonRoute
from ledger_service.api.shapes import Hex32, ReasonShape, Shape
from ledger_service.domain import foreign_json
from ledger_service.domain.consortium.charter import LONGEST_NAME, LONGEST_URL
from ledger_service.domain.consortium.member import LATEST_TIME, VERSION
from ledger_service.domain.people.permission import Permission
from ledger_service.services.consortium.list_members import (
    KnownMember,
    charter_of,
    list_members,
)
from ledger_service.services.consortium.take_member import take_member

router = APIRouter(prefix="/consortium", tags=["consortium"], route_class=JsonRoute)
LONGEST_VKEY = 400  # characters


class AnnouncementShape(Shape):
    """What a member says of itself, signed by its keys: docs/consortium.md."""

    type: Literal["muhr-member/1"] = Field(description=f"always {VERSION}")
    charter: Hex32
    name: str = Field(max_length=LONGEST_NAME)
    uri: str = Field(max_length=LONGEST_URL)
    url: str = Field(max_length=LONGEST_URL)
    key: str = Field(max_length=LONGEST_VKEY)
    witness: str = Field(max_length=LONGEST_VKEY)
    registrar: str = Field(pattern=r"^[0-9a-f]{40}$")
    at: int = Field(ge=0, le=LATEST_TIME)
    signature: str = Field(max_length=88)
    account_signature: str = Field(pattern=r"^[0-9a-f]{130}$")
    witness_signature: str = Field(max_length=88)


class MemberShape(Shape):
    """A member as it is known here. since: its accreditation; heard_at: when its announcement came.

    counts: whether what it said still counts, as the chain is now; if not, its keys are nobody's. fault: why
    it counts no more, else why its service did not answer when it was asked last.
    """

    steward: Hex32
    ledger: Hex32
    standing: Literal["accredited", "suspended"]
    since: int
    is_own: bool
    heard_at: int
    counts: bool
    fault: ReasonShape | None
    announcement: AnnouncementShape

    @classmethod
    def of(cls, known: KnownMember) -> MemberShape:
        fault = None if known.fault is None else known.fault.format()
        return cls(
            steward=known.member.steward.hex(),
            ledger=known.member.ledger.hex(),
            standing=known.standing.value,
            since=known.since,
            is_own=known.is_own,
            heard_at=known.heard_at,
            counts=known.counts,
            fault=ReasonShape.of(fault),
            announcement=AnnouncementShape(**foreign_json.parse(known.text.encode())),
        )


class MembersShape(Shape):
    """own: the steward whose service this is."""

    own: Hex32
    members: list[MemberShape]


class ConsortiumShape(Shape):
    """digest: of the charter without what the council may change. charter: as the council publishes it."""

    digest: Hex32
    own: Hex32
    quorum: int
    copies: int
    charter: dict[str, Any]


@router.get("", openapi_extra=needs(Permission.LEDGER_READ))
def consortium(library: InLibrary) -> ConsortiumShape:
    """Return the charter and the rules of the consortium that this library is a member of."""
    charter = charter_of(library)
    return ConsortiumShape(
        digest=charter.digest.hex(),
        own=library.steward.hex(),
        quorum=charter.quorum,
        copies=charter.copies,
        charter=foreign_json.parse(charter.format().encode()),
    )


@router.get("/members", openapi_extra=needs(Permission.LEDGER_READ))
def members(library: InLibrary) -> MembersShape:
    """List the members that are known here, in the order in which they were accredited."""
    charter_of(library)
    found = [MemberShape.of(one) for one in list_members(library)]
    return MembersShape(own=library.steward.hex(), members=found)


@router.post("/members", openapi_extra=needs(Permission.LEDGER_READ))
def announce(library: InLibrary, body: AnnouncementShape) -> MemberShape:
    """Tell what a member says of itself. Whoever brings it, both signatures and the chain decide."""
    return MemberShape.of(take_member(library, body.model_dump_json()))
