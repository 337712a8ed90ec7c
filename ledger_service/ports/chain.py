"""What the services need of a chain: its jobs, the index of its events, and a node."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

from ledger_service.domain.chain.block import Block
from ledger_service.domain.chain.chain_state import StateClaim, StateProof
from ledger_service.domain.chain.history import ChainEvent
from ledger_service.domain.chain.intent import AnchorCheckpoint, Intent
from ledger_service.domain.chain.job import JobName, JobState
from ledger_service.domain.chain.signed_intent import SignedIntent
from ledger_service.domain.errors import LedgerError
from ledger_service.domain.identifiers import Digest, LedgerId, StewardId
from ledger_service.domain.lending.denial import Denial
from ledger_service.domain.lending.grant import Grant
from ledger_service.domain.reasons import Reason
from ledger_service.ports.accounts.own import JobCosts, OwnAccountUse, RelayerFunds
from ledger_service.ports.paging import Page, PageRequest


class LeaseKind(StrEnum):
    """What is done by one process at a time, or waited for while somebody does it."""

    WORKER = "worker"
    IMPORT = "import"
    BACKUP = "backup"
    TAKING = "taking-in"
    REMOVAL = "removal"


BACKUP_SECONDS = 600  # that a backup which is killed goes on to hold removals of content up
TAKING_SECONDS = 60  # that a machine which stops is still taken to take content in, or to remove it


@dataclass(frozen=True)
class Job:
    """Work for the chain. name: what it is for, unique.

    error: why it was refused or waits, if it was or does. entry: index of the first entry that tells of its
    effect, once one does; the chain may have lost the effect since then.
    """

    id: int
    name: JobName
    intent: Intent
    state: JobState
    attempts: int
    error: str | None = None
    entry: int | None = None


@dataclass(frozen=True)
class PreparedTransaction:
    """A call that the chain would take now. to: 40 hex; gas in units; fees in wei per unit."""

    to: str
    data: bytes
    gas: int
    max_fee: int
    priority_fee: int


@dataclass(frozen=True)
class SignedTransaction:
    """A raw transaction, stored before it is sent. hash: 64 hex; sender: 40 hex; most: wei it may cost."""

    hash: str
    sender: str
    nonce: int
    raw: bytes
    most: int = 0


@dataclass(frozen=True)
class TransactionOutcome:
    """What became of a mined transaction. paid: wei, for its gas."""

    block: Block
    succeeded: bool
    paid: int = 0


EventTotals = Mapping[str, tuple[int, str]]
"""contract name → (number of events, accumulator as 64 hex) after some block."""


@dataclass(frozen=True)
class WorkerState:
    """last_round: when a round last ended well, None before the first. stop: why no worker goes on, if so.

    Times are seconds since 1970 UTC, by the library's clock; stopped_at is of the stop. waits: why the last
    round could not go on, if it could not. head, relayer and clock_skew: as a round saw them last; the skew
    in seconds, above 0 if the clock is ahead of the chain's time. warnings: what else it saw that an
    operator must look at.
    """

    last_round: int | None = None
    stop: Reason | None = None
    stopped_at: int | None = None
    waits: Reason | None = None
    head: Block | None = None
    relayer: RelayerFunds | None = None
    clock_skew: int = 0
    warnings: tuple[Reason, ...] = ()


class WorkerStateTable(Protocol):
    """What the worker tells of itself to all who share the database."""

    def read(self) -> WorkerState:
        """Return what was told last."""

    def replace(self, state: WorkerState) -> None:
        """Tell this instead."""


class JobTable(JobCosts, Protocol):
    """Work for the chain, the transactions that carry it, and the leases of those who do it."""

    def add(self, name: JobName, intent: Intent, now: int) -> None:
        """Queue a job whose name is new, due from `now` on, in seconds."""

    def find(self, name: JobName) -> Job | None:
        """Return the job of this name in whatever state, None if there is none."""

    def open_about(self, subject: str) -> list[Job]:
        """Return the jobs that have not ended and may be about this (64 hex).

        What was signed elsewhere may be about anything.
        """

    def changes_of(self, digest: Digest) -> list[Job]:
        """Return the jobs that change a registered resource, in whatever state, oldest first."""

    def queued(self, now: int, limit: int) -> list[Job]:
        """Return the queued jobs that are due at `now`, at most `limit`, in the order to send them.

        First what ends a right, and the anchors, unless an older job about the same has not ended;
        otherwise the oldest first.
        """

    def submitted(self) -> list[tuple[Job, list[SignedTransaction]]]:
        """Return the jobs under way by nonce, each with its transactions, the newest first."""

    def waiting_since(self, then: int) -> list[tuple[Job, SignedTransaction]]:
        """Return jobs under way by nonce, each with its newest transaction, if signed by `then`."""

    def last_sender(self) -> str | None:
        """Return who sent the newest transaction, 40 hex; None before the first."""

    def pending_anchors(self) -> list[AnchorCheckpoint]:
        """Return the anchors that are queued or under way."""

    def free_nonces(self, sender: str, at_least: int, count: int) -> list[int]:
        """Return the lowest nonces from `at_least` on, which is due, that no job holds for this sender."""

    def set_submitted(self, job: int, transaction: SignedTransaction, now: int) -> None:
        """Store the transaction that carries a job from now on; the job is under way and has no error."""

    def add_transaction(self, job: int, transaction: SignedTransaction, now: int) -> None:
        """Store one more transaction that carries a job; whichever lands settles it."""

    def set_queued(self, job: int, not_before: int, error: str) -> None:
        """Let a job wait until `not_before`, in seconds; error: why, for people."""

    def put_off(self, job: int, not_before: int, error: str) -> None:
        """Let a job wait as `set_queued` does, and count it as no attempt: nothing is wrong with it."""

    def count_waiting(self, error: str) -> int:
        """Return how many jobs wait for this reason."""

    def wake(self, error: str, now: int) -> None:
        """Let the jobs that wait for this reason be due at `now`."""

    def set_done(self, job: int, block: int, entry: int | None) -> None:
        """Let a job be done: its effect stands in this block, and `entry` is the first that tells of it."""

    def recall(self, above: int, now: int) -> list[Job]:
        """Let the jobs whose effect stood in blocks above this one be under way again; return them.

        Those that no transaction of ours carried are queued, due at `now`.
        """

    def count_recalled(self) -> int:
        """Return how many jobs are under way again because the chain has lost their effect."""

    def set_rejected(self, job: int, error: str) -> None:
        """Let a job be rejected for this reason; it is run again only if it is asked for anew."""

    def count_by_state(self) -> dict[str, int]:
        """Return how many jobs there are in each state that some are in."""

    def is_leased(self, kind: LeaseKind, now: int, seconds: int) -> bool:
        """Return whether a lease of this kind holds at `now`; see take_lease."""

    def holds_lease(self, kind: LeaseKind, name: str, holder: str, now: int, seconds: int) -> bool:
        """Return whether a lease for so many seconds is this holder's, and two thirds of it are left."""

    def take_lease(self, kind: LeaseKind, name: str, holder: str, now: int, seconds: int) -> bool:
        """Take or renew a lease; return False while another's holds: one that ends within 2 × `seconds`."""

    def end_lease(self, kind: LeaseKind, name: str, holder: str, now: int) -> None:
        """End the lease at `now` if it is this holder's; another's is left as it is."""


