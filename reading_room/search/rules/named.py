"""What a typed text names by itself: a digest, a CID, an identifier, or an entry of the ledger."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ledger_service.domain.content.content_id import ContentId
from ledger_service.domain.errors import LedgerError
from ledger_service.domain.resources.search import DIGEST_DIGITS
from ledger_service.domain.resources.work_identifier import isbn, recognized

SHORTEST_PREFIX = 6
_DIGITS = re.compile(rf"[0-9a-f]{{{SHORTEST_PREFIX},{DIGEST_DIGITS}}}\Z")
_ENTRY = re.compile(r"(?:#|№|entry|yozuv|ёзув|запись)\s*(\d{1,15})\Z", re.IGNORECASE)
_NUMBER = re.compile(r"\d{1,15}\Z")
_CID = re.compile(r"(?:ipfs://|/ipfs/)?(b[a-z2-7]{58,60}|f01[0-9a-f]{70,72})/?\Z")


@dataclass(frozen=True)
class Named:
    """What a text names. prefix: how a digest begins, 64 digits for a whole one; cid; identifier: scheme and
    value; entry: an index. is_sure: nobody would type it to find words.
    """

    prefix: str = ""
    cid: ContentId | None = None
    identifier: tuple[str, str] | None = None
    entry: int | None = None
    is_sure: bool = True


def named_by(typed: str) -> Named | None:
    """Return what a text names, None if it can only be words."""
    text = typed.strip()
    lower = text.lower()
    if found := _CID.match(lower):
        return _cid(found[1])
    if found := _ENTRY.match(text):
        return Named(entry=int(found[1]))
    if identifier := recognized(text) or _isbn(text):
        return Named(identifier=identifier)
    if _NUMBER.match(text) and len(text) < DIGEST_DIGITS:
        return Named(entry=int(text), is_sure=False)
    begun = lower.removeprefix("sha256:").removeprefix("0x")
    if _DIGITS.match(begun):
        # Words such as “facade” are digits, too.
        return Named(prefix=begun, is_sure=not begun.isalpha())
    return None


def _isbn(text: str) -> tuple[str, str] | None:
    """Return the ISBN that digits alone are, if their check digit is right."""
    found = isbn(text)
    return ("isbn", found) if found else None


def _cid(text: str) -> Named | None:
    try:
        return Named(cid=ContentId.read(text))
    except LedgerError:
        return None
