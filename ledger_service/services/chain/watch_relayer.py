"""Tell how long the relayer can go on: what it has, what gas costs, and what the operator lets it offer."""

from __future__ import annotations

from dataclasses import dataclass

from ledger_service.domain.reasons import Reason
from ledger_service.services.library import Library
from ledger_service.services.limits import WEI_A_GWEI

GAS_A_TRANSACTION = 110_000  # of the dearest one that is usual, an anchor (docs/gas.md)
LEAST_TRANSACTIONS = 500  # below this, the operator is warned


@dataclass(frozen=True)
class RelayerFunds:
    """What the account that pays has. balance: wei; price: wei for a unit of gas now.

    transactions: how many more it pays at that price.
    """

    account: str
    balance: int
    price: int

    @property
    def transactions(self) -> int:
        return self.balance // (GAS_A_TRANSACTION * max(1, self.price))


def relayer_funds(library: Library) -> RelayerFunds | None:
    """Return what the account has that sent the newest transaction; None before the first.

    Raises:
        ChainUnavailable: the node does not answer.
    """
    with library.store.read() as transaction:
        account = transaction.jobs.last_sender()
    if account is None:
        return None
    chain = library.chain
    return RelayerFunds(account, chain.balance(account), chain.price_of_gas())


def relayer_warnings(library: Library) -> list[Reason]:
    """Return what keeps the relayer from going on, or soon will.

    Raises:
        ChainUnavailable: the node does not answer.
    """
    found = relayer_funds(library)
    if found is None:
        return []
    warnings = []
    if found.transactions < LEAST_TRANSACTIONS:
        account = "0x" + found.account
        warnings.append(
            Reason("relayer-runs-dry", {"account": account, "count": found.transactions})
        )
    if found.price > library.limits.most_fee:
        gwei = found.price // WEI_A_GWEI
        warnings.append(
            Reason("gas-too-dear", {"price": gwei, "most": library.limits.most_fee_gwei})
        )
    return warnings