class ChainIndexTable(Protocol):
    """Events of confirmed blocks; can be dropped and rebuilt from the chain."""

    def cursor(self) -> tuple[Block, EventTotals] | None:
        """Return the last block that was read and the totals after it, None before the first."""

    def recent_blocks(self, limit: int) -> list[Block]:
        """Return the blocks up to which the chain was read, newest first, at most `limit`."""

    def add(self, events: Sequence[ChainEvent]) -> None:
        """Add events of blocks after the cursor; nobody is told of them before the cursor is above them."""

    def advance(self, block: Block, totals: EventTotals) -> None:
        """Move the cursor up to this block, all of whose events were added; totals: those after it."""

    def rewind_to(self, block: int) -> None:
        """Forget every event above this block, and move the cursor down to it; -1 forgets all."""

    def events_of(self, subjects: Sequence[str]) -> list[ChainEvent]:
        """Return the events whose first indexed argument is one of these (64 hex), in chain order."""

    def events_named(
        self, names: Sequence[str], subjects: Sequence[str], above: int = -1
    ) -> list[ChainEvent]:
        """Return the events of these names and subjects in blocks above this one, in chain order."""

    def has(self, block: Block) -> bool:
        """Return whether the chain was read up to this very block once, and it is still there."""

    def acted_in(self, names: Sequence[str], since: int, until: int) -> Iterator[ChainEvent]:
        """Yield the events of these names in blocks whose time, in seconds, is from `since` to `until`."""

    def newest_of(self, subject: str, name: str) -> Iterator[ChainEvent]:
        """Yield the events of a name whose first indexed argument is this (64 hex), the newest first."""

    def acts(self, request: PageRequest) -> Page[ChainEvent]:
        """Return the events that tell of acts of an admin, the newest first; raise InvalidCursor."""

    def links_to(self, digest: str) -> list[ChainEvent]:
        """Return the events by which other resources point to this one (64 hex), or cease to, in order."""

    def of_ledgers(self, above: int) -> list[ChainEvent]:
        """Return the events by which ledgers were opened and anchored above this block, in chain order."""

    def unadopted(self) -> Iterator[ChainEvent]:
        """Yield the events above the block up to which all were adopted, in chain order."""

    def set_adopted(self, block: Block) -> None:
        """Say that all events up to this block were adopted, if the index still has the block."""

    def events_in(self, transaction: str) -> list[ChainEvent]:
        """Return the events of one transaction (64 hex), in order."""


