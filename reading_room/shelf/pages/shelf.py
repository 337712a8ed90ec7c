"""What a reader sees of their shelf: the list, an item, and the question whether to put something there."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from ledger_service.domain.identifiers import Digest
from ledger_service.web.layout import library_of
from reading_room.shelf.pages.frame import (
    PATH,
    SignedIn,
    check_own,
    layout,
    show_item,
    show_list,
)
from reading_room.shelf.rules.item import LONGEST_TAG, Item
from reading_room.shelf.rules.shelf import MOST_ITEMS
from reading_room.shelf.sql import SqlShelf
from reading_room.shelf.verbs.keep import read_shelf
from reading_room.shelf.verbs.show import show_items

router = APIRouter(prefix=PATH, include_in_schema=False)


@router.get("")
def shelf(
    request: Request,
    caller: SignedIn,
    tag: Annotated[str, Query(max_length=LONGEST_TAG)] = "",
    start: Annotated[int, Query(alias="from", ge=0, le=MOST_ITEMS)] = 0,
) -> Response:
    """Show the shelf, or what has a tag there."""
    own = read_shelf(library_of(request), SqlShelf, caller)
    return show_list(request, caller, own, tag.strip(), start)


@router.get("/put")
def ask(
    request: Request, caller: SignedIn, digest: Annotated[str, Query(max_length=64)]
) -> Response:
    """Ask whether to put this on the shelf: for who had to sign in first, since a link changes nothing."""
    check_own(caller)
    [shown] = show_items(library_of(request), [Item(Digest.parse(digest), 0)])
    return layout.own_page(request, "shelf_put.html", caller, shown=shown)


@router.get("/items/{digest}")
def item(request: Request, caller: SignedIn, digest: str) -> Response:
    """Show an item, with what can be done with it."""
    own = read_shelf(library_of(request), SqlShelf, caller)
    return show_item(request, caller, own, Digest.parse(digest))
