"""How an account is replaced: which acts of an admin do it, as the contracts stand now."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ledger_service.adapters.evm.abi import artifact
from ledger_service.adapters.evm.node import Node
from ledger_service.domain.chain.deployment import Deployment
from ledger_service.domain.chain.history import FOR_EVER
from ledger_service.domain.chain.roles import REGISTRAR, SERVICE
from ledger_service.domain.chain_errors import LedgerNotFound
from ledger_service.domain.consortium.act import ANCHORS, REGISTRY, Act
from ledger_service.domain.consortium.charter import Charter
from ledger_service.domain.errors import InvalidRotateRequest
from ledger_service.domain.identifiers import LedgerId, StewardId

OVERLAP_SECONDS = 3600  # for which both may act: no intent of a library's own is good for longer
LATE_SECONDS = 7 * 86_400  # more, where a council may carry it out later than it could
_FUNCTIONS = {"registrar": ("addRegistrar", REGISTRAR), "service": ("addService", SERVICE)}


@dataclass(frozen=True)
class Replacement:
    """Accounts are 40 hex. role: registrar, service or anchorer, of this steward and ledger."""

    steward: StewardId
    ledger: LedgerId
    role: str
    present: str
    successor: str


def replacing(
    node: Node,
    on: Charter | Deployment,
    wanted: Replacement,
    *,
    delay: int = 0,
    since: int | None = None,
) -> tuple[Act, ...]:
    """Return the acts by which one account follows another; none if it has been done.

    The old account of a registrar or service ends a while after the new one is let in, so that what it
    signed before still holds. One that was closed already is left as it is.

    Args:
        delay: seconds that the admin waits between the call and the act.
        since: the time of a theft: the old account ends as of then.

    Raises:
        InvalidRotateRequest: the present account is none of this institution's in this role.
    """
    if wanted.role == "anchorer":
        return _of_anchorer(node, on, wanted)
    function, number = _FUNCTIONS[wanted.role]
    steward, role, _, until = _asked(node, on, REGISTRY, "agent", bytes.fromhex(wanted.present))
    if (steward, role) != (wanted.steward.value, number):
        raise _none_of_theirs(wanted)
    now = node.block().time
    ends = (
        now + delay + OVERLAP_SECONDS + (LATE_SECONDS if delay else 0) if since is None else since
    )
    acts = []
    added, _, _, ended = _asked(node, on, REGISTRY, "agent", bytes.fromhex(wanted.successor))
    if added == bytes(32):
        told = (wanted.steward.hex(), wanted.successor, now, FOR_EVER)
        acts.append(Act(REGISTRY, function, told))
    elif added == wanted.steward.value and ended <= now:  # nobody can be let in twice
        raise InvalidRotateRequest("successor-closed", account="0x" + wanted.successor)
    elif added != wanted.steward.value:
        raise InvalidRotateRequest("successor-taken", account="0x" + wanted.successor)
    if ends < until:  # else it has been asked for, or the account was closed
        acts.append(Act(REGISTRY, "close", (wanted.present, ends)))
    return tuple(acts)


def _of_anchorer(node: Node, on: Charter | Deployment, wanted: Replacement) -> tuple[Act, ...]:
    try:
        keeper, anchorer, *_ = _asked(node, on, ANCHORS, "ledgerOf", wanted.ledger.value)
    except LedgerNotFound as exc:
        raise _none_of_theirs(wanted) from exc
    now = anchorer.removeprefix("0x").lower()
    if keeper != wanted.steward.value or now not in (wanted.present, wanted.successor):
        raise _none_of_theirs(wanted)
    if now == wanted.successor:
        return ()
    return (Act(ANCHORS, "setAnchorer", (wanted.ledger.hex(), wanted.successor)),)


def _none_of_theirs(wanted: Replacement) -> InvalidRotateRequest:
    return InvalidRotateRequest("not-present", account="0x" + wanted.present, role=wanted.role)


def _asked(
    node: Node, on: Charter | Deployment, contract: str, function: str, argument: bytes
) -> tuple[Any, ...]:
    code = artifact(contract)
    answer = node.call(on.contracts[contract], code.call(function, argument))
    return code.result(function, answer)
