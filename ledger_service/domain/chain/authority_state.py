"""Who might register when, as the contracts' storage has it: for claims that the ledger alone holds.

A claim in bulk has no registration on chain that would prove by itself who made it. What the contract
would have asked is read here as of the claim's anchor. Normative text: docs/formats.md §5.
"""

from __future__ import annotations

from dataclasses import dataclass

from ledger_service.domain.chain.chain_state import (
    ProvenState,
    StateProof,
    mapping_slot,
    window_slot,
)
from ledger_service.domain.chain.deployment import Deployment
from ledger_service.domain.chain.keccak import keccak256
from ledger_service.domain.chain.roles import REGISTRAR
from ledger_service.domain.identifiers import LedgerId, StewardId

LEDGERS, HISTORIES = 5, 5  # slots of mappings, in CheckpointAnchor and in StewardRegistry
MOST_CHANGES = 8  # of a steward's accreditation that are read; more are for the complete way
_TIME = (1 << 64) - 1


@dataclass(frozen=True)
class Window:
    """An account's window. role: 1 registrar; until: as it stands now, after a closing."""

    starts_at: int
    until: int
    role: int


@dataclass(frozen=True)
class AuthorityFacts:
    """keeper: of the ledger, None if it is not open; changes: (block, accredited), oldest first, None if
    there are more than are read; windows: of the accounts that were asked for.
    """

    keeper: StewardId | None
    changes: tuple[tuple[int, bool], ...] | None
    windows: tuple[Window, ...]

    def was_accredited(self, block: int) -> bool:
        """Return whether the steward was accredited just before this block."""
        held = [accredited for at, accredited in self.changes or () if at < block]
        return bool(held) and held[-1]

    def had_live_registrar(self, time: int) -> bool:
        """Return whether one of the windows is a registrar's and covers the time, in seconds."""
        return any(
            window.role == REGISTRAR and window.starts_at <= time < window.until
            for window in self.windows
        )


def keeper_slot(ledger: LedgerId) -> bytes:
    """Return the slot of the steward who keeps a ledger."""
    return _after(mapping_slot(LEDGERS, ledger.value), 1)


def change_slots(steward: StewardId) -> tuple[bytes, ...]:
    """Return the slots of how often a steward's accreditation changed, and of the changes."""
    count = mapping_slot(HISTORIES, steward.value)
    return count, *(_after(keccak256(count), place) for place in range(MOST_CHANGES))


def read_authority(
    proof: StateProof,
    deployment: Deployment,
    ledger: LedgerId,
    steward: StewardId,
    accounts: tuple[bytes, ...],
) -> AuthorityFacts:
    """Return what the state says of a ledger, its steward and some accounts; raise InvalidStateProof.

    accounts: 20 bytes each.
    """
    state = ProvenState(proof, deployment)
    keeper = state.word("CheckpointAnchor", keeper_slot(ledger))
    count, *changes = [state.word("StewardRegistry", slot) for slot in change_slots(steward)]
    words = [state.word("StewardRegistry", window_slot(steward, account)) for account in accounts]
    state.check_all_read()
    return AuthorityFacts(
        StewardId(keeper.to_bytes(32)) if keeper else None,
        None
        if count > MOST_CHANGES
        else tuple((word & (1 << 48) - 1, bool(word >> 48)) for word in changes[:count]),
        tuple(Window(word & _TIME, word >> 64 & _TIME, word >> 128 & 0xFF) for word in words),
    )


def _after(slot: bytes, places: int) -> bytes:
    return ((int.from_bytes(slot) + places) % 2**256).to_bytes(32)
