"""The accounts of a library whose keys are here, which of them is used, and what is paid by them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from ledger_service.ports.chain import SignedTransaction


class OwnAccountUse(Protocol):
    """Part of ports.Chain. A role is one of registrar, service, anchorer, relayer; an account is 40 hex."""

    def accounts(self, role: str) -> list[str]:
        """Return the accounts of a role that there are keys for: former ones, the present, the next."""

    def act_by(self, role: str, account: str) -> None:
        """Sign for a role by the key of this account from now on; it is the present one in its folder.

        Raises:
            NotInitialized: there is no key for it.
            InvalidInput: the password does not open it; HomeInUse: somebody changes the keys just now.
        """

    def transfer(
        self, sender: str, to: str, value: int, nonce: int, max_fee: int
    ) -> SignedTransaction:
        """Return a transaction that gives wei to an account; it is not sent, and the node is not asked.

        max_fee: most for a unit of gas, in wei. Raises NotInitialized, InvalidInput as `act_by`.
        """


@dataclass(frozen=True)
class RelayerFunds:
    """What the account that pays has. balance: wei; price: wei for a unit of gas.

    transactions: how many more it pays at that price.
    """

    account: str
    balance: int
    price: int
    transactions: int


class JobCosts(Protocol):
    """Part of ports.JobTable."""

    def set_paid(self, job: int, hash_: str, wei: int) -> None:
        """Say what a transaction of a job has cost; those that it took the place of cost nothing."""

    def spent_since(self, then: int) -> int:
        """Return what the transactions signed after `then` have cost, in wei, or may cost if under way."""
