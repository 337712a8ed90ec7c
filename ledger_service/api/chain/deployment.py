"""The route that tells what verifiers and auditors pin."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request

from ledger_service.api.callers import needs
from ledger_service.domain.people.permission import Permission

router = APIRouter(tags=["library"])


@router.get("/deployment", openapi_extra=needs(Permission.LIBRARY_READ))
def deployment(request: Request) -> Any:
    """Return chain, contracts and ledger key: what verifiers and auditors pin."""
    return request.app.state.deployment
