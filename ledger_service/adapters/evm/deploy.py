"""Deploy the contracts and set up one library on them: done once, by `muhr init`, with the admin key.

Sends strictly one transaction after the other and waits for each, which every node copes with.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any, Protocol

from eth_account import Account

from ledger_service.adapters.evm.abi import Rules, artifact
from ledger_service.adapters.evm.node import Node, NodeRefusal, hexed, number_of
from ledger_service.adapters.evm.reader import code_hash
from ledger_service.adapters.evm.transactions import (
    PRIORITY_FEE_WEI,
    address_of,
    fee_cap,
    sign_transaction,
    transaction_count,
    with_margin,
)
from ledger_service.domain.chain.account import checksummed
from ledger_service.domain.chain.accounts.coin import format_coin
from ledger_service.domain.chain.deployment import Deployment
from ledger_service.domain.chain.history import FOR_EVER
from ledger_service.domain.consortium.charter import Charter
from ledger_service.domain.errors import ChainUnavailable, TransactionRejected
from ledger_service.domain.identifiers import LedgerId, StewardId
from ledger_service.domain.ledger.checkpoint import VerifierKey
from ledger_service.ports.chain import PreparedTransaction

ADMIN_DELAY_SECONDS = 86_400  # a new admin waits a day
FUNDS_WEI = 10**23  # for each account that pays, on the embedded chain
RECEIPT_SECONDS = 120
POLL_SECONDS = 0.05
SILENT_SECONDS = 30  # for which a node may say nothing of a transaction that it was given
ONLY_PUSH0 = b"\x5f\x00"  # Shanghai's new instruction (EIP-3855), and stop
SET_UP_GAS = 98_134 + 80_488 + 80_510 + 122_188
"""Of accredit, addRegistrar, addService and openLedger (docs/gas.md), which no node can estimate before the
contracts are there."""

Step = Callable[[str], None]


class Sender:
    """Sends transactions of one key, each after the one before is in a block."""

    def __init__(self, node: Node, key: bytes) -> None:
        self._node = node
        self._account = Account.from_key(key)
        self.address = address_of(self._account)
        self._chain_id = number_of(node.request("eth_chainId"))
        self._rules = rules_of(node)

    def burn_first_nonce(self) -> None:
        """Use up nonce 0 on nothing: Ganache would mine any signed nonce-0 transaction again."""
        if transaction_count(self._node, self.address) == 0:
            self.send(self.address, b"")

    def send(self, to: str, data: bytes) -> dict[str, Any]:
        """Return the receipt of a transaction that succeeded. to: 40 hex, "" to deploy.

        Raises:
            LedgerError: the twin of a contract's refusal; TransactionRejected if it reverted.
            ChainUnavailable: no answer, or no block in time.
        """
        try:
            prepared, nonce = self._prepared(to, data)
        except NodeRefusal:
            raise
        except ChainUnavailable:  # nothing was sent, so that the same may be asked again
            prepared, nonce = self._prepared(to, data)
        signed = sign_transaction(self._account, self._chain_id, prepared, nonce)
        try:
            self._post(signed.raw)
        except NodeRefusal:
            self._check_funds(prepared.gas * prepared.max_fee)
            raise
        return self._receipt(signed.hash)

    def _prepared(self, to: str, data: bytes) -> tuple[PreparedTransaction, int]:
        """Return what is sent, and by which nonce."""
        call = {"from": "0x" + self.address, "data": hexed(data)}
        if to:
            call["to"] = "0x" + to
        gas = with_margin(number_of(self._node.request("eth_estimateGas", call)))
        prepared = PreparedTransaction(to, data, gas, fee_cap(self._node), PRIORITY_FEE_WEI)
        return prepared, transaction_count(self._node, self.address)

    def _post(self, raw: bytes) -> None:
        """Hand a transaction to the node; again if it does not answer, which tells nothing of what it did."""
        try:
            self._node.request("eth_sendRawTransaction", hexed(raw))
        except NodeRefusal:
            raise
        except ChainUnavailable:
            with suppress(NodeRefusal):  # it may have it already, and its block tells
                self._node.request("eth_sendRawTransaction", hexed(raw))

    def _check_funds(self, needed: int) -> None:
        """Raise TransactionRejected if the account has less than this, in wei."""
        found = number_of(self._node.request("eth_getBalance", "0x" + self.address, "latest"))
        if found < needed:
            account = checksummed(self.address)
            raise TransactionRejected("no-money", account=account, needed=format_coin(needed))

    def deploy(self, contract: str, *arguments: Any) -> str:
        """Return the address of a contract, newly deployed."""
        receipt = self.send("", artifact(contract, self._rules).deployment(*arguments))
        return str(receipt["contractAddress"]).removeprefix("0x").lower()

    def call(self, contract: str, address: str, function: str, *arguments: Any) -> None:
        self.send(address, artifact(contract).call(function, *arguments))

    def _receipt(self, transaction_hash: str) -> dict[str, Any]:
        began = time.monotonic()
        while time.monotonic() < began + RECEIPT_SECONDS:
            try:
                receipt = self._node.request("eth_getTransactionReceipt", "0x" + transaction_hash)
            except NodeRefusal:  # so geth answers until its chain has a block
                receipt = None
            except ChainUnavailable:
                if time.monotonic() > began + SILENT_SECONDS:
                    raise
                receipt = None
            if receipt is not None:
                if number_of(receipt["status"]) != 1:
                    raise TransactionRejected("reverted")
                found: dict[str, Any] = receipt
                return found
            time.sleep(POLL_SECONDS)
        raise ChainUnavailable("not-mined-yet")


class Deployer(Protocol):
    """Whoever deploys contracts, or finds out what that takes."""

    address: str

    def deploy(self, contract: str, *arguments: Any) -> str:
        """Return the contract's address, 40 hex."""


