"""What the contracts hold, proved against one block's hash: a header, and trie nodes below it.

A proof names no address and no slot: who checks it knows both, from the deployment that it pins and
from the entry that it asks about. Where a value stands follows from the contracts' storage layout,
which tests/ports/chain/test_state_proofs.py holds to the contracts. Normative text: docs/formats.md §5.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from ledger_service.domain.chain import rlp, state_trie
from ledger_service.domain.chain.block import Block
from ledger_service.domain.chain.deployment import Deployment
from ledger_service.domain.chain.keccak import keccak256
from ledger_service.domain.chain.roles import REGISTRAR
from ledger_service.domain.errors import InvalidStateProof
from ledger_service.domain.identifiers import Digest, LedgerId, LicenseId, StewardId

MOST_NODES = 256
LARGEST_NODE_BYTES = 1024  # of a trie
LARGEST_HEADER_BYTES = 8192  # of a block; those of chains of validators carry a signature of each
HEADER_ITEMS = range(15, 33)  # Ethereum had 15 at first, Shanghai has 17, and more may come
_STATE_ROOT, _NUMBER, _TIME = 3, 8, 11  # items of a header

CHECKPOINTS, WINDOWS, LICENSE_NUMBERS = 6, 7, 2  # slots of mappings
ENTRIES, SUCCESSORS, ORIGINALS = 3, 4, 5
SUPERSEDED, WITHDRAWN = 2, 3  # states of an entry in ResourceRegistry
NO_RENDITION = 1  # its standing; 2 for a rendition, 0 from contracts that did not tell yet


@dataclass(frozen=True)
class StateProof:
    """header: RLP of the block's header; nodes: of the tries, each once, in any order."""

    header: bytes
    nodes: tuple[bytes, ...]

    def __post_init__(self) -> None:
        is_small = all(len(node) <= LARGEST_NODE_BYTES for node in self.nodes)
        if len(self.nodes) > MOST_NODES or not is_small:
            raise InvalidStateProof("too-large", nodes=MOST_NODES, bytes=LARGEST_NODE_BYTES)
        if len(self.header) > LARGEST_HEADER_BYTES:
            raise InvalidStateProof("header-too-large", bytes=LARGEST_HEADER_BYTES)

    @property
    def block_hash(self) -> bytes:
        """The hash of the block whose header this is."""
        return keccak256(self.header)


@dataclass(frozen=True)
class StateClaim:
    """What is asked of the state: a checkpoint, and a registration under a license."""

    ledger: LedgerId
    size: int
    digest: Digest
    steward: StewardId
    license: LicenseId


@dataclass(frozen=True)
class HeldRegistration:
    """A registration as ResourceRegistry holds it. registrar: 20 bytes; state: 1 registered,
    2 superseded, 3 withdrawn; license_number: LicenseRegistry's for its license; standing: 1 no
    rendition of another, 2 a rendition, 0 if the contract does not tell.
    """

    registrar: bytes
    registered_at: int
    state: int
    relation: int
    license_number: int
    standing: int

    @property
    def may_have_original(self) -> bool:
        """Return whether the slot of its original must be read to know that there is none."""
        return self.standing != NO_RENDITION


@dataclass(frozen=True)
class StateFacts:
    """What the state says of a claim, as of the end of the block.

    root: of the checkpoint of that size, None if none is anchored; anchored_in, anchored_at: number
    and time of the block that anchored it, None where the proof does not show them; starts_at, until,
    role: the registrar's window. original_state: of the registration that this is a rendition of.
    """

    block: Block
    root: bytes | None
    anchored_in: int | None
    anchored_at: int | None
    registration: HeldRegistration | None
    successor: bytes | None
    original: bytes | None
    original_state: int
    starts_at: int
    until: int
    role: int
    license_number: int

    @property
    def registrar_was_live(self) -> bool:
        """Return whether the registrar's window, as it is now, covers the registration."""
        held = self.registration
        return (
            held is not None
            and self.role == REGISTRAR
            and self.starts_at <= held.registered_at < self.until
        )


