"""Routes of what a reader is told; nobody else's can be asked for."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter
from pydantic import Field

from ledger_service.api.door import InCaller, InLibrary, JsonRoute, Shape, needs
from ledger_service.domain.people.permission import Permission
from ledger_service.services.people.notices import (
    LONGEST_MAIL_ADDRESS,
    Told,
    Ways,
    choose_ways,
    list_notices,
    mark_seen,
    show_ways,
)

router = APIRouter(route_class=JsonRoute, tags=["me"])
OWN = needs(Permission.NOTICE_OWN)


class NoticeShape(Shape):
    """What the caller was told. number: rises with age; kind: what happened; about: to what.

    at: when, in seconds since 1970 UTC; new: whether it was not marked as seen.
    """

    number: int
    kind: str
    about: str
    at: int
    new: bool

    @classmethod
    def of_told(cls, told: Told) -> NoticeShape:
        one = told.notice
        return cls(
            number=told.number, kind=one.kind.value, about=one.about, at=one.at, new=told.is_new
        )


class NoticesShape(Shape):
    """What the caller was told, newest first, as far as it is kept. fresh: how much of it is new."""

    items: list[NoticeShape]
    fresh: int

    @classmethod
    def of_all(cls, told: list[Told]) -> NoticesShape:
        return cls(
            items=[NoticeShape.of_told(one) for one in told],
            fresh=sum(one.is_new for one in told),
        )


class SeenShape(Shape):
    """until: the number of the newest notice that was seen."""

    until: Annotated[int, Field(ge=0, lt=2**53)]


class WaysShape(Shape):
    """Where else the caller hears of news. mail: an address, null for none; language: of the mail."""

    mail: Annotated[str | None, Field(max_length=LONGEST_MAIL_ADDRESS)]
    language: Annotated[str, Field(pattern="^(en|ru|uz|uz-Cyrl)$")] = "en"


@router.get("/me/notices", openapi_extra=OWN)
def notices(library: InLibrary, caller: InCaller) -> NoticesShape:
    """List what one was told."""
    return NoticesShape.of_all(list_notices(library, caller))


@router.put("/me/notices/seen", openapi_extra=OWN)
def seen(library: InLibrary, caller: InCaller, given: SeenShape) -> NoticesShape:
    """Mark as seen what one was told, up to a notice."""
    mark_seen(library, caller, given.until)
    return NoticesShape.of_all(list_notices(library, caller))


@router.get("/me/notices/ways", openapi_extra=OWN)
def ways(library: InLibrary, caller: InCaller) -> WaysShape:
    """Tell where else one hears that there is news."""
    return _shape(show_ways(library, caller))


@router.put("/me/notices/ways", openapi_extra=OWN)
def choose(library: InLibrary, caller: InCaller, given: WaysShape) -> WaysShape:
    """Choose where else one hears that there is news. The mail says no more than that."""
    choose_ways(library, caller, Ways(given.mail or "", given.language))
    return _shape(show_ways(library, caller))


def _shape(ways: Ways) -> WaysShape:
    return WaysShape(mail=ways.mail or None, language=ways.language or "en")
