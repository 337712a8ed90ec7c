"""What is bad in an input: texts, numbers, documents and bytes, drawn from a `random.Random`."""

from __future__ import annotations

import json
from collections.abc import Callable
from random import Random
from typing import Any

from ledger_service.domain import foreign_json
from ledger_service.domain.errors import LedgerError

TEXTS = (
    "",
    " ",
    "\0",
    "a\0b",
    "\ud800",
    "\udfff\ud800",
    "\ufeff",
    "\u202egnp.exe",
    "\x1b[2J\x1b]0;owned\x07",
    "a\r\nSet-Cookie: a=b",
    "\x7f\x80\x9b31m",
    "²",
    "١٢٣",
    "１２",
    "+1",
    "-0",
    "1_000",
    "0x10",
    "1e9",
    "nan",
    "NaN",
    "inf",
    "None",
    "null",
    "true",
    "undefined",
    "9223372036854775807",
    "9223372036854775808",
    "-9223372036854775809",
    "9" * 400,
    "9" * 5000,
    "..",
    "../../x",
    "./.",
    "/",
    "//x.invalid/y",
    "C:\\x",
    "%",
    "%00",
    "%ff",
    "%2e%2e%2f",
    "%s%n%d",
    "{0}{a.b}{{",
    "${jndi:x}",
    "' OR 1=1 --",
    '"; DROP TABLE entry; --',
    "<script>alert(1)</script>",
    "*",
    "a*",
    '"a" OR "b"',
    "NEAR(a b)",
    "^",
    ":",
    "a:b",
    "receipt:",
    "=cmd|' /C calc'!A0",
    "İ",
    "ß",
    "e" + "\u0301" * 40,
    "ﷺ" * 50,
    "👩‍👩‍👧‍👦",
    "x" * 300,
    "x" * 70_000,
    "0" * 64,
    "f" * 64,
    "F" * 64,
    "f" * 63,
    "f" * 65,
    "g" * 64,
    "0x" + "f" * 64,
    "f" * 40,
    "f01551220" + "0" * 64,
    "bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy",
    "zb2rhe5P4gXftAwvA4eXQ5HJwsER2owDyS9sKaQRRVQPn93bA",
    "https://",
    "https://[::1",
    "https://a:b/",
    "http://x\ny/",
    "javascript:alert(1)",
    "muhr_",
    "muhr_" + "A" * 43,
    "en-US-x-" + "a" * 90,
    "text/html; charset=\ud800",
)
NUMBERS = (
    0,
    -1,
    1,
    -0.0,
    0.5,
    1.0,
    2**31,
    2**32 - 1,
    2**53 - 1,
    2**53,
    2**63 - 1,
    2**63,
    2**64,
    2**256,
    -(2**63) - 1,
    10**400,
    1e308,
    float("nan"),
    float("inf"),
    float("-inf"),
)
LONGEST_RANDOM = 40  # letters, bytes or members


def text(draw: Random) -> str:
    """Return a text that is bad somewhere."""
    if draw.random() < 0.85:
        return draw.choice(TEXTS)
    ends = draw.choice((0x80, 0x800, 0x11_0000))
    return "".join(chr(draw.randrange(ends)) for _ in range(draw.randrange(LONGEST_RANDOM)))


def value(draw: Random, depth: int = 3) -> Any:
    """Return a value of JSON, or of what Python's reader takes for it."""
    kind = draw.random()
    if kind < 0.4:
        return text(draw)
    if kind < 0.65:
        return draw.choice(NUMBERS)
    if kind < 0.8 or depth == 0:
        return draw.choice((None, True, False, [], {}, [[]], [None], {"": None}))
    if kind < 0.9:
        return [value(draw, depth - 1) for _ in range(draw.randrange(4))]
    return {text(draw)[:80]: value(draw, depth - 1) for _ in range(draw.randrange(4))}


