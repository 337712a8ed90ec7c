"""What the contract `Council` told, as its logs have it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from eth_abi.exceptions import DecodingError

from ledger_service.adapters.evm.abi import COUNCIL, Item, artifact
from ledger_service.adapters.evm.consortium.council import (
    CALLED_BACK,
    act_of,
    bounded,
    plain,
    role_id,
    values_of,
)
from ledger_service.adapters.evm.logs import Log, Pace, read_logs
from ledger_service.adapters.evm.node import Node, number_of
from ledger_service.domain.consortium.act import RIGHTS
from ledger_service.domain.consortium.charter import Charter
from ledger_service.domain.consortium.council_event import CouncilEvent, CouncilEventKind
from ledger_service.domain.errors import ChainUnavailable

KINDS = {
    "CallScheduled": CouncilEventKind.PROPOSED,
    "CallExecuted": CouncilEventKind.CARRIED_OUT,
    CALLED_BACK: CouncilEventKind.CALLED_BACK,
    "RoleGranted": CouncilEventKind.GIVEN,
    "RoleRevoked": CouncilEventKind.TAKEN,
    "MinDelayChange": CouncilEventKind.DELAY,
}
_RIGHTS = {role_id(right): right for right in RIGHTS}


class EvmCouncil:
    """Implements ports.CouncilReader over any node."""

    def __init__(self, node: Node) -> None:
        self._node = node
        self._pace = Pace()

    def events(self, charter: Charter, first: int, last: int) -> Iterator[CouncilEvent]:
        if not charter.has_council:
            return
        known = {item.hash.hex(): item for item in artifact(COUNCIL).events.values()}
        try:
            for log in read_logs(self._node, [charter.admin], first, last, self._pace):
                item = known.get(str(log["topics"][0]).removeprefix("0x"))
                if item is not None and item.name in KINDS:
                    yield _event(charter, item, log)
        except (DecodingError, LookupError, TypeError, ValueError, AttributeError) as exc:
            raise ChainUnavailable(
                "answer-of-other-form", contract=COUNCIL, function="logs"
            ) from exc


def _event(charter: Charter, item: Item, log: Log) -> CouncilEvent:
    kind, at = KINDS[item.name], number_of(log["blockTimestamp"])
    topics = [str(topic).removeprefix("0x") for topic in log["topics"][1:]]
    told: dict[str, Any] = {}
    if kind is CouncilEventKind.PROPOSED:
        values = values_of(item, log)
        act = act_of(charter, str(plain(values["target"])), values["data"])
        told = {"act": act, "ready_at": bounded(at + int(values["delay"]))}
    elif kind is CouncilEventKind.DELAY:
        told = {"seconds": bounded(int(values_of(item, log)["newDuration"]))}
    if kind in (CouncilEventKind.GIVEN, CouncilEventKind.TAKEN):
        told = {"right": _RIGHTS.get(topics[0], ""), "account": topics[1][-40:]}
    elif kind is not CouncilEventKind.DELAY:
        told["proposal"] = topics[0]
    return CouncilEvent(
        kind=kind,
        block=number_of(log["blockNumber"]),
        log_index=number_of(log["logIndex"]),
        at=at,
        transaction=str(log["transactionHash"]).removeprefix("0x"),
        **told,
    )
