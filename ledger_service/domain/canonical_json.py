"""RFC 8785 canonical JSON for the values Muhr uses: objects, lists, text, integers, true, false, null.

Floating-point numbers are refused: none of our formats has one, and they are the only part of
RFC 8785 in which implementations differ.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from ledger_service.domain.errors import InvalidJson
from ledger_service.domain.foreign_json import check_depth

LARGEST_INTEGER = 2**53 - 1  # the bound of RFC 8785 §3.2.2.3 (I-JSON)
LARGEST_DEPTH = 16  # levels of objects and lists


quote = json.encoder.encode_basestring
"""Returns text as a JSON string with no more escapes than RFC 8785 §3.2.2.2 has."""


def canonicalize(value: object) -> bytes:
    """Return the one UTF-8 encoding of the value; raise InvalidJson for what has none."""
    pieces: list[str] = []
    _write(value, pieces, 0)
    try:
        return "".join(pieces).encode()
    except UnicodeEncodeError as exc:
        raise InvalidJson("surrogate") from exc


def parse(data: bytes) -> Any:
    """Return the value of JSON bytes (not necessarily canonical ones), strictly.

    Raises:
        InvalidJson: not UTF-8, duplicate names, a float, NaN, too deep, or an integer beyond 2^53 - 1.
    """
    try:
        text = data.decode("utf-8")
        brackets = text.count("[") + text.count("{")
        if brackets > LARGEST_DEPTH:
            check_depth(data, LARGEST_DEPTH + 1)  # an empty one may stand at the end
        value = _DECODER.decode(text)
    except (UnicodeDecodeError, json.JSONDecodeError) as exc:
        raise InvalidJson("not-utf-8", cause=str(exc)) from exc
    except ValueError as exc:  # an integer of thousands of digits
        raise InvalidJson("malformed", cause=str(exc)) from exc
    if brackets > LARGEST_DEPTH or "\\u" in text:  # only then can it have no canonical form
        canonicalize(value)
    return value


def parse_canonical(data: bytes) -> Any:
    """Return the value of canonical bytes; raise InvalidJson for any other spelling of it."""
    value = parse(data)
    if canonicalize(value) != data:
        raise InvalidJson("not-canonical")
    return value


def _write(value: object, pieces: list[str], depth: int) -> None:
    if depth > LARGEST_DEPTH:
        raise InvalidJson("depth", most=LARGEST_DEPTH)
    if value is None or isinstance(value, bool):
        pieces.append({None: "null", True: "true", False: "false"}[value])
    elif isinstance(value, int):
        if abs(value) > LARGEST_INTEGER:
            raise InvalidJson("integer")
        pieces.append(str(value))
    elif isinstance(value, str):
        pieces.append(quote(value))
    elif isinstance(value, Mapping):
        pieces.append("{")
        for position, name in enumerate(sorted(value, key=_utf16)):
            pieces.append(("," if position else "") + quote(name) + ":")
            _write(value[name], pieces, depth + 1)
        pieces.append("}")
    elif isinstance(value, Sequence) and not isinstance(value, (bytes, bytearray)):
        pieces.append("[")
        for position, item in enumerate(value):
            if position:
                pieces.append(",")
            _write(item, pieces, depth + 1)
        pieces.append("]")
    else:
        raise InvalidJson("type", type=type(value).__name__)


def _utf16(name: object) -> bytes:
    # RFC 8785 §3.2.3 sorts by UTF-16 code units, which differs from code points above U+FFFF.
    if not isinstance(name, str):
        raise InvalidJson("names")
    return name.encode("utf-16-be", "surrogatepass")


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        seen: set[str] = set()
        for name, _ in pairs:
            if name in seen:
                raise InvalidJson("name-twice", name=name[:80])
            seen.add(name)
    return found


def _integer(text: str) -> int:
    value = int(text)
    if abs(value) > LARGEST_INTEGER:
        raise InvalidJson("integer")
    return value


def _no_float(text: str) -> Any:
    raise InvalidJson("not-integer", number=text[:40])


_DECODER = json.JSONDecoder(
    object_pairs_hook=_unique, parse_int=_integer, parse_float=_no_float, parse_constant=_no_float
)
