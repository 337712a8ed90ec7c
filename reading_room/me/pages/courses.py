"""What courses give a reader: the books, until when, and whether they were opened yet."""

from __future__ import annotations

from pathlib import Path

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from ledger_service.api.door import InCaller, InLibrary, needs
from ledger_service.domain.people.permission import Permission
from ledger_service.services.lending.cohorts.find_cohorts import list_rights
from ledger_service.services.resources.find_resources import find_title
from ledger_service.web.layout import Layout, OwnLink

PATH = "/me/courses"
LINK = OwnLink(PATH, "page.courses.title", "page.courses.about", Permission.COHORT_CLAIM)
router = APIRouter(include_in_schema=False)
layout = Layout(Path(__file__).parents[1] / "templates")


@router.get(PATH, response_class=HTMLResponse, openapi_extra=needs(Permission.COHORT_CLAIM))
def courses(request: Request, library: InLibrary, caller: InCaller) -> HTMLResponse:
    """Show what the reader may open because a course gives it."""
    rights = list_rights(library, caller)
    digests = {right.cohort.digest for right in rights}
    titles = {digest: find_title(library, digest) for digest in digests}
    return layout.own_page(request, "courses.html", caller, rights=rights, titles=titles)
