"""Calls of a council that are signed on another machine, which has no network: what a file of them tells.

What the calls do is told from their bytes, by whoever signs. Names in the file are only candidates: one is
shown for an id if the id is its hash. Normative text: docs/consortium.md.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Self

from ledger_service.domain import foreign_json
from ledger_service.domain.errors import InvalidActFile, InvalidDigest, InvalidJson
from ledger_service.domain.identifiers import Digest, LedgerId, StewardId
from ledger_service.domain.resources.record_text import fits_a_line

VERSION = "muhr-act/1"
LARGEST_BYTES = 1024 * 1024
MOST_CALLS = 16
MOST_NAMES = 64
LONGEST_NAME = 500  # characters
LARGEST_GAS = 30_000_000
LARGEST_NUMBER = 2**63


@dataclass(frozen=True)
class UnsentCall:
    """A transaction without a signature. to: 40 hex; data: hex; fees: wei for a unit of gas."""

    nonce: int
    to: str
    data: str
    gas: int
    max_fee: int
    priority_fee: int

    def __post_init__(self) -> None:
        numbers = self.nonce, self.gas, self.max_fee, self.priority_fee
        if not all(type(number) is int and 0 <= number < LARGEST_NUMBER for number in numbers):
            raise InvalidActFile("form")
        _check_hex(self.to, 40)
        _check_hex(self.data)
        if self.gas > LARGEST_GAS or self.priority_fee > self.max_fee:
            raise InvalidActFile("fees")

    @property
    def most_wei(self) -> int:
        """The most that it costs who signs it."""
        return self.gas * self.max_fee


@dataclass(frozen=True)
class UnsentActs:
    """Calls of one account (40 hex) in their order. charter: its digest. names: URIs and origins.

    signed: raw transactions in hex, one for each call; none before they are signed.
    """

    charter: Digest
    chain_id: int
    signer: str
    calls: tuple[UnsentCall, ...]
    names: tuple[str, ...] = ()
    signed: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        _check_hex(self.signer, 40)
        if type(self.chain_id) is not int or not 0 < self.chain_id < LARGEST_NUMBER:
            raise InvalidActFile("form")
        if not 0 < len(self.calls) <= MOST_CALLS or len(self.names) > MOST_NAMES:
            raise InvalidActFile("many", most=MOST_CALLS)
        first = self.calls[0].nonce
        if [call.nonce for call in self.calls] != [first + n for n in range(len(self.calls))]:
            raise InvalidActFile("order")
        if self.signed and len(self.signed) != len(self.calls):
            raise InvalidActFile("form")
        for raw in self.signed:
            _check_hex(raw)
        for name in self.names:
            if not 0 < len(name) <= LONGEST_NAME or not fits_a_line(name):
                raise InvalidActFile("form")

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the calls of a JSON text; inverse of `format`. Raises InvalidActFile."""
        try:
            value: dict[str, Any] = foreign_json.parse(text.encode(), LARGEST_BYTES)
            if value.pop("type", None) != VERSION:
                raise InvalidActFile("version", version=VERSION)
            value.pop("says", None)  # for people; nothing follows from it
            calls = tuple(UnsentCall(**call) for call in value.pop("calls"))
            names, signed = _texts(value.pop("names", [])), _texts(value.pop("signed", []))
            return cls(
                Digest.parse(value.pop("charter")), calls=calls, names=names, signed=signed, **value
            )
        except (InvalidJson, InvalidDigest, KeyError, ValueError, TypeError, AttributeError) as exc:
            raise InvalidActFile("form") from exc

    def format(self, says: Sequence[str]) -> str:
        """Return the JSON text. says: what the calls do, for people who open the file."""
        told = {
            "type": VERSION,
            "charter": self.charter.hex(),
            "chain_id": self.chain_id,
            "signer": self.signer,
            "calls": [asdict(call) for call in self.calls],
            "names": list(self.names),
            "signed": list(self.signed),
            "says": list(says),
        }
        return json.dumps(told, indent=2, sort_keys=True, ensure_ascii=False) + "\n"

    @property
    def proved_names(self) -> Mapping[str, str]:
        """Names of stewards and ledgers by their ids (64 hex), each the one whose hash the id is."""
        found = {StewardId.of_uri(name).hex(): name for name in self.names}
        return found | {LedgerId.of_origin(name).hex(): name for name in self.names}

    @property
    def most_wei(self) -> int:
        """The most that all cost who signs them."""
        return sum(call.most_wei for call in self.calls)


def _texts(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(text, str) for text in value):
        raise TypeError("texts")
    return tuple(value)


def _check_hex(text: Any, digits: int | None = None) -> None:
    if not isinstance(text, str) or (digits is not None and len(text) != digits):
        raise InvalidActFile("form")
    try:
        is_hex = text == bytes.fromhex(text).hex()
    except ValueError:
        is_hex = False
    if not is_hex:
        raise InvalidActFile("form")