class Deployments:
    """Asks what each deployment needs, and deploys nothing. gas: units for each contract, with the margin."""

    def __init__(self, node: Node, sender: str, rules: Rules) -> None:
        self._node = node
        self._rules = rules
        self.address = sender
        self.gas: list[int] = []

    def deploy(self, contract: str, *arguments: Any) -> str:
        data = artifact(contract, self._rules).deployment(*arguments)
        call = {"from": "0x" + self.address, "data": hexed(data)}
        self.gas.append(with_margin(number_of(self._node.request("eth_estimateGas", call))))
        return self.address


def rules_of(node: Node) -> Rules:
    """Return the newest rules that the node's chain follows, found by trying (ADR 0060)."""
    try:
        node.request("eth_call", {"data": hexed(ONLY_PUSH0)}, "latest")
    except (NodeRefusal, TransactionRejected):
        return Rules.LONDON
    return Rules.SHANGHAI


def fund_from_embedded_chain(node: Node, accounts: list[str]) -> None:
    """Give test ether of the embedded chain's only own account to the accounts that pay."""
    bank = node.request("eth_accounts")[0]
    for account in accounts:
        payment = {"from": bank, "to": "0x" + account, "value": hex(FUNDS_WEI)}
        node.request("eth_sendTransaction", payment)


def deploy_library(
    node: Node,
    admin_key: bytes,
    *,
    registrar: str,
    service: str,
    anchorer: str,
    steward: StewardId,
    key: VerifierKey,
    step: Step,
) -> Deployment:
    """Return the deployment of the five contracts with one accredited steward and one open ledger.

    registrar, service, anchorer: accounts of 40 hex. step: is told what is being done.
    """
    admin = Sender(node, admin_key)
    admin.burn_first_nonce()
    salt, first_block = secrets.token_bytes(32), node.block().number
    contracts = deploy_contracts(admin, admin.address, salt, step)
    step("accrediting the library")
    registry = contracts["StewardRegistry"]
    admin.call("StewardRegistry", registry, "accredit", steward.value)
    window = node.block().time, FOR_EVER
    for function, agent in (("addRegistrar", registrar), ("addService", service)):
        account = bytes.fromhex(agent)
        admin.call("StewardRegistry", registry, function, steward.value, account, *window)
    step("opening the ledger on chain")
    ledger, account = LedgerId.of_origin(key.name).value, bytes.fromhex(anchorer)
    anchors = contracts["CheckpointAnchor"]
    admin.call("CheckpointAnchor", anchors, "openLedger", ledger, steward.value, account)
    return Deployment(
        **_found_on(node, contracts),
        first_block=first_block,
        salt=salt.hex(),
        steward=steward.hex(),
        key=key.format(),
    )


def found_consortium(
    node: Node,
    deployer_key: bytes,
    *,
    name: str,
    admin: str | None,
    members: Sequence[str],
    delay: int,
    step: Step,
) -> Charter:
    """Return the charter of a new consortium. The deployer pays, and has no right afterwards.

    admin: account (40 hex) that holds the admin roles; None: a new council of members (40 hex each), whose
    acts wait for delay seconds.
    """
    deployer = Sender(node, deployer_key)
    deployer.burn_first_nonce()
    salt, first_block = secrets.token_bytes(32), node.block().number
    has_council = admin is None
    if admin is None:
        step("deploying Council")
        accounts = [bytes.fromhex(member) for member in members]
        admin = deployer.deploy("Council", delay, accounts)
    contracts = deploy_contracts(deployer, admin, salt, step)
    return Charter(
        name=name,
        **_found_on(node, contracts),
        first_block=first_block,
        salt=salt.hex(),
        admin=admin,
        has_council=has_council,
    )


def _found_on(node: Node, contracts: dict[str, str]) -> dict[str, Any]:
    """Return what a deployment and a charter say of the chain and of the contracts' code."""
    return {
        "chain_id": number_of(node.request("eth_chainId")),
        "genesis": node.block(0).hash.hex(),
        "contracts": contracts,
        "code": {name: code_hash(node, address) for name, address in contracts.items()},
    }


def deploy_contracts(deployer: Deployer, admin: str, salt: bytes, step: Step) -> dict[str, str]:
    """Return the addresses of the five contracts, each deployed after those that it refers to.

    admin: account (40 hex) that accredits stewards and opens ledgers.
    """
    addresses: dict[str, bytes] = {}
    own = bytes.fromhex(admin)

    def deploy(contract: str, *arguments: Any) -> None:
        step(f"deploying {contract}")
        addresses[contract] = bytes.fromhex(deployer.deploy(contract, *arguments))

    def of(*contracts: str) -> list[bytes]:
        return [addresses[contract] for contract in contracts]

    deploy("StewardRegistry", ADMIN_DELAY_SECONDS, own)
    deploy("LicenseRegistry")
    deploy("CheckpointAnchor", ADMIN_DELAY_SECONDS, own, salt)
    deploy("ResourceRegistry", *of("StewardRegistry", "LicenseRegistry", "CheckpointAnchor"), salt)
    deploy("AccessGrants", *of("StewardRegistry", "LicenseRegistry", "ResourceRegistry"), salt)
    return {contract: address.hex() for contract, address in addresses.items()}
