"""Routes that show how the library is and who is answerable for what it holds."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from ledger_service.api.door import BlockShape, InLibrary, JsonRoute
from reading_room.overview.verbs import library_status, list_stewards

router = APIRouter(tags=["library"], route_class=JsonRoute)


@router.get("/status")
def status(library: InLibrary) -> dict[str, Any]:
    """Return how the library is: chain, ledger, work under way."""
    found = library_status(library)
    chain: dict[str, Any] = {"head": None, "problem": found.problem}
    if found.head is not None:
        chain = {"head": BlockShape.of(found.head).model_dump()}
    as_of = found.index_as_of
    return {
        "origin": library.key.name,
        "steward": library.steward.hex(),
        "chain": chain,
        "index_as_of": BlockShape.of(as_of).model_dump() if as_of else None,
        "ledger_size": found.ledger_size,
        "checkpoint_size": found.checkpoint_size,
        "anchored_size": found.anchored_size,
        "jobs": found.jobs,
        "imports_under_way": found.imports_under_way,
        "registrations": found.registrations,
    }


@router.get("/stewards")
def stewards(library: InLibrary) -> list[dict[str, str]]:
    """List the institutions that this library knows."""
    return [
        {"steward": row.id.hex(), "uri": row.uri, "name": row.name}
        for row in list_stewards(library)
    ]
