"""The fields of a browser's form without files, bounded."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import parse_qs

from fastapi import Request
from starlette.requests import ClientDisconnect

from ledger_service.domain.errors import InvalidInput, TruncatedUpload, WrongContentType

PLAIN = "application/x-www-form-urlencoded"
LARGEST_FORM_BYTES = 131_072
MOST_FIELDS = 200


@dataclass
class Fields:
    """The fields of a form. A field that was left out is empty."""

    values: dict[str, list[str]] = field(default_factory=dict)

    def __getitem__(self, name: str) -> str:
        return self.values.get(name, [""])[0].strip()

    def all(self, name: str) -> list[str]:
        """Return every value of a field."""
        return [value.strip() for value in self.values.get(name, [])]

    def as_typed(self, name: str) -> str:
        """Return a field with the blanks around it, which are part of a passphrase."""
        return self.values.get(name, [""])[0]


async def read_fields(request: Request, largest: int = LARGEST_FORM_BYTES) -> Fields:
    """Return the fields of a form without files. largest: bytes that it may have.

    Raises:
        WrongContentType: the body is no form. InvalidInput: it is too long, or has too many fields.
        TruncatedUpload: the client went away.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != PLAIN:
        raise WrongContentType(wanted=PLAIN, given=kind[:80] or "no content type")
    text = (await read_body(request, largest)).decode("utf-8", "replace")
    try:
        found = parse_qs(text, keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except ValueError as exc:
        raise InvalidInput("form-too-long", most=largest) from exc
    return Fields(found)


async def read_body(request: Request, largest: int = LARGEST_FORM_BYTES) -> bytes:
    """Return a body of so many bytes at most; raise InvalidInput for a longer one, or TruncatedUpload."""
    body = b""
    try:
        async for piece in request.stream():
            body += piece
            if len(body) > largest:
                raise InvalidInput("form-too-long", most=largest)
    except ClientDisconnect as exc:
        raise TruncatedUpload("broken-off") from exc
    return body
