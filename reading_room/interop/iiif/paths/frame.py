"""What all addresses of the protocol share: how a document is sent, and our texts in all our languages."""

from __future__ import annotations

import json
from typing import Any

from fastapi import APIRouter, Request, Response

from ledger_service.domain.reasons import Value
from ledger_service.messages import said
from ledger_service.messages.languages import LANGUAGES
from reading_room.interop.iiif.rules.language_maps import LanguageMap

HOUR, DAY = 3600, 86_400  # seconds

router = APIRouter(prefix="/iiif", tags=["iiif"])


def public_url_of(request: Request) -> str:
    """Return how people reach the service."""
    address: str = request.app.state.public_url
    return address


def say(name: str, **values: Value) -> LanguageMap:
    """Return a text of ours in each of our languages."""
    return {language: [said(name, language, **values)] for language in LANGUAGES}


def answers(context: str) -> dict[int | str, dict[str, Any]]:
    """Return what OpenAPI says of a route that sends documents of this context."""
    return {200: {"content": {_type(context): {"schema": {"type": "object"}}}}}


def sent(told: dict[str, Any], context: str) -> Response:
    """Return a document as it is sent."""
    headers = {"Cache-Control": f"public, max-age={HOUR}"}
    body = json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()
    return Response(body, headers=headers, media_type=_type(context))


def _type(context: str) -> str:
    return f'application/ld+json;profile="{context}"'
