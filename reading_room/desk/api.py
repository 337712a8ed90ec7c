"""Routes of the desk for programs: decisions counted for auditors, events of registrations and imports."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Sequence
from functools import partial
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import StreamingResponse

from ledger_service import messages
from ledger_service.api.door import (
    ADDRESS,
    IS_HEAD,
    AskedFrom,
    AskedHex,
    AskedPage,
    AskedUntil,
    ImportShape,
    InCaller,
    InLibrary,
    JsonRoute,
    Page,
    Shape,
    admit,
    needs,
    once,
)
from ledger_service.domain.errors import LedgerError
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.lending.decision import DecisionFilter, DecisionKind
from ledger_service.domain.lending.denial import Denial
from ledger_service.domain.people.caller import Caller
from ledger_service.domain.people.permission import Permission
from ledger_service.domain.reasons import Reason
from ledger_service.services.library import Library
from ledger_service.services.pools import DEAR
from ledger_service.services.resources.find_resources import show_license
from reading_room.desk.audit_run import AuditRun
from reading_room.desk.decisions_asked import DAY_SECONDS, USUAL_DAYS, Asked, Counts, Step
from reading_room.desk.progress_told import progress_json
from reading_room.desk.sql.audits import SqlAudits
from reading_room.desk.streams import Streams
from reading_room.desk.verbs.audits import find_audit, list_audits, request_audit
from reading_room.desk.verbs.decisions import count_decisions
from reading_room.desk.verbs.watch import MOST_WATCHED, Watch

router = APIRouter(route_class=JsonRoute)
PAUSE_SECONDS = 1.0
HEARTBEAT_SECONDS = 15.0  # less than proxies wait for
LONGEST_SECONDS = 600.0
STREAM_TYPE = "text/event-stream"
EVENT = {
    "type": "object",
    "description": "One event of the stream; its data is a JSON document.",
    "properties": {"event": {"type": "string"}, "data": {"type": "string"}},
    "required": ["event", "data"],
}
HexDigits = Annotated[str, Query(pattern=r"^[0-9a-f]{64}$")]


class DecisionBar(Shape):
    """A day or week. begin: seconds since 1970 UTC; outcomes: how many of each, by `opened` or why not."""

    begin: int
    outcomes: dict[str, int]


class DecisionCounts(Shape):
    """whole: whether all of the period was counted. erased: decisions of which nobody can tell any more."""

    since: int
    until: int
    step: str
    bars: list[DecisionBar]
    erased: int
    whole: bool

    @classmethod
    def of_counts(cls, counts: Counts, asked: Asked, step: Step) -> DecisionCounts:
        return cls(
            since=asked.since,
            until=asked.which.until or 0,
            step=step.name.lower(),
            bars=[
                DecisionBar(begin=begin, outcomes=dict(counts.bars[begin]))
                for begin in sorted(counts.bars)
            ],
            erased=counts.erased,
            whole=counts.is_whole,
        )


@router.get("/decisions/counts", tags=["ledger"], openapi_extra=needs(Permission.PRIVATE_PART_READ))
@DEAR.takes
def decision_counts(
    library: InLibrary,
    caller: InCaller,
    since: AskedFrom = None,
    until: AskedUntil = None,
    step: Literal["day", "week"] = "day",
    kind: DecisionKind | None = None,
    digest: AskedHex = None,
    reason: Denial | None = None,
    license: Annotated[str | None, Query(max_length=64, description="name or id")] = None,
) -> DecisionCounts:
    """Count who was let in or refused by day or week (UTC); the last thirty days, if no time is given."""
    end = library.clock() + 1 if until is None else until
    begin = max(0, end - USUAL_DAYS * DAY_SECONDS) if since is None else since
    named = None if digest is None else Digest.parse(digest)
    terms = None if license is None else show_license(library, license).id
    asked = Asked(DecisionFilter(kind, named, None, reason, begin, end), terms)
    bar = Step[step.upper()]
    return DecisionCounts.of_counts(count_decisions(library, caller, asked, bar), asked, bar)


class AuditShape(Shape):
    """An audit by the library's own worker. Times are seconds since 1970 UTC, null for what is not yet.

    stage, done, total: how far it is. looked_at: how much was compared; findings: what does not hold, each
    with its sentence; both null until it has ended. failure: why it could not be made.
    """

    number: int
    asked_at: int
    began_at: int | None
    ended_at: int | None
    stage: str
    done: int
    total: int
    clean: bool | None
    looked_at: dict[str, Any] | None
    findings: list[dict[str, Any]] | None
    failure: str | None

    @classmethod
    def of_run(cls, run: AuditRun) -> AuditShape:
        found = run.found
        return cls(
            number=run.number,
            asked_at=run.asked_at,
            began_at=run.began_at,
            ended_at=run.ended_at,
            stage=run.stage,
            done=run.done,
            total=run.total,
            clean=run.is_clean if found else None,
            looked_at={name: value for name, value in found.items() if name != "findings"} or None,
            findings=[_finding(reason) for reason in found["findings"]] if found else None,
            failure=messages.stored(run.failure) if run.failure else None,
        )


def _finding(stored: str) -> dict[str, Any]:
    reason = Reason.parse(stored)
    return {"detail": messages.text(reason), **reason.to_json()}


AskedAudit = Annotated[int, Path(ge=1, lt=2**53)]


@router.get("/audits", tags=["ledger"], openapi_extra=needs(Permission.PRIVATE_PART_READ))
def audits(library: InLibrary, caller: InCaller, page: AskedPage) -> Page[AuditShape]:
    """List the audits that the library's own worker has made, newest first: its word about itself."""
    return Page[AuditShape].of(list_audits(library, caller, SqlAudits, page), AuditShape.of_run)


