"""Routes of what a reader is told; nobody else's can be asked for."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path
from pydantic import Field

from ledger_service.api.door import InCaller, InLibrary, JsonRoute, Shape, needs
from ledger_service.domain.people.notices.subscription import (
    LONGEST_ENDPOINT,
    LONGEST_KEY,
    Subscription,
)
from ledger_service.domain.people.permission import Permission
from ledger_service.services.people.notices import (
    LONGEST_MAIL_ADDRESS,
    Pushes,
    Told,
    Ways,
    add_push,
    choose_ways,
    end_push,
    list_notices,
    mark_seen,
    show_pushes,
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


Language = Annotated[str, Field(pattern="^(en|ru|uz|uz-Cyrl)$")]


class WaysShape(Shape):
    """Where else the caller hears of news. mail: an address, null for none; language: of the mail."""

    mail: Annotated[str | None, Field(max_length=LONGEST_MAIL_ADDRESS)]
    language: Language = "en"


class BrowserShape(Shape):
    """A browser that is told by pushes. id: SHA-256 of its endpoint, 64 hex; host: whose service it is."""

    id: str
    host: str


class BrowsersShape(Shape):
    """Which of the caller's browsers are told by pushes that there is news.

    key: for which a browser asks its maker's service, in base64url; null where the library pushes nothing.
    """

    key: str | None
    items: list[BrowserShape]

    @classmethod
    def of_pushes(cls, pushes: Pushes) -> BrowsersShape:
        items = [BrowserShape(id=one.id, host=one.host) for one in pushes.browsers]
        return cls(key=pushes.key_text or None, items=items)


class NewBrowser(Shape):
    """What a browser's PushSubscription says. key, secret: its p256dh and auth, in base64url."""

    endpoint: Annotated[str, Field(max_length=LONGEST_ENDPOINT)]
    key: Annotated[str, Field(max_length=LONGEST_KEY)]
    secret: Annotated[str, Field(max_length=LONGEST_KEY)]
    language: Language = "en"


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


@router.get("/me/notices/browsers", openapi_extra=OWN)
def browsers(library: InLibrary, caller: InCaller) -> BrowsersShape:
    """List which of one's browsers are told by pushes that there is news."""
    return BrowsersShape.of_pushes(show_pushes(library, caller))


@router.put("/me/notices/browsers", openapi_extra=OWN)
def tell_browser(library: InLibrary, caller: InCaller, given: NewBrowser) -> BrowsersShape:
    """Have a browser be told, too. The push says no more than that there is news."""
    made = Subscription.of(given.endpoint, given.key, given.secret, given.language)
    add_push(library, caller, made)
    return BrowsersShape.of_pushes(show_pushes(library, caller))


@router.delete("/me/notices/browsers/{browser}", openapi_extra=OWN)
def tell_browser_no_more(
    library: InLibrary, caller: InCaller, browser: Annotated[str, Path(pattern="^[0-9a-f]{64}$")]
) -> BrowsersShape:
    """Have a browser be told no more."""
    end_push(library, caller, browser)
    return BrowsersShape.of_pushes(show_pushes(library, caller))


def _shape(ways: Ways) -> WaysShape:
    return WaysShape(mail=ways.mail or None, language=ways.language or "en")
