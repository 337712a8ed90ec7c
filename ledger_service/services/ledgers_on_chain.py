"""Which ledgers the chain has, whose they are, and what of them is anchored: kept in memory beside the index.

A verification asks this of every ledger. A ledger of a few years has tens of thousands of anchors, and
only those of blocks that are new are read again.
"""

from __future__ import annotations

import threading
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from ledger_service.domain.chain.block import Block
from ledger_service.domain.chain.history import ChainEvent
from ledger_service.domain.identifiers import LedgerId, StewardId
from ledger_service.ports.store import Transaction


class Anchored(NamedTuple):
    """A checkpoint on chain. root: 32 bytes; time: of its block, in seconds; transaction: 64 hex."""

    size: int
    root: bytes
    block: int
    log_index: int
    time: int
    transaction: str


@dataclass
class LedgerOnChain:
    """A ledger that was opened for a steward. anchors: oldest first; the contract lets sizes only grow."""

    steward: StewardId
    anchors: list[Anchored] = field(default_factory=list)

    @property
    def newest(self) -> Anchored | None:
        """Return the newest anchor, None before the first."""
        return self.anchors[-1] if self.anchors else None

    def first_above(self, index: int) -> Anchored | None:
        """Return the first anchor that covers the entry at an index, None if none does."""
        at = bisect_right(self.anchors, index, key=lambda anchor: anchor.size)
        return self.anchors[at] if at < len(self.anchors) else None


@dataclass
class LedgersOnChain:
    """Reads them once, and then what is new. For all threads of a process and one database."""

    _lock: threading.Lock = field(default_factory=threading.Lock)
    _read_to: Block | None = None
    _read_before: Block | None = None
    """A transaction that began just before the newest block may still ask."""
    _ledgers: dict[LedgerId, LedgerOnChain] = field(default_factory=dict)
    _roots: dict[str, Anchored] = field(default_factory=dict)

    def is_root_known(self, mirror: str, anchored: Anchored) -> bool:
        """Return whether a copy was found to have this anchor's root; copies only grow."""
        return self._roots.get(mirror) == anchored

    def know_root(self, mirror: str, anchored: Anchored) -> None:
        """Keep in mind that a copy has this anchor's root."""
        self._roots[mirror] = anchored

    def read(
        self, transaction: Transaction, block: Block | None
    ) -> Mapping[LedgerId, LedgerOnChain]:
        """Return the ledgers, at least as of the block that the transaction's index was read to."""
        with self._lock:
            known = self._read_to
            if block is None:
                return {}
            if block not in (known, self._read_before):
                index = transaction.chain_index
                if known is None or known.number > block.number or not index.has(known):
                    self._ledgers, known = (
                        {},
                        None,
                    )  # the chain was reorganized, or this is the first time
                self._ledgers = dict(self._ledgers)  # others go through what was handed out
                _fold(self._ledgers, index.of_ledgers(-1 if known is None else known.number))
                self._read_before, self._read_to = known, block
            return self._ledgers


def _fold(ledgers: dict[LedgerId, LedgerOnChain], events: Iterable[ChainEvent]) -> None:
    for event in events:
        if event.name == "LedgerOpened":
            steward = StewardId.parse(event.text("steward"))
            ledgers.setdefault(LedgerId.parse(event.subject), LedgerOnChain(steward))
        elif event.name == "CheckpointAnchored":
            ledger = ledgers.get(LedgerId.parse(event.subject))
            root = bytes.fromhex(event.text("root"))
            at = event.block, event.log_index, event.block_time, event.transaction
            if ledger is not None:
                ledger.anchors.append(Anchored(event.number("size"), root, *at))
