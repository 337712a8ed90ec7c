"""How a council is, as it follows from all that its contract has told: who acts for it, and what waits."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from ledger_service.domain.consortium.act import RIGHTS, Act
from ledger_service.domain.consortium.council_event import CouncilEvent, CouncilEventKind


class ProposalState(StrEnum):
    """How far a proposal is."""

    WAITS = "waits"
    CARRIED_OUT = "carried-out"
    CALLED_BACK = "called-back"


@dataclass(frozen=True)
class ToldProposal:
    """id: 64 hex. acts: None for a call that is none of ours.

    proposed_at, ready_at, ended_at: seconds, 0 for not yet. block, transaction (64 hex): of the proposal, or
    of its end.
    """

    id: str
    acts: tuple[Act | None, ...]
    proposed_at: int
    ready_at: int
    block: int
    transaction: str
    state: ProposalState = ProposalState.WAITS
    ended_at: int = 0


@dataclass(frozen=True)
class CouncilState:
    """delay: seconds. members: rights by account (40 hex). proposals: the first one first."""

    delay: int
    members: dict[str, frozenset[str]]
    proposals: tuple[ToldProposal, ...]

    @classmethod
    def of(cls, events: Iterable[CouncilEvent]) -> CouncilState:
        """Return the state after events, which are in their order on chain."""
        delay = 0
        rights: dict[str, set[str]] = {}
        proposals: dict[str, ToldProposal] = {}
        for event in events:
            kind = event.kind
            if kind is CouncilEventKind.DELAY:
                delay = event.seconds
            elif kind is CouncilEventKind.GIVEN and event.right in RIGHTS:
                rights.setdefault(event.account, set()).add(event.right)
            elif kind is CouncilEventKind.TAKEN:
                rights.get(event.account, set()).discard(event.right)
            elif event.proposal:
                proposals[event.proposal] = _after(proposals.get(event.proposal), event)
        members = {who: frozenset(held) for who, held in rights.items() if held}
        return cls(delay, members, tuple(proposals.values()))

    @property
    def waiting(self) -> tuple[ToldProposal, ...]:
        """What waits to be carried out or called back."""
        return tuple(one for one in self.proposals if one.state is ProposalState.WAITS)


def _after(before: ToldProposal | None, event: CouncilEvent) -> ToldProposal:
    if event.kind is CouncilEventKind.PROPOSED:
        ended = before is not None and before.state is not ProposalState.WAITS
        acts = () if before is None or ended else before.acts
        return ToldProposal(
            event.proposal,
            (*acts, event.act),
            event.at,
            event.ready_at,
            event.block,
            event.transaction,
        )
    is_done = event.kind is CouncilEventKind.CARRIED_OUT
    state = ProposalState.CARRIED_OUT if is_done else ProposalState.CALLED_BACK
    one = before or ToldProposal(event.proposal, (), 0, 0, event.block, event.transaction)
    return replace(
        one, state=state, ended_at=event.at, block=event.block, transaction=event.transaction
    )
