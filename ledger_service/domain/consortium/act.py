"""What the council of a consortium may do on chain, as its signers read it before they sign.

An act is a call of one contract. `reason` has a name and values for the sentence in which it is told;
whatever is no act of these is told as an unknown call, which nobody should sign.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from ledger_service.domain.chain.account import checksummed
from ledger_service.domain.chain.history import FOR_EVER, ChainEvent
from ledger_service.domain.chain.keccak import keccak256
from ledger_service.domain.chain.roles import REGISTRAR
from ledger_service.domain.consortium.join_request import JoinRequest
from ledger_service.domain.instant import LATEST_INSTANT, instant
from ledger_service.domain.reasons import Reason, Value

COUNCIL = "Council"
RIGHTS = ("PROPOSER_ROLE", "EXECUTOR_ROLE", "CANCELLER_ROLE")
"""What a member of the council may do; its other right, to give rights without delay, is nobody's."""
RIGHTS_IN_WORDS = ("propose", "carry-out", "call-back")
_RIGHT_OF = {
    keccak256(right.encode()).hex(): word
    for right, word in zip(RIGHTS, RIGHTS_IN_WORDS, strict=True)
}
SHORT_DIGITS = 12  # of an id that has no name
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
    (REGISTRY, "acceptDefaultAdminTransfer"): Form("accept-registry", ()),
    (REGISTRY, "cancelDefaultAdminTransfer"): Form("keep-registry", ()),
    (ANCHORS, "openLedger"): Form("open-ledger", ("ledger", "steward", "account")),
    (ANCHORS, "setAnchorer"): Form("set-anchorer", ("ledger", "account")),
    (ANCHORS, "beginDefaultAdminTransfer"): Form("hand-over-anchors", ("account",)),
    (ANCHORS, "acceptDefaultAdminTransfer"): Form("accept-anchors", ()),
    (ANCHORS, "cancelDefaultAdminTransfer"): Form("keep-anchors", ()),
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
_OF_RIGHTS = frozenset({"grantRole", "revokeRole"})


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
        return self.of_member is None or self.arguments[0] in _RIGHT_OF

    @property
    def named(self) -> dict[str, str | int]:
        """The arguments by their names."""
        form = FORMS[self.contract, self.function]
        return dict(zip(form.arguments, self.arguments, strict=True))

    def reason(
        self,
        names: Mapping[str, str] | None = None,
        *,
        is_short: bool = False,
        moment: Callable[[int], str] = instant,
    ) -> Reason:
        """Return what signers are told. names: of stewards and ledgers by their ids, of accounts' holders.

        is_short: as readers are told, to whom a name that is known stands for its id, and else a part of it.
        moment: how a time, in seconds, is told.
        """
        values = {
            name: _told(name, value, names or {}, is_short=is_short, moment=moment)
            for name, value in self.named.items()
        }
        name = f"council-{FORMS[self.contract, self.function].name}"
        if (role := values.pop("role", None)) is not None:
            name = f"{name}.{_RIGHT_OF[str(role)]}"
        return Reason(name, values)

    @property
    def of_member(self) -> tuple[str, str] | None:
        """Function and account of an act that gives or takes one of a member's rights; None for others."""
        if self.contract != COUNCIL or self.function not in _OF_RIGHTS:
            return None
        return self.function, str(self.arguments[1])


def tell_acts(
    acts: Sequence[Act | None],
    names: Mapping[str, str] | None = None,
    *,
    is_short: bool = False,
    moment: Callable[[int], str] = instant,
) -> list[Reason | None]:
    """Return what signers are told of acts, in their order; None for a call that is none of these.

    All rights of one member, given or taken one after another, are told as one act. The others: see
    `Act.reason`.
    """
    told: list[Reason | None] = []
    place = 0
    while place < len(acts):
        act, together = acts[place], acts[place : place + len(RIGHTS)]
        if act is not None and _are_all_rights(together):
            value = _told("account", act.arguments[1], names or {}, is_short=is_short)
            name = "council-add-member" if act.function == "grantRole" else "council-remove-member"
            told.append(Reason(name, {"account": value}))
            place += len(together)
            continue
        told.append(None if act is None else act.reason(names, is_short=is_short, moment=moment))
        place += 1
    return told


def _are_all_rights(acts: Sequence[Act | None]) -> bool:
    known = [act for act in acts if act is not None and act.of_member is not None]
    rights = {act.arguments[0] for act in known}
    return rights == set(_RIGHT_OF) and len({act.of_member for act in known}) == 1


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


def _told(
    name: str,
    value: str | int,
    names: Mapping[str, str],
    *,
    is_short: bool,
    moment: Callable[[int], str] = instant,
) -> Value:
    """Return a value as a signer compares it: accounts with their checksum, times as they are read."""
    if name == "until":
        is_told = int(value) <= LATEST_INSTANT
        return Reason("act-until", {"at": moment(int(value))}) if is_told else Reason("act-no-end")
    if isinstance(value, int):
        is_told = name == "since" and value <= LATEST_INSTANT
        return moment(value) if is_told else value
    known = names.get(value)
    if is_short and len(value) == 64:
        return known or value[:SHORT_DIGITS] + "…"
    if len(value) == 40:
        account = checksummed(value)
        return account if known is None else f"{account} ({known})"
    return value if known is None else f"{known} ({value})"
