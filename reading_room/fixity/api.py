"""Routes of checks on what is kept: anybody sees the runs and their findings, registrars ask for one."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query

from ledger_service.api.door import (
    AskedPage,
    InCaller,
    InLibrary,
    JsonRoute,
    Page,
    Shape,
    needs,
    once,
)
from ledger_service.domain.content.fixity import Outcome
from ledger_service.domain.people.permission import Permission
from reading_room.fixity.rules import Finding, Run
from reading_room.fixity.sql import SqlFixity
from reading_room.fixity.verbs import find_run, list_findings, list_runs, request_run

router = APIRouter(route_class=JsonRoute, tags=["fixity"])
AskedRun = Annotated[int, Path(ge=1, lt=2**53)]


class RunShape(Shape):
    """A run. Times are seconds since 1970 UTC, null for what did not happen yet.

    checked: how many of the copies were read; root: of the findings' lines; statement: what the entry
    attests the digest of.
    """

    number: int
    asked_at: int
    began_at: int | None
    ended_at: int | None
    checked: int
    of: int
    outcomes: dict[str, int]
    root: str | None
    entry: int | None
    statement: str | None

    @classmethod
    def of_run(cls, run: Run) -> RunShape:
        return cls(
            number=run.number,
            asked_at=run.asked_at,
            began_at=run.began_at,
            ended_at=run.ended_at,
            checked=run.checked,
            of=run.of,
            outcomes={outcome.value: run.counted[outcome] for outcome in Outcome},
            root=None if run.root is None else run.root.hex(),
            entry=run.entry,
            statement=None if run.root is None else run.statement().decode(),
        )


class FindingShape(Shape):
    """What was found of one copy. number: its place below the run's root; line: its leaf there."""

    number: int
    cid: str
    place: str
    outcome: str
    at: int
    line: str

    @classmethod
    def of_finding(cls, found: Finding) -> FindingShape:
        told = {**found._asdict(), "outcome": found.outcome.value}
        return cls(**told, line=found.line().decode())


@router.get("/fixity", openapi_extra=needs(Permission.LIBRARY_READ))
def runs(library: InLibrary, page: AskedPage) -> Page[RunShape]:
    """List the runs that checked what is kept, newest first."""
    return Page[RunShape].of(list_runs(library, SqlFixity, page), RunShape.of_run)


@router.post(
    "/fixity",
    status_code=202,
    response_model=RunShape,
    openapi_extra=needs(Permission.FIXITY_START),
)
@once
def start(library: InLibrary, caller: InCaller) -> RunShape:
    """Ask for a run; the worker makes it. If one waits or is under way, it is that one."""
    return RunShape.of_run(request_run(library, caller, SqlFixity))


@router.get("/fixity/{number}", openapi_extra=needs(Permission.LIBRARY_READ))
def run(library: InLibrary, number: AskedRun) -> RunShape:
    """Return a run as it is now."""
    return RunShape.of_run(find_run(library, SqlFixity, number))


@router.get("/fixity/{number}/findings", openapi_extra=needs(Permission.LIBRARY_READ))
def findings(
    library: InLibrary,
    number: AskedRun,
    page: AskedPage,
    outcome: Annotated[list[Outcome] | None, Query(description="of these only")] = None,
) -> Page[FindingShape]:
    """List what a run found, in the order in which it stands below its root."""
    found = list_findings(library, SqlFixity, number, page, outcome or [])
    return Page[FindingShape].of(found, FindingShape.of_finding)
