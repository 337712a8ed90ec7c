"""The pages of halls: which there are, one of them as a list that can be walked into, and a book in the hand.

Each page says all that its scene shows. The scene is drawn of the page: it asks for nothing that is not here.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Request
from fastapi.responses import HTMLResponse

from ledger_service.domain.errors import ResourceNotFound
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.people.permission import Permission, holds
from ledger_service.domain.verification.verdict import Verdict
from ledger_service.services.lending.offer_reading import Offer, offer_reading
from ledger_service.services.library import Library
from ledger_service.services.verification.verify_resource import verify_resource
from ledger_service.web.layout import library_of, visitor
from reading_room.halls.pages.frame import NamedHall, layout, with_scene
from reading_room.halls.rules.manifest import Kind
from reading_room.halls.sql import SqlHalls
from reading_room.halls.verbs.show import ListWorks, list_halls, place, shelves, show_hall

router = APIRouter(prefix="/halls", include_in_schema=False)
NamedDigest = Annotated[str, Path(pattern=r"^[0-9a-f]{64}$")]


@router.get("", response_class=HTMLResponse)
def halls(request: Request) -> HTMLResponse:
    """Show the halls and laboratories."""
    found = list_halls(library_of(request), SqlHalls, visitor(request))
    return layout.page(request, "halls.html", halls=found)


@router.get("/{hall}", response_class=HTMLResponse)
def hall(request: Request, hall: NamedHall) -> HTMLResponse:
    """Show a hall: what stands there and may be opened now, or the steps of a laboratory."""
    library, who = library_of(request), visitor(request)
    shown = show_hall(library, SqlHalls, who, hall)
    manifest = shown.manifest
    if manifest.kind is Kind.LABORATORY:
        page = layout.page(
            request,
            "hall_laboratory.html",
            shown=shown,
            digest=Digest.of(shown.kept.manifest),
            now=library.clock(),
            hands_in=holds(who, Permission.LAB_HAND_IN),
            refusal=None,
            typed=[],
        )
        return with_scene(page)
    works = shelves(library, who, manifest, _listing(request))
    return with_scene(layout.page(request, "hall.html", shown=shown, works=works))


@router.get("/{hall}/works/{digest}", response_class=HTMLResponse)
def work(request: Request, hall: NamedHall, digest: NamedDigest) -> HTMLResponse:
    """Show a book in the hand: its seal, and how it is opened, or why it is not."""
    library, who = library_of(request), visitor(request)
    shown = show_hall(library, SqlHalls, who, hall)
    named = Digest.parse(digest)
    placed = place(library, who, named)
    if placed is None:
        raise ResourceNotFound("here", digest=digest)
    offer: Offer | None = None
    if not placed.is_open and who.roles:
        offer = offer_reading(library, who, named)
    page = layout.page(
        request,
        "hall_work.html",
        shown=shown,
        placed=placed,
        offer=offer,
        verdict=_verdict(library, named),
    )
    page.headers["Cache-Control"] = "no-store"
    return page


def _verdict(library: Library, digest: Digest) -> Verdict | None:
    """Return this library's own verdict on a work, None if it has none."""
    own = library.steward.hex()
    return next(
        (one for one in verify_resource(library, digest).verdicts if one.steward == own), None
    )


def _listing(request: Request) -> ListWorks | None:
    """Return what a room lists, None if no room does."""
    found = request.app.state.listing
    listed: ListWorks | None = None if found is None else found.list_works
    return listed
