"""What a typed text names by itself: a digest, a CID, an identifier, or an entry of the ledger."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ledger_service.domain.content.content_id import ContentId
from ledger_service.domain.errors import LedgerError
from ledger_service.domain.resources.search import DIGEST_DIGITS

SHORTEST_PREFIX = 6
_DIGITS = re.compile(rf"[0-9a-f]{{{SHORTEST_PREFIX},{DIGEST_DIGITS}}}\Z")
_ENTRY = re.compile(r"(?:#|№|entry|yozuv|ёзув|запись)\s*(\d{1,15})\Z", re.IGNORECASE)
_NUMBER = re.compile(r"\d{1,15}\Z")
_CID = re.compile(r"(?:ipfs://|/ipfs/)?(b[a-z2-7]{58,60}|f01[0-9a-f]{70,72})/?\Z")
_DOI = re.compile(
    r"(?:https?://(?:dx\.)?doi\.org/|doi:\s*)?(10\.\d{4,9}/\S{1,200})\Z", re.IGNORECASE
)
_ISBN = re.compile(r"(?:urn:isbn:|isbn[:\s-]*)?([0-9][0-9 \-‐‑]{8,20}[0-9xX])\Z", re.IGNORECASE)
_ISSN = re.compile(r"(?:urn:issn:|issn[:\s]*)(\d{4}-?\d{3}[\dxX])\Z", re.IGNORECASE)
_NO_DIGIT = re.compile("[^0-9X]")


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
    for scheme, pattern in (("doi", _DOI), ("isbn", _ISBN), ("issn", _ISSN)):
        if (found := pattern.match(text)) and (key := identifier_key(scheme, found[1])) is not None:
            return Named(identifier=key)
    if _NUMBER.match(text) and len(text) < DIGEST_DIGITS:
        return Named(entry=int(text), is_sure=False)
    begun = lower.removeprefix("sha256:").removeprefix("0x")
    if _DIGITS.match(begun):
        # Words such as “facade” are digits, too.
        return Named(prefix=begun, is_sure=not begun.isalpha())
    return None


def identifier_key(scheme: str, value: str) -> tuple[str, str] | None:
    """Return scheme and value in the one form in which they are compared, None if it is no such value."""
    scheme = scheme.lower()
    if scheme == "doi":
        found = _DOI.match(value.strip())
        return ("doi", found[1].lower()) if found else None
    if scheme == "isbn":
        isbn = isbn_13(value)
        return None if isbn is None else ("isbn", isbn)
    if scheme == "issn":
        return "issn", _NO_DIGIT.sub("", value.upper())
    return scheme, value.strip()


def isbn_13(value: str) -> str | None:
    """Return an ISBN with 13 digits, None if its check digit is wrong."""
    digits = _NO_DIGIT.sub("", value.upper())
    if len(digits) == 10 and "X" not in digits[:9]:
        values = [10 if digit == "X" else int(digit) for digit in digits]
        if sum(digit * (10 - at) for at, digit in enumerate(values)) % 11:
            return None
        digits = "978" + digits[:9]
        return digits + str(-_weighed(digits) % 10)
    is_sound = len(digits) == 13 and digits.isdigit() and _weighed(digits) % 10 == 0
    return digits if is_sound and digits[:3] in ("978", "979") else None


def _weighed(digits: str) -> int:
    return sum(int(digit) * (3 if at % 2 else 1) for at, digit in enumerate(digits))


def _cid(text: str) -> Named | None:
    try:
        return Named(cid=ContentId.read(text))
    except LedgerError:
        return None
