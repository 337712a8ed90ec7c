"""Universities whose accounts sign people in here: which are connected, and a test of each."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request, Response
from fastapi.concurrency import run_in_threadpool

from ledger_service.domain.errors import LedgerError
from ledger_service.domain.people.identity_provider import answer_path
from ledger_service.domain.people.permission import Permission
from ledger_service.ports.sign_in import Finding
from ledger_service.services.people.connect_provider import examine_provider, list_providers
from ledger_service.web.layout import library_of, read_fields
from reading_room.desk.pages.visitors import Visitor, show, with_permission

PATH = "/desk/people/universities"
router = APIRouter(prefix=PATH, include_in_schema=False)
Admin = Annotated[Visitor, Depends(with_permission(Permission.PROVIDER_CONNECT))]
Name = Annotated[str, Path(max_length=80)]


@router.get("")
def list_(request: Request, visitor: Admin) -> Response:
    """Show the universities whose accounts sign in here."""
    return _list(request, visitor)


@router.post("/{name}/test")
async def test(request: Request, visitor: Admin, name: Name) -> Response:
    """Test one: its address, keys and clock, and whether it knows this library. Nobody is signed in."""
    await read_fields(request)
    return await run_in_threadpool(partial(_test, request, visitor, name))


def _test(request: Request, visitor: Visitor, name: str) -> Response:
    library = library_of(request)
    asked = library.store, library.clock, library.universities, visitor.caller, name
    try:
        found = examine_provider(*asked, request.app.state.public_url)
    except LedgerError as exc:
        return _list(request, visitor, refusal=exc)
    return _list(request, visitor, name, found)


def _list(
    request: Request,
    visitor: Visitor,
    tested: str = "",
    findings: Sequence[Finding] = (),
    refusal: LedgerError | None = None,
) -> Response:
    return show(
        request,
        "desk_universities.html",
        visitor,
        200 if refusal is None else 422,
        refusal,
        universities=list_providers(library_of(request).store),
        answer_path=answer_path,
        public_url=request.app.state.public_url,
        tested=tested,
        findings=findings,
    )
