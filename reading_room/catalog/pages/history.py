"""The history of a resource in the forms of others, each at an address of its own; a tombstone keeps them."""

from __future__ import annotations

from fastapi import Request, Response

from ledger_service.domain.exports.provenance.forms import HISTORY_FORMS, HistoryForm
from ledger_service.domain.identifiers import Digest
from ledger_service.services.exports.tell_story import story_of
from ledger_service.services.pools import PLACES
from ledger_service.web.layout import library_of
from reading_room.catalog.pages.frame import public_url, router

HISTORY_TYPES = {form.media_type: form for form in HISTORY_FORMS}
GONE = 410


@router.get("/resources/{digest}.prov.json", response_class=Response)
@router.get("/resources/{digest}.prov.ttl", response_class=Response)
@router.get("/resources/{digest}.premis.xml", response_class=Response)
@PLACES.takes
def told(request: Request, digest: str) -> Response:
    """Return the history of a resource as a file, in the form that the address ends with."""
    form = next(form for form in HISTORY_FORMS if request.url.path.endswith("." + form.end))
    wanted = Digest.parse(digest)
    answer = told_as(request, wanted, form)
    page = f"{public_url(request)}/resources/{wanted}"
    answer.headers["Link"] = f'<{page}>; rel="describes"; type="text/html"'
    name = f"{digest[:16]}.{form.end}"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def told_as(request: Request, digest: Digest, form: HistoryForm) -> Response:
    """Return the history of a resource in a form; of what was withdrawn it stays, and says so."""
    story = story_of(library_of(request), digest, public_url(request))
    status = GONE if story.is_withdrawn else 200
    return Response(form.write(story).encode(), status, media_type=form.media_type)


def history_links(address: str) -> list[tuple[str, str, str]]:
    """Return address, media type and profile of each form of the history of a resource with this page."""
    return [(f"{address}.{form.end}", form.media_type, form.profile) for form in HISTORY_FORMS]
