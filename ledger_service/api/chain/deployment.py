"""The routes that tell what verifiers and auditors pin."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from pydantic import BaseModel

from ledger_service.api.callers import InLibrary, needs
from ledger_service.domain import foreign_json
from ledger_service.domain.people.permission import Permission
from ledger_service.services.verification.former_registration import list_former

router = APIRouter(tags=["library"])


class FormerShape(BaseModel):
    """Contracts that the library has left: their file, and which entry of the ledger says so."""

    number: int
    entry: int
    moved_at: int
    deployment: dict[str, Any]


class DeploymentsShape(BaseModel):
    """The deployment of today, and former ones, the oldest first."""

    deployment: dict[str, Any]
    former: list[FormerShape]


@router.get("/deployment", openapi_extra=needs(Permission.LIBRARY_READ))
def deployment(request: Request) -> Any:
    """Return chain, contracts and ledger key: what verifiers and auditors pin."""
    return request.app.state.deployment


@router.get("/deployments", openapi_extra=needs(Permission.LIBRARY_READ))
def deployments(request: Request, library: InLibrary) -> DeploymentsShape:
    """Return the same, and beside it the files of contracts that the library has left for a consortium's.

    Receipts that were made before a move stand under the file of that time.
    """
    former = [
        FormerShape(
            number=item.number,
            entry=item.entry,
            moved_at=item.moved_at,
            deployment=foreign_json.parse(item.deployment.encode()),
        )
        for item in list_former(library)
    ]
    return DeploymentsShape(deployment=request.app.state.deployment, former=former)
