"""Text that others wrote, as it may be printed: on a terminal, in a log, in a sentence of ours.

Titles, file names, and the messages of nodes and services can hold a terminal's escape sequences, a
second line that looks like one of ours, marks that turn the order of letters, or bytes that are no text.
"""

from __future__ import annotations

import re

LONGEST = 2000  # characters of one text
# C0 and C1 controls, line and paragraph separators, overrides of direction, halves of surrogate pairs,
# annotations and tags. Joiners (U+200C, U+200D) and plain marks of direction belong to written languages.
_ACTS = re.compile(
    "[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufff9-\ufffb"
    "\U000e0000-\U000e007f]"
)
# An access token, whole or in part; name and password in a web address.
_SECRET = re.compile(r"(?<=muhr_)[A-Za-z0-9_-]{20,}|(?<=://)[^/\s@]*(?=@)")


def without_secrets(text: str) -> str:
    """Return the text with a mark in place of what lets somebody in: whatever failed may have named it."""
    return _SECRET.sub("…", text)


_LETTER = "[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]"
# From the first to the last such letter that no letter of another direction parts.
_RIGHT_TO_LEFT = re.compile(rf"{_LETTER}(?:(?:{_LETTER}|[\W\d_])*{_LETTER})?")


def shown(text: str, longest: int = LONGEST) -> str:
    """Return the text in one line, in which nothing acts on a terminal; each such mark is escaped."""
    cut = text if len(text) <= longest else text[:longest] + "…"
    return _ACTS.sub(_escaped, cut)


def isolated(text: str) -> str:
    """Return a line in which letters that are written from right to left keep to their place.

    Without that they order what stands beside them anew, numbers above all. Source: UAX #9, FSI and PDI.
    """
    return text if text.isascii() else _RIGHT_TO_LEFT.sub("\u2068\\g<0>\u2069", text)


def escaped_json(text: str) -> str:
    """Return the text of a JSON document of ours, whose strings act on no terminal and are UTF-8."""
    return _ACTS.sub(lambda found: found[0] if found[0] == "\n" else _json_escape(found[0]), text)


def _escaped(found: re.Match[str]) -> str:
    code = ord(found[0])
    if 0xDC80 <= code <= 0xDCFF:  # a byte that is no UTF-8, as Python tells it in file names
        return f"\\x{code - 0xDC00:02x}"
    known = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}.get(found[0])
    if known is not None:
        return known
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{{{code:x}}}"


def _json_escape(letter: str) -> str:
    units = letter.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[at : at + 2].hex()}" for at in range(0, len(units), 2))