def mapping_slot(place: int | bytes, key: bytes) -> bytes:
    """Return the slot of a key of 32 bytes in the mapping at a place."""
    return keccak256(key + (place.to_bytes(32) if isinstance(place, int) else place))


def checkpoint_slots(ledger: LedgerId, size: int) -> tuple[bytes, bytes]:
    """Return the slots of a checkpoint's root, and of its block and time."""
    first = mapping_slot(mapping_slot(CHECKPOINTS, ledger.value), size.to_bytes(32))
    return first, ((int.from_bytes(first) + 1) % 2**256).to_bytes(32)


def registration_slot(place: int, digest: bytes, steward: StewardId) -> bytes:
    """Return the slot of (digest, steward) in ENTRIES, SUCCESSORS or ORIGINALS."""
    return mapping_slot(mapping_slot(place, digest), steward.value)


def window_slot(steward: StewardId, account: bytes) -> bytes:
    """Return the slot of an agent's window. account: 20 bytes."""
    return mapping_slot(mapping_slot(WINDOWS, steward.value), bytes(12) + account)


def parse_registration(word: int) -> HeldRegistration | None:
    """Return the registration that a storage word of ResourceRegistry holds, None for none."""
    if not word >> 200 & 0xFF:
        return None
    return HeldRegistration(
        registrar=(word & (1 << 160) - 1).to_bytes(20),
        registered_at=word >> 160 & (1 << 40) - 1,
        state=word >> 200 & 0xFF,
        relation=word >> 208 & 0xFF,
        license_number=word >> 216 & 0xFFFFFFFF,
        standing=word >> 248,
    )


class _ReadNodes(dict[bytes, bytes]):
    """Trie nodes by their keccak-256, and the names of those that were read.

    anvil proves an empty trie by its one node, other clients by none; it says no more than the root does.
    """

    def __init__(self, nodes: Mapping[bytes, bytes]) -> None:
        super().__init__(nodes)
        self.read = {state_trie.EMPTY_TRIE} & nodes.keys()

    def __getitem__(self, name: bytes) -> bytes:
        self.read.add(name)
        return super().__getitem__(name)


@dataclass
class ProvenState:
    """The state of one block, as far as a proof shows it; every read is checked up to the header."""

    proof: StateProof
    deployment: Deployment
    block: Block = field(init=False)

    def __post_init__(self) -> None:
        header = rlp.decode(self.proof.header)
        if not isinstance(header, list) or len(header) not in HEADER_ITEMS:
            raise InvalidStateProof("header")
        root = header[_STATE_ROOT]
        if not isinstance(root, bytes) or len(root) != 32:
            raise InvalidStateProof("no-root")
        number, time = rlp.decode_number(header[_NUMBER]), rlp.decode_number(header[_TIME])
        self.block = Block(number, keccak256(self.proof.header), time)
        self._root = root
        self._nodes = _ReadNodes(state_trie.nodes_by_hash(self.proof.nodes))
        self._storage: dict[str, bytes] = {}

    def word(self, contract: str, slot: bytes) -> int:
        """Return a storage word of a contract, whose code is the deployed one; 0 if it is not set."""
        if contract not in self._storage:
            self._storage[contract] = self._storage_root(contract)
        value = state_trie.value_at(self._storage[contract], slot, self._nodes)
        return 0 if value is None else rlp.decode_number(rlp.decode(value))

    def shown_word(self, contract: str, slot: bytes) -> int | None:
        """Return a storage word as `word` does, None if the proof does not lead to it."""
        try:
            return self.word(contract, slot)
        except InvalidStateProof:
            return None

    def check_all_read(self) -> None:
        """Check that every node was on some way; else one was added or changed: InvalidStateProof."""
        if len(self._nodes.read) != len(self._nodes):
            raise InvalidStateProof("node-unused")

    def _storage_root(self, contract: str) -> bytes:
        address = bytes.fromhex(self.deployment.contracts[contract])
        value = state_trie.value_at(self._root, address, self._nodes)
        account = [] if value is None else rlp.decode(value)
        if not isinstance(account, list) or len(account) != 4:
            raise InvalidStateProof("no-contract", contract=contract)
        _, _, root, code = account
        if code != bytes.fromhex(self.deployment.code[contract]):
            raise InvalidStateProof("other-code", contract=contract)
        if not isinstance(root, bytes) or len(root) != 32:
            raise InvalidStateProof("account", contract=contract)
        return root


