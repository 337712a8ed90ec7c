"""Routes of the catalog: what happened to a resource, how it is cited, and lists of what belongs together."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response

from ledger_service.api.door import (
    AskedHex,
    AskedPage,
    InLibrary,
    JsonRoute,
    Page,
    RegistrationShape,
    Shape,
    needs,
)
from ledger_service.domain.exports.forms import FORMS, Style
from ledger_service.domain.exports.provenance.forms import HISTORY_FORMS, HistoryStyle
from ledger_service.domain.exports.provenance.history import Correction, Happening
from ledger_service.domain.identifiers import Digest, LicenseId, StewardId
from ledger_service.domain.people.permission import Permission
from ledger_service.domain.resources.search import Shelf
from ledger_service.services.exports.tell_story import story_of
from ledger_service.services.pools import PLACES
from reading_room.catalog.rules.shelf import Collection, Order
from reading_room.catalog.sql import SqlCatalog
from reading_room.catalog.verbs.list_places import (
    StewardEntry,
    list_collections,
    list_registrations,
    show_collection,
    show_steward,
)
from reading_room.catalog.verbs.show_entry import show_entry, show_history
from reading_room.catalog.verbs.show_ledger_entry import ProvenEntry, show_ledger_entry

router = APIRouter(route_class=JsonRoute, tags=["catalog"])


class CorrectionShape(Shape):
    """What of a record was corrected: a field, and its text before and after."""

    field: str
    before: str
    after: str

    @classmethod
    def of(cls, item: Correction) -> CorrectionShape:
        return cls(field=item.field, before=item.before, after=item.after)


class HappeningShape(Shape):
    """What happened to a resource. at: seconds since 1970 UTC.

    entry: index of the one that tells of it; of what was anchored, the size of the ledger under the anchor.
    facts: what the entry says beside that; other: the resource that it names, null if it names none.
    """

    kind: str
    at: int
    entry: int
    steward: str
    facts: dict[str, str | int]
    corrections: list[CorrectionShape]
    other: str | None
    other_title: str | None

    @classmethod
    def of(cls, item: Happening) -> HappeningShape:
        return cls(
            kind=item.kind.value,
            at=item.at,
            entry=item.entry,
            steward=item.steward,
            facts=dict(item.facts),
            corrections=[CorrectionShape.of(change) for change in item.corrections],
            other=item.other or None,
            other_title=item.other_title or None,
        )


class CollectionShape(Shape):
    """What records name as that of which works are a part. resources: how many of them are listed."""

    collection: str
    title: str
    resources: int

    @classmethod
    def of(cls, item: Collection) -> CollectionShape:
        return cls(collection=item.id, title=item.title, resources=item.count)


class WindowShape(Shape):
    """An account that may act for a steward, in seconds since 1970 UTC. role: 1 registrar, 2 service."""

    account: str
    role: int
    starts_at: int
    until: int


class StewardShape(Shape):
    """An institution, as the chain tells of it. resources: how many registrations of it are listed here."""

    steward: str
    uri: str
    name: str
    accredited: bool
    resources: int
    windows: list[WindowShape]

    @classmethod
    def of(cls, item: StewardEntry) -> StewardShape:
        windows = [
            WindowShape(account=account, role=row.role, starts_at=row.starts_at, until=row.until)
            for account, row in item.windows.items()
        ]
        return cls(
            steward=item.steward.id.hex(),
            uri=item.steward.uri,
            name=item.steward.name,
            accredited=item.is_accredited,
            resources=item.count,
            windows=windows,
        )


class EntryShape(Shape):
    """An entry, byte for byte, and the proof that the first `size` entries with this root hold it.

    block, transaction: of the anchor of these entries, null while there is none.
    """

    index: int
    entry: str
    size: int
    root: str
    proof: list[str]
    block: int | None
    transaction: str | None

    @classmethod
    def of(cls, item: ProvenEntry) -> EntryShape:
        return cls(
            index=item.index,
            entry=item.body.decode(),
            size=item.checkpoint.size,
            root=item.checkpoint.root.hex(),
            proof=[node.hex() for node in item.proof],
            block=item.checkpoint.block,
            transaction=item.checkpoint.transaction,
        )


@router.get(
    "/resources/{digest}/history",
    response_model=list[HappeningShape],
    openapi_extra=needs(Permission.RESOURCE_READ),
)
def history(library: InLibrary, digest: str) -> list[HappeningShape]:
    """Tell what happened to a resource, oldest first: a line for each entry of the ledger about it."""
    return [HappeningShape.of(item) for item in show_history(library, Digest.parse(digest))]


@router.get(
    "/resources/{digest}/provenance",
    response_class=Response,
    responses={
        200: {
            "content": {form.media_type: {"schema": {"type": "string"}} for form in HISTORY_FORMS}
        }
    },
    openapi_extra=needs(Permission.RESOURCE_READ),
)
@PLACES.takes
def provenance(
    library: InLibrary,
    request: Request,
    digest: str,
    form: Annotated[HistoryStyle, Query(description="the form")] = HistoryStyle.PROV_JSON,
) -> Response:
    """Tell what happened to a resource in a form of others: W3C PROV as JSON or Turtle, or PREMIS 3."""
    wanted, written = Digest.parse(digest), form.form
    story = story_of(library, wanted, request.app.state.public_url)
    headers = {"Content-Disposition": f'attachment; filename="{digest[:16]}.{written.end}"'}
    return Response(written.write(story).encode(), media_type=written.media_type, headers=headers)


@router.get(
    "/resources/{digest}/citation",
    response_class=Response,
    responses={
        200: {"content": {form.media_type: {"schema": {"type": "string"}} for form in FORMS}}
    },
    openapi_extra=needs(Permission.RESOURCE_READ),
)
@PLACES.takes
def citation(
    library: InLibrary,
    request: Request,
    digest: str,
    style: Annotated[Style, Query(description="the form")] = Style.CSL,
) -> Response:
    """Return a resource as it is cited, for programs that keep references, catalogs and harvesters."""
    wanted = Digest.parse(digest)
    form = style.form
    work = show_entry(library, wanted).work(request.app.state.public_url)
    headers = {"Content-Disposition": f'attachment; filename="{digest[:16]}.{form.end}"'}
    return Response(form.write(work).encode(), media_type=form.media_type, headers=headers)


@router.get(
    "/catalog/resources",
    response_model=Page[RegistrationShape],
    openapi_extra=needs(Permission.RESOURCE_READ),
)
def listed(
    library: InLibrary,
    page: AskedPage,
    by: Annotated[Order, Query(description="the order")] = Order.NEWEST,
    license: AskedHex = None,
    steward: AskedHex = None,
    collection: Annotated[str, Query(pattern=r"^([0-9a-f]{32})?$")] = "",
) -> Page[RegistrationShape]:
    """List what stands, newest first or by title: all, or of a license, a steward, a collection."""
    shelf = Shelf(
        None if license is None else LicenseId.parse(license),
        None if steward is None else StewardId.parse(steward),
        collection,
    )
    found = list_registrations(library, SqlCatalog, page, shelf, by)
    return Page[RegistrationShape].of(found, RegistrationShape.of)


@router.get(
    "/collections",
    response_model=Page[CollectionShape],
    openapi_extra=needs(Permission.RESOURCE_READ),
)
def collections(library: InLibrary, page: AskedPage) -> Page[CollectionShape]:
    """List the collections that records name, by title."""
    found = list_collections(library, SqlCatalog, page)
    return Page[CollectionShape].of(found, CollectionShape.of)


@router.get(
    "/collections/{collection}",
    response_model=CollectionShape,
    openapi_extra=needs(Permission.RESOURCE_READ),
)
def collection(library: InLibrary, collection: str) -> CollectionShape:
    """Show a collection; what is a part of it is listed by `/catalog/resources?collection=`."""
    return CollectionShape.of(show_collection(library, SqlCatalog, collection))


@router.get(
    "/stewards/{steward}",
    response_model=StewardShape,
    openapi_extra=needs(Permission.LIBRARY_READ),
)
def steward(library: InLibrary, steward: str) -> StewardShape:
    """Show an institution: whether it is accredited now, and who may act for it and when."""
    return StewardShape.of(show_steward(library, SqlCatalog, StewardId.parse(steward)))


@router.get(
    "/entries/{index}", response_model=EntryShape, openapi_extra=needs(Permission.LEDGER_READ)
)
def entry(library: InLibrary, index: Annotated[int, Path(ge=0, lt=2**53)]) -> EntryShape:
    """Show an entry that a checkpoint covers, with the proof that leads to the checkpoint's root."""
    return EntryShape.of(show_ledger_entry(library, index))
