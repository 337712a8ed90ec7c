"""Ask a node all that must be known of a chain before anything is sent on it. Sends nothing.

A node that answers no question is ChainUnavailable; one that refuses a question has answered.
"""

from __future__ import annotations

import time
from typing import Any

from ledger_service.adapters.evm.abi import Rules
from ledger_service.adapters.evm.deploy import (
    SET_UP_GAS,
    Deployments,
    deploy_contracts,
    rules_of,
)
from ledger_service.adapters.evm.node import Node, NodeRefusal, hexed, number_of
from ledger_service.adapters.evm.state_node import JsonRpcState
from ledger_service.adapters.evm.transactions import (
    NONCE_GAS,
    cap_at,
    gas_price,
    transaction_count,
    with_margin,
)
from ledger_service.domain.chain.block import Block
from ledger_service.domain.errors import ChainUnavailable, InvalidStateProof, LedgerError
from ledger_service.services.chain.check_chain import STATE_BLOCKS, Account, ChainSeen

STOP = b"\x00"  # code that does nothing, which every EVM can
ANY_SALT = bytes(31) + b"\x01"  # zero is refused
LONGEST_CLIENT = 80


def survey(node: Node, admin: str, relayer: str) -> ChainSeen:
    """Return what a node tells of its chain. admin, relayer: the accounts that will pay, 40 hex.

    Raises:
        ChainUnavailable: the node does not answer, or not as an EVM node does.
    """
    chain_id = number_of(node.request("eth_chainId"))
    head = node.block()
    shown = node.request("eth_getBlockByNumber", hex(head.number), False) or {}
    price = gas_price(node)
    rules, refusal, gas = _deployable(node, admin)
    return ChainSeen(
        chain_id=chain_id,
        client=str(_asked(node, "web3_clientVersion") or "")[:LONGEST_CLIENT],
        head=head.number,
        head_age=int(time.time()) - head.time,
        is_syncing=_asked(node, "eth_syncing") not in (False, None),
        has_fees=shown.get("baseFeePerGas") is not None,
        rules=None if rules is None else rules.value,
        refusal=refusal,
        block_gas=number_of(shown.get("gasLimit")),
        largest_gas=max(gas),
        state_blocks=_state_blocks(node, admin, head.number),
        gives_logs=_gives_logs(node, head.number),
        proves_state=_proves_state(node, admin, head),
        finalized=node.finalized(),
        price=price,
        cap=cap_at(price),
        admin=_account(node, admin, sum(gas) + with_margin(SET_UP_GAS)),
        relayer=_account(node, relayer, 0),
    )


def _account(node: Node, address: str, gas: int) -> Account:
    """Return an account with the gas that it is to pay for, its first nonce among it if not used yet."""
    if transaction_count(node, address) == 0:
        gas += with_margin(NONCE_GAS)
    balance = number_of(node.request("eth_getBalance", "0x" + address, "latest"))
    return Account(address, balance, gas)


def _deployable(node: Node, admin: str) -> tuple[Rules | None, str, list[int]]:
    """Return the chain's rules, why it would not take the contracts, and the gas to allow for each.

    The addresses of contracts that later ones refer to are not known yet; none is called while deploying.
    """
    try:
        node.request("eth_call", {"data": hexed(STOP)}, "latest")
    except LedgerError as exc:
        return None, _refusal(exc), [0]
    rules = rules_of(node)
    estimates = Deployments(node, admin, rules)
    try:
        deploy_contracts(estimates, admin, ANY_SALT, lambda _: None)
    except LedgerError as exc:
        return rules, _refusal(exc), [0]
    return rules, "", estimates.gas


def _refusal(exc: LedgerError) -> str:
    """Return what a node refused with; raise the error again if the node did not answer."""
    if isinstance(exc, ChainUnavailable) and not isinstance(exc, NodeRefusal):
        raise exc
    return str(exc.reason.values.get("message", exc.reason.name))


def _state_blocks(node: Node, account: str, head: int) -> int:
    """Return how many of the newest blocks have a state that the node holds: all, 128, or too few (1)."""
    for blocks in (head + 1, min(head + 1, STATE_BLOCKS)):
        if _asked(node, "eth_getBalance", "0x" + account, hex(head + 1 - blocks)) is not None:
            return blocks
    return 1


def _gives_logs(node: Node, head: int) -> bool:
    query = {"fromBlock": hex(head), "toBlock": hex(head)}
    return isinstance(_asked(node, "eth_getLogs", query), list)


def _proves_state(node: Node, account: str, head: Block) -> bool:
    """Return whether receipts can carry a proof of the chain's state: by its headers, and by eth_getProof."""
    state = JsonRpcState(node.request)
    try:
        state.header(head.number)
        state.prove_slots([(account, [bytes(32)])], head.number)
    except (NodeRefusal, InvalidStateProof):
        return False
    return True


def _asked(node: Node, method: str, *parameters: Any) -> Any:
    """Return what the node answers, None if it refuses."""
    try:
        return node.request(method, *parameters)
    except LedgerError as exc:
        _refusal(exc)
        return None
