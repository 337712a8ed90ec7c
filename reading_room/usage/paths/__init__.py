"""`/r51`: COUNTER's API, by which harvesters fetch reports of use.

As COUNTER has it, who asks stands in the query, and what is refused is an exception in JSON; so these routes
read their parameters themselves. The service logs no query. They are described at `/r51/openapi.json`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from itertools import chain
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool

from ledger_service.api.door import ANY_QUERY, CutStream, InLibrary, needs
from ledger_service.domain.errors import LedgerError, TooManyAtOnce, Unavailable
from ledger_service.domain.people.permission import Permission
from ledger_service.services.library import Library
from ledger_service.services.pools import DEAR
from reading_room.usage.paths.description import describe
from reading_room.usage.rules.counter.asked import find_report, read_asked
from reading_room.usage.rules.counter.notices import Code, NotAnswered, Notice
from reading_room.usage.rules.counter.reports import RELEASE, REPORTS
from reading_room.usage.rules.counter.told import Platform
from reading_room.usage.sql.months import SqlMonths
from reading_room.usage.verbs.reports import (
    check_harvester,
    find_platform,
    months_available,
    write_report,
)

router = APIRouter(prefix="/r51", include_in_schema=False)
SECURED = needs(Permission.USAGE_REPORT) | ANY_QUERY
PUBLIC = needs(Permission.LIBRARY_READ) | ANY_QUERY
KIND = "application/json"
PRIVATE = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}


@router.get("/status", openapi_extra=PUBLIC)
async def status(library: InLibrary) -> Response:
    """Say that the service answers; anybody may ask."""
    told = {"Description": f"COUNTER reports of {library.key.name}", "Service_Active": True}
    return _json([told])


@router.get("/openapi.json", openapi_extra=PUBLIC)
async def openapi(request: Request) -> Response:
    """Describe these routes."""
    return _json(describe(request.app.state.public_url))


@router.get("/reports", openapi_extra=SECURED)
async def reports(request: Request, library: InLibrary) -> Response:
    """List the reports, and of which months they can be had."""
    return await _answered(request, library, partial(_list, library))


@router.get("/members", openapi_extra=SECURED)
async def members(request: Request, library: InLibrary) -> Response:
    """List the institutions of the customer: the library itself."""
    return await _answered(request, library, partial(_members, library, request))


@router.get("/reports/{report}", openapi_extra=SECURED)
async def report(request: Request, library: InLibrary, report: str) -> Response:
    """Return a report of the months that are asked for."""
    return await _answered(request, library, partial(_report, library, request, report))


async def _answered(
    request: Request, library: Library, make: Callable[[Mapping[str, str]], Response]
) -> Response:
    """Return what is made for who may have it, or COUNTER's exception."""
    try:
        query = _read_query(request)
        # Who asks is known before a thread of the few is taken.
        await run_in_threadpool(check_harvester, library, query)
        return await DEAR.run(partial(make, query))
    except NotAnswered as exc:
        return _refusal(exc.notice)
    except TooManyAtOnce as exc:
        return _refusal(Notice(Code.TOO_MANY_REQUESTS), exc)
    except Unavailable as exc:
        return _refusal(Notice(Code.BUSY), exc)
    except LedgerError:
        return _refusal(Notice(Code.NOT_AVAILABLE))


def _read_query(request: Request) -> dict[str, str]:
    """Return the query; raise NotAnswered for a name that comes twice, of which one would be passed over."""
    found: dict[str, str] = {}
    for name, value in request.query_params.multi_items():
        if name in found:
            raise NotAnswered(Code.INSUFFICIENT, f"{name[:40]} is given twice")
        found[name] = value
    return found


def _refusal(notice: Notice, exc: Unavailable | None = None) -> Response:
    answer = _json(notice.to_json(), notice.status)
    if exc is not None:
        answer.headers["Retry-After"] = str(exc.retry_after_seconds)
    return answer


def _platform(library: Library, request: Request) -> Platform:
    return find_platform(library, request.app.state.public_url)


def _list(library: Library, _: Mapping[str, str]) -> Response:
    available = months_available(library, SqlMonths)
    told: list[dict[str, str]] = []
    for name, found in REPORTS.items():
        one = {
            "Report_Name": found.name,
            "Report_ID": found.id,
            "Release": RELEASE,
            "Report_Description": found.says,
            "Path": f"/r51/reports/{name}",
        }
        if available is not None:
            one |= {
                "First_Month_Available": str(available[0]),
                "Last_Month_Available": str(available[1]),
            }
        told.append(one)
    return _json(told)


def _members(library: Library, request: Request, _: Mapping[str, str]) -> Response:
    platform = _platform(library, request)
    told = {
        "Customer_ID": platform.name,
        "Institution_Name": platform.institution,
        "Institution_ID": platform.ids,
    }
    return _json([told])


def _report(library: Library, request: Request, name: str, query: Mapping[str, str]) -> Response:
    platform = _platform(library, request)
    asked = read_asked(find_report(name), query, platform.name, library.clock())
    pieces: Iterator[bytes] = write_report(library, SqlMonths, asked, platform)
    first = next(pieces)  # what fails is told before the status is sent
    return CutStream(DEAR.each(chain((first,), pieces)), media_type=KIND, headers=PRIVATE)


def _json(told: Any, status: int = 200) -> Response:
    body = json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
    return Response(body, status, headers=PRIVATE, media_type=KIND)
