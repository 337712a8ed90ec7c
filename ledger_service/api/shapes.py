"""The JSON shapes of the API, in the domain's words; docs at /api/v1/docs."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Sequence
from typing import Annotated, Any, Generic, Literal, TypeVar

from fastapi import Query
from pydantic import BaseModel, ConfigDict, Field

from ledger_service.domain.chain.history import Block
from ledger_service.domain.chain.intent import DeclareRendition, SupersedeResource, WithdrawResource
from ledger_service.domain.chain.signed_intent import SignedIntent
from ledger_service.domain.errors import InvalidCursor
from ledger_service.domain.lending.grant import Grant, Scope
from ledger_service.domain.resources.license import UNLIMITED_SEATS
from ledger_service.domain.resources.registration import Registration
from ledger_service.ports.chain import Job
from ledger_service.ports.ledger import PrivatePart
from ledger_service.ports.resources import License
from ledger_service.services.chain.relay_intent import SIGNED

Hex32 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
PageSize = Annotated[int, Query(ge=1, le=200, description="most items in one answer")]
PageCursor = Annotated[
    str, Query(max_length=200, description="`next` of the page before; empty for the first page")
]
Item = TypeVar("Item")
Row = TypeVar("Row")


class Shape(BaseModel):
    """Strict: no unknown fields, no silent conversions."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Page(Shape, Generic[Item]):
    """One page of a list. next: the cursor of the page after this one, null at the end."""

    items: list[Item]
    next: str | None

    @classmethod
    def of(
        cls,
        found: Sequence[Row],
        limit: int,
        shape: Callable[[Row], Item],
        key: Callable[[Row], int | str],
    ) -> Page[Item]:
        """Return a page of rows, of which one more than `limit` was asked for to see if more follow."""
        shown = found[:limit]
        more = encode_cursor(key(shown[-1])) if len(found) > limit else None
        return cls(items=[shape(row) for row in shown], next=more)


class RegistrationShape(Shape):
    digest: Hex32
    steward: Hex32
    license: Hex32
    cid: str
    title: str
    creator: str
    language: str
    media_type: str
    size_bytes: int
    metadata_digest: Hex32
    state: str
    accepted_at: int
    accepted_entry: int
    registered_entry: int | None
    block: int | None
    transaction: str | None
    rejection: str | None

    @classmethod
    def of(cls, item: Registration) -> RegistrationShape:
        metadata = item.metadata
        return cls(
            digest=item.digest.hex(),
            steward=item.steward.hex(),
            license=item.license.hex(),
            cid=item.cid.base32(),
            title=metadata.title,
            creator=metadata.creator,
            language=metadata.language,
            media_type=metadata.media_type,
            size_bytes=metadata.size_bytes,
            metadata_digest=metadata.digest.hex(),
            state=item.state.value,
            accepted_at=item.accepted_at,
            accepted_entry=item.accepted_entry,
            registered_entry=item.registered_entry,
            block=item.block,
            transaction=item.transaction,
            rejection=item.rejection,
        )


class NewClaim(Shape):
    """A claim about bytes that the library does not keep. cid: base32 or base16; license: name or id."""

    digest: Hex32
    cid: Annotated[str, Field(max_length=100)]
    size_bytes: Annotated[int, Field(ge=1, le=2**53 - 1)]
    title: Annotated[str, Field(max_length=1000)]
    license: Annotated[str, Field(max_length=64)]
    media_type: Annotated[str, Field(max_length=255)]
    creator: Annotated[str, Field(max_length=1000)] = ""
    language: Annotated[str, Field(max_length=80)] = ""


class NewSuccessor(Shape):
    """relation: what the successor is to the resource: its new version, correction or translation."""

    successor: Hex32
    relation: Literal["version", "correction", "translation"]


class NewOriginal(Shape):
    """original: the resource of which this one is another file, such as one with a cover page."""

    original: Hex32


class NewWithdrawal(Shape):
    reason: Literal["retracted", "legal", "error"]


class ChangeShape(Shape):
    """state: queued, submitted, done or rejected; because: why it waits or was rejected.

    Of successor, relation, original and reason those are given that the change has.
    """

    digest: Hex32
    change: Literal["superseded", "rendition", "withdrawn"]
    successor: Hex32 | None = None
    relation: str | None = None
    original: Hex32 | None = None
    reason: str | None = None
    state: str
    because: str | None

    @classmethod
    def of(cls, job: Job) -> ChangeShape:
        intent = job.intent
        told: dict[str, str] = {}
        if isinstance(intent, SupersedeResource):
            told = {
                "change": "superseded",
                "successor": intent.successor.hex(),
                "relation": intent.relation.name.lower(),
            }
        elif isinstance(intent, DeclareRendition):
            told = {"change": "rendition", "original": intent.original.hex()}
        else:
            assert isinstance(intent, WithdrawResource)
            told = {"change": "withdrawn", "reason": intent.reason.name.lower()}
        return cls(
            digest=intent.digest.hex(),
            state=job.state,
            because=job.error,
            **told,  # type: ignore[arg-type]
        )


