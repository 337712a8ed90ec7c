"""Acts of a consortium's council as calls of contracts, and what the council has before it.

Where the admin is our contract `Council`, acts are proposed together as one operation, wait for the delay,
and are carried out together; one that fails undoes the others. Any other admin calls the contracts itself.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from eth_abi.abi import decode, encode
from eth_abi.exceptions import DecodingError
from eth_hash.auto import keccak

from ledger_service.adapters.evm.abi import COUNCIL, Item, artifact
from ledger_service.adapters.evm.logs import Log, Pace, read_logs
from ledger_service.adapters.evm.node import Node, number_of
from ledger_service.domain.consortium.act import FORMS, Act
from ledger_service.domain.consortium.charter import Charter
from ledger_service.domain.errors import ChainUnavailable, LedgerError, NoProposal, ProposalEnded
from ledger_service.domain.instant import LATEST_INSTANT
from ledger_service.domain.reasons import Reason

PROPOSER, EXECUTOR, CANCELLER = "PROPOSER_ROLE", "EXECUTOR_ROLE", "CANCELLER_ROLE"
NOTHING_BEFORE = bytes(32)
CALLED_BACK = "Cancelled"  # codespell:ignore cancelled
_OF_PROPOSALS = frozenset({"CallScheduled", "CallSalt", "CallExecuted", CALLED_BACK})


@dataclass(frozen=True)
class Call:
    """A call that somebody signs. to: 40 hex; acts: what it is about, None for what is none of ours.

    says: what is done with the acts; None if the call itself does them.
    """

    to: str
    data: bytes
    acts: tuple[Act | None, ...] = ()
    says: Reason | None = None


@dataclass(frozen=True)
class Proposal:
    """An operation before the council. id, salt: 64 hex; acts: None for a call that is none of ours.

    calls: (target, data) in their order. ready_at: seconds; 0 if it was called back. done: carried out.
    transaction: that proposed it, 64 hex. block: of the proposal.
    """

    id: str
    calls: tuple[tuple[str, bytes], ...] = ()
    acts: tuple[Act | None, ...] = ()
    salt: str = "00" * 32
    before: str = "00" * 32
    proposed_at: int = 0
    ready_at: int = 0
    is_done: bool = False
    is_called_back: bool = False
    transaction: str = ""
    block: int = field(default=0, compare=False)

    @property
    def is_pending(self) -> bool:
        """Whether it waits to be carried out or called back."""
        return not (self.is_done or self.is_called_back)


def direct_calls(charter: Charter, acts: Sequence[Act]) -> list[Call]:
    """Return the calls of an admin that is no Council, one for each act."""
    return [Call(_target(charter, act), act_data(act), (act,)) for act in acts]


def proposing(charter: Charter, acts: Sequence[Act], delay: int) -> tuple[Call, Proposal]:
    """Return the call that proposes acts together, and what is proposed once it is in a block.

    delay: seconds, at least the council's own.
    """
    targets, values, payloads = _batch(charter, acts)
    operation = (targets, values, payloads, NOTHING_BEFORE, secrets.token_bytes(32))
    data = artifact(COUNCIL).call("scheduleBatch", *operation, delay)
    proposal = Proposal(
        id=operation_id(*operation),
        calls=tuple(
            (target.hex(), payload) for target, payload in zip(targets, payloads, strict=True)
        ),
        acts=tuple(acts),
        salt=operation[-1].hex(),
    )
    says = Reason("council-proposes", {"seconds": delay})
    return Call(charter.admin, data, tuple(acts), says), proposal


def operation_id(
    targets: Sequence[bytes],
    values: Sequence[int],
    payloads: Sequence[bytes],
    before: bytes,
    salt: bytes,
) -> str:
    """Return the id (64 hex) under which the council has calls. Source: OpenZeppelin, hashOperationBatch."""
    types = ["address[]", "uint256[]", "bytes[]", "bytes32", "bytes32"]
    return bytes(keccak(encode(types, [targets, values, payloads, before, salt]))).hex()


def carrying_out(charter: Charter, proposal: Proposal) -> Call:
    """Return the call that carries a proposal out.

    Raises:
        ProposalEnded: it was carried out or called back.
    """
    _check_pending(proposal)
    targets = [bytes.fromhex(target) for target, _ in proposal.calls]
    payloads = [data for _, data in proposal.calls]
    salts = bytes.fromhex(proposal.before), bytes.fromhex(proposal.salt)
    data = artifact(COUNCIL).call("executeBatch", targets, [0] * len(targets), payloads, *salts)
    return Call(charter.admin, data, proposal.acts, Reason("council-carries-out"))


def calling_back(charter: Charter, proposal: Proposal) -> Call:
    """Return the call after which a proposal cannot be carried out; raise ProposalEnded."""
    _check_pending(proposal)
    data = artifact(COUNCIL).call("cancel", bytes.fromhex(proposal.id))
    says = Reason("council-calls-back.acts", {"proposal": proposal.id})
    return Call(charter.admin, data, proposal.acts, says)


def refusal_now(node: Node, charter: Charter, act: Act) -> Reason | None:
    """Return why the chain would refuse an act if it were carried out now; None if it would not.

    Raises:
        ChainUnavailable: the node does not answer.
    """
    asked = {"from": "0x" + charter.admin, "to": "0x" + _target(charter, act)}
    try:
        node.request("eth_estimateGas", {**asked, "data": "0x" + act_data(act).hex()})
    except ChainUnavailable:
        raise
    except LedgerError as exc:
        return exc.reason
    return None


def council_delay(node: Node, charter: Charter) -> int:
    """Return the seconds that the council waits; raise ChainUnavailable."""
    council = artifact(COUNCIL)
    answer = node.call(charter.admin, council.call("getMinDelay"))
    return int(council.result("getMinDelay", answer)[0])


def role_id(role: str) -> str:
    """Return the id (64 hex) of a role of the council, such as PROPOSER_ROLE."""
    return bytes(keccak(role.encode())).hex()


def list_proposals(node: Node, charter: Charter) -> list[Proposal]:
    """Return all that was ever proposed to the council, oldest first.

    A node may leave logs out. What it leaves out cannot be carried out by this list, and whoever signs sees
    what they sign.

    Raises:
        ChainUnavailable: the node does not answer, or not as a node does.
    """
    found: dict[str, Proposal] = {}
    logs = read_logs(node, [charter.admin], charter.first_block, node.block().number, Pace())
    events = {item.hash.hex(): item for item in artifact(COUNCIL).events.values()}
    try:
        for log in logs:
            item = events.get(str(log["topics"][0]).removeprefix("0x"))
            if item is None or item.name not in _OF_PROPOSALS:
                continue
            id = str(log["topics"][1]).removeprefix("0x")
            found[id] = _folded(charter, found.get(id, Proposal(id)), item.name, log, item)
    except (DecodingError, LookupError, TypeError, ValueError, AttributeError) as exc:
        raise ChainUnavailable("answer-of-other-form", contract=COUNCIL, function="logs") from exc
    return list(found.values())


def find_proposal(node: Node, charter: Charter, id: str) -> Proposal:
    """Return the one proposal whose id begins so; raise NoProposal, ChainUnavailable."""
    found = [one for one in list_proposals(node, charter) if one.id.startswith(id.lower())]
    if not found:
        raise NoProposal(proposal=id)
    if len(found) > 1:
        raise NoProposal("several", proposal=id)
    return found[0]


def act_of(charter: Charter, target: str, data: bytes) -> Act | None:
    """Return the act that a call is, None if it is none that we know."""
    contract = {address: name for name, address in charter.contracts.items()}.get(target)
    contract = COUNCIL if target == charter.admin else contract
    if contract is None:
        return None
    for name, item in artifact(contract).functions.items():
        if item.hash[:4] == data[:4] and (contract, name) in FORMS:
            try:
                values = decode(item.types, data[4:])
            except DecodingError:
                return None
            act = Act(contract, name, tuple(plain(value) for value in values))
            return act if act.is_known else None
    return None


def _check_pending(proposal: Proposal) -> None:
    if proposal.is_done:
        raise ProposalEnded("done", proposal=proposal.id)
    if proposal.is_called_back:
        raise ProposalEnded("called-back", proposal=proposal.id)


def _target(charter: Charter, act: Act) -> str:
    return charter.admin if act.contract == COUNCIL else charter.contracts[act.contract]


def act_data(act: Act) -> bytes:
    """Return the bytes of the call that an act is."""
    item = artifact(act.contract).functions[act.function]
    values = [bytes.fromhex(value) if isinstance(value, str) else value for value in act.arguments]
    assert len(values) == len(item.types)
    return artifact(act.contract).call(act.function, *values)


def _batch(charter: Charter, acts: Sequence[Act]) -> tuple[list[bytes], list[int], list[bytes]]:
    targets = [bytes.fromhex(_target(charter, act)) for act in acts]
    return targets, [0] * len(acts), [act_data(act) for act in acts]


def bounded(seconds: int) -> int:
    """Return a time that can be told: a member of the council may write one beyond all years."""
    return min(seconds, LATEST_INSTANT)


def plain(value: Any) -> str | int:
    """Return a decoded value as acts have it: hex without 0x, or a number."""
    if isinstance(value, bytes):
        return value.hex()
    return value.removeprefix("0x").lower() if isinstance(value, str) else int(value)


def values_of(item: Any, log: Log) -> dict[str, Any]:
    """Return what an event's log tells beside its topics, by name; raise DecodingError, ValueError."""
    types = [kind for kind, is_topic in zip(item.types, item.indexed, strict=True) if not is_topic]
    names = [name for name, is_topic in zip(item.names, item.indexed, strict=True) if not is_topic]
    data = bytes.fromhex(str(log["data"]).removeprefix("0x"))
    return dict(zip(names, decode(types, data), strict=True))


def _folded(charter: Charter, one: Proposal, name: str, log: Log, item: Item) -> Proposal:
    """Return a proposal after an event of the council."""
    if name == "CallExecuted":
        return replace(one, is_done=True)
    if name == CALLED_BACK:
        return replace(one, is_called_back=True)
    values = values_of(item, log)
    if name == "CallSalt":
        return replace(one, salt=values["salt"].hex())
    if number_of(log["topics"][2]) == 0:  # proposed anew, after it was called back
        one = Proposal(one.id)
    at, target, data = number_of(log["blockTimestamp"]), plain(values["target"]), values["data"]
    return replace(
        one,
        calls=(*one.calls, (str(target), data)),
        acts=(*one.acts, act_of(charter, str(target), data)),
        before=values["predecessor"].hex(),
        proposed_at=at,
        ready_at=bounded(at + int(values["delay"])),
        transaction=str(log["transactionHash"]).removeprefix("0x"),
        block=number_of(log["blockNumber"]),
    )
