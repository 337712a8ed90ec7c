"""One chain on which several libraries act, each over a line and by accounts of its own."""

from __future__ import annotations

from typing import Any

from tests.simulators.chain import ChainSimulator
from tests.simulators.parts.identity import Identity
from tests.simulators.parts.mined_block import MinedBlock, Sent


class SharedChain(ChainSimulator):
    """A library's own line to a chain: blocks and pool are those of all, whatever is cut is its own.

    What the network does (`mines`, `price`, `final`) is set on each line.
    """

    def __init__(self, chain: ChainSimulator, identity: Identity) -> None:
        self._chain = chain
        told: dict[str, Any] = {
            name: value for name, value in vars(chain).items() if name not in ("blocks", "pool")
        }
        self.__dict__.update(told)
        self.interrupt, self.calls = {}, []
        self.own, self._ledger = identity.own, identity.ledger
        self.balances[self.relayer] = 10**18

    @property
    def blocks(self) -> list[MinedBlock]:  # type: ignore[override]
        return self._chain.blocks

    @blocks.setter
    def blocks(self, blocks: list[MinedBlock]) -> None:
        self._chain.blocks = blocks

    @property
    def pool(self) -> list[Sent]:  # type: ignore[override]
        return self._chain.pool

    @pool.setter
    def pool(self, pool: list[Sent]) -> None:
        self._chain.pool = pool
