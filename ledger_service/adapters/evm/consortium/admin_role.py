"""How far the admin roles of a consortium's contracts are on their way to another account."""

from __future__ import annotations

from ledger_service.adapters.evm.abi import artifact
from ledger_service.adapters.evm.node import Node
from ledger_service.domain.consortium.act import ANCHORS, REGISTRY
from ledger_service.domain.consortium.charter import Charter
from ledger_service.domain.errors import HandOverNotReady
from ledger_service.domain.instant import instant


def check_acceptable(node: Node, charter: Charter, account: str) -> None:
    """Check that an account (40 hex) may accept both admin roles now.

    Raises:
        HandOverNotReady: it is not named, or has to wait until a time that is told.
        ChainUnavailable: the node does not answer.
    """
    now = node.block().time
    for contract in (REGISTRY, ANCHORS):
        code = artifact(contract)
        answer = node.call(charter.contracts[contract], code.call("pendingDefaultAdmin"))
        named, ready = code.result("pendingDefaultAdmin", answer)
        if str(named).removeprefix("0x").lower() != account:
            raise HandOverNotReady("not-named", account=account, contract=contract)
        if now <= ready:  # the contracts take it after that second
            raise HandOverNotReady(ready=instant(int(ready)))
