"""Routes of hours: anybody sees how often open content was used, by the hour, and of nobody who used it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path

from ledger_service.api.door import AskedPage, InLibrary, JsonRoute, Page, Shape, needs
from ledger_service.domain.people.permission import Permission
from reading_room.usage.rules.hours import Hour, Use
from reading_room.usage.sql import SqlUsage
from reading_room.usage.verbs.hours import find_hour, list_hours, list_uses

router = APIRouter(route_class=JsonRoute, tags=["usage"])
AskedHour = Annotated[
    int, Path(ge=0, lt=2**53, description="when it began, in seconds since 1970 UTC")
]


class UsesShape(Shape):
    """How often by which class of actors."""

    human: int
    robot: int


class UsageHourShape(Shape):
    """An hour that has ended. hour: when it began, in seconds since 1970 UTC; interrupted: see docs/usage.md.

    root: of the lines; entry: the ledger's, which attests the digest of the statement.
    """

    hour: int
    lines: int
    uses: UsesShape
    interrupted: int
    root: str
    entry: int
    statement: str

    @classmethod
    def of_hour(cls, hour: Hour) -> UsageHourShape:
        return cls(
            hour=hour.hour,
            lines=hour.lines,
            uses=UsesShape(human=hour.human, robot=hour.robot),
            interrupted=hour.interrupted,
            root=hour.root.hex(),
            entry=hour.entry,
            statement=hour.statement().decode(),
        )


class UseShape(Shape):
    """How often a resource was used by one class of actors. line: its leaf below the hour's root."""

    digest: str
    actor: str
    uses: int
    line: str

    @classmethod
    def of_use(cls, use: Use) -> UseShape:
        line = use.line().decode()
        return cls(digest=use.digest.hex(), actor=use.actor.value, uses=use.uses, line=line)


@router.get("/usage", openapi_extra=needs(Permission.LIBRARY_READ))
def hours(library: InLibrary, page: AskedPage) -> Page[UsageHourShape]:
    """List the hours in which open content was used, newest first; each some ten minutes after its end."""
    return Page[UsageHourShape].of(list_hours(library, SqlUsage, page), UsageHourShape.of_hour)


@router.get("/usage/{hour}", openapi_extra=needs(Permission.LIBRARY_READ))
def hour(library: InLibrary, hour: AskedHour) -> UsageHourShape:
    """Return one hour's totals."""
    return UsageHourShape.of_hour(find_hour(library, SqlUsage, hour))


@router.get("/usage/{hour}/uses", openapi_extra=needs(Permission.LIBRARY_READ))
def uses(library: InLibrary, hour: AskedHour, page: AskedPage) -> Page[UseShape]:
    """List an hour's table by digest and class of actors, as it stands below its root."""
    return Page[UseShape].of(list_uses(library, SqlUsage, hour, page), UseShape.of_use)
