"""What a proof of the chain's state needs of a node, which is not trusted. Also part of muhr-verify."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from ledger_service.domain.identifiers import LicenseId, StewardId
from ledger_service.domain.resources.license import LicenseTerms


class Header(NamedTuple):
    """A block's number, and the RLP of its header, whose Keccak-256 is the hash that the node told."""

    number: int
    encoded: bytes


class NodeHead(NamedTuple):
    """What a node says of itself: its chain's id, the hash of its first block (64 hex), its newest block, and
    whether it has not caught up with its chain yet.
    """

    chain_id: int
    genesis: str
    header: Header
    is_syncing: bool


SlotsOf = tuple[str, Sequence[bytes]]
"""A contract's address, 40 hex, and at least one of its slots, 32 bytes each."""


class SlotProof(NamedTuple):
    """What a node gives as proof of slots. nodes: of the tries, from the root on; word: of the first slot."""

    nodes: tuple[bytes, ...]
    word: int


class AddedAgent(NamedTuple):
    """An account (20 bytes) that was added to act for a steward, and the block that did so."""

    account: bytes
    block: int


class StateNode(Protocol):
    """A node that can prove what contracts hold. Every method raises ChainUnavailable without an answer."""

    def head(self) -> NodeHead:
        """Return where the node stands; raise InvalidStateProof for a malformed block."""

    def header(self, block: int | None) -> Header:
        """Return the header of a block, the newest if None; raise InvalidStateProof for a malformed one."""

    def prove_slots(self, asked: Sequence[SlotsOf], block: int) -> list[SlotProof]:
        """Return the proofs of contracts' slots at a block, in their order; nobody has checked them yet.

        Raises:
            InvalidStateProof: an answer is not of a proof's form.
        """

    def agents_added(
        self, registry: str, steward: StewardId, first: int, last: int
    ) -> list[AddedAgent]:
        """Return who was added to act for a steward in some blocks, by the node's word, which may omit some.

        registry: address of StewardRegistry, 40 hex.
        """

    def license_terms(
        self, registry: str, license_id: LicenseId, first: int, last: int
    ) -> LicenseTerms | None:
        """Return the terms that have this id, which proves them, if some blocks define them.

        registry: address of LicenseRegistry, 40 hex.
        """
