"""What the live tests share: a ledger in memory that is as large as a test likes."""

from collections.abc import Callable, Sequence

import pytest

from ledger_service.domain import merkle
from ledger_service.domain.entry import Entry
from ledger_service.domain.merkle import Frontier, NodeName


class MemoryLedger:
    """Entries and their tree nodes in memory; entry number n is the same in every one."""

    def __init__(self, size: int) -> None:
        self.entries: list[bytes] = []
        self._frontier = Frontier()
        self._nodes: dict[NodeName, bytes] = {}
        for number in range(size):
            entry = Entry("steward", 1_700_000_000 + number, {"steward": "5a" * 32, "block": 7})
            self.entries.append(entry.format())
            self._nodes.update(self._frontier.append(merkle.leaf_hash(self.entries[-1])))

    def root(self, size: int) -> bytes:
        return merkle.root_hash(size, self._read) if size else merkle.EMPTY_ROOT

    def inclusion_proof(self, index: int, size: int) -> list[bytes]:
        return merkle.inclusion_proof(index, size, self._read)

    def consistency_proof(self, old_size: int, new_size: int) -> list[bytes]:
        return merkle.consistency_proof(old_size, new_size, self._read)

    def _read(self, names: Sequence[NodeName]) -> list[bytes]:
        return [self._nodes[name] for name in names]


@pytest.fixture(scope="session")
def new_ledger() -> Callable[[int], MemoryLedger]:
    """Return the class of ledgers in memory."""
    return MemoryLedger
