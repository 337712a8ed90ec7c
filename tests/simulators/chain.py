"""A chain in memory: implements ports.Chain, with blocks, a pool, reorganizations and failures to order.

A transaction is mined as soon as it is sent, unless `mines` is False. Every call passes `_reach`,
where a test can cut the line (`is_away`) or let something happen just then (`interrupt`).
"""

from __future__ import annotations

import hashlib
import itertools
import json
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from ledger_service.adapters.evm.relaying import is_signed_by_key
from ledger_service.domain.chain import intent as intents
from ledger_service.domain.chain.block import Block
from ledger_service.domain.chain.chain_state import StateClaim, StateProof
from ledger_service.domain.chain.history import ChainEvent
from ledger_service.domain.chain.intent import Intent
from ledger_service.domain.chain.signed_intent import SignedIntent
from ledger_service.domain.errors import (
    ChainEvidenceMissing,
    ChainHeadStale,
    ChainUnavailable,
    DeploymentMismatch,
    InvalidIntent,
    LedgerError,
)
from ledger_service.domain.identifiers import Digest, LedgerId, StewardId
from ledger_service.domain.lending.denial import Denial
from ledger_service.domain.lending.grant import OLDEST_HEAD_SECONDS, Grant, grant_id
from ledger_service.ports.chain import (
    EventTotals,
    PreparedTransaction,
    SignedTransaction,
    TransactionOutcome,
)
from tests.simulators.clock import ClockSimulator
from tests.simulators.contract_values import CONTRACTS, NEVER_TAKEN, NOTHING_YET, Call, Emitted
from tests.simulators.contracts import Contracts
from tests.simulators.parts.mined_block import Deed, MinedBlock, Sent
from tests.simulators.parts.own_accounts import ADMIN, RELAYER, OwnAccounts, give
from tests.simulators.parts.signed_intents import carry_signed, signature_by

INTENT_SECONDS = 3600
DOMAIN = {"chainId": 31_337}
DEPLOYED_AT = 1  # the block that holds the contracts


