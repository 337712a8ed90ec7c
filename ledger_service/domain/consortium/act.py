"""What the council of a consortium may do on chain, as its signers read it before they sign.

An act is a call of one contract. `reason` has a name and values for the sentence in which it is told;
whatever is no act of these is told as an unknown call, which nobody should sign.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from ledger_service.domain.chain.account import checksummed
from ledger_service.domain.chain.history import FOR_EVER, ChainEvent
from ledger_service.domain.chain.keccak import keccak256
from ledger_service.domain.chain.roles import REGISTRAR
from ledger_service.domain.consortium.join_request import JoinRequest
from ledger_service.domain.instant import instant
from ledger_service.domain.reasons import Reason

COUNCIL = "Council"
RIGHTS = ("PROPOSER_ROLE", "EXECUTOR_ROLE", "CANCELLER_ROLE")
"""What a member of the council may do; its other right, to give rights without delay, is nobody's."""
_RIGHT_OF = {keccak256(right.encode()).hex(): right for right in RIGHTS}
REGISTRY, ANCHORS = "StewardRegistry", "CheckpointAnchor"


class Form(NamedTuple):
    """An act's name in sentences, and the names of its arguments in their order."""

    name: str
    arguments: tuple[str, ...]


FORMS: Mapping[tuple[str, str], Form] = {
    (REGISTRY, "accredit"): Form("accredit", ("steward",)),
    (REGISTRY, "suspend"): Form("suspend", ("steward",)),
    (REGISTRY, "reinstate"): Form("reinstate", ("steward",)),
    (REGISTRY, "addRegistrar"): Form("add-registrar", ("steward", "account", "since", "until")),
    (REGISTRY, "addService"): Form("add-service", ("steward", "account", "since", "until")),
    (REGISTRY, "close"): Form("close", ("account", "since")),
    (REGISTRY, "rotate"): Form("rotate", ("account", "successor", "since", "until")),
    (REGISTRY, "beginDefaultAdminTransfer"): Form("hand-over-registry", ("account",)),
    (ANCHORS, "openLedger"): Form("open-ledger", ("ledger", "steward", "account")),
    (ANCHORS, "setAnchorer"): Form("set-anchorer", ("ledger", "account")),
    (ANCHORS, "beginDefaultAdminTransfer"): Form("hand-over-anchors", ("account",)),
    (COUNCIL, "grantRole"): Form("add-member", ("role", "account")),
    (COUNCIL, "revokeRole"): Form("remove-member", ("role", "account")),
    (COUNCIL, "updateDelay"): Form("change-delay", ("seconds",)),
}
_TOLD_BY: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "StewardAccredited": ("accredit", ("steward",)),
    "StewardSuspended": ("suspend", ("steward",)),
    "StewardReinstated": ("reinstate", ("steward",)),
    "AgentClosed": ("close", ("agent", "at")),
    "LedgerOpened": ("openLedger", ("ledger", "steward", "anchorer")),
    "AnchorerChanged": ("setAnchorer", ("ledger", "anchorer")),
}
_TIMES = frozenset({"since", "until"})


@dataclass(frozen=True)
class Act:
    """A call. contract: one of the five, or Council; arguments: in the contract's order.

    Ids are 64 hex, accounts 40 hex, times and delays whole seconds.
    """

    contract: str
    function: str
    arguments: tuple[str | int, ...]

    @property
    def is_known(self) -> bool:
        """Whether signers can be told what it does."""
        is_of_rights = self.contract == COUNCIL and self.function in ("grantRole", "revokeRole")
        return not is_of_rights or self.arguments[0] in _RIGHT_OF

    @property
    def named(self) -> dict[str, str | int]:
        """The arguments by their names."""
        form = FORMS[self.contract, self.function]
        return dict(zip(form.arguments, self.arguments, strict=True))

    def reason(self, names: Mapping[str, str] | None = None) -> Reason:
        """Return what signers are told. names: of stewards and ledgers, by their ids."""
        form = FORMS[self.contract, self.function]
        values = {
            name: _told(name, value, {**_RIGHT_OF, **(names or {})})
            for name, value in self.named.items()
        }
        return Reason(f"council-{form.name}", values)


def accrediting(request: JoinRequest, since: int, until: int = FOR_EVER) -> tuple[Act, ...]:
    """Return the acts by which a library becomes a member. since, until: the window of its accounts."""
    steward, ledger = request.steward.hex(), request.ledger.hex()
    return (
        Act(REGISTRY, "accredit", (steward,)),
        Act(REGISTRY, "addRegistrar", (steward, request.registrar, since, until)),
        Act(REGISTRY, "addService", (steward, request.service, since, until)),
        Act(ANCHORS, "openLedger", (ledger, steward, request.anchorer)),
    )


def act_of_event(event: ChainEvent) -> Act | None:
    """Return the act of an admin that an event of a contract tells of; None for what others do.

    A key that was replaced by another is told as two acts: one is closed, one is added.
    """
    told = [event.arguments[name] for name in _TOLD_BY.get(event.name, ("", ()))[1]]
    if event.name == "AgentAdded":
        role, since, until = event.number("role"), event.number("from"), event.number("until")
        function = "addRegistrar" if role == REGISTRAR else "addService"
        return Act(REGISTRY, function, (event.text("steward"), event.text("agent"), since, until))
    if event.name not in _TOLD_BY:
        return None
    values = tuple(int(value) if isinstance(value, bool) else value for value in told)
    return Act(event.contract, _TOLD_BY[event.name][0], values)


def _told(name: str, value: str | int, names: Mapping[str, str]) -> str | int:
    """Return a value as a signer compares it: accounts with their checksum, times as they are read."""
    if name in _TIMES:
        return "∞" if value == FOR_EVER else instant(int(value))
    if isinstance(value, int):
        return value
    known = names.get(value)
    shown = checksummed(value) if len(value) == 40 else value
    return shown if known is None else f"{known} ({shown})"
