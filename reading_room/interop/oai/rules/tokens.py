"""Resumption tokens: where a list goes on, and which list it is, under a seal of the library.

A token holds all that its list was asked for, so that no server has to remember it, and any of several
servers goes on. It has no blank in it, since clients send back even one of blanks alone.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from typing import NamedTuple

from reading_room.interop.oai.rules.arguments import Selection
from reading_room.interop.oai.rules.faults import BAD_TOKEN, Fault

PURPOSE = b"muhr resumption token of OAI-PMH"
SECONDS = 24 * 3600  # for which a token is good
SEAL_BYTES = 16
LONGEST = 1000  # letters
_BETWEEN = "|"  # stands in no argument that was taken


class Resumption(NamedTuple):
    """Where a list goes on. cursor: of the next page; done: items before it; size: of all, None if unknown.

    made_at: seconds since 1970 UTC.
    """

    selection: Selection
    cursor: str
    done: int
    size: int | None
    made_at: int


def token_key(people_key: bytes) -> bytes:
    """Return the key of tokens, which follows from a secret of the library and tells nothing of it."""
    return hmac.digest(people_key, PURPOSE, "sha256")


def format_token(key: bytes, item: Resumption) -> str:
    """Return the token, of letters, digits, dashes and underscores; inverse of `parse_token`."""
    one = item.selection
    fields = (one.verb, one.prefix, one.set_spec, one.since, one.until, item.cursor, item.done)
    size = "" if item.size is None else item.size
    told = _BETWEEN.join(str(field) for field in (*fields, size, item.made_at)).encode()
    return base64.urlsafe_b64encode(_seal(key, told) + told).decode().rstrip("=")


def parse_token(key: bytes, token: str, verb: str, now: int) -> Resumption:
    """Return where a list of this verb goes on; raise Fault if it is forged, or too old."""
    try:
        data = base64.b64decode(token[:LONGEST] + "=" * (-len(token) % 4), b"-_", validate=True)
        told = data[SEAL_BYTES:]
        if not hmac.compare_digest(data[:SEAL_BYTES], _seal(key, told)):
            raise ValueError
        *selection, cursor, done, size, made_at = told.decode().split(_BETWEEN)
        found = Resumption(
            Selection(*selection), cursor, int(done), int(size) if size else None, int(made_at)
        )
    except (binascii.Error, ValueError, TypeError) as exc:
        raise Fault(BAD_TOKEN, "token") from exc
    if format_token(key, found) != token or found.selection.verb != verb:
        raise Fault(BAD_TOKEN, "token")
    if now > found.made_at + SECONDS:
        raise Fault(BAD_TOKEN, "token-expired")
    return found


def _seal(key: bytes, told: bytes) -> bytes:
    return hmac.digest(key, told, hashlib.sha256)[:SEAL_BYTES]