class IntentShape(Shape):
    """intent: the 32 bytes that were signed; state: queued, submitted, done or rejected; because: why."""

    intent: Hex32
    type: str
    signer: str
    deadline: int
    state: str
    because: str | None

    @classmethod
    def of(cls, job: Job) -> IntentShape:
        signed = job.intent
        assert isinstance(signed, SignedIntent)
        return cls(
            intent=job.key.removeprefix(SIGNED),
            type=signed.type,
            signer=signed.signer,
            deadline=signed.deadline,
            state=job.state,
            because=job.error,
        )


class LicenseShape(Shape):
    """seats: null for no limit."""

    license: Hex32
    name: str
    uri: str
    seats: int | None
    longest_loan_seconds: int
    self_service: bool
    policy_digest: Hex32
    state: str

    @classmethod
    def of(cls, row: License) -> LicenseShape:
        terms = row.terms
        return cls(
            license=row.id.hex(),
            name=row.name,
            uri=terms.uri,
            seats=None if terms.seats == UNLIMITED_SEATS else terms.seats,
            longest_loan_seconds=terms.longest_loan_seconds,
            self_service=terms.self_service,
            policy_digest=terms.policy_digest.hex(),
            state=row.state,
        )


class NewLicense(Shape):
    """rights: an SPDX id of Creative Commons, a RightsStatements.org name, or any http(s) URI."""

    name: str = Field(max_length=63, examples=["reading-room"])
    rights: str = Field(max_length=512, examples=["InC"])
    seats: int | None = Field(default=None, ge=1, lt=UNLIMITED_SEATS)
    longest_loan_seconds: int = Field(ge=1, examples=[1_209_600])
    self_service: bool = False


class NewGrant(Shape):
    """until: seconds since 1970 UTC."""

    digest: Hex32
    reader: str = Field(max_length=64)
    until: int = Field(ge=0, le=2**53)
    scopes: list[str] = Field(default=["read"], min_length=1, max_length=3)

    def scope_bits(self) -> Scope:
        """Return the scopes as bits; a KeyError for an unknown one."""
        bits = Scope(0)
        for name in self.scopes:
            bits |= Scope[name.upper()]
        return bits


class NewEnd(Shape):
    """until: seconds since 1970 UTC."""

    until: int = Field(ge=0, le=2**53)


class GrantShape(Shape):
    grant: Hex32
    digest: Hex32
    steward: Hex32
    reader: str
    grantee: Hex32
    scopes: list[str]
    until: int
    seat: int
    turn: int
    state: str
    accepted_at: int
    rejection: str | None

    @classmethod
    def of(cls, item: Grant) -> GrantShape:
        return cls(
            grant=item.id.hex(),
            digest=item.digest.hex(),
            steward=item.steward.hex(),
            reader=item.reader,
            grantee=item.grantee.hex(),
            scopes=[str(scope.name).lower() for scope in Scope if scope in item.scopes],
            until=item.until,
            seat=item.seat,
            turn=item.turn,
            state=item.state.value,
            accepted_at=item.accepted_at,
            rejection=item.rejection,
        )


class BlockShape(Shape):
    number: int
    hash: Hex32
    time: int

    @classmethod
    def of(cls, block: Block) -> BlockShape:
        return cls(number=block.number, hash=block.hash.hex(), time=block.time)


class VerdictsShape(Shape):
    """One verdict a registration, oldest first. as_of: the last block that the index has read.

    absence: where the evidence is that this ledger does not hold the digest; null if it does.
    """

    digest: Hex32
    authentic: bool
    as_of: BlockShape | None
    ledger_size: int
    absence: str | None
    verdicts: list[dict[str, Any]]


class NewOpening(Shape):
    digest: Hex32


class OpeningShape(Shape):
    """content: where the bytes are, until expires_at; entry: the opening's index in the ledger."""

    digest: Hex32
    entry: int
    grant: Hex32
    expires_at: int
    content: str


class ProofShape(Shape):
    """Hashes of 32 bytes in hex; of an inclusion proof leaf upward."""

    proof: list[Hex32]


class PrivatePartShape(Shape):
    """salt and body are null once they are erased."""

    entry: int
    salt: Hex32 | None
    body: str | None

    @classmethod
    def of(cls, part: PrivatePart) -> PrivatePartShape:
        return cls(
            entry=part.entry,
            salt=part.salt.hex() if part.salt is not None else None,
            body=part.body.decode() if part.body is not None else None,
        )


def encode_cursor(key: int | str) -> str:
    """Return the opaque text of a list's key; inverse of `decode_cursor`."""
    return base64.urlsafe_b64encode(str(key).encode()).decode().rstrip("=")


def decode_cursor(text: str) -> str:
    """Return the key of a cursor; raise InvalidCursor for what no list handed out."""
    try:
        key = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode()
    except (binascii.Error, ValueError) as exc:
        raise InvalidCursor("Take the cursor from `next` of the page before.") from exc
    if encode_cursor(key) != text or not key.isprintable():
        raise InvalidCursor("Take the cursor from `next` of the page before.")
    return key


def decode_number(text: str, before_first: int) -> int:
    """Return the whole number of a cursor, or before_first for the empty one."""
    if not text:
        return before_first
    decoded = decode_cursor(text)
    if not decoded.isascii() or not decoded.isdigit() or len(decoded) > 15:
        raise InvalidCursor("Take the cursor from `next` of the page before.")
    return int(decoded)
