"""Contract wallets, compiled from contracts/test and deployed on a library's own chain."""

from __future__ import annotations

from typing import Any

from eth_abi.abi import encode

from ledger_service.adapters.evm.deploy import Sender
from ledger_service.adapters.evm.node import Node
from scripts.contracts.compile import compile_files

FILES = {
    "OwnedWallet": "contracts/test/OwnedWallet.sol",
    "WalletSimulator": "contracts/test/Wallets.sol",
}


def deploy_wallet(node: Node, key: bytes, name: str, *arguments: tuple[str, Any]) -> str:
    """Return the account (40 hex) of a new contract wallet. key: of who pays; arguments: (type, value)."""
    compiled = compile_files({name: FILES[name]})[name]
    types, values = [kind for kind, _ in arguments], [value for _, value in arguments]
    data = bytes.fromhex(compiled["bytecode"].removeprefix("0x")) + encode(types, values)
    receipt = Sender(node, key).send("", data)
    return str(receipt["contractAddress"]).removeprefix("0x").lower()