def changed(document: Any, draw: Random) -> Any:
    """Return the document with one place of it replaced, taken away, doubled or exchanged."""
    if not isinstance(document, dict | list) or not document:
        return nudged(document, draw) if draw.random() < 0.5 else value(draw)
    if draw.random() < 0.05:
        return value(draw)
    if isinstance(document, dict):
        made = dict(document)
        name = draw.choice(list(made))
        _change(made, name, list(made), draw)
        if draw.random() < 0.1:
            made[text(draw)[:80]] = value(draw)
        return made
    listed = list(document)
    _change(listed, draw.randrange(len(listed)), list(range(len(listed))), draw)
    return listed


def nudged(value: Any, draw: Random) -> Any:
    """Return a value of the same type that differs a little: what is well-formed, and another."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + draw.choice((-1, 1, 2**32))
    if not isinstance(value, str) or not value:
        return value
    place = draw.randrange(len(value))
    letter = draw.choice((value[place - 1], "0", "f", value[place].swapcase(), ""))
    return value[:place] + letter + value[place + 1 :]


def _change(within: Any, place: Any, places: list[Any], draw: Random) -> None:
    act = draw.random()
    if act < 0.55:
        within[place] = changed(within[place], draw)
    elif act < 0.7:
        within[place] = value(draw)
    elif act < 0.8:
        del within[place]
    elif act < 0.9:
        other = draw.choice(places)
        within[place], within[other] = within[other], within[place]
    else:
        within[place] = [within[place], within[place]]


def read(data: bytes) -> Any:
    """Return the document in the data; raise ValueError for what is none, or nested too deeply."""
    try:
        return foreign_json.parse(data)
    except LedgerError as exc:
        raise ValueError("no document") from exc


def written(document: Any) -> bytes:
    """Return the document as JSON, also where it is none: not finite, half surrogates as escapes."""
    try:
        return json.dumps(document).encode()
    except ValueError:  # an integer of more digits than Python writes
        return b"1" * 5000


def spoiled(data: bytes, draw: Random) -> bytes:
    """Return the bytes with something done to them."""
    return draw.choice(_SPOILING)(data, draw)


def _flip(data: bytes, draw: Random) -> bytes:
    if not data:
        return b"\0"
    place = draw.randrange(len(data))
    return data[:place] + bytes([data[place] ^ 1 << draw.randrange(8)]) + data[place + 1 :]


def _cut(data: bytes, draw: Random) -> bytes:
    return data[: draw.randrange(len(data) + 1)]


def _insert(data: bytes, draw: Random) -> bytes:
    place = draw.randrange(len(data) + 1)
    return data[:place] + draw.choice(_PIECES) + data[place:]


def _exchange(data: bytes, draw: Random) -> bytes:
    """Return the bytes with one JSON token written in place of another."""
    tokens = (b":", b",", b'"', b"{", b"}", b"[", b"]", b"0", b"1", b"true", b"null")
    old, new = draw.sample(tokens, 2)
    return data.replace(old, new, draw.randrange(1, 4))


def _double_member(data: bytes, _: Random) -> bytes:
    if not data.startswith(b"{"):
        return data + data
    return b"{" + data[1:-1] + b"," + data[1:] if len(data) > 2 else data + data


_PIECES = (
    b"\0",
    b"\xff\xfe",
    b"\xef\xbb\xbf",
    b"\xed\xa0\x80",
    b"\xc0\x80",
    b"\r\n\r\n",
    b"{",
    b"[" * 200,
    b'{"a":' * 200,
    b"[" * 20_000,
    b"9" * 5000,
    b"1e400",
    b"-NaN",
    b'"\\ud800"',
    b'"\\u0000"',
    b"/*x*/",
    b"{}",
    b"x" * 70_000,
)
_SPOILING: tuple[Callable[[bytes, Random], bytes], ...] = (
    _flip,
    _flip,
    _cut,
    _insert,
    _insert,
    _exchange,
    _double_member,
    lambda data, _: data.decode("utf-8", "replace").encode("utf-16"),
    lambda data, _: data.decode("utf-8", "replace").encode("utf-32"),
    lambda data, _: b"\xef\xbb\xbf" + data,
    lambda _, draw: draw.randbytes(draw.randrange(LONGEST_RANDOM)),
    lambda *_: b"",
)
