"""JSON of claims, registrations, their changes, and licenses."""

from __future__ import annotations

from enum import IntEnum
from typing import Annotated, Literal

from pydantic import Field

from ledger_service.api.resources.record_shapes import RecordFields
from ledger_service.api.shapes import Hex32, ReasonShape, Shape, sentence
from ledger_service.domain.chain.intent import Change
from ledger_service.domain.chain.telling import TELLINGS
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.reasons import Reason
from ledger_service.domain.resources.license import UNLIMITED_SEATS
from ledger_service.domain.resources.policies.commitments import policy_form
from ledger_service.domain.resources.registration import (
    STATES_BEFORE_CHAIN,
    Description,
    Registration,
    Route,
)
from ledger_service.ports.chain import Job
from ledger_service.ports.resources import License
from ledger_service.services.resources.join_content import Content

CHANGE_SAYS = ("successor", "other", "relation", "original", "reason")


class RegistrationShape(RecordFields):
    """A registration, with the entries of the ledger and the transaction that hold it, once they do.

    title to size_bytes, and the fields of a record: as corrected last. metadata_digest: of the record that
    was claimed, which the registration has for good. revision: how often the record was corrected;
    described_entry: the entry that commits to it, once it was. kept: whether the library has the content;
    null where it was not looked for, as in lists and changes, and where nobody can tell now. kept_entry:
    the entry by which it says so, if the content came after the registration. waits: why it is not put on
    chain for now, where one registration is asked for and something holds it up.
    """

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
    revision: int
    described_entry: int | None
    route: str
    state: str
    accepted_at: int
    accepted_entry: int
    registered_entry: int | None
    block: int | None
    transaction: str | None
    rejection: str | None
    why: ReasonShape | None
    kept: bool | None
    kept_entry: int | None
    waits: ReasonShape | None

    @classmethod
    def of(
        cls, item: Registration, content: Content | None = None, waits: Reason | None = None
    ) -> RegistrationShape:
        record, described = item.record, item.described
        is_held_up = item.state in STATES_BEFORE_CHAIN and item.route is Route.HERE
        return cls(
            digest=item.digest.hex(),
            steward=item.steward.hex(),
            license=item.license.hex(),
            cid=item.cid.base32(),
            **record.to_json(),
            metadata_digest=item.metadata.digest.hex(),
            revision=0 if described is None else described.revision,
            described_entry=None if described is None else described.entry,
            route=item.route.value,
            state=item.state.value,
            accepted_at=item.accepted_at,
            accepted_entry=item.accepted_entry,
            registered_entry=item.registered_entry,
            block=item.block,
            transaction=item.transaction,
            rejection=sentence(item.rejection),
            why=ReasonShape.of(item.rejection),
            kept=None if content is None else content.is_kept,
            kept_entry=None if content is None else content.since,
            waits=ReasonShape.of(waits.format()) if waits is not None and is_held_up else None,
        )


class NewClaim(RecordFields):
    """A claim about bytes that the library does not keep. cid: base32 or base16; license: name or id."""

    digest: Hex32
    cid: Annotated[str, Field(max_length=100)]
    size_bytes: Annotated[int, Field(ge=0, le=2**53 - 1)]
    title: Annotated[str, Field(max_length=1000)]
    license: Annotated[str, Field(max_length=64)]
    media_type: Annotated[str, Field(max_length=255)]
    creator: Annotated[str, Field(max_length=1000)] = ""
    language: Annotated[str, Field(max_length=80)] = ""


class NewRecord(RecordFields):
    """What is to be corrected in a record; the rest stays as it is, and what is given empty is taken away."""

    title: Annotated[str, Field(max_length=1000)] | None = None
    creator: Annotated[str, Field(max_length=1000)] | None = None
    language: Annotated[str, Field(max_length=80)] | None = None
    media_type: Annotated[str, Field(max_length=255)] | None = None


class DescriptionShape(RecordFields):
    """A corrected record, and the entry that commits to its digest. described_at: in seconds since 1970."""

    digest: Hex32
    steward: Hex32
    revision: int
    title: str
    creator: str
    language: str
    media_type: str
    size_bytes: int
    metadata_digest: Hex32
    described_at: int
    entry: int

    @classmethod
    def of(cls, item: Description) -> DescriptionShape:
        return cls(
            digest=item.digest.hex(),
            steward=item.steward.hex(),
            revision=item.revision,
            **item.record.to_json(),
            metadata_digest=item.record.digest.hex(),
            described_at=item.described_at,
            entry=item.entry,
        )


class NewSuccessor(Shape):
    """relation: what the successor is to the resource: its new version, correction or translation."""

    successor: Hex32
    relation: Literal["version", "correction", "translation"]


class NewOriginal(Shape):
    """original: the resource of which this one is another file, such as one with a cover page."""

    original: Hex32


class NewTakenBack(Shape):
    """other: what the resource points to; relation: how."""

    other: Hex32
    relation: Literal["version", "correction", "translation", "rendition"]


class NewWithdrawal(Shape):
    """reason: why the resource is withdrawn; it cannot be changed later. destroy_key: of closed content."""

    reason: Literal["retracted", "legal", "error"]
    destroy_key: bool = False


class ChangeShape(Shape):
    """state: queued, submitted, done or rejected; because: why it waits or was rejected.

    Of successor, other, relation, original and reason those are given that the change has.
    """

    digest: Hex32
    change: Literal["superseded", "rendition", "taken-back", "withdrawn"]
    successor: Hex32 | None = None
    other: Hex32 | None = None
    relation: str | None = None
    original: Hex32 | None = None
    reason: str | None = None
    state: str
    because: str | None
    why: ReasonShape | None

    @classmethod
    def of(cls, job: Job) -> ChangeShape:
        change = job.intent
        assert isinstance(change, Change)
        stated = {name: _shown(getattr(change, name, None)) for name in CHANGE_SAYS}
        return cls(
            digest=change.digest.hex(),
            change=TELLINGS[change.EVENT].kind,  # type: ignore[arg-type]
            state=job.state,
            because=sentence(job.error),
            why=ReasonShape.of(job.error),
            **stated,
        )


def _shown(value: Digest | IntEnum | None) -> str | None:
    if value is None:
        return None
    return value.hex() if isinstance(value, Digest) else value.name.lower()


class LicenseShape(Shape):
    """seats, checkouts: null for no limit. checkouts: how often each resource may be lent in all.

    marked: whether each copy that is lent carries a line and a number of its own. policy_form: how the
    digest of the policy was made; null if the license commits to other rules than these.
    """

    license: Hex32
    name: str
    uri: str
    seats: int | None
    longest_loan_seconds: int
    self_service: bool
    policy_digest: Hex32
    policy_form: str | None
    checkouts: int | None
    marked: bool
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
            policy_form=policy_form(terms, row.checkouts, row.is_marked),
            checkouts=row.checkouts,
            marked=row.is_marked,
            state=row.state,
        )


class NewLicense(Shape):
    """rights: an SPDX id of Creative Commons, a RightsStatements.org name, or any http(s) URI."""

    name: str = Field(max_length=63, examples=["reading-room"])
    rights: str = Field(max_length=512, examples=["InC"])
    seats: int | None = Field(default=None, ge=1, lt=UNLIMITED_SEATS)
    longest_loan_seconds: int = Field(ge=1, examples=[1_209_600])
    self_service: bool = False
    checkouts: int | None = Field(default=None, ge=1, lt=2**53)
    marked: bool = False
