"""The route that enrolls a reader."""

from __future__ import annotations

from fastapi import APIRouter

from ledger_service.api.callers import InCaller, InLibrary, needs
from ledger_service.api.repeats import once
from ledger_service.api.requests import JsonRoute
from ledger_service.api.shapes import Shape
from ledger_service.domain.people.caller import Role
from ledger_service.domain.people.permission import Permission
from ledger_service.services.people.grant_access import (
    READER_TOKEN_SECONDS,
    enroll_reader,
    issue_token,
)

router = APIRouter(prefix="/readers", tags=["library"], route_class=JsonRoute)


class NewReader(Shape):
    """The only time that the reader's token is shown."""

    reader: str
    token: str
    expires_at: int


@router.post(
    "",
    status_code=201,
    response_model=NewReader,
    openapi_extra=needs(Permission.READER_ENROLL),
)
@once
def enroll(library: InLibrary, caller: InCaller) -> NewReader:
    """Enroll a reader, who is known here by a random name only, and return an access token."""
    reader = enroll_reader(library.store, caller)
    expires_at = library.clock() + READER_TOKEN_SECONDS
    token = issue_token(
        library.store, library.clock, caller, Role.READER, reader, READER_TOKEN_SECONDS
    )
    return NewReader(reader=reader, token=token, expires_at=expires_at)
