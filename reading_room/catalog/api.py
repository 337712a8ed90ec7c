"""Routes of the catalog: what happened to a resource, and the forms in which it is cited."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from ledger_service.api.door import InLibrary, JsonRoute, Shape, needs
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.people.permission import Permission
from reading_room.catalog.formats import FORMS, Style
from reading_room.catalog.rules.history import Correction, Happening
from reading_room.catalog.verbs.show_entry import show_entry

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


@router.get(
    "/resources/{digest}/history",
    response_model=list[HappeningShape],
    openapi_extra=needs(Permission.RESOURCE_READ),
)
def history(library: InLibrary, digest: str) -> list[HappeningShape]:
    """Tell what happened to a resource, oldest first: a line for each entry of the ledger about it."""
    found = show_entry(library, Digest.parse(digest))
    return [HappeningShape.of(item) for item in found.history]


@router.get(
    "/resources/{digest}/citation",
    response_class=Response,
    responses={
        200: {"content": {form.media_type: {"schema": {"type": "string"}} for form in FORMS}}
    },
    openapi_extra=needs(Permission.RESOURCE_READ),
)
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
