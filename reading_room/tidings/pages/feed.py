"""The feed of changes, of the library and of each institution. Source: RFC 4287; RFC 5005, §4."""

from __future__ import annotations

import hashlib
from typing import Annotated

from fastapi import APIRouter, Path, Request, Response
from fastapi.responses import HTMLResponse

from ledger_service import messages
from ledger_service.api.door import is_known
from ledger_service.domain.identifiers import StewardId
from ledger_service.services.pools import PLACES
from ledger_service.web.layout import compressed, language_of, library_of
from reading_room.tidings.rules.atom import MEDIA_TYPE, Feed, FeedItem, format_feed
from reading_room.tidings.sql import SqlChanges
from reading_room.tidings.verbs.list_changes import Part, list_newest, list_part

router = APIRouter(include_in_schema=False)
SECONDS = 60  # for which a proxy may hand out the newest changes
ARCHIVE_SECONDS = 3600  # titles may still be corrected
Number = Annotated[int, Path(ge=1, lt=2**40)]


@router.get("/changes.atom", response_class=Response)
@PLACES.takes
def newest(request: Request) -> Response:
    """Tell the newest changes."""
    return _written(request, list_newest(library_of(request), SqlChanges))


@router.get("/changes-{number}.atom", response_class=Response)
@PLACES.takes
def part(request: Request, number: Number) -> Response:
    """Tell the changes of a part that is full."""
    return _written(request, list_part(library_of(request), SqlChanges, number))


@router.get("/stewards/{steward}/changes.atom", response_class=Response)
@PLACES.takes
def newest_of_steward(request: Request, steward: str) -> Response:
    """Tell the newest changes of what an institution registered."""
    wanted = StewardId.parse(steward)
    return _written(request, list_newest(library_of(request), SqlChanges, wanted), wanted)


@router.get("/stewards/{steward}/changes-{number}.atom", response_class=Response)
@PLACES.takes
def part_of_steward(request: Request, steward: str, number: Number) -> Response:
    """Tell those of a part that is full."""
    wanted = StewardId.parse(steward)
    return _written(request, list_part(library_of(request), SqlChanges, number, wanted), wanted)


def _written(request: Request, part: Part, steward: StewardId | None = None) -> Response:
    library, language = library_of(request), language_of(request)
    folder = "" if steward is None else f"/stewards/{steward.hex()}"
    of_steward = "" if steward is None else part.stewards.get(steward, steward.hex())
    title = messages.said("page.changes.title", language)
    feed = Feed(
        origin=library.key.name,
        address=str(request.app.state.public_url),
        path=_path(folder, part.number),
        title=" · ".join(word for word in (title, of_steward, library.key.name) if word),
        language=language,
        updated=max((item.change.at for item in part.items), default=0),
        items=[
            FeedItem(
                item.change,
                item.registration.record.title,
                item.registration.record.language,
                part.stewards.get(item.change.steward, item.change.steward.hex()),
            )
            for item in part.items
        ],
        links=_links(folder, part),
        steward=steward,
        is_archive=part.number is not None,
    )
    body = format_feed(feed, lambda kind: messages.said(f"page.changes.{kind.value}", language))
    seconds = SECONDS if part.number is None else ARCHIVE_SECONDS
    headers = {
        "ETag": f'W/"{hashlib.sha256(body).hexdigest()[:32]}"',
        "Cache-Control": f"public, max-age={seconds}",
        "Content-Language": language,
        "Vary": "Accept-Language, Cookie",
    }
    if is_known(request.headers, headers["ETag"].removeprefix("W/")):
        return Response(status_code=304, headers=headers)
    return compressed(request, HTMLResponse(body, headers=headers, media_type=MEDIA_TYPE))


def _links(folder: str, part: Part) -> list[tuple[str, str]]:
    told = []
    if part.older is not None:
        told.append(("prev-archive", _path(folder, part.older)))
    if part.newer is not None:
        told.append(("next-archive", _path(folder, part.newer)))
    if part.number is not None:
        told.append(("current", _path(folder, None)))
    return told


def _path(folder: str, number: int | None) -> str:
    return f"{folder}/changes.atom" if number is None else f"{folder}/changes-{number}.atom"
