"""Whose the accounts are that acts are about, as the registry of institutions has them now."""

from __future__ import annotations

from collections.abc import Iterable

from ledger_service.adapters.evm.abi import artifact
from ledger_service.adapters.evm.node import Node
from ledger_service.domain.consortium.act import REGISTRY, Act
from ledger_service.domain.consortium.charter import Charter

NOBODY = bytes(32)
_ABOUT_HOLDERS = frozenset({"close", "rotate"})


def holders_of(node: Node, charter: Charter, acts: Iterable[Act | None]) -> dict[str, str]:
    """Return the institutions (64 hex) by the accounts (40 hex) that acts close or replace.

    An account that is nobody's is left out. Raises ChainUnavailable if the node does not answer.
    """
    registry = artifact(REGISTRY)
    found: dict[str, str] = {}
    for act in acts:
        if act is None or act.contract != REGISTRY or act.function not in _ABOUT_HOLDERS:
            continue
        account = str(act.arguments[0])
        if account in found:
            continue
        asked = registry.call("agent", bytes.fromhex(account))
        steward, *_ = registry.result("agent", node.call(charter.contracts[REGISTRY], asked))
        if steward != NOBODY:
            found[account] = steward.hex()
    return found
