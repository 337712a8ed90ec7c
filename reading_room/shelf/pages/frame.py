"""What the pages of the shelf share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated
from urllib.parse import quote

from fastapi import Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from ledger_service.domain.errors import LedgerError
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.people.caller import Caller
from ledger_service.domain.people.permission import Permission, reach
from ledger_service.web.layout import Layout, library_of, signed_in
from reading_room.shelf.rules.item import LONGEST_NAME, LONGEST_NOTE
from reading_room.shelf.verbs.keep import OwnShelf
from reading_room.shelf.verbs.show import show_items

PATH = "/me/shelf"
ROWS = 50
layout = Layout(Path(__file__).parents[1] / "templates")
SignedIn = Annotated[Caller, Depends(signed_in)]


def show_list(
    request: Request,
    caller: Caller,
    own: OwnShelf,
    tag: str = "",
    start: int = 0,
    status: int = 200,
    refusal: LedgerError | None = None,
) -> HTMLResponse:
    """Return the page of a shelf. tag: only of items that have it; start: of how many come before."""
    items = [item for item in own.shelf.items if not tag or tag in item.tags]
    query = f"tag={quote(tag, safe='')}&" if tag else ""
    return layout.own_page(
        request,
        "shelf.html",
        caller,
        status,
        refusal,
        own=own,
        tag=tag,
        count=len(items),
        shown=show_items(library_of(request), items[start : start + ROWS]),
        before=f"{PATH}?{query}from={max(0, start - ROWS)}" if start else None,
        after=f"{PATH}?{query}from={start + ROWS}" if start + ROWS < len(items) else None,
        longest_name=LONGEST_NAME,
    )


def show_item(
    request: Request,
    caller: Caller,
    own: OwnShelf,
    digest: Digest,
    refusal: LedgerError | None = None,
    note: str | None = None,
    tags: str | None = None,
) -> HTMLResponse:
    """Return the page of an item, with what a person typed if that was refused; raise NotOnShelf."""
    found = own.shelf.standing(digest)
    [shown] = show_items(library_of(request), [found])
    return layout.own_page(
        request,
        "shelf_item.html",
        caller,
        200 if refusal is None else 409,
        refusal,
        shown=shown,
        own=own,
        typed_note=found.note if note is None else note,
        typed_tags=", ".join(found.tags) if tags is None else tags,
        longest_note=LONGEST_NOTE,
    )


def check_own(caller: Caller) -> None:
    """Check that whoever is signed in has a shelf; raise RoleNotHeld."""
    reach(caller, Permission.SHELF_OWN)


def to_sign_in(then: str) -> RedirectResponse:
    """Return the answer that leads to the sign-in page, and from there on."""
    return RedirectResponse(f"/sign-in?then={quote(then, safe='')}", 303)


def place_of(digest: Digest) -> str:
    """Return the address of an item on the page of the shelf."""
    return f"{PATH}#i-{digest.hex()[:16]}"
