"""How a council is after what its contract told: proposals come, end and come again; rights come and go."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ledger_service.domain.consortium.act import REGISTRY, RIGHTS, Act
from ledger_service.domain.consortium.council_event import (
    CouncilEvent,
    CouncilEventKind,
    format_act,
    parse_act,
)
from ledger_service.domain.consortium.council_state import CouncilState, ProposalState

ACT = Act(REGISTRY, "suspend", ("aa" * 32,))
FIRST, SECOND = "11" * 20, "22" * 20
P, Q = "01" * 32, "02" * 32


def event(kind: CouncilEventKind, at: int, **told: object) -> CouncilEvent:
    return CouncilEvent(kind, at, 0, at * 10, f"{at:064x}", **told)  # type: ignore[arg-type]


def given(at: int, account: str, right: str, *, taken: bool = False) -> CouncilEvent:
    kind = CouncilEventKind.TAKEN if taken else CouncilEventKind.GIVEN
    return event(kind, at, account=account, right=right)


def proposed(at: int, proposal: str = P, act: Act | None = ACT) -> CouncilEvent:
    return event(CouncilEventKind.PROPOSED, at, proposal=proposal, act=act, ready_at=at * 10 + 3600)


def ended(kind: CouncilEventKind, at: int, proposal: str = P) -> CouncilEvent:
    return event(kind, at, proposal=proposal)


def test_members_are_who_has_a_right() -> None:
    told = [given(1, who, right) for who in (FIRST, SECOND) for right in RIGHTS]
    told += [given(2, FIRST, "")]  # a role that is none of the council's
    told += [given(3, SECOND, right, taken=True) for right in RIGHTS[:2]]
    state = CouncilState.of(told)
    assert state.members == {FIRST: frozenset(RIGHTS), SECOND: frozenset(RIGHTS[2:])}
    gone = CouncilState.of([*told, given(4, SECOND, RIGHTS[2], taken=True)])
    assert set(gone.members) == {FIRST}


def test_the_delay_is_the_newest() -> None:
    told = [event(CouncilEventKind.DELAY, at, seconds=at) for at in (60, 3600)]
    assert CouncilState.of(told).delay == 3600
    assert CouncilState.of([]).delay == 0


def test_a_proposal_of_two_calls_waits_and_is_carried_out() -> None:
    told = [proposed(5), proposed(5, act=None), proposed(6, Q)]
    [first, second] = CouncilState.of(told).waiting
    assert (first.id, first.acts, first.ready_at) == (P, (ACT, None), 3650)
    assert second.id == Q
    done = ended(CouncilEventKind.CARRIED_OUT, 9)
    [first, _] = CouncilState.of([*told, done, replace(done, log_index=1)]).proposals
    assert (first.state, first.ended_at, first.block) == (ProposalState.CARRIED_OUT, 90, 9)
    assert len(CouncilState.of([*told, done]).waiting) == 1


def test_what_was_called_back_may_be_proposed_anew() -> None:
    told = [proposed(5), ended(CouncilEventKind.CALLED_BACK, 6)]
    assert CouncilState.of(told).waiting == ()
    [again] = CouncilState.of([*told, proposed(8)]).waiting
    assert (again.acts, again.proposed_at) == ((ACT,), 80)


def test_the_end_of_a_proposal_whose_beginning_is_not_known_is_told() -> None:
    [one] = CouncilState.of([ended(CouncilEventKind.CARRIED_OUT, 6)]).proposals
    assert (one.acts, one.state) == ((), ProposalState.CARRIED_OUT)


@pytest.mark.parametrize("act", [None, ACT, Act(REGISTRY, "close", ("11" * 20, 5))])
def test_an_act_is_kept_as_text(act: Act | None) -> None:
    assert parse_act(format_act(act)) == act