class ChainSimulator:
    """Implements ports.Chain.

    Args:
        clock: the time that new blocks carry.
        ledger: the ledger whose anchors our anchorer signs.
        genesis: tells one chain from another.
    """

    chain_id = 31_337
    anchor_contract = "ee" * 20

    def __init__(self, clock: ClockSimulator, ledger: LedgerId, genesis: str = "genesis") -> None:
        self.is_away = False
        self.is_stale = False
        self.is_deployed = True
        self.mines = True
        self.final: int | None = None  # the newest block that it calls finalized
        self.states_kept = 10**6  # of how many of the newest blocks the node has the state
        self.price = 1  # wei of a unit of gas; what pays less stays in the pool
        self.most_fee = 100
        self.paid_each = 60_000  # wei that a transaction has cost once it is in a block
        self.own = OwnAccounts()
        self.balances: dict[str, int] = {RELAYER: 10**18}
        self.replies_swallowed = 0  # sends to come whose effect happens and whose answer is lost
        self.sends_lost = 0  # sends to come that never arrive
        self.hides: Callable[[ChainEvent], bool] = lambda event: False
        self.interrupt: dict[str, Callable[[], None]] = {}
        self.calls: list[str] = []
        self.pool: list[Sent] = []
        self._clock = clock
        self._ledger = ledger
        self._salt = itertools.count()
        first = Block(0, hashlib.sha256(genesis.encode()).digest(), clock.now)
        self.blocks = [MinedBlock(first, Contracts.deployed())]
        self.mine()

    def copy(self, clock: ClockSimulator) -> ChainSimulator:
        """Return the same chain for another bench; the two go on by themselves."""
        twin = object.__new__(type(self))
        twin.__dict__.update(vars(self))
        twin.interrupt, twin.calls, twin.pool = {}, [], list(self.pool)
        twin.own = self.own.copy()
        twin.blocks, twin._clock = list(self.blocks), clock
        return twin

    @property
    def relayer(self) -> str:
        return self.own.used["relayer"]

    # ---- what tests do to it ----------------------------------------------------------------------

    @property
    def now(self) -> Contracts:
        """Return the contracts after the newest block."""
        return self.blocks[-1].after

    def act(self, deed: Deed) -> None:
        """Let an account that is not ours do something, in a block of its own."""
        self.pool.append(Sent(f"{next(self._salt):064x}", ADMIN, self._next_nonce(ADMIN), deed))
        self.mine()

    def steal_nonce(self) -> None:
        """Let another transaction of our relayer take its next nonce."""
        place = self.relayer, self.now.nonces.get(self.relayer, 0)
        self.pool = [sent for sent in self.pool if (sent.sender, sent.nonce) != place]
        self.pool.append(Sent(f"{next(self._salt):064x}", *place, lambda _: None))
        self.mine()

    def mine(self, blocks: int = 1) -> None:
        """Append blocks; the first takes what the pool holds and can run."""
        for _ in range(blocks):
            parent = self.blocks[-1]
            time = max(self._clock.now, parent.block.time)
            number = parent.block.number + 1
            seed = parent.block.hash + next(self._salt).to_bytes(8, "big")
            block = Block(number, hashlib.sha256(seed).digest(), time)
            mined = MinedBlock(block, parent.after.copy(time))
            while (sent := self._runnable(mined.after)) is not None:
                self._run(mined, sent)
            self.blocks.append(mined)

    def reorganize(self, depth: int, *, forgets: bool = False, grows: int = 1) -> None:
        """Replace the newest blocks by others, one or more longer.

        Transactions of the old blocks go back to the pool and are mined in the last of the new
        blocks, unless the node forgets them; they have then to be sent again.
        """
        dropped = self.blocks[-depth:]
        del self.blocks[-depth:]
        waiting = self.pool
        self.pool = []
        self.mine(depth + grows - 1)
        if not forgets:
            self.pool = [sent for mined in dropped for sent in mined.sent]
        self.pool += waiting
        self.mine()

    def events_named(self, name: str) -> list[ChainEvent]:
        """Return all events of a name on the chain as it is now."""
        return [event for mined in self.blocks for event in mined.events if event.name == name]

    # ---- ports.ChainReader ------------------------------------------------------------------------

    def check_deployment(self) -> None:
        self._reach("check_deployment")
        if not self.is_deployed:
            raise DeploymentMismatch("other-genesis")

    def head(self) -> Block:
        self._reach("head")
        return self.blocks[-1].block

    def finalized(self) -> int | None:
        self._reach("finalized")
        return self.final

    def block(self, number: int) -> Block:
        self._reach("block")
        return self._mined(number).block

    def read_events(
        self, first: int, last: int, before: EventTotals
    ) -> Iterator[tuple[list[ChainEvent], EventTotals]]:
        found = [event for mined in self.blocks[first : last + 1] for event in mined.events]
        self._reach("events")
        shown = [event for event in found if not self.hides(event)]
        totals = {name: before.get(name, NOTHING_YET) for name in CONTRACTS}
        for event in shown:
            told = Emitted(event.contract, event.name, event.subject, dict(event.arguments))
            totals[event.contract] = told.folded(totals[event.contract])
        return iter([(shown, totals)])

    def check_totals(self, block: int, totals: EventTotals) -> None:
        self._reach("check_totals")
        if block <= self.blocks[-1].block.number - self.states_kept:
            raise ChainUnavailable("block-not-held", block=hex(block))
        if totals != self._mined(block).after.totals:
            raise ChainEvidenceMissing("events-missing", contract="any", block=block)

    def anchored(self, ledger: LedgerId) -> tuple[int, bytes]:
        self._reach("anchored")
        return self.now.ledgers[ledger.hex()][1:]

    def prove_state(self, claim: StateClaim, block: int) -> StateProof | None:
        """Return None: this chain keeps no tries; tests/ports/test_state_proofs.py has one that does."""
        self._reach("prove_state")
        return None

    # ---- ports.Chain ------------------------------------------------------------------------------

    def accounts(self, role: str) -> list[str]:
        return self.own.keys[role]

    def act_by(self, role: str, account: str) -> None:
        self.own.act_by(role, account)

    def keep(self) -> None:
        self._reach("keep")

    def fresh_head(self) -> Block:
        self._reach("fresh_head")
        if self.is_stale:
            raise ChainHeadStale(seconds=60)
        if self._clock.now - self.blocks[-1].block.time > OLDEST_HEAD_SECONDS:
            self.mine()
        return self.blocks[-1].block

    def why_not_live(self, grant: Grant, block: Block, at: int) -> Denial | None:
        self._reach("why_not_live")
        state = self._mined(block.number).after
        claimed = (grant.digest.hex(), grant.steward.hex())
        seat = state.seats.get((*claimed, grant.seat), NEVER_TAKEN)
        name = grant_id(
            grant.digest, grant.steward, grant.seat, seat.turn, grant.grantee, grant.scopes
        )
        if name != grant.id or seat.holder != name.hex() or seat.until == 0:
            return Denial.ENDED_ON_CHAIN
        if state.registrations[claimed][0] not in ("registered", "superseded"):
            return Denial.WITHDRAWN
        return None if at < seat.until else Denial.EXPIRED

    def seat(self, digest: Digest, steward: StewardId, seat: int) -> tuple[int, int]:
        self._reach("seat")
        found = self.now.seats.get((digest.hex(), steward.hex(), seat), NEVER_TAKEN)
        return found.turn, found.until

    def signed_digest(self, signed: SignedIntent, domain: dict[str, Any] | None = None) -> bytes:
        if domain not in (None, DOMAIN):
            raise InvalidIntent("other-domain", domain="")
        told = {**signed.to_json(), "signature": ""}
        return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).digest()

    def check_signed(self, signed: SignedIntent) -> None:
        self._reach("check_signed")
        time = max(self._clock.now, self.blocks[-1].block.time)
        carry_signed(self.now.copy(time), signed, self._ledger.hex())

    def is_signed_by(self, account: str, digest: bytes, signature: bytes) -> bool:
        self._reach("is_signed_by")
        if self.is_signed_by_key(account, digest, signature):
            return True
        return signature == signature_by(bytes.fromhex(account)) + digest

    def is_signed_by_key(self, account: str, digest: bytes, signature: bytes) -> bool:
        return is_signed_by_key(account, digest, signature)

    def prepare(self, intents: Sequence[Intent]) -> list[PreparedTransaction | LedgerError]:
        found: list[PreparedTransaction | LedgerError] = []
        for intent in intents:
            try:
                found.append(self._prepared(intent))
            except ChainUnavailable:
                raise
            except LedgerError as exc:
                found.append(exc)
        return found

    def sign(self, prepared: PreparedTransaction, nonce: int) -> SignedTransaction:
        return self.own.signed(self.relayer, nonce, prepared.data.decode(), prepared.max_fee)

    def outbid(self, transaction: SignedTransaction, price: int) -> SignedTransaction | None:
        return self.own.outbid(transaction, price, self.most_fee)

    def transfer(
        self, sender: str, to: str, value: int, nonce: int, max_fee: int
    ) -> SignedTransaction:
        return self.own.transfer(sender, to, value, nonce, max_fee)

    def price_of_gas(self) -> int:
        return self.price

    def balance(self, account: str) -> int:
        return self.balances.get(account, 0)

    def send(self, transactions: Sequence[SignedTransaction]) -> list[str | None]:
        for transaction in transactions:
            self._reach("send")
            if self.sends_lost:
                self.sends_lost -= 1
                raise ChainUnavailable("no-answer")
            self._take(transaction)
            if self.replies_swallowed:
                self.replies_swallowed -= 1
                raise ChainUnavailable("no-answer")
        return [None for _ in transactions]

    def known(self, hashes: Sequence[str]) -> set[str]:
        self._reach("known")
        there = {sent.hash for sent in self.pool}.union(*(m.succeeded for m in self.blocks))
        return there & set(hashes)

    def outcomes(self, hashes: Sequence[str]) -> dict[str, TransactionOutcome]:
        self._reach("outcome")
        return {
            h: TransactionOutcome(mined.block, mined.succeeded[h], self.paid_each)
            for mined in self.blocks
            for h in hashes
            if h in mined.succeeded
        }

    def transaction_count(self, sender: str) -> int:
        self._reach("transaction_count")
        return self.now.nonces.get(sender, 0)

    # ---- inside -----------------------------------------------------------------------------------

    def _prepared(self, intent: Intent) -> PreparedTransaction:
        self._reach("prepare")
        time = max(self._clock.now, self.blocks[-1].block.time)
        call = {
            "by": self.own.signers,
            "kind": intent.KIND,
            "intent": intent.to_json(),
            "nonce": next(self._salt),
            "deadline": time + INTENT_SECONDS,
        }
        self._deed(call)(self.now.copy(time))
        fee = min(self.most_fee, 2 * self.price)
        return PreparedTransaction("11" * 20, json.dumps(call).encode(), 100_000, fee, 1)

    def _reach(self, name: str) -> None:
        self.calls.append(name)
        happens = self.interrupt.pop(name, None)
        if happens is not None:
            happens()
        if self.is_away:
            raise ChainUnavailable("no-answer")

    def _mined(self, number: int) -> MinedBlock:
        if not 0 <= number < len(self.blocks):
            raise DeploymentMismatch("no-such-block", block=number)
        return self.blocks[number]

    def _deed(self, value: dict[str, Any]) -> Deed:
        if value["kind"] == "transfer":
            return lambda _: give(self.balances, value)
        intent = intents.from_json(value["kind"], value["intent"])
        ledger = self._ledger.hex()
        if isinstance(intent, SignedIntent):
            return lambda state: carry_signed(state, intent, ledger)
        given = ledger, value["nonce"], value["deadline"]
        by = value["by"]
        return lambda state: state.carry_out(Call(intent, by[0], by[1], by[2], *given))

    def _take(self, transaction: SignedTransaction) -> None:
        known = {sent.hash for sent in self.pool}
        is_past = transaction.nonce < self.now.nonces.get(transaction.sender, 0)
        if transaction.hash not in known and not is_past:
            _, data, fee, _ = json.loads(transaction.raw)
            place = transaction.sender, transaction.nonce
            rest = [s for s in self.pool if (s.sender, s.nonce) != place or s.max_fee >= fee]
            self.pool = [*rest, Sent(transaction.hash, *place, self._deed(json.loads(data)), fee)]
        if self.mines and self.pool:
            self.mine()

    def _next_nonce(self, sender: str) -> int:
        pooled = [sent.nonce + 1 for sent in self.pool if sent.sender == sender]
        return max([self.now.nonces.get(sender, 0), *pooled])

    def _runnable(self, state: Contracts) -> Sent | None:
        """Return the next transaction whose nonce is due, out of the pool."""
        for place, sent in enumerate(self.pool):
            if sent.nonce == state.nonces.get(sent.sender, 0) and sent.max_fee >= self.price:
                return self.pool.pop(place)
        return None

    def _run(self, mined: MinedBlock, sent: Sent) -> None:
        trial = mined.after.copy(mined.block.time)
        try:
            sent.deed(trial)
        except LedgerError:
            trial = mined.after.copy(mined.block.time)
        mined.succeeded[sent.hash] = bool(trial.emitted)
        trial.nonces[sent.sender] = sent.nonce + 1
        mined.after = trial
        mined.sent.append(sent)
        for item in trial.emitted:
            mined.events.append(
                ChainEvent(
                    contract=item.contract,
                    name=item.name,
                    subject=item.subject,
                    arguments=item.arguments,
                    block=mined.block.number,
                    block_time=mined.block.time,
                    transaction=sent.hash,
                    log_index=len(mined.events),
                )
            )
