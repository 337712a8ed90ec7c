"""The auditor's desk: whether the ledger is whole, and who was let in or refused, down to each entry."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import chain
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from fastapi.responses import StreamingResponse

from ledger_service.domain.csv_rows import format_rows
from ledger_service.domain.errors import InvalidCursor, InvalidInput, LedgerError
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.instant import instant
from ledger_service.domain.lending.decision import DecisionFilter, DecisionKind
from ledger_service.domain.lending.denial import Denial
from ledger_service.domain.people.permission import Permission
from ledger_service.ports.paging import Page, PageRequest
from ledger_service.services.library import Library
from ledger_service.services.pools import DEAR
from ledger_service.services.resources.find_resources import list_stewards, show_license
from ledger_service.web.layout import library_of
from reading_room.desk.chart import HEIGHT, WIDTH, draw
from reading_room.desk.decisions_asked import DAY_SECONDS, USUAL_DAYS, Asked, Counts, Step
from reading_room.desk.pages.take_in import licenses_of
from reading_room.desk.pages.visitors import Visitor, show, with_permission
from reading_room.desk.sql.audits import SqlAudits
from reading_room.desk.verbs.audits import list_audits
from reading_room.desk.verbs.decisions import Told, all_decisions, count_decisions, list_decisions
from reading_room.desk.verbs.standing import show_entry, standing_of

router = APIRouter(prefix="/desk/audit", include_in_schema=False)
Auditor = Annotated[Visitor, Depends(with_permission(Permission.PRIVATE_PART_READ))]
ROWS = 50
RUNS = 5
LONGEST_DAYS = 3660
COLUMNS = ("entry", "at", "outcome", "reason", "digest", "title", "reader", "grant")
Short = Annotated[str, Query(max_length=200)]


class Form:
    """What an auditor asks for, as the form of the page has it; all of it is text."""

    def __init__(
        self,
        resource: Short = "",
        license: Short = "",
        outcome: Short = "",
        since: Annotated[str, Query(alias="from", max_length=10)] = "",
        until: Annotated[str, Query(alias="to", max_length=10)] = "",
        step: Short = "day",
    ) -> None:
        self.resource, self.license, self.outcome = resource.strip(), license, outcome
        self.since, self.until, self.step = since, until, step

    def query(self, **more: str) -> str:
        """Return it as the query of an address."""
        names = {"resource", "license", "outcome", "step"}
        given = {name: value for name, value in vars(self).items() if name in names}
        given |= {"from": self.since, "to": self.until, **more}
        return urlencode({name: value for name, value in given.items() if value})

    def fill(self, now: int) -> None:
        """Ask for the usual period where none is given."""
        self.until = self.until or f"{datetime.fromtimestamp(now, UTC):%Y-%m-%d}"
        begin = _day(self.until) - (USUAL_DAYS - 1) * DAY_SECONDS
        self.since = self.since or f"{datetime.fromtimestamp(max(0, begin), UTC):%Y-%m-%d}"

    def asked(self, library: Library) -> Asked:
        """Return which decisions these are; raise InvalidInput, UnknownLicense."""
        since, until = _day(self.since), _day(self.until) + DAY_SECONDS
        if not since < until <= since + LONGEST_DAYS * DAY_SECONDS:
            raise InvalidInput("period", days=LONGEST_DAYS)
        kind, why = _outcome(self.outcome)
        digest = Digest.parse(self.resource.lower()) if self.resource else None
        which = DecisionFilter(kind, digest, None, why, since, until)
        license = show_license(library, self.license).id if self.license else None
        return Asked(which, license)

    @property
    def bar(self) -> Step:
        """How long a bar of the chart is."""
        return Step.WEEK if self.step == "week" else Step.DAY


AskedForm = Annotated[Form, Depends(Form)]


@router.get("")
@DEAR.takes
def audit(request: Request, visitor: Auditor, form: AskedForm, cursor: Short = "") -> Response:
    """Show how the ledger stands, a chart of decisions, and a page of them."""
    library = library_of(request)
    form.fill(library.clock())
    refusal: LedgerError | None = None
    counts, page, chart = Counts(), Page[Told]([], None), None
    try:
        asked = form.asked(library)
        counts = count_decisions(library, visitor.caller, asked, form.bar)
        chart = draw(counts, form.bar, asked.since, asked.which.until or 0)
        page = list_decisions(library, visitor.caller, PageRequest(cursor, ROWS), asked)
    except (InvalidInput, InvalidCursor) as exc:
        refusal = exc
    return show(
        request,
        "desk_audit.html",
        visitor,
        200 if refusal is None else 422,
        refusal,
        standing=standing_of(library),
        runs=list_audits(library, visitor.caller, SqlAudits, PageRequest("", RUNS)).items,
        own=next((item for item in list_stewards(library) if item.id == library.steward), None),
        form=form,
        counts=counts,
        chart=chart,
        page=page,
        is_first=not cursor,
        licenses=licenses_of(library),
        outcomes=[kind.value for kind in DecisionKind] + [why.value for why in Denial],
        now=library.clock(),
        width=WIDTH,
        height=HEIGHT,
    )


@router.get("/decisions.csv")
def as_csv(request: Request, visitor: Auditor, form: AskedForm) -> Response:
    """Return all decisions asked for as CSV, which runs no formula."""
    rows = _rows(request, visitor, form)
    body = (format_rows([[row[name] for name in COLUMNS]]) for row in rows)
    return _file("csv", "text/csv", chain([format_rows([COLUMNS])], body))


@router.get("/decisions.jsonl")
def as_lines(request: Request, visitor: Auditor, form: AskedForm) -> Response:
    """Return all decisions asked for as JSON Lines."""
    rows = _rows(request, visitor, form)
    body = (json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    return _file("jsonl", "application/jsonl", body)


@router.get("/entries/{index}")
def entry(
    request: Request, visitor: Auditor, index: Annotated[int, Path(ge=0, lt=2**53)]
) -> Response:
    """Show an entry, what it commits to, and what proves it."""
    found = show_entry(library_of(request), visitor.caller, index)
    return show(request, "desk_entry.html", visitor, found=found)


def _rows(request: Request, visitor: Visitor, form: Form) -> Iterator[dict[str, Any]]:
    library = library_of(request)
    form.fill(library.clock())
    told = all_decisions(library, visitor.caller, form.asked(library))
    return (_row(item) for item in told)


def _row(told: Told) -> dict[str, Any]:
    decision = told.decision
    return {
        "entry": told.entry,
        "at": instant(decision.at),
        "outcome": decision.kind.value,
        "reason": None if decision.why is None else decision.why.value,
        "digest": decision.digest.hex(),
        "title": told.title,
        "reader": decision.reader,
        "grant": None if decision.grant is None else decision.grant.hex(),
    }


def _file(ending: str, media_type: str, body: Iterator[str]) -> Response:
    headers = {
        "Content-Disposition": f'attachment; filename="muhr-decisions.{ending}"',
        "Cache-Control": "no-store",
    }
    return StreamingResponse(body, headers=headers, media_type=media_type)


def _day(text: str) -> int:
    """Return when a day begins, in seconds since 1970 UTC; raise InvalidInput."""
    try:
        return max(0, int(datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC).timestamp()))
    except ValueError as exc:
        raise InvalidInput("day", text=text[:40]) from exc


def _outcome(text: str) -> tuple[DecisionKind | None, Denial | None]:
    """Return kind and reason of an outcome, none for all; raise InvalidInput."""
    try:
        if text in list(DecisionKind):
            return DecisionKind(text), None
        return (DecisionKind.DENIED, Denial(text)) if text else (None, None)
    except ValueError as exc:
        raise InvalidInput("shape") from exc
