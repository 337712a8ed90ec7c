"""Public routes of the ledger: checkpoint, entries and proofs. Private entries show a commitment only."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response

from ledger_service.api.callers import InCaller, InLibrary, needs
from ledger_service.api.ledger.shapes import PrivatePartShape, ProofShape
from ledger_service.api.shapes import Page, PageCursor
from ledger_service.domain.errors import EntryNotFound
from ledger_service.domain.ledger import merkle
from ledger_service.domain.people.permission import Permission
from ledger_service.ports.paging import PageRequest
from ledger_service.services.ledger.read_private_parts import list_private_parts
from ledger_service.services.ledger.read_tile import published_checkpoint

router = APIRouter(prefix="/ledger", tags=["ledger"])
Index = Annotated[int, Query(ge=0, lt=2**53)]
MOST_ENTRIES = 1000


@router.get("/checkpoint", openapi_extra=needs(Permission.LEDGER_READ))
def checkpoint(library: InLibrary) -> Response:
    """Return the newest checkpoint: a C2SP signed note."""
    return Response(
        published_checkpoint(library).note,
        media_type="text/plain; charset=utf-8",
        headers={"Cache-Control": "public, max-age=5"},
    )


@router.get("/entries", response_model=list[str], openapi_extra=needs(Permission.LEDGER_READ))
def entries(
    library: InLibrary,
    start: Index = 0,
    limit: Annotated[int, Query(ge=1, le=MOST_ENTRIES)] = 100,
) -> list[str]:
    """Return entries from an index on, each as the canonical text that the tree hashes."""
    with library.store.read() as transaction:
        return [body.decode() for body in transaction.ledger.entries(start, limit)]


@router.get("/inclusion", response_model=ProofShape, openapi_extra=needs(Permission.LEDGER_READ))
def inclusion(library: InLibrary, index: Index, size: Index) -> ProofShape:
    """Return the proof that an entry is in the tree of this size."""
    with library.store.read() as transaction:
        _check_size(size, transaction.ledger.size())
        proof = merkle.inclusion_proof(index, size, transaction.ledger.read_nodes)
    return ProofShape(proof=[item.hex() for item in proof])


@router.get("/consistency", response_model=ProofShape, openapi_extra=needs(Permission.LEDGER_READ))
def consistency(library: InLibrary, old: Index, new: Index) -> ProofShape:
    """Return the proof that the tree of the old size is a prefix of that of the new."""
    with library.store.read() as transaction:
        _check_size(new, transaction.ledger.size())
        proof = merkle.consistency_proof(old, new, transaction.ledger.read_nodes)
    return ProofShape(proof=[item.hex() for item in proof])


@router.get(
    "/private-parts",
    response_model=Page[PrivatePartShape],
    openapi_extra=needs(Permission.PRIVATE_PART_READ),
)
def private_parts(
    library: InLibrary,
    caller: InCaller,
    cursor: PageCursor = "",
    start: Index = 0,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> Page[PrivatePartShape]:
    """Return what private entries commit to, for auditors, so that each can be decided again."""
    found = list_private_parts(library, caller, PageRequest(cursor, limit), start)
    return Page[PrivatePartShape].of(found, PrivatePartShape.of)


def _check_size(size: int, largest: int) -> None:
    if size > largest:
        raise EntryNotFound(f"The ledger has {largest} entries, not {size}.")
