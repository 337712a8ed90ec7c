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

    def is_syncing(self) -> bool:
        """Return whether the node says that it has not caught up with its chain yet."""

    def chain(self) -> tuple[int, str]:
        """Return the chain's id and the hash of its first block, 64 hex."""

    def header(self, block: int | None) -> Header:
        """Return the header of a block, the newest if None; raise InvalidStateProof for a malformed one."""

    def prove_slots(self, contract: str, slots: Sequence[bytes], block: int) -> SlotProof:
        """Return the proof of some slots of a contract at a block, which nobody has checked yet.

        contract: its address, 40 hex; slots: 32 bytes each, at least one.

        Raises:
            InvalidStateProof: the answer is not of a proof's form.
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
