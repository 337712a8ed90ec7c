"""A block of the chain, and a place in the chain's order. Verifiers load this without the history."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple


class Position(NamedTuple):
    """Where something stands in the chain's order."""

    block: int
    log_index: int


@dataclass(frozen=True)
class Block:
    """number, hash (32 bytes), time in seconds since 1970 UTC."""

    number: int
    hash: bytes
    time: int
