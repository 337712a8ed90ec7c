"""Tell how long the relayer can go on: what it has, what gas costs, and what the operator lets it offer."""

from __future__ import annotations

from ledger_service.domain.reasons import Reason
from ledger_service.ports.accounts.own import RelayerFunds
from ledger_service.services.library import Library
from ledger_service.services.limits import WEI_A_GWEI, Limits

GAS_A_TRANSACTION = 110_000  # of the dearest one that is usual, an anchor (docs/gas.md)
LEAST_TRANSACTIONS = 500  # below this, the operator is warned


def relayer_funds(library: Library) -> RelayerFunds | None:
    """Return what the account has that sent the newest transaction; None before the first.

    Raises:
        ChainUnavailable: the node does not answer.
    """
    with library.store.read() as transaction:
        account = transaction.jobs.last_sender()
    if account is None:
        return None
    balance, price = library.chain.balance(account), library.chain.price_of_gas()
    return RelayerFunds(account, balance, price, balance // (GAS_A_TRANSACTION * max(1, price)))


def relayer_warnings(funds: RelayerFunds, limits: Limits) -> list[Reason]:
    """Return what keeps a relayer with these funds from going on, or soon will."""
    warnings = []
    if funds.transactions < LEAST_TRANSACTIONS:
        account = "0x" + funds.account
        warnings.append(
            Reason("relayer-runs-dry", {"account": account, "count": funds.transactions})
        )
    if funds.price > limits.most_fee:
        gwei = funds.price // WEI_A_GWEI
        warnings.append(Reason("gas-too-dear", {"price": gwei, "most": limits.most_fee_gwei}))
    return warnings
