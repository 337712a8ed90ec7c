"""Let another account pay: give it the money of the one before, and take it up.

Nothing is stored of this, so that it goes on wherever a process ended. The newest key is the next relayer. It
gets money from whoever has some, or, once nothing that the present one has sent waits for a block, all that
that one has. It then uses up its first nonce, and from that block on it pays. What is left elsewhere follows.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, field

from ledger_service.domain.chain.job import JobState
from ledger_service.domain.errors import LedgerError, Unavailable
from ledger_service.domain.reasons import Reason
from ledger_service.ports.chain import Job, SignedTransaction
from ledger_service.services.chain.watch_relayer import GAS_A_TRANSACTION
from ledger_service.services.library import Library
from ledger_service.services.limits import WEI_A_GWEI

logger = logging.getLogger(__name__)

ROLE = "relayer"
TRANSFER_GAS = 21_000
LEAST_TRANSACTIONS = 20  # that a new relayer can pay, before it is taken up
LOOK_SECONDS = 60  # between looks whether a former one has money, or work that it cannot end
RETRY_SECONDS = 10  # between two transfers, and after a key that did not open


@dataclass
class RelayerChange:
    """What a worker knows of a change of relayers.

    holds: nothing new is sent meanwhile by the present one. lacks: what the operator has to do.
    """

    holds: bool = False
    lacks: list[Reason] = field(default_factory=list)
    _again_at: int = 0
    _sent: dict[tuple[str, int], int] = field(default_factory=dict)  # when, by account and nonce

    def follow(self, library: Library) -> int:
        """Return how much was done towards the newest account's paying.

        Raises:
            ChainUnavailable: the node does not answer.
        """
        accounts = library.chain.accounts(ROLE)
        now = library.clock()
        if len(accounts) < 2:
            return 0
        try:
            if accounts[-1] != library.chain.relayer:
                return self._change(library, accounts[-1], now)
            self.holds, self.lacks = False, []
            if now < self._again_at:
                return 0
            self._again_at = now + LOOK_SECONDS
            return self._bring_in(library, accounts[:-1])
        except Unavailable:
            raise
        except LedgerError as exc:  # such as a password that is not in its place yet
            logger.warning("the relayer is not changed: %s", exc.reason.name)
            self.holds, self._again_at = False, now + RETRY_SECONDS
            return 0

    def _change(self, library: Library, successor: str, now: int) -> int:
        chain, present = library.chain, library.chain.relayer
        if chain.transaction_count(successor) > 0:
            chain.act_by(ROLE, successor)
            self._again_at = 0
            logger.warning("0x%s pays from now on", successor)
            return 1
        if now < self._again_at:
            return 0
        max_fee = _offer(library)
        least = LEAST_TRANSACTIONS * GAS_A_TRANSACTION * max(1, chain.price_of_gas())
        if chain.balance(successor) >= least:
            self.holds, self.lacks = False, []
            return self._send(library, chain.transfer(successor, successor, 0, 0, max_fee))
        rest = chain.balance(present) - TRANSFER_GAS * max_fee
        if rest < least:
            self.holds = False
            self.lacks = [Reason("relayer-next-without-money", {"account": "0x" + successor})]
            return 0
        due = chain.transaction_count(present)
        nonces = [signed.nonce for _, signed in _under_way(library, present)]
        # With a gap before what waits, the next work has to be sent: it fills the gap.
        self.holds = not nonces or due in nonces
        if nonces:
            return 0
        return self._send(library, chain.transfer(present, successor, rest, due, max_fee))

    def _bring_in(self, library: Library, former: list[str]) -> int:
        """Let the present one have what former ones have left, and do what they cannot end."""
        done, chain, max_fee = 0, library.chain, _offer(library)
        for account in former:
            waiting = _under_way(library, account)
            done += _take_over(library, waiting)
            rest = chain.balance(account) - TRANSFER_GAS * max_fee
            if not waiting and rest > TRANSFER_GAS * max_fee:
                nonce = chain.transaction_count(account)
                done += self._send(
                    library, chain.transfer(account, chain.relayer, rest, nonce, max_fee)
                )
        return done

    def _send(self, library: Library, signed: SignedTransaction) -> int:
        """Send a transfer; it is made anew with the same nonce until the chain has one of them."""
        place, now = (signed.sender, signed.nonce), library.clock()
        if place in self._sent and now < self._sent[place] + RETRY_SECONDS:
            return 0
        self._sent[place] = now
        [refused] = library.chain.send([signed])
        if refused is not None:
            logger.warning("the node does not take the transfer %s: %s", signed.hash, refused)
        return 1


def _offer(library: Library) -> int:
    """Return the most to pay for a unit of gas, in wei: twice what is usual now, and the tip."""
    return min(library.limits.most_fee, 2 * library.chain.price_of_gas() + WEI_A_GWEI)


def _under_way(library: Library, account: str) -> list[tuple[Job, SignedTransaction]]:
    """Return the jobs that transactions of this account carry, each with the newest one."""
    with library.store.read() as transaction:
        pending = transaction.jobs.submitted()
    return [(job, sent[0]) for job, sent in pending if sent[0].sender == account]


def _take_over(library: Library, waiting: list[tuple[Job, SignedTransaction]]) -> int:
    """Let what the node does not have be sent anew: a former relayer has no money for it, or was stuck."""
    known = library.chain.known([signed.hash for _, signed in waiting])
    lost = [job for job, signed in waiting if signed.hash not in known]
    if not lost:
        return 0
    with library.store.write() as transaction:
        for job in lost:
            standing = transaction.jobs.find(job.name)
            if standing is not None and standing.state is JobState.SUBMITTED:
                why = Reason("relayer-changed").format()
                transaction.jobs.set_queued(job.id, library.clock(), why)
    return len(lost)
