"""What the services need of the ledger: entries, checkpoints, and the key that signs them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from ledger_service.domain.ledger.checkpoint import VerifierKey
from ledger_service.domain.ledger.merkle import Frontier, NodeName, NodeRun


@dataclass(frozen=True)
class SignedCheckpoint:
    """A checkpoint as published. note: the signed note; block and transaction: of its anchor."""

    size: int
    root: bytes
    note: str
    block: int | None
    transaction: str | None


@dataclass(frozen=True)
class PrivatePart:
    """What a private entry commits to. salt: 32 bytes; body: canonical JSON; None once erased."""

    entry: int
    salt: bytes | None
    body: bytes | None


class LedgerTable(Protocol):
    """Entries and tree nodes.

    Of what is not there, `read_nodes`, `hash_tile` and `entry_bundle` raise EntryNotFound; `entries`
    returns as many as there are. `append` takes entries from index `start`, the size, on.
    """

    def frontier(self) -> Frontier: ...
    def append(self, start: int, bodies: Sequence[bytes], nodes: Sequence[NodeRun]) -> None: ...
    def size(self) -> int: ...
    def read_nodes(self, names: Sequence[NodeName]) -> list[bytes]: ...
    def hash_tile(self, level: int, number: int, width: int) -> bytes: ...
    def entries(self, start: int, limit: int) -> list[bytes]: ...
    def entry_bundle(self, number: int, width: int) -> bytes: ...
    def add_private_part(self, index: int, salt: bytes, body: bytes) -> None: ...
    def private_parts(self, start: int, limit: int) -> list[PrivatePart]: ...


class CheckpointTable(Protocol):
    def find(self, size: int) -> SignedCheckpoint | None: ...
    def latest(self) -> SignedCheckpoint | None: ...
    def latest_anchored(self) -> SignedCheckpoint | None: ...
    def first_anchored_above(self, index: int) -> SignedCheckpoint | None: ...
    def add(self, size: int, root: bytes, at: int) -> None: ...
    def set_note(self, size: int, note: str) -> None: ...
    def unsigned(self) -> list[tuple[int, bytes]]: ...
    def set_anchor(self, size: int, block: int, transaction: str) -> None: ...


class Signer(Protocol):
    """The ledger's Ed25519 key."""

    @property
    def key(self) -> VerifierKey: ...
    def sign(self, message: bytes) -> bytes: ...
