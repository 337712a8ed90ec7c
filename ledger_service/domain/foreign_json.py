"""JSON that others wrote: nodes, services and files. It is read leniently, within bounds.

Python's parser recurses in C for each bracket, up to a recursion limit that libraries raise (py_ecc to
100,000) beyond what the stack holds: brackets alone could end the process. So depth and size are
checked before it starts. Our own formats are stricter: domain/canonical_json.
"""

from __future__ import annotations

import json
import math
import re
from typing import Any

from ledger_service.domain.errors import InvalidJson

LARGEST_DEPTH = 64  # levels of objects and lists
LARGEST_BYTES = 32 * 1024 * 1024  # of one answer or file
_ESCAPED = re.compile(rb"\\.", re.DOTALL)
_AS_ONE_KIND = bytes.maketrans(b"{}", b"[]")
_NO_STRUCTURE = bytes(set(range(256)) - set(b'[]{}"'))


def parse(data: bytes, most_bytes: int = LARGEST_BYTES) -> Any:
    """Return the value of JSON bytes; a byte order mark may precede it.

    Raises:
        InvalidJson: not JSON in UTF-8, longer or deeper than the bounds, NaN, a number beyond all
            floats, an integer of thousands of digits, or half a surrogate pair.
    """
    if len(data) > most_bytes:
        raise InvalidJson("too-long", most=most_bytes)
    check_depth(data, LARGEST_DEPTH)
    try:
        text = data.decode("utf-8-sig")
        value = json.loads(text, parse_float=_finite, parse_constant=_finite)
        if "\\u" in text:
            json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError as exc:
        raise InvalidJson("surrogate") from exc
    except (UnicodeDecodeError, json.JSONDecodeError) as exc:
        raise InvalidJson("not-utf-8", cause=str(exc)) from exc
    except ValueError as exc:  # an integer of thousands of digits
        raise InvalidJson("malformed", cause=str(exc)) from exc
    return value


def check_depth(data: bytes, most: int) -> None:
    """Raise InvalidJson if a parser that reads these bytes goes deeper than `most` levels.

    Each round takes the innermost brackets away. Where the text is no JSON, a parser stops before
    what is counted wrong.
    """
    if data.count(b"[") + data.count(b"{") <= most:
        return
    text = _ESCAPED.sub(b"", data) if b"\\" in data else data
    text = text.translate(_AS_ONE_KIND, _NO_STRUCTURE)
    text = text.replace(b'""', b"")  # what stands before and behind stays in or out of a string
    if b'"' in text:
        text = b"".join(text.split(b'"')[::2])
    rounds = 0
    while b"[]" in text and rounds <= most:
        text = text.replace(b"[]", b"")
        rounds += 1
    if rounds + text.count(b"[") > most:
        raise InvalidJson("depth", most=most)


def _finite(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise InvalidJson("not-finite", number=text[:40])
    return value
