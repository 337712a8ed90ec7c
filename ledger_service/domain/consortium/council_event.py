"""What the contract `Council` has told: proposals and their ends, who acts for it, how long it waits."""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import StrEnum

from ledger_service.domain import foreign_json
from ledger_service.domain.chain.block import Position
from ledger_service.domain.consortium.act import Act


class CouncilEventKind(StrEnum):
    """What happened."""

    PROPOSED = "proposed"  # one call of a proposal; each of its calls is an event
    CARRIED_OUT = "carried-out"  # likewise
    CALLED_BACK = "called-back"
    GIVEN = "given"  # a right
    TAKEN = "taken"
    DELAY = "delay"


@dataclass(frozen=True)
class CouncilEvent:
    """at: time of its block, seconds. transaction: 64 hex.

    proposal: id, 64 hex; act: of a proposed call, None for one that is none of ours; ready_at: from when it
    may be carried out. right, account: see act.RIGHTS, 40 hex. seconds: the new delay.
    """

    kind: CouncilEventKind
    block: int
    log_index: int
    at: int
    transaction: str
    proposal: str = ""
    act: Act | None = None
    ready_at: int = 0
    right: str = ""
    account: str = ""
    seconds: int = 0

    @property
    def position(self) -> Position:
        return Position(self.block, self.log_index)


def format_act(act: Act | None) -> str | None:
    """Return the JSON text of an act; inverse of `parse_act`."""
    if act is None:
        return None
    return json.dumps([act.contract, act.function, list(act.arguments)])


def parse_act(text: str | None) -> Act | None:
    """Return the act of our own JSON text."""
    if text is None:
        return None
    contract, function, arguments = foreign_json.parse(text.encode())
    return Act(contract, function, tuple(arguments))
