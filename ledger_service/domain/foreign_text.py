"""Text files that people give, as programs on their machines save them. For JSON see domain/foreign_json."""

from __future__ import annotations

import re

from ledger_service.domain.errors import InvalidInput

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_TOKEN = re.compile(r"[!-~]{1,1000}\Z")


def parse(data: bytes) -> str:
    """Return the text of a file, a byte-order mark passed over; raise InvalidInput if it is not UTF-8."""
    try:
        return data.removeprefix(BYTE_ORDER_MARK).decode()
    except UnicodeDecodeError as exc:
        raise InvalidInput("file-not-utf-8") from exc


def parse_token(data: bytes) -> str:
    """Return the token in a file, which has nothing else in it.

    Raises:
        InvalidInput: it holds something else, which the error does not tell, since it may be a secret.
    """
    text = parse(data).strip()
    if not _TOKEN.match(text):
        raise InvalidInput("no-token")
    return text
