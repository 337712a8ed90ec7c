"""What the routes share: the router, addresses and languages, and how a document is sent."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Sequence
from functools import partial
from threading import Lock
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response

from ledger_service import messages
from ledger_service.api.door import is_known
from ledger_service.domain.content.content_id import ContentId
from ledger_service.domain.errors import ResourceGone, RouteNotFound
from ledger_service.domain.exports.forms.opds import FEED_TYPE
from ledger_service.domain.resources.registration import Registration
from ledger_service.messages.languages import LANGUAGES, UZBEK, accepted
from ledger_service.services.library import Library
from ledger_service.services.resources.find_resources import library_name
from reading_room.interop.opds.ports import Finder, Lister
from reading_room.interop.opds.rules.addresses import PREFIX, Addresses
from reading_room.interop.opds.rules.publication import (
    told_of_page,
    told_openly,
    told_to_borrow,
)
from reading_room.interop.opds.verbs.tell_works import ToldWork, Way, tell_works

router = APIRouter(prefix=PREFIX, tags=["opds"])
ROWS = 50
FRESH_SECONDS = 60
MOST_KEPT = 20_000
VARIES = "Accept-Language, Authorization"
Lang = Annotated[
    str, Query(max_length=16, description="the language of names: uz, uz-Cyrl, ru, en")
]
Cursor = Annotated[str, Query(max_length=400)]
JSON_OBJECT: dict[str, Any] = {"schema": {"type": "object"}}


class Kept:
    """What need not be counted anew for each request: answers by names, for a minute, in one process."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock, self._lock = clock, Lock()
        self._kept: dict[object, tuple[float, Any]] = {}

    def get(self, name: object, make: Callable[[], Any]) -> Any:
        """Return what was made by this name, made now if that was long ago."""
        with self._lock:
            until, value = self._kept.get(name, (0.0, None))
        now = self._clock()
        if until > now:
            return value
        value = make()
        with self._lock:
            self._kept[name] = (now + FRESH_SECONDS, value)
            if len(self._kept) > MOST_KEPT:
                del self._kept[next(iter(self._kept))]
        return value


def kept(request: Request) -> Kept:
    """Return what this process has counted."""
    state = request.app.state
    if not hasattr(state, "opds_kept"):
        state.opds_kept = Kept()
    found: Kept = state.opds_kept
    return found


async def addresses_for(request: Request, lang: Lang = "") -> Addresses:
    """Return the addresses for whoever asks, in their language: of the address, else of the header."""
    base = request.app.state.public_url
    if lang in LANGUAGES:
        return Addresses(base, lang, is_chosen=True)
    return Addresses(base, accepted(request.headers.get("accept-language", "")) or UZBEK)


InAddresses = Annotated[Addresses, Depends(addresses_for)]


def say(addresses: Addresses, name: str, **values: str | int) -> str:
    """Return a text in the language of whoever asks."""
    return messages.said(name, addresses.language, **values)


def lister_of(request: Request) -> Lister:
    """Return the room that lists; raise RouteNotFound if there is none."""
    found: Lister | None = request.app.state.listing
    if found is None:
        raise RouteNotFound(path=request.url.path[:200])
    return found


def finder_of(request: Request) -> Finder | None:
    """Return the room that finds, None if there is none."""
    found: Finder | None = request.app.state.finding
    return found


def name_of(request: Request, library: Library) -> str:
    """Return what the library is called."""
    name: str = kept(request).get("name", partial(library_name, library))
    return name


def publications_of(
    request: Request,
    library: Library,
    addresses: Addresses,
    registrations: Sequence[Registration],
) -> list[dict[str, Any]]:
    """Return a page of works as everybody sees them; whether each is kept is asked once a minute."""

    def has(cid: ContentId) -> bool:
        found: bool = kept(request).get(cid, partial(library.content.has, cid))
        return found

    told = tell_works(library, registrations, addresses.base, has)
    return [publication_of(addresses, one) for one in told]


def publication_of(addresses: Addresses, told: ToldWork) -> dict[str, Any]:
    """Return a work as everybody sees it."""
    if told.way is Way.OPEN:
        return told_openly(addresses, told.work)
    if told.way is Way.LENT:
        seats = None if told.seats is None else (told.seats.total, told.seats.free)
        return told_to_borrow(addresses, told.work, seats)
    return told_of_page(addresses, told.work)


def send(
    request: Request,
    addresses: Addresses,
    told: dict[str, Any],
    media_type: str = FEED_TYPE,
    *,
    is_private: bool = False,
    status: int = 200,
) -> Response:
    """Send a document; what is private is kept nowhere."""
    body = json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
    headers = {"Content-Language": addresses.language, "Vary": VARIES}
    if is_private:
        headers["Cache-Control"] = "no-store"
        return Response(body, status, headers, media_type)
    headers["Cache-Control"] = f"public, max-age={FRESH_SECONDS}"
    headers["ETag"] = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    if is_known(request.headers, headers["ETag"]):
        return Response(status_code=304, headers=headers)
    return Response(body, status, headers, media_type)


def standing(told: ToldWork) -> ToldWork:
    """Return a work that was not withdrawn; raise ResourceGone for one that was."""
    if told.work.withdrawn:
        raise ResourceGone(digest=told.work.digest)
    return told