class AnchorState(NamedTuple):
    """What the state says of a checkpoint: its root, None if it is not anchored; number and time of the
    block that anchored it, None where the proof does not show them.
    """

    root: bytes | None
    block: int | None
    time: int | None


def read_anchor(
    proof: StateProof, deployment: Deployment, ledger: LedgerId, size: int
) -> tuple[Block, AnchorState]:
    """Return the block of a proof, and what it says of a checkpoint; raise InvalidStateProof."""
    state = ProvenState(proof, deployment)
    anchor = _anchor(state, ledger, size)
    state.check_all_read()
    return state.block, anchor


def read_registration(
    proof: StateProof, deployment: Deployment, digest: Digest, steward: StewardId
) -> HeldRegistration | None:
    """Return what a steward has registered of a digest, None for nothing; raise InvalidStateProof."""
    state = ProvenState(proof, deployment)
    word = state.word("ResourceRegistry", registration_slot(ENTRIES, digest.value, steward))
    state.check_all_read()
    return parse_registration(word)


def _anchor(state: ProvenState, ledger: LedgerId, size: int) -> AnchorState:
    root_slot, place_slot = checkpoint_slots(ledger, size)
    root = state.word("CheckpointAnchor", root_slot)
    place = state.shown_word("CheckpointAnchor", place_slot)
    return AnchorState(
        root.to_bytes(32) if root else None,
        None if place is None else place & (1 << 64) - 1,
        None if place is None else place >> 64 & (1 << 64) - 1,
    )


def read_state(proof: StateProof, deployment: Deployment, claim: StateClaim) -> StateFacts:
    """Return what the state says of a claim; raise InvalidStateProof if the proof does not show it.

    Words that decide nothing may be left out of a proof: the anchor's block, and what is empty anyway.
    """
    state = ProvenState(proof, deployment)

    def registry(mapping: int, digest: bytes, *, is_needed: bool = True) -> int:
        slot = registration_slot(mapping, digest, claim.steward)
        if is_needed:
            return state.word("ResourceRegistry", slot)
        return state.shown_word("ResourceRegistry", slot) or 0

    anchor = _anchor(state, claim.ledger, claim.size)
    digest = claim.digest.value
    held = parse_registration(registry(ENTRIES, digest))
    may_be_rendition = held is not None and held.may_have_original
    original = registry(ORIGINALS, digest, is_needed=may_be_rendition)
    is_superseded = held is not None and held.state == SUPERSEDED
    successor = registry(SUCCESSORS, digest, is_needed=is_superseded)
    original_word = registry(ENTRIES, original.to_bytes(32)) if original else 0
    window = (
        0
        if held is None
        else state.word("StewardRegistry", window_slot(claim.steward, held.registrar))
    )
    number = state.word("LicenseRegistry", mapping_slot(LICENSE_NUMBERS, claim.license.value))
    state.check_all_read()
    return StateFacts(
        block=state.block,
        root=anchor.root,
        anchored_in=anchor.block,
        anchored_at=anchor.time,
        registration=held,
        successor=successor.to_bytes(32) if is_superseded and successor else None,
        original=original.to_bytes(32) if original else None,
        original_state=original_word >> 200 & 0xFF,
        starts_at=window & (1 << 64) - 1,
        until=window >> 64 & (1 << 64) - 1,
        role=window >> 128 & 0xFF,
        license_number=number,
    )
