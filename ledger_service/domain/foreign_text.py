"""Text files that people give, as programs on their machines save them. For JSON see domain/foreign_json."""

from __future__ import annotations

import re

from ledger_service.domain.errors import InvalidInput

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_TOKEN = re.compile(rb"(?<![\w-])muhr_[A-Za-z0-9_-]{43}(?![\w-])")


def parse(data: bytes) -> str:
    """Return the text of a file, a byte-order mark passed over; raise InvalidInput if it is not UTF-8."""
    try:
        return data.removeprefix(BYTE_ORDER_MARK).decode()
    except UnicodeDecodeError as exc:
        raise InvalidInput("file-not-utf-8") from exc


def parse_token(data: bytes) -> str:
    """Return the access token that stands in what was given: by itself, or in what `muhr token` printed.

    Any encoding will do in which a token's letters are ASCII, or ASCII with zeros between, as UTF-16.

    Raises:
        InvalidInput: there is none or several, of which the error tells nothing, since it may be a secret.
    """
    found = set(_TOKEN.findall(data.replace(b"\0", b"")))
    if len(found) != 1:
        raise InvalidInput("no-token")
    return str(found.pop().decode())
