"""The page that tells how the library is; it needs no script.

Beside it stand the three addresses that an operator's machines ask.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, PlainTextResponse

from ledger_service import messages
from ledger_service.services.consortium.alarms import list_alarms
from ledger_service.services.consortium.list_members import list_members
from ledger_service.web.layout import Layout, library_of
from reading_room.overview.metrics import format_metrics
from reading_room.overview.verbs import library_status

router = APIRouter(include_in_schema=False)
layout = Layout(Path(__file__).with_name("templates"))
LINKS = (("/status", "page.status.link"),)
"""(path, id of the words) of the links that lead here from every page."""


@router.get("/status", response_class=HTMLResponse)
def status(request: Request) -> HTMLResponse:
    """Tell people how the library is; no chain node is asked for it."""
    library = library_of(request)
    found, now = library_status(library), library.clock()
    reasons = found.warnings(now, library.limits)
    if found.worker.waits is not None:
        reasons.insert(0, found.worker.waits)
    stop = found.worker.stop
    named = {one.member.steward: one.member.name for one in list_members(library)}
    alarms = [
        (named.get(alarm.steward, alarm.steward.hex()), alarm) for alarm in list_alarms(library)
    ]
    return layout.page(
        request,
        "status.html",
        found=found,
        stop=stop,
        warnings=reasons,
        now=now,
        alarms=alarms,
    )


@router.get("/livez", response_class=PlainTextResponse)
def livez() -> str:
    """Say that this process answers."""
    return "ok\n"


@router.get("/readyz", response_class=PlainTextResponse)
def readyz(request: Request) -> Response:
    """Say whether this process can serve: 503 while the worker has stopped or the database is away."""
    stop = library_status(library_of(request)).worker.stop
    if stop is not None:
        return PlainTextResponse(f"stopped: {messages.text(stop)}\n", 503)
    return PlainTextResponse("ok\n")


@router.get("/metrics", response_class=PlainTextResponse)
def metrics(request: Request) -> Response:
    """Give the library's figures to Prometheus."""
    library = library_of(request)
    state = request.app.state
    alarms = Counter(alarm.kind.value for alarm in list_alarms(library))
    status = library_status(library)
    figures = format_metrics(status, library.clock(), state.refused, state.cut, alarms)
    return Response(figures, media_type="text/plain; version=0.0.4; charset=utf-8")
