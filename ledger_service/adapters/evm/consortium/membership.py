"""Whether a library is a member of a consortium yet, as the contracts say it."""

from __future__ import annotations

from typing import Any

from ledger_service.adapters.evm.abi import artifact
from ledger_service.adapters.evm.node import Node
from ledger_service.domain.chain.account import checksummed
from ledger_service.domain.chain.roles import REGISTRAR, SERVICE
from ledger_service.domain.chain_errors import LedgerNotFound
from ledger_service.domain.consortium.charter import Charter
from ledger_service.domain.consortium.join_request import JoinRequest
from ledger_service.domain.reasons import Reason

REGISTRY, ANCHORS = "StewardRegistry", "CheckpointAnchor"


def missing(node: Node, charter: Charter, request: JoinRequest) -> list[Reason]:
    """Return what the council has not done yet for this library; empty for a member.

    Raises:
        ChainUnavailable: the node does not answer.
    """
    found = []
    steward = request.steward.value
    if not _asked(node, charter, REGISTRY, "isAccredited", steward)[0]:
        found.append(Reason("join-not-accredited"))
    now = node.block().time
    for role, number in (("registrar", REGISTRAR), ("service", SERVICE)):
        account = getattr(request, role)
        told = _asked(node, charter, REGISTRY, "agent", bytes.fromhex(account))
        of, has, since, until = told
        if (of, has) != (steward, number) or not since <= now < until:
            found.append(Reason("join-no-account", {"role": role, "account": checksummed(account)}))
    try:
        keeper, anchorer, *_ = _asked(node, charter, ANCHORS, "ledgerOf", request.ledger.value)
    except LedgerNotFound:
        keeper, anchorer = b"", ""
    if (keeper, anchorer.removeprefix("0x").lower()) != (steward, request.anchorer):
        found.append(Reason("join-no-ledger", {"origin": request.key.name}))
    return found


def _asked(
    node: Node, charter: Charter, contract: str, function: str, argument: bytes
) -> tuple[Any, ...]:
    code = artifact(contract)
    return code.result(
        function, node.call(charter.contracts[contract], code.call(function, argument))
    )
