"""Routes that tell of the council and of what it did."""

from __future__ import annotations

from typing import Any, Literal

from fastapi import APIRouter

from ledger_service import messages
from ledger_service.api.door import (
    AskedPage,
    BlockShape,
    InLibrary,
    JsonRoute,
    Page,
    Shape,
    needs,
)
from ledger_service.domain.consortium.act import RIGHTS, Act
from ledger_service.domain.consortium.council_state import ToldProposal
from ledger_service.domain.people.permission import Permission
from reading_room.consortium.sql import SqlCouncil
from reading_room.consortium.verbs import ToldAct, list_acts, names_here, show_charter, show_council

router = APIRouter(prefix="/consortium", tags=["consortium"], route_class=JsonRoute)
Names = dict[str, str]


class ActShape(Shape):
    """An act as a call of a contract. says: in words, with the names that members give themselves."""

    contract: str
    function: str
    arguments: dict[str, Any]
    says: str

    @classmethod
    def of(cls, act: Act, names: Names) -> ActShape:
        return cls(
            contract=act.contract,
            function=act.function,
            arguments=act.named,
            says=messages.text(act.reason(names)),
        )


class DoneActShape(Shape):
    """An act that was done. at: seconds; transaction: 64 hex."""

    act: ActShape
    block: int
    at: int
    transaction: str

    @classmethod
    def of(cls, told: ToldAct, names: Names) -> DoneActShape:
        act = ActShape.of(told.act, names)
        return cls(act=act, block=told.block, at=told.at, transaction=told.transaction)


class ProposalShape(Shape):
    """What was proposed. acts: null for a call that is none of Muhr's. Times in seconds, 0: not yet."""

    proposal: str
    state: Literal["waits", "carried-out", "called-back"]
    proposed_at: int
    ready_at: int
    ended_at: int
    block: int
    transaction: str
    acts: list[ActShape | None]

    @classmethod
    def of(cls, one: ToldProposal, names: Names) -> ProposalShape:
        return cls(
            proposal=one.id,
            state=one.state.value,
            proposed_at=one.proposed_at,
            ready_at=one.ready_at,
            ended_at=one.ended_at,
            block=one.block,
            transaction=one.transaction,
            acts=[None if act is None else ActShape.of(act, names) for act in one.acts],
        )


class CouncilShape(Shape):
    """admin: account, 40 hex; members: rights by account. The others are null if it is no council of ours.

    as_of: the block up to which its events were read, null while they were not.
    """

    admin: str
    is_council: bool
    delay: int | None
    members: dict[str, list[str]] | None
    proposals: list[ProposalShape] | None
    as_of: BlockShape | None


@router.get("/council", openapi_extra=needs(Permission.LEDGER_READ))
def council(library: InLibrary) -> CouncilShape:
    """Return who acts for the consortium, how long its acts wait, and what was proposed."""
    charter, seen = show_charter(library), show_council(library, SqlCouncil)
    if seen is None:
        return CouncilShape(
            admin=charter.admin,
            is_council=charter.has_council,
            delay=None,
            members=None,
            proposals=None,
            as_of=None,
        )
    names, state = names_here(library), seen.state
    return CouncilShape(
        admin=charter.admin,
        is_council=True,
        delay=state.delay,
        members={
            who: [one for one in RIGHTS if one in held] for who, held in state.members.items()
        },
        proposals=[ProposalShape.of(one, names) for one in state.proposals],
        as_of=BlockShape.of(seen.as_of),
    )


@router.get("/acts", openapi_extra=needs(Permission.LEDGER_READ))
def acts(library: InLibrary, page: AskedPage) -> Page[DoneActShape]:
    """List what the council did, as events of the contracts tell, the newest first."""
    names = names_here(library)
    found = list_acts(library, page)
    return Page[DoneActShape](
        items=[DoneActShape.of(one, names) for one in found.items], next=found.next
    )
