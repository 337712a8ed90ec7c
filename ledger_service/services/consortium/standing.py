"""What the chain, as our own index has it, says of a steward: whether it is accredited, and its accounts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from ledger_service.domain.chain.history import AgentWindow, ChainEvent, ChainHistory
from ledger_service.domain.chain.roles import REGISTRAR
from ledger_service.domain.consortium.member import Member
from ledger_service.domain.errors import InvalidMember
from ledger_service.domain.identifiers import LedgerId, StewardId
from ledger_service.domain.reasons import Reason
from ledger_service.ports.store import Transaction
from ledger_service.services.library import Library

_OF_STEWARDS = "StewardRegistry"
_REINSTATES = frozenset({"StewardAccredited", "StewardReinstated"})
_OF_STANDING = (*sorted(_REINSTATES), "StewardSuspended")


class Standing(StrEnum):
    """Whether a member may register and anchor now."""

    ACCREDITED = "accredited"
    SUSPENDED = "suspended"


@dataclass(frozen=True)
class OnChain:
    """A steward on chain. since: seconds, when it was first accredited. agents: windows, by account."""

    standing: Standing
    since: int
    agents: dict[str, AgentWindow]

    def check_signer(self, member: Member) -> None:
        """Check that the account may speak for the steward at the time of the announcement.

        An account that was closed counts for what it signed before the time as of which it was closed.

        Raises:
            InvalidMember: it may not.
        """
        window = self.agents.get(member.registrar)
        if window is None or (window.steward, window.role) != (member.steward, REGISTRAR):
            raise InvalidMember("not-its-account", account="0x" + member.registrar, uri=member.uri)
        if not window.starts_at <= member.at < window.until:
            raise InvalidMember("account-closed", account="0x" + member.registrar, uri=member.uri)


def stewards_on_chain(
    transaction: Transaction, stewards: Iterable[StewardId]
) -> dict[StewardId, OnChain]:
    """Return those of these stewards that the council accredited at some time."""
    found: dict[StewardId, list[ChainEvent]] = {}
    for event in transaction.chain_index.events_of([one.hex() for one in stewards]):
        if event.contract == _OF_STEWARDS:
            found.setdefault(StewardId.parse(event.subject), []).append(event)
    told = {steward: _on_chain(steward, events) for steward, events in found.items()}
    return {steward: one for steward, one in told.items() if one is not None}


def own_standing(library: Library) -> list[Reason]:
    """Return a warning if the council has suspended this library, and none for one that is alone."""
    if library.charter is None:
        return []
    with library.store.read() as transaction:
        told = transaction.chain_index.events_named(_OF_STANDING, [library.steward.hex()])
    if told and told[-1].name not in _REINSTATES:
        return [Reason("suspended-here")]
    return []


def keeps_ledger(transaction: Transaction, steward: StewardId, ledger: LedgerId) -> bool:
    """Return whether the council opened this ledger for the steward."""
    opened = transaction.chain_index.events_named(["LedgerOpened"], [ledger.hex()])
    return any(event.text("steward") == steward.hex() for event in opened)


def _on_chain(steward: StewardId, events: list[ChainEvent]) -> OnChain | None:
    history = ChainHistory.of(events)
    if steward not in history.accreditations:
        return None
    _, is_accredited = history.accreditations[steward][-1]
    since = next(event.block_time for event in events if event.name in _REINSTATES)
    standing = Standing.ACCREDITED if is_accredited else Standing.SUSPENDED
    return OnChain(standing, since, history.agents)
