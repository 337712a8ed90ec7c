"""Routes of the ledger beside its public files: the checkpoint, private parts for auditors, statements."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response
from fastapi.responses import PlainTextResponse

from ledger_service.api.callers import InCaller, InLibrary, needs
from ledger_service.api.ledger.shapes import (
    DestroyedShape,
    NewStatement,
    PrivatePartShape,
    RetirementShape,
    StatementShape,
)
from ledger_service.api.repeats import once
from ledger_service.api.requests import JsonRoute
from ledger_service.api.shapes import (
    AskedFrom,
    AskedHex,
    AskedPage,
    AskedUntil,
    Page,
    PageCursor,
)
from ledger_service.domain.identifiers import Commitment, Digest, GrantId
from ledger_service.domain.ledger.entry import StatementType
from ledger_service.domain.ledger.statement import StatementFilter
from ledger_service.domain.lending.decision import DecisionFilter, DecisionKind
from ledger_service.domain.lending.denial import Denial
from ledger_service.domain.people.permission import Permission
from ledger_service.ports.paging import PageRequest
from ledger_service.services.ledger.attest_statement import attest_statement
from ledger_service.services.ledger.list_statements import list_statements
from ledger_service.services.ledger.read_private_parts import list_private_parts
from ledger_service.services.ledger.read_tile import published_checkpoint
from ledger_service.services.lending.forgetting.retire_parts import (
    count_of_erased,
    list_retirements,
)

router = APIRouter(prefix="/ledger", tags=["ledger"], route_class=JsonRoute)
Index = Annotated[int, Query(ge=0, lt=2**53)]


async def asked_decisions(
    kind: DecisionKind | None = None,
    digest: AskedHex = None,
    grant: AskedHex = None,
    reason: Denial | None = None,
    since: AskedFrom = None,
    until: AskedUntil = None,
) -> DecisionFilter:
    """Return which decisions a request asks for. Async, since a plain function costs a thread a request."""
    return DecisionFilter(
        kind,
        None if digest is None else Digest.parse(digest),
        None if grant is None else GrantId.parse(grant),
        reason,
        since,
        until,
    )


AskedDecisions = Annotated[DecisionFilter, Depends(asked_decisions)]


@router.get(
    "/checkpoint",
    response_class=PlainTextResponse,
    openapi_extra=needs(Permission.LEDGER_READ),
)
def checkpoint(library: InLibrary) -> Response:
    """Return the newest checkpoint: a C2SP signed note."""
    return Response(
        published_checkpoint(library).note,
        media_type="text/plain; charset=utf-8",
        headers={"Cache-Control": "public, max-age=5"},
    )


@router.get(
    "/private-parts",
    response_model=Page[PrivatePartShape],
    openapi_extra=needs(Permission.PRIVATE_PART_READ),
)
def private_parts(
    library: InLibrary,
    caller: InCaller,
    which: AskedDecisions,
    cursor: PageCursor = "",
    start: Index = 0,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> Page[PrivatePartShape]:
    """Return what private entries commit to, for auditors, so that each can be decided again.

    What was erased is in no filtered list. Such a list may have an empty page with more to come.
    """
    found = list_private_parts(library, caller, PageRequest(cursor, limit), start, which)
    return Page[PrivatePartShape].of(found, PrivatePartShape.of)


@router.get(
    "/destroyed-parts",
    response_model=DestroyedShape,
    openapi_extra=needs(Permission.RETENTION_READ),
)
def destroyed_parts(library: InLibrary, caller: InCaller, page: AskedPage) -> DestroyedShape:
    """Return what the ledger attests of private parts that were destroyed, newest first, for auditors."""
    of_erased = count_of_erased(library, caller)
    found = list_retirements(library, caller, page)
    items = [RetirementShape.of(item) for item in found.items]
    return DestroyedShape(items=items, next=found.next, of_erased=of_erased)


@router.post(
    "/statements",
    response_model=StatementShape,
    openapi_extra=needs(Permission.STATEMENT_ATTEST),
)
@once
def attest(library: InLibrary, caller: InCaller, new: NewStatement) -> StatementShape:
    """Attest the digest of a statement: it is in the ledger with this answer, and anchored soon.

    The same statement again has the entry that it has.
    """
    attester = library.steward if new.attester is None else Commitment.parse(new.attester)
    statement = Digest.parse(new.statement)
    return StatementShape.of(attest_statement(library, caller, new.type, statement, attester))


@router.get(
    "/statements",
    response_model=Page[StatementShape],
    openapi_extra=needs(Permission.LEDGER_READ),
)
def statements(
    library: InLibrary,
    page: AskedPage,
    kind: Annotated[StatementType | None, Query(alias="type")] = None,
    statement: AskedHex = None,
    since: AskedFrom = None,
    until: AskedUntil = None,
) -> Page[StatementShape]:
    """List attested statements, oldest first. A page may be empty although others follow."""
    digest = None if statement is None else Digest.parse(statement)
    found = list_statements(library, page, StatementFilter(kind, digest, since, until))
    return Page[StatementShape].of(found, StatementShape.of)
