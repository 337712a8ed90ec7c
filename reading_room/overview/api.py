"""Routes that show how the library is, what it holds, and who is answerable."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query

from ledger_service import messages
from ledger_service.api.door import (
    AskedPage,
    BlockShape,
    InLibrary,
    JsonRoute,
    Page,
    RegistrationShape,
    needs,
)
from ledger_service.domain.people.permission import Permission
from ledger_service.domain.resources.search import Search
from ledger_service.ports.chain import WorkerState
from ledger_service.services.resources.find_resources import list_resources, list_stewards
from reading_room.overview.verbs import library_status

router = APIRouter(route_class=JsonRoute)


@router.get("/status", tags=["library"], openapi_extra=needs(Permission.LIBRARY_READ))
def status(library: InLibrary) -> dict[str, Any]:
    """Return how the library is: chain, ledger, work under way."""
    found = library_status(library)
    now = library.clock()
    head, waits, funds = found.worker.head, found.worker.waits, found.worker.relayer
    chain: dict[str, Any] = {"head": None}
    if head is not None:
        chain = {"head": BlockShape.of(head).model_dump(), "head_age_seconds": now - head.time}
        chain["clock_skew_seconds"] = found.worker.clock_skew
    if waits is not None:
        chain |= {"problem": messages.text(waits), **waits.to_json()}
    as_of, relayer, budget = found.index_as_of, None, library.limits.relayer_budget
    if funds is not None:
        relayer = {
            "account": "0x" + funds.account,
            "balance_wei": str(funds.balance),
            "transactions": funds.transactions,
            "spent_wei": str(found.relayer_spent),
            "budget_wei": None if budget is None else str(budget),
        }
    return {
        "origin": library.key.name,
        "steward": library.steward.hex(),
        "chain": chain,
        "worker": _worker(found.worker),
        "relayer": relayer,
        "warnings": [
            {"detail": messages.text(reason), **reason.to_json()}
            for reason in found.warnings(now, library.limits)
        ],
        "index_as_of": BlockShape.of(as_of).model_dump() if as_of else None,
        "ledger_size": found.ledger_size,
        "checkpoint_size": found.checkpoint_size,
        "anchored_size": found.anchored_size,
        "anchor_lag_seconds": found.anchor_lag(now),
        "disputed": found.disputed,
        "jobs": found.jobs,
        "imports_under_way": found.imports_under_way,
        "copies": None
        if found.copies is None
        else {**found.copies._asdict(), "lacking": found.copies_lacking},
        "registrations": found.registrations,
    }


def _worker(state: WorkerState) -> dict[str, Any]:
    """Return when the worker last ended a round, and why it stopped and when, both null if it goes on."""
    stop = None
    if state.stop is not None:
        stop = {"detail": messages.text(state.stop), **state.stop.to_json()}
    return {"last_round": state.last_round, "stop": stop, "stopped_at": state.stopped_at}


@router.get("/stewards", tags=["library"], openapi_extra=needs(Permission.LIBRARY_READ))
def stewards(library: InLibrary) -> list[dict[str, str]]:
    """List the institutions that this library knows."""
    return [
        {"steward": row.id.hex(), "uri": row.uri, "name": row.name}
        for row in list_stewards(library)
    ]


@router.get(
    "/resources",
    response_model=Page[RegistrationShape],
    tags=["resources"],
    openapi_extra=needs(Permission.RESOURCE_READ),
)
def resources(
    library: InLibrary,
    page: AskedPage,
    q: Annotated[str, Query(max_length=200, description="words of title or creator")] = "",
    prefix: Annotated[str, Query(max_length=64, description="how digests begin")] = "",
) -> Page[RegistrationShape]:
    """List this library's registrations, oldest first, all or those that are looked for.

    A page of a search for words may be empty although others follow: go on while there is a `next`.
    """
    found = list_resources(library, page, Search.of(prefix, q))
    return Page[RegistrationShape].of(found, RegistrationShape.of)
