"""Routes of a reader's own shelf: nobody else has one that they could ask for."""

from __future__ import annotations

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from pydantic import Field

from ledger_service.api.door import (
    InCaller,
    InLibrary,
    JsonRoute,
    Shape,
    bytes_of,
    check_content_type,
    needs,
    receive_body,
)
from ledger_service.domain.errors import InvalidShelf
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.people.permission import Permission
from reading_room.shelf.rules.forms import Form
from reading_room.shelf.rules.item import (
    LONGEST_NAME,
    LONGEST_NOTE,
    LONGEST_QUERY,
    LONGEST_TAG,
    MOST_TAGS,
    Item,
    SavedSearch,
    made_search,
)
from reading_room.shelf.rules.shelf import (
    FORM,
    LARGEST_DOCUMENT_BYTES,
    MOST_ITEMS,
    Shelf,
    forget_search,
    keep_search,
    move,
    parse_shelf,
    take_off,
    unite,
    write_of,
)
from reading_room.shelf.sql import SqlShelf
from reading_room.shelf.verbs.export import export_shelf
from reading_room.shelf.verbs.keep import OwnShelf, change_shelf, put_on_shelf, read_shelf

router = APIRouter(route_class=JsonRoute, tags=["me"])
OWN = needs(Permission.SHELF_OWN)
_EXAMPLE = {"form": FORM, "items": [], "searches": []}
_BODY = {"schema": {"type": "object"}, "example": _EXAMPLE}
WHOLE = {**OWN, "requestBody": {"required": True, "content": {"application/json": _BODY}}}
NamedDigest = Annotated[str, Path(pattern=r"^[0-9a-f]{64}$")]
Note = Annotated[str, Field(max_length=LONGEST_NOTE)]
Tags = Annotated[list[Annotated[str, Field(max_length=LONGEST_TAG)]], Field(max_length=MOST_TAGS)]
Place = Annotated[int | None, Field(ge=0, lt=MOST_ITEMS)]
Mark = Annotated[str | None, Field(pattern=r"^[0-9a-f]{16}$")]


class ShelfItemShape(Shape):
    """A resource on a shelf. mark: of note and tags as they stand, for who changes them."""

    digest: str
    added_at: int
    note: str
    tags: list[str]
    mark: str

    @classmethod
    def of_item(cls, item: Item) -> ShelfItemShape:
        return cls(
            digest=item.digest.hex(),
            added_at=item.added_at,
            note=item.note,
            tags=list(item.tags),
            mark=item.mark,
        )


class SavedSearchShape(Shape):
    """What is searched for again. query: as the address of a search has it after its question mark."""

    name: Annotated[str, Field(min_length=1, max_length=LONGEST_NAME)]
    query: Annotated[str, Field(min_length=1, max_length=LONGEST_QUERY)]

    def search(self) -> SavedSearch:
        return made_search(self.name, self.query)


class ShelfShape(Shape):
    """A reader's own shelf, in their order. version: rises with each change; 0: there never was one."""

    form: str
    version: int
    items: list[ShelfItemShape]
    searches: list[SavedSearchShape]

    @classmethod
    def of_shelf(cls, own: OwnShelf) -> ShelfShape:
        return cls(
            form=FORM,
            version=own.version,
            items=[ShelfItemShape.of_item(item) for item in own.shelf.items],
            searches=[
                SavedSearchShape(name=one.name, query=one.query) for one in own.shelf.searches
            ],
        )


class WrittenShape(Shape):
    """What a reader writes of an item; what is left out stays. mark: of what they had seen; place: from 0."""

    note: Note | None = None
    tags: Tags | None = None
    mark: Mark = None
    place: Place = None


@router.get("/me/shelf", openapi_extra=OWN)
def shelf(library: InLibrary, caller: InCaller) -> ShelfShape:
    """Return one's own shelf."""
    return ShelfShape.of_shelf(read_shelf(library, SqlShelf, caller))


