"""What the services need of the outside, as Protocols; adapters implement them.

`Store` is SQL, `Chain` an EVM node, `ContentStore` the block store, `Signer` the ledger's key, and
`LedgerSource` a Muhr service seen from a student's or auditor's own process.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Protocol

from ledger_service.domain.chain import Block, ChainEvent
from ledger_service.domain.chain_state import StateClaim, StateProof
from ledger_service.domain.checkpoint import VerifierKey
from ledger_service.domain.content_id import ContentId
from ledger_service.domain.grant import Grant, GrantState
from ledger_service.domain.identifiers import Digest, GrantId, LedgerId, LicenseId, StewardId
from ledger_service.domain.intent import Intent
from ledger_service.domain.license import LicenseTerms
from ledger_service.domain.merkle import Frontier, NodeName, NodeRun
from ledger_service.domain.receipt import Receipt
from ledger_service.domain.registration import Registration, RegistrationState
from ledger_service.domain.submission import Submission

Clock = Callable[[], int]
"""Returns the time in whole seconds since 1970 UTC."""


# ---- rows that only the services see --------------------------------------------------------------


@dataclass(frozen=True)
class SignedCheckpoint:
    """A checkpoint as published. note: the signed note; block and transaction: of its anchor."""

    size: int
    root: bytes
    note: str
    block: int | None
    transaction: str | None


@dataclass(frozen=True)
class License:
    """A license as the index holds it. state: accepted, defined or rejected."""

    id: LicenseId
    name: str
    terms: LicenseTerms
    state: str


@dataclass(frozen=True)
class Steward:
    """A steward as the index holds it. uri: what the id is the digest of."""

    id: StewardId
    uri: str
    name: str


@dataclass(frozen=True)
class Opening:
    """A permission to fetch bytes for a short while, made by a granted opening.

    secret: 64 hex, in the URL of the bytes; expires_at: seconds since 1970 UTC.
    """

    secret: str
    entry: int
    digest: Digest
    grant: GrantId
    reader: str
    expires_at: int


@dataclass(frozen=True)
class Token:
    """An access token. role: registrar, reader or auditor; subject: reader id or steward id."""

    role: str
    subject: str
    expires_at: int


@dataclass(frozen=True)
class PrivatePart:
    """What a private entry commits to. salt: 32 bytes; body: canonical JSON; None once erased."""

    entry: int
    salt: bytes | None
    body: bytes | None


@dataclass(frozen=True)
class Job:
    """Work for the chain. key names what it is for, and is unique; entry: the index it belongs to.

    error: why it was refused or waits, if it was or does.
    """

    id: int
    key: str
    intent: Intent
    entry: int | None
    state: str
    attempts: int
    error: str | None = None


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
    """A raw transaction, stored before it is sent. hash: 64 hex; sender: 40 hex."""

    hash: str
    sender: str
    nonce: int
    raw: bytes


@dataclass(frozen=True)
class TransactionOutcome:
    """What became of a mined transaction."""

    block: Block
    succeeded: bool


EventTotals = Mapping[str, tuple[int, str]]
"""contract name → (number of events, accumulator as 64 hex) after some block."""


# ---- the store ------------------------------------------------------------------------------------


class LedgerTable(Protocol):
    """Entries and tree nodes.

    Of what is not there, `read_nodes`, `hash_tile` and `entry_bundle` raise EntryNotFound; `entries`
    returns as many as there are. `append` takes entries from index `start`, the size, on.
    """

    def frontier(self) -> Frontier: ...
    def append(self, start: int, bodies: Sequence[bytes], nodes: Sequence[NodeRun]) -> None: ...
    def size(self) -> int: ...
    def read_nodes(self, names: Sequence[NodeName]) -> list[bytes]: ...
    def hash_tile(self, level: int, number: int, width: int) -> bytes: ...
    def entries(self, start: int, limit: int) -> list[bytes]: ...
    def entry_bundle(self, number: int, width: int) -> bytes: ...
    def add_private_part(self, index: int, salt: bytes, body: bytes) -> None: ...
    def private_parts(self, start: int, limit: int) -> list[PrivatePart]: ...


class CheckpointTable(Protocol):
    def find(self, size: int) -> SignedCheckpoint | None: ...
    def latest(self) -> SignedCheckpoint | None: ...
    def latest_anchored(self) -> SignedCheckpoint | None: ...
    def first_anchored_above(self, index: int) -> SignedCheckpoint | None: ...
    def add(self, size: int, root: bytes, at: int) -> None: ...
    def set_note(self, size: int, note: str) -> None: ...
    def unsigned(self) -> list[tuple[int, bytes]]: ...
    def set_anchor(self, size: int, block: int, transaction: str) -> None: ...


class RegistrationTable(Protocol):
    def find(self, digest: Digest, steward: StewardId) -> Registration | None: ...
    def of_digest(self, digest: Digest) -> list[Registration]: ...
    def page(self, after: int, limit: int) -> list[Registration]: ...
    def add(self, registration: Registration) -> None: ...
    def replace_rejected(self, registration: Registration) -> None: ...
    def set_state(
        self,
        digest: Digest,
        steward: StewardId,
        state: RegistrationState,
        *,
        registered_entry: int | None = None,
        block: int | None = None,
        transaction: str | None = None,
        rejection: str | None = None,
    ) -> None: ...
    def count_by_state(self) -> dict[str, int]: ...


class LicenseTable(Protocol):
    def find(self, license_id: LicenseId) -> License | None: ...
    def find_named(self, name: str) -> License | None: ...
    def page(self, after: str, limit: int) -> list[License]: ...
    def add(self, row: License) -> None: ...
    def set_state(self, license_id: LicenseId, state: str) -> None: ...


class StewardTable(Protocol):
    def find(self, steward: StewardId) -> Steward | None: ...
    def all(self) -> list[Steward]: ...
    def add(self, row: Steward) -> None: ...


class GrantTable(Protocol):
    def find(self, grant: GrantId) -> Grant | None: ...
    def of_reader(self, reader: str, digest: Digest) -> list[Grant]: ...
    def page(
        self,
        after: int,
        limit: int,
        *,
        reader: str | None = None,
        steward: StewardId | None = None,
    ) -> list[tuple[int, Grant]]: ...
    def seats_taken(self, digest: Digest, steward: StewardId, now: int) -> set[int]: ...
    def last_turn(self, digest: Digest, steward: StewardId, seat: int) -> int: ...
    def set_until(self, grant: GrantId, until: int) -> None: ...
    def add(self, grant: Grant) -> None: ...
    def set_state(
        self, grant: GrantId, state: GrantState, *, rejection: str | None = None
    ) -> None: ...


class AccessTable(Protocol):
    """Readers, tokens and openings: the only table in which a reader has a key."""

    def add_reader(self, reader: str, key: bytes) -> None: ...
    def reader_key(self, reader: str) -> bytes | None: ...
    def add_token(self, token_digest: bytes, token: Token) -> None: ...
    def find_token(self, token_digest: bytes) -> Token | None: ...
    def add_opening(self, opening: Opening) -> None: ...
    def find_opening(self, secret: str) -> Opening | None: ...


class JobTable(Protocol):
    def add(self, key: str, intent: Intent, entry: int | None, now: int) -> None: ...
    def find(self, key: str) -> Job | None: ...
    def starting_with(self, prefix: str) -> list[Job]: ...
    def queued(self, now: int, limit: int) -> list[Job]: ...
    def submitted(self) -> list[tuple[Job, SignedTransaction]]: ...
    def pending_of_kind(self, kind: str) -> int: ...
    def next_nonce(self, sender: str, at_least: int) -> int: ...
    def set_submitted(self, job: int, transaction: SignedTransaction, now: int) -> None: ...
    def set_queued(self, job: int, not_before: int, error: str) -> None: ...
    def set_done(self, job: int) -> None: ...
    def set_rejected(self, job: int, error: str) -> None: ...
    def count_by_state(self) -> dict[str, int]: ...
    def take_lease(self, name: str, holder: str, now: int, seconds: int) -> bool: ...


class ChainIndexTable(Protocol):
    """Events of confirmed blocks; can be dropped and rebuilt from the chain."""

    def cursor(self) -> tuple[Block, EventTotals] | None: ...
    def recent_blocks(self, limit: int) -> list[Block]: ...
    def add(self, block: Block, totals: EventTotals, events: Sequence[ChainEvent]) -> None: ...
    def totals_at(self, block: int) -> EventTotals: ...
    def rewind_to(self, block: int) -> None: ...
    def events_of(self, subjects: Sequence[str]) -> list[ChainEvent]: ...
    def events_of_contract(self, contract: str) -> list[ChainEvent]: ...


class Transaction(Protocol):
    """One database transaction, with a table for each noun."""

    @property
    def ledger(self) -> LedgerTable: ...
    @property
    def checkpoints(self) -> CheckpointTable: ...
    @property
    def registrations(self) -> RegistrationTable: ...
    @property
    def licenses(self) -> LicenseTable: ...
    @property
    def stewards(self) -> StewardTable: ...
    @property
    def grants(self) -> GrantTable: ...
    @property
    def access(self) -> AccessTable: ...
    @property
    def jobs(self) -> JobTable: ...
    @property
    def chain_index(self) -> ChainIndexTable: ...


class QuickReads(Protocol):
    """Reads, each by itself, of what never changes once it is there; for routes that are asked often.

    is_local: whether they are answered without a network, so that an event loop may wait for them.
    """

    @property
    def is_local(self) -> bool: ...
    def entry_of(self, digest: Digest, steward: StewardId) -> int | None: ...
    def entry(self, index: int) -> bytes: ...
    def anchored_above(self, index: int) -> SignedCheckpoint | None: ...
    def read_nodes(self, names: Sequence[NodeName]) -> list[bytes]: ...


class Store(Protocol):
    """`read` sees one snapshot; `write` holds the append lock and commits when its block ends well."""

    @property
    def quick(self) -> QuickReads: ...
    def read(self) -> AbstractContextManager[Transaction]: ...
    def write(self) -> AbstractContextManager[Transaction]: ...


# ---- the chain ------------------------------------------------------------------------------------


class ChainReader(Protocol):
    """A chain node as a reader sees it. Every method raises ChainUnavailable when it does not answer."""

    @property
    def chain_id(self) -> int: ...
    @property
    def anchor_contract(self) -> str: ...
    def check_deployment(self) -> None: ...
    def head(self) -> Block: ...
    def block(self, number: int) -> Block: ...
    def events(
        self, first: int, last: int, before: EventTotals
    ) -> tuple[list[ChainEvent], EventTotals]: ...
    def anchored(self, ledger: LedgerId) -> tuple[int, bytes]: ...
    def prove_state(self, claim: StateClaim, block: int) -> StateProof | None: ...


class Chain(ChainReader, Protocol):
    """A chain node as the service uses it: it also decides releases and takes transactions."""

    @property
    def relayer(self) -> str: ...
    def fresh_head(self) -> Block: ...
    def grant_is_live(self, grant: Grant, block: Block, at: int) -> bool: ...
    def seat(self, digest: Digest, steward: StewardId, seat: int) -> tuple[int, int]: ...
    def prepare(self, intent: Intent) -> PreparedTransaction: ...
    def sign(self, prepared: PreparedTransaction, nonce: int) -> SignedTransaction: ...
    def send(self, transaction: SignedTransaction) -> None: ...
    def outcome(self, transaction_hash: str) -> TransactionOutcome | None: ...
    def transaction_count(self, sender: str) -> int: ...


# ---- content and keys -----------------------------------------------------------------------------


class Upload(Protocol):
    """Bytes on their way into the store; nothing is kept unless `commit` is called."""

    def write(self, data: bytes) -> None: ...
    def finish(self) -> ContentId: ...
    def commit(self) -> None: ...


class ContentStore(Protocol):
    """Raises ContentStoreUnavailable, ContentStoreFull, ContentNotFound, ContentCorrupt."""

    def upload(self) -> AbstractContextManager[Upload]: ...
    def size(self, cid: ContentId) -> int: ...
    def read(self, cid: ContentId, start: int, end: int) -> Iterator[bytes]: ...


class Signer(Protocol):
    """The ledger's Ed25519 key."""

    @property
    def key(self) -> VerifierKey: ...
    def sign(self, message: bytes) -> bytes: ...


# ---- witnesses ------------------------------------------------------------------------------------


class WitnessClient(Protocol):
    """A witness as a ledger asks it. Raises WitnessHasOtherSize, ServiceUnavailable."""

    def add_checkpoint(self, submission: Submission) -> str: ...


class WitnessedLog(Protocol):
    """A ledger as its witness knows it. size and root: of the checkpoint cosigned last."""

    key: VerifierKey
    size: int
    root: bytes

    def keep(self, size: int, root: bytes, note: str, at: int) -> None: ...


class WitnessStore(Protocol):
    """What a witness keeps. `log` holds a lock, raises LogNotKnown, commits when its block ends well."""

    def log(self, origin: str) -> AbstractContextManager[WitnessedLog]: ...


# ---- a service seen from outside ------------------------------------------------------------------


class LedgerSource(Protocol):
    """A Muhr service, not trusted. Raises ServiceUnavailable when it does not answer."""

    def checkpoint(self) -> str: ...
    def entries(self, start: int, limit: int) -> list[bytes]: ...
    def consistency_proof(self, old_size: int, new_size: int) -> list[bytes]: ...
    def receipts(self, digest: Digest) -> list[Receipt]: ...
    def private_parts(self, start: int, limit: int) -> list[dict[str, Any]]: ...
