"""Identifiers of works: each is checked as its standard has it, and kept in one form.

Sources: DOI Handbook; ISO 2108 (ISBN); ISO 3297 (ISSN); draft-kunze-ark-40; RFC 3651 (Handle); RFC 8141 and
RFC 8458 (URN and URN:NBN); ISO 7064, 11-2 (ORCID) and 97-10 (ROR).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType

from ledger_service.domain.errors import InvalidMetadata
from ledger_service.domain.resources import record_text

_DOI = re.compile(
    r"(?:https?://(?:dx\.|www\.)?doi\.org/|doi:\s*)?(10\.\d{4,9}(?:\.\d+)*/\S+)\Z", re.I | re.ASCII
)
_ISBN = re.compile(r"(?:(?:urn:isbn:|isbn(?:-1[03])?:?)\s*)?([\dxX][\dxX \-]*)\Z", re.I | re.ASCII)
_ISSN = re.compile(r"(?:(?:urn:issn:|issn:?)\s*)?(\d{4})-?(\d{3}[\dxX])\Z", re.I | re.ASCII)
_ARK = re.compile(
    r"(?:https?://[^/\s]+/)?ark:/?([0-9bcdfghjkmnpqrstvwxz]{5,9})/(\S+)\Z", re.I | re.ASCII
)
_HANDLE = re.compile(r"(?:https?://hdl\.handle\.net/|hdl:)?(\d+(?:\.\w+)*/\S+)\Z", re.I)
_URN = re.compile(r"urn:([a-z0-9][a-z0-9\-]{0,30}[a-z0-9]):([^\s#]+)\Z", re.I | re.ASCII)
_NBN = re.compile(r"([a-z]{2})((?::[a-z0-9]+)*-.+)\Z", re.I | re.ASCII)
_ORCID = re.compile(
    r"(?:https?://orcid\.org/)?(\d{4})-?(\d{4})-?(\d{4})-?(\d{3}[\dxX])\Z", re.I | re.ASCII
)
_ROR = re.compile(
    r"(?:https?://ror\.org/|ror\.org/|ror:\s*)?(0[0-9a-hjkmnp-tv-z]{6})([0-9]{2})/?\Z",
    re.I | re.ASCII,
)
_DASHES = str.maketrans(
    {**dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212", "-"), "\u00a0": " ", "\u202f": " "}
)
"""What documents set in place of hyphens and blanks, so that what is pasted from them is read."""
_CROCKFORD = "0123456789abcdefghjkmnpqrstvwxyz"


def doi(text: str) -> str:
    """Return a DOI without a resolver, in small letters; empty if it is none. So do those below."""
    found = _DOI.match(text)
    return record_text.composed(found[1].lower()) if found else ""


def isbn(text: str) -> str:
    """Return the 13 digits of an ISBN of 10 or 13, if its check digit is right."""
    found = _ISBN.match(text.translate(_DASHES))
    digits = re.sub("[ -]", "", found[1]).upper() if found else ""
    if len(digits) == 10 and digits[:9].isdigit():
        values = [10 if digit == "X" else int(digit) for digit in digits]
        if sum(value * (10 - place) for place, value in enumerate(values)) % 11 == 0:
            body = f"978{digits[:9]}"
            return f"{body}{_check_13(body)}"
    if len(digits) == 13 and digits.isdigit() and digits[:3] in ("978", "979"):
        return digits if _check_13(digits[:12]) == digits[12] else ""
    return ""


def issn(text: str) -> str:
    """Return an ISSN as 1234-567X, if its check digit is right."""
    found = _ISSN.match(text.translate(_DASHES))
    if not found:
        return ""
    digits = (found[1] + found[2]).upper()
    values = [10 if digit == "X" else int(digit) for digit in digits]
    total = sum(value * (8 - place) for place, value in enumerate(values))
    return f"{digits[:4]}-{digits[4:]}" if total % 11 == 0 else ""


def ark(text: str) -> str:
    """Return an ARK as ark:NAAN/name, without hyphens, which say nothing in it."""
    found = _ARK.match(text)
    name = found[2].replace("-", "").rstrip("/") if found else ""
    return f"ark:{found[1].lower()}/{name}" if found and name else ""


def handle(text: str) -> str:
    """Return a handle without a resolver."""
    found = _HANDLE.match(text)
    return found[1] if found else ""


def urn(text: str) -> str:
    """Return a URN; its namespace, and of an NBN the country, are in small letters."""
    found = _URN.match(text)
    if not found:
        return ""
    space, name = found[1].lower(), found[2]
    if space == "nbn":
        of_country = _NBN.match(name)
        return f"urn:nbn:{of_country[1].lower()}{of_country[2]}" if of_country else ""
    return f"urn:{space}:{name}"


def orcid(text: str) -> str:
    """Return an ORCID iD as 0000-0000-0000-000X, if its check digit is right."""
    found = _ORCID.match(text.strip().translate(_DASHES))
    if not found:
        return ""
    digits = "".join(found.groups()).upper()
    total = 0
    for digit in digits[:15]:
        total = (total + int(digit)) * 2
    right = "0123456789X"[(12 - total % 11) % 11]
    return "-".join(found.groups()).upper() if right == digits[15] else ""


def ror(text: str) -> str:
    """Return what ROR calls an institution, such as 02mhbdp94, if its check digits are right."""
    found = _ROR.match(text.strip())
    if not found:
        return ""
    number = 0
    for letter in found[1].lower():
        number = number * len(_CROCKFORD) + _CROCKFORD.index(letter)
    right = 98 - number * 100 % 97
    return found[1].lower() + found[2] if right == int(found[2]) else ""


def _as_it_is(text: str) -> str:
    return text


def _address(text: str) -> str:
    return record_text.uri("identifiers.value", text)


SCHEMES: Mapping[str, Callable[[str], str]] = MappingProxyType(
    {
        "doi": doi,
        "isbn": isbn,
        "issn": issn,
        "ark": ark,
        "handle": handle,
        "urn": urn,
        "call-number": _as_it_is,
        "uri": _address,
        "local": _as_it_is,
    }
)
"""How an identifier of each scheme is read; `local` is a number that only its source understands."""
_GUESSED = ["doi", "ark", "urn", "handle"]
_HAS_NAME = re.compile(r"(?:doi:|https?://|ark:|urn:|hdl:)", re.I)


def normalized(scheme: str, text: str) -> str:
    """Return an identifier in the form that is kept; raise InvalidMetadata if it is none of this scheme."""
    kept = record_text.line("identifiers.value", text)
    if scheme not in SCHEMES:
        raise InvalidMetadata("scheme", scheme=scheme[:40], known=", ".join(SCHEMES))
    found = SCHEMES[scheme](kept)
    if not found:
        raise InvalidMetadata("identifier", scheme=scheme, value=kept[:80])
    return found


def recognized(text: str) -> tuple[str, str] | None:
    """Return scheme and form of an identifier that tells its scheme itself, None if it does not."""
    plain = text.strip()
    named = plain.lower()
    kinds = [kind for kind in ("isbn", "issn") if named.startswith((kind, f"urn:{kind}"))]
    kinds += _GUESSED if _HAS_NAME.match(plain) else ["doi"]
    return next(((kind, found) for kind in kinds if (found := SCHEMES[kind](plain))), None)


def _check_13(body: str) -> str:
    total = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(body))
    return str(-total % 10)
