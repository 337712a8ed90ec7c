"""Routes about the library itself: its status, its stewards, its deployment, its readers, its problems."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request

from ledger_service.api.callers import InLibrary, Registrar
from ledger_service.api.requests import JsonRoute
from ledger_service.api.shapes import BlockShape, Shape
from ledger_service.domain.errors import Unavailable
from ledger_service.services.people.grant_access import enroll_reader, issue_token

router = APIRouter(tags=["library"], route_class=JsonRoute)
READER_TOKEN_SECONDS = 90 * 86_400


class NewReader(Shape):
    """The only time that the reader's token is shown."""

    reader: str
    token: str
    expires_at: int


@router.get("/status")
def status(library: InLibrary) -> dict[str, Any]:
    """Return how the library is: chain, ledger, work under way."""
    try:
        chain: dict[str, Any] = {"head": BlockShape.of(library.chain.head()).model_dump()}
    except Unavailable as exc:
        chain = {"head": None, "problem": exc.detail}
    with library.store.read() as transaction:
        cursor = transaction.chain_index.cursor()
        latest = transaction.checkpoints.latest()
        anchored = transaction.checkpoints.latest_anchored()
        return {
            "origin": library.key.name,
            "steward": library.steward.hex(),
            "chain": chain,
            "index_as_of": BlockShape.of(cursor[0]).model_dump() if cursor else None,
            "ledger_size": transaction.ledger.size(),
            "checkpoint_size": latest.size if latest else 0,
            "anchored_size": anchored.size if anchored else 0,
            "jobs": transaction.jobs.count_by_state(),
            "imports_under_way": len(transaction.imports.open_ids()),
            "registrations": transaction.registrations.count_by_state(),
        }


@router.get("/deployment")
def deployment(request: Request) -> Any:
    """Return chain, contracts and ledger key: what verifiers and auditors pin."""
    return request.app.state.deployment


@router.get("/stewards")
def stewards(library: InLibrary) -> list[dict[str, str]]:
    """List the institutions that this library knows."""
    with library.store.read() as transaction:
        return [
            {"steward": row.id.hex(), "uri": row.uri, "name": row.name}
            for row in transaction.stewards.all()
        ]


@router.post("/readers", status_code=201, response_model=NewReader)
def enroll(library: InLibrary, _: Registrar) -> NewReader:
    """Enroll a reader, who is known here by a random name only, and return an access token."""
    reader = enroll_reader(library.store)
    expires_at = library.clock() + READER_TOKEN_SECONDS
    token = issue_token(library.store, library.clock, "reader", reader, READER_TOKEN_SECONDS)
    return NewReader(reader=reader, token=token, expires_at=expires_at)
