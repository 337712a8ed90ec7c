"""What the library knows of a reader, to be read, taken away, or erased by them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse

from ledger_service.api.door import InCaller, InLibrary, needs
from ledger_service.domain import canonical_json
from ledger_service.domain.errors import InvalidInput, LedgerError
from ledger_service.domain.people.permission import Permission
from ledger_service.services.exports.export_reader import known_of_reader
from ledger_service.services.lending.forgetting.erase_reader import erase_reader
from ledger_service.web.layout import Fields, Layout, OwnLink, forget, read_fields

PATH = "/me/known"
LINK = OwnLink(PATH, "page.known.title", "page.known.about", Permission.READER_EXPORT)
MOST_SHOWN = 100
DAY_SECONDS = 86_400
router = APIRouter(include_in_schema=False)
layout = Layout(Path(__file__).parents[1] / "templates")


@router.get(PATH, response_class=HTMLResponse, openapi_extra=needs(Permission.READER_EXPORT))
def known(request: Request, library: InLibrary, caller: InCaller) -> HTMLResponse:
    """Show what is known of the reader."""
    return _page(request, library, caller)


@router.post(
    PATH + "/erase", response_class=HTMLResponse, openapi_extra=needs(Permission.READER_ERASE)
)
def erase(
    request: Request,
    library: InLibrary,
    caller: InCaller,
    fields: Annotated[Fields, Depends(read_fields)],
) -> HTMLResponse:
    """Erase the reader, if the box is ticked; the page that answers is for nobody any more."""
    if fields["sure"] != "yes":
        return _page(request, library, caller, InvalidInput("erase-not-sure"))
    try:
        held = erase_reader(library, caller, caller.subject)
    except LedgerError as exc:
        return _page(request, library, caller, exc)
    page = layout.page(request, "erased.html", held=held)
    forget(page)
    return page


def _page(
    request: Request, library: InLibrary, caller: InCaller, refusal: LedgerError | None = None
) -> HTMLResponse:
    shown = _shown(known_of_reader(library, caller, caller.subject))
    shown["days"] = library.limits.retention_seconds // DAY_SECONDS
    status = 200 if refusal is None else 422
    return layout.own_page(request, "known.html", caller, status, refusal, **shown)


def _shown(known: dict[str, Any]) -> dict[str, object]:
    """Return what the page tells of it: counts, and the newest decisions."""
    decisions = [canonical_json.parse(one["private_part"].encode()) for one in known["decisions"]]
    newest = sorted(decisions, key=lambda one: int(one["at"]), reverse=True)
    return {
        "grants": len(known["grants"]),
        "decisions": len(decisions),
        "newest": newest[:MOST_SHOWN],
        "looks": known["looks"][:MOST_SHOWN],
        "sessions": len(known["tokens"]),
        "identities": [one["kind"] for one in known["identities"]],
        "requests": len(known.get("requests", ())),
        "rooms": sorted(known["rooms"]),
    }
