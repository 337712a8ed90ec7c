"""The keys of a simulated chain's library: which accounts it has keys for, and by which it acts."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from ledger_service.domain.errors import InvalidInput
from ledger_service.ports.chain import SignedTransaction

RELAYER, REGISTRAR, ANCHORER, ADMIN = ("aa" * 20, "bb" * 20, "cc" * 20, "dd" * 20)
SERVICE = "ab" * 20
OWN = {"registrar": REGISTRAR, "service": SERVICE, "anchorer": ANCHORER, "relayer": RELAYER}
GAS, TRANSFER_GAS = 100_000, 21_000


def give(balances: dict[str, int], value: dict[str, Any]) -> None:
    """Move what a transfer gives and what it costs."""
    balances[value["from"]] -= value["value"] + value["cost"]
    balances[value["to"]] = balances.get(value["to"], 0) + value["value"]


class OwnAccounts:
    """Implements ports.accounts.OwnAccountUse. keys: accounts by role; used: that which signs."""

    def __init__(self, accounts: dict[str, str] = OWN) -> None:
        self.keys = {role: [account] for role, account in accounts.items()}
        self.used = dict(accounts)
        self.unopened: set[str] = set()  # accounts whose keys do not open

    def copy(self) -> OwnAccounts:
        twin = OwnAccounts()
        twin.keys = {role: list(held) for role, held in self.keys.items()}
        twin.used, twin.unopened = dict(self.used), set(self.unopened)
        return twin

    @property
    def signers(self) -> list[str]:
        """Return who signs as registrar, service and anchorer."""
        return [self.used[role] for role in ("registrar", "service", "anchorer")]

    def act_by(self, role: str, account: str) -> None:
        if account in self.unopened:
            raise InvalidInput("password", keystore=role)
        self.used[role] = account

    @staticmethod
    def signed(sender: str, nonce: int, data: str, fee: int) -> SignedTransaction:
        raw = json.dumps([nonce, data, fee, sender]).encode()
        return SignedTransaction(hashlib.sha256(raw).hexdigest(), sender, nonce, raw, GAS * fee)

    def outbid(
        self, standing: SignedTransaction, price: int, most: int
    ) -> SignedTransaction | None:
        nonce, data, fee, sender = json.loads(standing.raw)
        better = min(most, 2 * price)
        return self.signed(sender, nonce, data, better) if fee < price and better > fee else None

    def transfer(
        self, sender: str, to: str, value: int, nonce: int, max_fee: int
    ) -> SignedTransaction:
        if sender in self.unopened:
            raise InvalidInput("password", keystore="relayer")
        told = {"kind": "transfer", "from": sender, "to": to, "value": value}
        cost = TRANSFER_GAS * max_fee
        return self.signed(sender, nonce, json.dumps({**told, "cost": cost}), max_fee)
