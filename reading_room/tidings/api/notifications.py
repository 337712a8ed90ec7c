"""Routes of notifications: librarians decide them, and anybody sees who endorses a resource."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query

from ledger_service.api.door import (
    AskedPage,
    InCaller,
    InLibrary,
    JsonRoute,
    Page,
    Shape,
    needs,
    once,
)
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.people.permission import Permission
from reading_room.tidings.ports import KeptNotification
from reading_room.tidings.rules.notification import NotificationState
from reading_room.tidings.sql import SqlHooks, SqlLetters, SqlNotifications, SqlPeers
from reading_room.tidings.verbs.decide_notification import (
    NotificationTables,
    decide_notification,
    list_endorsements,
    list_notifications,
)

router = APIRouter(tags=["tidings"], route_class=JsonRoute)
TABLES = NotificationTables(SqlNotifications, SqlPeers, SqlHooks, SqlLetters)
Number = Annotated[int, Path(ge=1, lt=2**53)]


class NotificationShape(Shape):
    """A notification; `/inbox/{number}` has it as it came.

    uri: its own id; origin: the service that sent it, empty if it was removed; digest: the resource that it
    names; statement, entry: what the ledger attests of it. Times are seconds since 1970 UTC.
    """

    number: int
    pattern: str
    uri: str
    origin: str
    object: str
    reply_to: str | None
    digest: str | None
    state: str
    received_at: int
    decided_at: int | None
    statement: str | None
    entry: int | None

    @classmethod
    def of(cls, item: KeptNotification) -> NotificationShape:
        says = item.says
        return cls(
            number=item.number,
            pattern=says.pattern.value,
            uri=says.uri,
            origin=says.origin,
            object=says.object,
            reply_to=says.reply_to or None,
            digest=None if says.digest is None else says.digest.hex(),
            state=item.state.value,
            received_at=item.received_at,
            decided_at=item.decided_at,
            statement=None if item.statement is None else item.statement.hex(),
            entry=item.entry,
        )


class EndorsementShape(Shape):
    """Who endorses a resource. statement: the bytes of which `entry` attests the digest, as text."""

    by: str
    endorsement: str
    at: int
    entry: int
    statement: str


@router.get(
    "/notifications",
    response_model=Page[NotificationShape],
    openapi_extra=needs(Permission.NOTIFICATION_DECIDE),
)
def list_(
    library: InLibrary,
    caller: InCaller,
    page: AskedPage,
    state: Annotated[NotificationState | None, Query(description="only in this state")] = None,
) -> Page[NotificationShape]:
    """List notifications, newest first."""
    found = list_notifications(library, TABLES, caller, page, state)
    return Page[NotificationShape].of(found, NotificationShape.of)


@router.post(
    "/notifications/{number}/acceptance",
    response_model=NotificationShape,
    openapi_extra=needs(Permission.NOTIFICATION_DECIDE),
)
@once
def accept(library: InLibrary, caller: InCaller, number: Number) -> NotificationShape:
    """Accept a notification: an endorsement is then attested by the ledger, an offer is answered."""
    found = decide_notification(library, TABLES, caller, number, is_accepted=True)
    return NotificationShape.of(found)


@router.post(
    "/notifications/{number}/refusal",
    response_model=NotificationShape,
    openapi_extra=needs(Permission.NOTIFICATION_DECIDE),
)
@once
def refuse(library: InLibrary, caller: InCaller, number: Number) -> NotificationShape:
    """Refuse a notification."""
    found = decide_notification(library, TABLES, caller, number, is_accepted=False)
    return NotificationShape.of(found)


@router.get(
    "/resources/{digest}/endorsements",
    response_model=list[EndorsementShape],
    openapi_extra=needs(Permission.RESOURCE_READ),
)
def endorsements(library: InLibrary, digest: str) -> list[EndorsementShape]:
    """List who endorses a resource, as librarians accepted it, newest first; at most a hundred."""
    found = list_endorsements(library, TABLES, Digest.parse(digest))
    return [
        EndorsementShape(
            by=item.by,
            endorsement=item.endorsement,
            at=item.at,
            entry=entry,
            statement=item.statement().decode(),
        )
        for item, entry in found
    ]
