"""What a proof of the chain's state needs of a node, which is not trusted. Also part of muhr-verify."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol


class Header(NamedTuple):
    """A block's number, and the RLP of its header, whose Keccak-256 is the hash that the node told."""

    number: int
    encoded: bytes


class SlotProof(NamedTuple):
    """What a node gives as proof of slots. nodes: of the tries, from the root on; word: of the first slot."""

    nodes: tuple[bytes, ...]
    word: int


class StateNode(Protocol):
    """A node that can prove what contracts hold. Every method raises ChainUnavailable without an answer."""

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
