"""The route that tells what this library knows against members, with what proves it to anybody."""

from __future__ import annotations

from fastapi import APIRouter

from ledger_service.api.callers import InLibrary, needs
from ledger_service.api.requests import JsonRoute
from ledger_service.api.shapes import Hex32, ReasonShape, Shape
from ledger_service.domain.consortium.alarm import Alarm
from ledger_service.domain.people.permission import Permission
from ledger_service.services.consortium.alarms import list_alarms
from ledger_service.services.consortium.list_members import charter_of, list_members

router = APIRouter(prefix="/consortium", tags=["consortium"], route_class=JsonRoute)


class AlarmShape(Shape):
    """An alarm about a member. since: seconds since 1970 UTC. evidence: for a fork, `muhr-fork/1` or a note.

    announcement: by which the member bound its ledger's key to its steward, as it said it, null if unknown.
    """

    steward: Hex32
    kind: str
    about: str
    since: int
    reason: ReasonShape
    evidence: str | None
    announcement: str | None

    @classmethod
    def of(cls, alarm: Alarm, announcement: str | None) -> AlarmShape:
        reason = ReasonShape(reason=alarm.reason.name, values=alarm.reason.values_to_json())
        return cls(
            steward=alarm.steward.hex(),
            kind=alarm.kind.value,
            about=alarm.about,
            since=alarm.since,
            reason=reason,
            evidence=alarm.evidence,
            announcement=announcement,
        )


@router.get("/alarms", openapi_extra=needs(Permission.LEDGER_READ))
def alarms(library: InLibrary) -> list[AlarmShape]:
    """List the alarms about members that have begun and not ended, the oldest first."""
    charter_of(library)
    texts = {one.member.steward: one.text for one in list_members(library)}
    return [AlarmShape.of(alarm, texts.get(alarm.steward)) for alarm in list_alarms(library)]
