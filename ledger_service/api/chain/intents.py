"""Routes for intents that a registrar has signed with a key of its own: relay one, see what became of it."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Body

from ledger_service.api.callers import InCaller, InLibrary, needs
from ledger_service.api.chain.shapes import IntentShape
from ledger_service.api.repeats import once
from ledger_service.api.requests import JsonRoute
from ledger_service.domain.chain.signed_intent import SignedIntent
from ledger_service.domain.errors import InvalidIntent
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.people.permission import Permission
from ledger_service.services.chain.relay_intent import find_intent, relay_intent
from ledger_service.services.pools import LENDING

router = APIRouter(prefix="/intents", tags=["intents"], route_class=JsonRoute)
EXAMPLE = {
    "type": "Withdraw",
    "message": {
        "digest": "64 hex",
        "steward": "64 hex",
        "reason": 1,
        "signer": "40 hex",
        "nonce": 1,
        "deadline": 1_800_000_000,
    },
    "signature": "130 hex",
}


@router.post(
    "", status_code=202, response_model=IntentShape, openapi_extra=needs(Permission.INTENT_RELAY)
)
@LENDING.takes
@once
def relay(
    library: InLibrary,
    caller: InCaller,
    body: dict[str, Any] = Body(examples=[EXAMPLE]),  # noqa: B008
) -> IntentShape:
    """Carry a signed intent to the chain; its shape is docs/formats.md §6, of this library's steward.

    `domain` may be stated beside the rest, and must then be this deployment's. What the contracts would
    refuse now is refused here by the name of their error. The same message again is the same intent.
    """
    stated = {name: value for name, value in body.items() if name != "domain"}
    domain = body.get("domain")
    if domain is not None and not isinstance(domain, dict):
        raise InvalidIntent("domain")
    return IntentShape.of(relay_intent(library, caller, SignedIntent.from_json(stated), domain))


@router.get("/{intent}", response_model=IntentShape, openapi_extra=needs(Permission.INTENT_READ))
def show(library: InLibrary, caller: InCaller, intent: str) -> IntentShape:
    """Show what became of an intent, named by the 32 bytes that were signed."""
    return IntentShape.of(find_intent(library, caller, Digest.parse(intent).value))
