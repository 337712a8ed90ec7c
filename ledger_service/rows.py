"""What stores and chains hand to the services: rows that no domain rule speaks of, as frozen values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from ledger_service.domain.chain.history import Block
from ledger_service.domain.chain.intent import Intent
from ledger_service.domain.identifiers import Digest, GrantId, LicenseId, StewardId
from ledger_service.domain.resources.license import LicenseTerms


@dataclass(frozen=True)
class SignedCheckpoint:
    """A checkpoint as published. note: the signed note; block and transaction: of its anchor."""

    size: int
    root: bytes
    note: str
    block: int | None
    transaction: str | None


class WrittenClaim(NamedTuple):
    """A registration as far as its entry tells it; a plain tuple, since it is read for each quick proof.

    The entries are ledger indices, accepted_at is seconds since 1970 UTC; license: its id; cid: base16.
    """

    registered_entry: int | None
    accepted_entry: int
    accepted_at: int
    license: bytes
    cid: str
    title: str
    media_type: str
    size_bytes: int
    creator: str
    language: str


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
