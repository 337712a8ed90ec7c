"""The route that tells under which grant a file was lent."""

from __future__ import annotations

from fastapi import APIRouter

from ledger_service.api.callers import InCaller, InLibrary, needs
from ledger_service.api.lending.shapes import NewTrace, TraceShape
from ledger_service.api.repeats import once
from ledger_service.api.requests import JsonRoute
from ledger_service.domain.identifiers import CopyId, Digest
from ledger_service.domain.people.permission import Permission
from ledger_service.services.lending.trace_copy import trace_copy

router = APIRouter(prefix="/traces", tags=["grants"], route_class=JsonRoute)


@router.post("", response_model=list[TraceShape], openapi_extra=needs(Permission.COPY_TRACE))
@once
def trace(library: InLibrary, caller: InCaller, new: NewTrace) -> list[TraceShape]:
    """Tell under which grants a file was lent, by its digest and the numbers in it. The question is kept.

    A number that no copy of this library has is left out: somebody made it up, or it is another library's.
    """
    numbers = [CopyId.parse(number) for number in new.numbers]
    found = trace_copy(library, caller, Digest.parse(new.digest), numbers)
    return [TraceShape.of(traced) for traced in found]