@router.post(
    "/audits",
    status_code=202,
    tags=["ledger"],
    response_model=AuditShape,
    openapi_extra=needs(Permission.PRIVATE_PART_READ),
)
@once
def start_audit(library: InLibrary, caller: InCaller) -> AuditShape:
    """Ask the library's own worker for an audit. If one waits or is under way, it is that one."""
    return AuditShape.of_run(request_audit(library, caller, SqlAudits))


@router.get("/audits/{audit}", tags=["ledger"], openapi_extra=needs(Permission.PRIVATE_PART_READ))
def audit(library: InLibrary, caller: InCaller, audit: AskedAudit) -> AuditShape:
    """Return an audit as it is now."""
    return AuditShape.of_run(find_audit(library, caller, SqlAudits, audit))


@router.get(
    "/events",
    tags=["library"],
    response_class=StreamingResponse,
    responses={200: {"content": {STREAM_TYPE: {"schema": EVENT}}}},
    openapi_extra=needs(Permission.IMPORT_READ),
)
async def events(
    request: Request,
    library: InLibrary,
    caller: InCaller,
    digest: Annotated[Sequence[HexDigits], Query(max_length=MOST_WATCHED)] = (),
    job: Annotated[
        Sequence[Annotated[str, Query(max_length=40)]],
        Query(alias="import", max_length=MOST_WATCHED),
    ] = (),
) -> StreamingResponse:
    """Tell how registrations and imports go on, as server-sent events: `registration` and `import`.

    Each is told as it is first, and then when it changes. The stream ends with `end` once nothing more is to
    come, or after ten minutes; whoever wants more asks again. A comment every quarter of a minute keeps it
    open.
    """
    watch = Watch([Digest.parse(text) for text in digest], list(job))
    first = await run_in_threadpool(partial(_told, library, caller, watch))
    streams_of(request).check_room(_address(request))
    is_head = IS_HEAD in request.scope
    body = _nothing() if is_head else _stream(request, library, caller, watch, first)
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(body, headers=headers, media_type=STREAM_TYPE)


def _address(request: Request) -> str:
    """Return whose connection a request came over."""
    return str(request.scope.get(ADDRESS) or (request.client.host if request.client else ""))


def streams_of(request: Request) -> Streams:
    """Return the streams that this process has open."""
    state = request.app.state
    if not hasattr(state, "event_streams"):
        state.event_streams = Streams()
    found: Streams = state.event_streams
    return found


async def _stream(
    request: Request, library: Library, caller: Caller, watch: Watch, first: str
) -> AsyncIterator[str]:
    with streams_of(request).hold(_address(request)):
        end = time.monotonic() + LONGEST_SECONDS
        spoken_at, text = time.monotonic(), first
        while True:
            if text:
                spoken_at = time.monotonic()
                yield text
            elif time.monotonic() - spoken_at >= HEARTBEAT_SECONDS:
                spoken_at = time.monotonic()
                yield ": still here\n\n"
            if watch.is_over or time.monotonic() > end:
                break
            await asyncio.sleep(PAUSE_SECONDS)
            try:
                await admit(request, needs(Permission.IMPORT_READ))
                text = await run_in_threadpool(partial(_told, library, caller, watch))
            except LedgerError:
                break  # such as for a token that was revoked: whoever asks again is told
        yield "event: end\ndata: {}\n\n"


async def _nothing() -> AsyncIterator[str]:
    return
    yield ""


def _told(library: Library, caller: Caller, watch: Watch) -> str:
    """Return what is new as events."""
    changed, moved = watch.look(library, caller)
    found = [_event("registration", progress_json(item)) for item in changed]
    return "".join(
        found + [_event("import", ImportShape.of(item).model_dump(mode="json")) for item in moved]
    )


def _event(name: str, value: dict[str, object]) -> str:
    return f"event: {name}\ndata: {json.dumps(value, ensure_ascii=False)}\n\n"
