"""What a client asks of a trustless gateway: which CID, in which form, and which part of a file.

Source: the trustless gateway specification, https://specs.ipfs.tech/http-gateways/trustless-gateway/
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from ledger_service.domain.content.content_id import DAG_PB, RAW, ContentId
from ledger_service.domain.errors import InvalidCid, InvalidGatewayRequest

CAR_TYPE, RAW_TYPE = "application/vnd.ipld.car", "application/vnd.ipld.raw"
PROBE = "bafkqaaa"
"""The CID of no bytes: clients ask for it to see whether a gateway is there."""

Span = tuple[int, int | None]
"""First and last byte that is asked for; negative ones count from the end; None: to the end."""

_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_VERSION_0 = re.compile(rf"Qm[{_BASE58}]{{44}}")
_BASE58_VERSION_1 = re.compile(rf"z[{_BASE58}]{{40,52}}")
_SPAN = re.compile(r"(-?\d{1,15}):(\*|-?\d{1,15})")
_SHA_256 = b"\x12\x20"


class Scope(StrEnum):
    """How much below a CID a CAR has: its block alone, or the whole file, which is all that is below."""

    BLOCK = "block"
    ENTITY = "entity"
    ALL = "all"


@dataclass(frozen=True)
class CarForm:
    """What a CAR shall hold, and how. repeats: whether a block that occurs again is sent again."""

    scope: Scope = Scope.ALL
    span: Span | None = None
    repeats: bool = False

    @property
    def media_type(self) -> str:
        """The content type, with the parameters that the specification asks for."""
        return f"{CAR_TYPE}; version=1; order=dfs; dups={'y' if self.repeats else 'n'}"

    @property
    def tag(self) -> str:
        """What tells one form from another in an ETag; each form of a CID is always the same bytes."""
        first, last = self.span or (0, None)
        return f"{self.scope}.{first}-{'' if last is None else last}.{'y' if self.repeats else 'n'}"

    def bounds(self, size: int) -> tuple[int, int]:
        """Return the bytes (start, end) of a file of this size whose blocks the CAR has beside its root."""
        if self.scope is Scope.BLOCK:
            return 0, 0
        first, last = self.span or (0, None)
        start = max(0, size + first) if first < 0 else first
        stop = size if last is None else (size + last if last < 0 else last) + 1
        return (start, min(stop, size)) if start < min(stop, size) else (0, 0)


def asked_cid(text: str) -> ContentId:
    """Return the CID of a path, in base32, base16 or base58, or of version 0.

    Raises:
        InvalidGatewayRequest: it is none, or of a kind that this library has no blocks of.
    """
    try:
        if _VERSION_0.fullmatch(text):
            return _of_bytes(b"\x01\x70" + _base58(text))
        if _BASE58_VERSION_1.fullmatch(text):
            return _of_bytes(_base58(text[1:]))
        return ContentId.read(text)
    except InvalidCid as exc:
        raise InvalidGatewayRequest("cid", text=text[:80]) from exc


def asked_form(query: Mapping[str, str], accept: str) -> CarForm | None:
    """Return the form of the CAR that is asked for, None for one raw block. A query wins over a header.

    query: format, dag-scope, entity-bytes, car-version, car-order and car-dups, as far as they are given.

    Raises:
        InvalidGatewayRequest: neither of the two is asked for, or in a form that is not made here.
    """
    named = query.get("format")
    if named == "raw":
        return None
    if named not in (None, "car"):
        raise InvalidGatewayRequest("format")
    offers = list(_accepted(accept))
    if named == "car":  # how it shall be made, the header may still say
        offers = [offer for offer in offers if offer[0] == CAR_TYPE] or [(CAR_TYPE, {})]
    names = ("version", "order", "dups")
    of_query = {name: query[f"car-{name}"] for name in names if f"car-{name}" in query}
    for kind, options in offers:
        if kind == RAW_TYPE:
            return None
        wanted = {**options, **of_query}
        if _is_made(wanted):
            return _car(query, repeats=wanted.get("dups") == "y")
    if offers:
        raise InvalidGatewayRequest("car")
    raise InvalidGatewayRequest("format")


def _accepted(accept: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield the types of an Accept header that a gateway has, with their parameters, the dearest first."""
    found: list[tuple[float, str, dict[str, str]]] = []
    for offer in accept.split(","):
        kind, *parameters = (part.strip() for part in offer.split(";"))
        options = {
            name.strip().lower(): value.strip().strip('"').lower()
            for name, _, value in (parameter.partition("=") for parameter in parameters)
        }
        weight = _weight(options.pop("q", "1"))
        if kind.lower() in (CAR_TYPE, RAW_TYPE) and weight > 0:
            found.append((-weight, kind.lower(), options))
    for _, kind, options in sorted(found, key=lambda one: one[0]):
        yield kind, options


def _weight(text: str) -> float:
    return float(text) if re.fullmatch(r"[01](\.\d{0,3})?", text) else 0.0


def _is_made(options: Mapping[str, str]) -> bool:
    return (
        options.get("version", "1") == "1"
        and options.get("order", "unk") in ("dfs", "unk")
        and options.get("dups", "n") in ("y", "n")
    )


def _car(query: Mapping[str, str], *, repeats: bool) -> CarForm:
    span = None
    if "entity-bytes" in query:
        match = _SPAN.fullmatch(query["entity-bytes"])
        span = (int(match[1]), None if match[2] == "*" else int(match[2])) if match else None
        if span is None or _is_turned(*span):
            raise InvalidGatewayRequest("entity-bytes")
    try:
        scope = Scope(query.get("dag-scope", Scope.ALL if span is None else Scope.ENTITY))
    except ValueError as exc:
        raise InvalidGatewayRequest("dag-scope") from exc
    if span is not None and scope is Scope.ALL:
        scope = Scope.ENTITY
    return CarForm(scope, span, repeats)


def _is_turned(first: int, last: int | None) -> bool:
    """Return whether a span ends before it begins, for a file of whatever size."""
    return last is not None and (first < 0) == (last < 0) and first > last


def _of_bytes(data: bytes) -> ContentId:
    codec, head, digest = data[1:2], data[2:4], data[4:]
    if data[:1] != b"\x01" or codec not in (bytes([RAW]), bytes([DAG_PB])) or head != _SHA_256:
        raise InvalidCid("kind")
    return ContentId(codec[0], digest)


def _base58(text: str) -> bytes:
    """Return the bytes of base58btc text, at least one; raise InvalidCid if another text has them, too."""
    number = 0
    for letter in text:
        number = number * 58 + _BASE58.index(letter)
    data = number.to_bytes((number.bit_length() + 7) // 8, "big")
    if text.startswith("1"):
        raise InvalidCid("kind")
    return data
