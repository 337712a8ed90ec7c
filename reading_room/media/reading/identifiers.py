"""Identifiers that a text names: ISBN with a right check digit, and DOI."""

from __future__ import annotations

import re

_ISBN = re.compile(r"(?:97[89][- \u2010\u2011]?)?(?:\d[- \u2010\u2011]?){9}[\dXx](?![\d-])")
_DOI = re.compile(r"\b10\.\d{4,9}/[^\s\"<>]{1,150}")
_NO_DIGITS = re.compile(r"[^0-9X]")


def identifiers_in(text: str) -> list[str]:
    """Return identifiers in the text as URNs: `urn:isbn:…` with 13 digits, `doi:…`; each once."""
    found = [f"urn:isbn:{isbn}" for word in _ISBN.findall(text) if (isbn := isbn_13(word))]
    found += ["doi:" + word.rstrip(".,;:)]}").lower() for word in _DOI.findall(text)]
    return list(dict.fromkeys(found))


def isbn_13(word: str) -> str | None:
    """Return the ISBN with 13 digits and no hyphens, None if its check digit is wrong."""
    digits = _NO_DIGITS.sub("", word.upper())
    if len(digits) == 10 and "X" not in digits[:9]:
        values = [10 if digit == "X" else int(digit) for digit in digits]
        if sum(value * (10 - at) for at, value in enumerate(values)) % 11:
            return None
        digits = "978" + digits[:9]
        return digits + str(-_weighed(digits) % 10)
    is_sound = len(digits) == 13 and "X" not in digits and _weighed(digits) % 10 == 0
    return digits if is_sound and digits[:3] in ("978", "979") else None


def _weighed(digits: str) -> int:
    return sum(int(digit) * (3 if at % 2 else 1) for at, digit in enumerate(digits))
