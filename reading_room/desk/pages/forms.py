"""What a browser's form at the desk holds beside fields and files: numbers, and bodies of JSON."""

from __future__ import annotations

from typing import Any

from fastapi import Request

from ledger_service.api.door import check_content_type
from ledger_service.domain import canonical_json
from ledger_service.domain.errors import InvalidInput
from ledger_service.web.layout import Fields, read_body


def number_of(given: Fields, name: str) -> int | None:
    """Return the whole number in a field, None if it is empty; raise InvalidInput for another text."""
    text = given[name]
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 16):
        raise InvalidInput("not-a-number", text=text[:40])
    return int(text)


async def read_json(request: Request) -> Any:
    """Return the value of a body of strict JSON; raise WrongContentType, InvalidInput, InvalidJson."""
    check_content_type(request, "application/json")
    return canonical_json.parse(await read_body(request))