@router.put("/me/shelf", response_model=ShelfShape, openapi_extra=WHOLE)
async def replace(
    request: Request,
    library: InLibrary,
    caller: InCaller,
    version: Annotated[int, Query(ge=0, lt=2**53, description="of the shelf that stands")],
) -> ShelfShape:
    """Let one's own shelf be what was exported as JSON, if it still has the version that is told."""
    new = await _received(request)
    change = partial(change_shelf, library, SqlShelf, caller, lambda _: new, version)
    return ShelfShape.of_shelf(await run_in_threadpool(change))


@router.post("/me/shelf/items", response_model=ShelfShape, openapi_extra=WHOLE)
async def take_in(request: Request, library: InLibrary, caller: InCaller) -> ShelfShape:
    """Add what was exported as JSON behind what stands, which stays as it is."""
    change = partial(change_shelf, library, SqlShelf, caller, unite(await _received(request)))
    return ShelfShape.of_shelf(await run_in_threadpool(change))


@router.put("/me/shelf/items/{digest}", openapi_extra=OWN)
def put_item(
    library: InLibrary, caller: InCaller, digest: NamedDigest, given: WrittenShape
) -> ShelfShape:
    """Put a resource first on one's own shelf, if it is not there; write of it, and move it."""
    which = Digest.parse(digest)
    own = put_on_shelf(library, SqlShelf, caller, which)

    def change(shelf: Shelf) -> Shelf:
        item = shelf.find(which)
        if item is not None and (given.note is not None or given.tags is not None):
            note = item.note if given.note is None else given.note
            tags = list(item.tags) if given.tags is None else given.tags
            shelf = write_of(which, note, tags, given.mark)(shelf)
        return shelf if given.place is None else move(which, given.place)(shelf)

    own = change_shelf(library, SqlShelf, caller, change)
    return ShelfShape.of_shelf(own)


@router.delete("/me/shelf/items/{digest}", openapi_extra=OWN)
def remove_item(library: InLibrary, caller: InCaller, digest: NamedDigest) -> ShelfShape:
    """Take a resource off one's own shelf."""
    own = change_shelf(library, SqlShelf, caller, take_off(Digest.parse(digest)))
    return ShelfShape.of_shelf(own)


@router.put("/me/shelf/searches", openapi_extra=OWN)
def put_search(library: InLibrary, caller: InCaller, given: SavedSearchShape) -> ShelfShape:
    """Keep a search, in place of one of the same name."""
    own = change_shelf(library, SqlShelf, caller, keep_search(given.search()))
    return ShelfShape.of_shelf(own)


@router.delete("/me/shelf/searches", openapi_extra=OWN)
def remove_search(
    library: InLibrary,
    caller: InCaller,
    name: Annotated[str, Query(min_length=1, max_length=LONGEST_NAME)],
) -> ShelfShape:
    """Forget a search."""
    own = change_shelf(library, SqlShelf, caller, forget_search(name))
    return ShelfShape.of_shelf(own)


@router.get(
    "/me/shelf/export",
    openapi_extra=OWN,
    response_class=Response,
    responses={200: bytes_of(*(form.media_type for form in Form))},
)
def export(
    request: Request, library: InLibrary, caller: InCaller, form: Form = Form.JSON
) -> Response:
    """Return one's own shelf for other programs; as JSON it can be taken in again."""
    public_url = str(request.app.state.public_url)
    made = export_shelf(
        library,
        SqlShelf,
        caller,
        form,
        public_url,
        f"{public_url}{request.url.path}?form={form.value}",
        request.app.state.renditions,
    )
    headers = {
        "Content-Disposition": f'attachment; filename="muhr-shelf.{form.end}"',
        "Cache-Control": "no-store",
    }
    return Response(made, headers=headers, media_type=form.media_type)


async def _received(request: Request) -> Shelf:
    """Return the shelf that a body holds; raise WrongContentType, InvalidShelf, TruncatedUpload."""
    check_content_type(request, "application/json")
    data = bytearray()

    def take(piece: bytes) -> None:
        data.extend(piece)
        if len(data) > LARGEST_DOCUMENT_BYTES:
            raise InvalidShelf("document", most=LARGEST_DOCUMENT_BYTES)

    await receive_body(request, take)
    return await run_in_threadpool(parse_shelf, bytes(data))