class ChainReader(Protocol):
    """A chain node as a reader sees it. Every method raises ChainUnavailable when it does not answer."""

    @property
    def chain_id(self) -> int:
        """Return the id of the deployment's chain; the node is not asked."""

    @property
    def anchor_contract(self) -> str:
        """Return the address of CheckpointAnchor, 40 hex; the node is not asked."""

    def is_signed_by_key(self, account: str, digest: bytes, signature: bytes) -> bool:
        """Return whether the account's own key signed 32 bytes; no node is asked."""

    def check_deployment(self) -> None:
        """Check that the node has the deployment's chain and contracts; raise DeploymentMismatch."""

    def head(self) -> Block:
        """Return the newest block of the node, however old it is."""

    def finalized(self) -> int | None:
        """Return the number of the newest block that the node calls finalized, None if it calls none so."""

    def block(self, number: int) -> Block:
        """Return the block of this number; raise DeploymentMismatch if the chain has none."""

    def read_events(
        self, first: int, last: int, before: EventTotals
    ) -> Iterator[tuple[list[ChainEvent], EventTotals]]:
        """Yield the events of the contracts in blocks `first` to `last`, in order, some at a time.

        Each part has the totals after it, and there is at least one part, which may be empty. before: the
        totals after block `first` - 1; empty at the deployment. That none is missing is shown by
        `check_totals`, at the last block of all that is read.

        Raises:
            ChainEvidenceMissing: what the node answered with are no events of the contracts.
        """

    def check_totals(self, block: int, totals: EventTotals) -> None:
        """Check that the contracts hold these totals at a block whose state the node has.

        Raises:
            ChainEvidenceMissing: the node left events out, made some up or changed some.
        """

    def anchored(self, ledger: LedgerId) -> tuple[int, bytes]:
        """Return size and root of the ledger's newest anchor; those of the empty tree before the first."""

    def prove_state(self, claim: StateClaim, block: int) -> StateProof | None:
        """Return a proof, not checked, of what the contracts hold at a block; None if the node gives none."""


class Chain(ChainReader, OwnAccountUse, Protocol):
    """A chain node as the service uses it: it also decides releases and takes transactions."""

    @property
    def relayer(self) -> str:
        """Return the address that sends all transactions, 40 hex; only where there is a key for it."""

    def keep(self) -> None:
        """Return once the blocks that the node has told of outlast a power cut, if the chain is our own.

        A chain of others is kept by them.
        """

    def fresh_head(self) -> Block:
        """Return the newest block; raise ChainHeadStale if it is too old to decide a release on."""

    def why_not_live(self, grant: Grant, block: Block, at: int) -> Denial | None:
        """Return why the contracts, as of a block, refuse the grantee at this time in seconds; None if not.

        It is one of withdrawn, expired and ended-on-chain.
        """

    def seat(self, digest: Digest, steward: StewardId, seat: int) -> tuple[int, int]:
        """Return turn and end (seconds) of the seat's last grant; zeros if it was never taken."""

    def signed_digest(self, signed: SignedIntent, domain: dict[str, Any] | None = None) -> bytes:
        """Return the 32 bytes that were signed elsewhere, in the domain of this deployment.

        domain: what the signer says that it is; raises InvalidIntent if it is another.
        """

    def check_signed(self, signed: SignedIntent) -> None:
        """Check that the contracts would carry the intent out now, whoever sends it.

        Raises:
            LedgerError: the twin of the contract's refusal.
        """

    def is_signed_by(self, account: str, digest: bytes, signature: bytes) -> bool:
        """Return whether an account (40 hex) signed 32 bytes, or is a contract that approves it (ERC-1271).

        Raises:
            ChainUnavailable: the node was to be asked, and does not answer.
        """

    def prepare(self, intents: Sequence[Intent]) -> list[PreparedTransaction | LedgerError]:
        """Return for each intent the transaction that the chain would take now, or why it would not.

        It is signed by the keys of this library's roles. The error is the twin of the contract's refusal,
        TransactionRejected for too much gas, or ChainUnavailable for what the node refuses to judge.
        """

    def sign(self, prepared: PreparedTransaction, nonce: int) -> SignedTransaction:
        """Return the raw transaction of this nonce; it is not sent, and the node is not asked."""

    def outbid(self, transaction: SignedTransaction, price: int) -> SignedTransaction | None:
        """Return the same call at the same nonce for more; None if it pays the price, or the bound forbids.

        price: of a unit of gas now, in wei. The node is not asked.
        """

    def price_of_gas(self) -> int:
        """Return what a unit of gas costs now, in wei."""

    def balance(self, account: str) -> int:
        """Return what an account (40 hex) has, in wei."""

    def send(self, transactions: Sequence[SignedTransaction]) -> list[str | None]:
        """Hand raw transactions to the node; return for each why it is not there, None if it is.

        Raises:
            ChainUnavailable: the node may have them or not.
        """

    def known(self, hashes: Sequence[str]) -> set[str]:
        """Return which transactions (64 hex) the node has, in a block or waiting for one."""

    def outcomes(self, hashes: Sequence[str]) -> dict[str, TransactionOutcome]:
        """Return what became of those transactions (64 hex) that are in a block."""

    def transaction_count(self, sender: str) -> int:
        """Return how many transactions of a sender (40 hex) are in blocks."""
