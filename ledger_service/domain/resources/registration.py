"""A registration: one steward's claim on one digest, and the states it passes through.

accepted → submitted → registered or rejected        (the worker and the chain)
registered → superseded; either → withdrawing → withdrawn
registered → disputed → registered                   (the chain has lost it, and takes it again)

How it was claimed says who speaks for it before the chain does (docs/adr/0047).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from functools import cached_property, lru_cache
from types import MappingProxyType
from typing import Any, NamedTuple

from ledger_service.domain import canonical_json
from ledger_service.domain.content.content_id import ContentId
from ledger_service.domain.errors import (
    InvalidMetadata,
    RouteUnknown,
    SignatureAwaited,
)
from ledger_service.domain.identifiers import Digest, LicenseId, StewardId
from ledger_service.domain.resources.readable_record import ReadableRecord
from ledger_service.domain.resources.record import LARGEST_RECORD_BYTES, Record, read_fields
from ledger_service.domain.resources.record_text import LONGEST_TEXT, composed, fits_a_line

_MEDIA_TYPE = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]{0,126}/[a-z0-9][a-z0-9!#$&^_.+-]{0,126}\Z")
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*\Z")
NARROW = ("title", "media_type", "size_bytes", "creator", "language")
"""The members that every record has."""
NOTHING_FURTHER: Mapping[str, Any] = MappingProxyType({})


class RegistrationState(StrEnum):
    """How far a claim has come on its way to the chain, and what became of it there."""

    ACCEPTED = "accepted"
    SUBMITTED = "submitted"
    REGISTERED = "registered"
    DISPUTED = "disputed"
    REJECTED = "rejected"
    SUPERSEDED = "superseded"
    WITHDRAWING = "withdrawing"
    WITHDRAWN = "withdrawn"


STATES_BEFORE_CHAIN = (RegistrationState.ACCEPTED, RegistrationState.SUBMITTED)
STATES_OFF_CHAIN = (*STATES_BEFORE_CHAIN, RegistrationState.DISPUTED)
STATES_READABLE = (RegistrationState.REGISTERED, RegistrationState.SUPERSEDED)
STATES_WITHDRAWN = (RegistrationState.WITHDRAWING, RegistrationState.WITHDRAWN)
STATES_GONE = (*STATES_WITHDRAWN, RegistrationState.REJECTED)
"""Nobody stands by what is in one of these."""


class Route(StrEnum):
    """How a claim was made: who asks the chain to register it, and what stands for it until then.

    here: this library's own key registers it. elsewhere: nothing, until a registrar's own key has signed.
    bulk: it stands in the anchored ledger, and the chain is asked when that is needed. unknown: it was
    made before routes were written down, and the operator has not told yet.
    """

    UNKNOWN = "unknown"
    HERE = "here"
    ELSEWHERE = "elsewhere"
    BULK = "bulk"


class Relation(IntEnum):
    """What a successor is to a resource, as on chain: a translation stands beside it, others replace it."""

    VERSION = 1
    CORRECTION = 2
    TRANSLATION = 3


class Link(IntEnum):
    """How a resource points to another, as on chain: as a `Relation`, or it is a rendition of it."""

    VERSION = 1
    CORRECTION = 2
    TRANSLATION = 3
    RENDITION = 4

    @property
    def takes_place(self) -> bool:
        """Whether the other has taken the resource's place."""
        return self in (Link.VERSION, Link.CORRECTION)


class WithdrawalReason(IntEnum):
    """Why a steward withdrew a resource, as on chain."""

    RETRACTED = 1
    LEGAL = 2
    ERROR = 3


@dataclass(frozen=True)
class Metadata(Record, ReadableRecord):
    """What a catalog says of a resource, kept off chain and bound by its digest.

    title: required; creator, language (BCP 47): may be empty; media_type: RFC 6838, lower case;
    size_bytes: of the resource. The other fields are those of a `Record`.
    """

    title: str
    media_type: str
    size_bytes: int
    creator: str = ""
    language: str = ""

    def __post_init__(self) -> None:
        check_metadata(self.title, self.creator, self.language, self.media_type)
        if self.is_wide:
            self.check_fields()
            if len(self._wide_form) > LARGEST_RECORD_BYTES:
                raise InvalidMetadata("too-large", most=LARGEST_RECORD_BYTES)

    def format(self) -> bytes:
        """Return the canonical JSON bytes that the metadata digest is over."""
        if self.is_wide:
            return self._wide_form
        return format_metadata(
            self.title, self.media_type, self.size_bytes, self.creator, self.language
        )

    @cached_property
    def _wide_form(self) -> bytes:
        # Both its length and its digest are asked for, and it takes half as long as all the rest.
        return canonical_json.canonicalize(self.to_json())

    @classmethod
    def claimed(
        cls,
        title: str,
        media_type: str,
        size_bytes: int,
        creator: str,
        language: str,
        further: Mapping[str, Any] = NOTHING_FURTHER,
    ) -> Metadata:
        """Return what a person says of a resource, its texts in the form that is hashed.

        further: the fields of a `Record` as JSON; see `read_fields`.
        """
        fields = read_fields(further) if further else {}
        return cls(composed(title), media_type, size_bytes, composed(creator), language, **fields)

    @classmethod
    def told(cls, record: Mapping[str, Any], size_bytes: int) -> Metadata:
        """Return what JSON says of a resource of this size; `claimed` with the members checked.

        Raises:
            InvalidMetadata: a member or a form that a record cannot have.
        """
        narrow = {name: record.get(name, "") for name in NARROW if name != "size_bytes"}
        for name, text in narrow.items():
            if not isinstance(text, str):
                raise InvalidMetadata("form", name=name)
        further = {name: value for name, value in record.items() if name not in narrow}
        return cls.claimed(**narrow, size_bytes=size_bytes, further=further)

    def corrected(self, changes: Mapping[str, Any]) -> Metadata:
        """Return the record with these members in place of its own; an empty one takes a field away.

        Raises:
            InvalidMetadata: a resource cannot be described so.
        """
        told = {**self.to_json(), **changes}
        return Metadata.told(told, told.pop("size_bytes"))

    def to_json(self) -> dict[str, Any]:
        """Return what `format` writes, as receipts carry it."""
        return {name: getattr(self, name) for name in NARROW} | self.wider()

    @property
    def digest(self) -> Digest:
        """SHA-256 of `format()`."""
        return Digest.of(self.format())


def as_media_type(text: str) -> str:
    """Return what a record says of a format, if it is a media type; otherwise an empty text."""
    named = text.partition(";")[0].strip().lower()
    return named if _MEDIA_TYPE.match(named) else ""


def as_language(text: str) -> str:
    """Return what a record says of a language, if it is a tag such as en_US or uzb; otherwise an empty text.

    A language is told by two or three letters; more are allowed by BCP 47 and are in records a word, such
    as “Russian”.
    """
    tag = text.strip().replace("_", "-")
    return tag if _LANGUAGE.match(tag) and len(tag.partition("-")[0]) in (2, 3) else ""


def check_metadata(title: str, creator: str, language: str, media_type: str) -> None:
    """Check that a resource may be described so; raise InvalidMetadata."""
    if not (fits_a_line(title) and fits_a_line(creator)):
        name = "creator" if fits_a_line(title) else "title"
        raise InvalidMetadata("line", name=name, longest=LONGEST_TEXT)
    if not title.strip():
        raise InvalidMetadata("title")
    check_kind(media_type, language)


@lru_cache(1024)  # of a million records, most have one of few
def check_kind(media_type: str, language: str) -> None:
    """Check that these are a media type and a language, or no language; raise InvalidMetadata."""
    if not _MEDIA_TYPE.match(media_type):
        raise InvalidMetadata("media-type", media_type=media_type[:80])
    if language and not _LANGUAGE.match(language):
        raise InvalidMetadata("language", language=language[:40])


def format_metadata(
    title: str, media_type: str, size_bytes: int, creator: str, language: str, further: str = ""
) -> bytes:
    """Return the canonical bytes of metadata that was checked before. further: as in a Claim."""
    # The names are in order; of the values, only two may hold what needs an escape.
    narrow = (
        f'{{"creator":{canonical_json.quote(creator)},"language":"{language}",'
        f'"media_type":"{media_type}","size_bytes":{size_bytes},'
        f'"title":{canonical_json.quote(title)}}}'
    ).encode()
    if not further:
        return narrow
    both = canonical_json.parse(narrow) | canonical_json.parse(further.encode())
    return canonical_json.canonicalize(both)


class Told(NamedTuple):
    """What an entry says, if its registration is told as it commits to it.

    kind: that it has, or `awaiting` in place of `accepted`; entry: its index; at: its time, if the database
    tells that rightly, in seconds since 1970 UTC.
    """

    kind: str
    entry: int
    at: int
    facts: Mapping[str, str | int]


@dataclass(frozen=True)
class Description:
    """A corrected record of a registered resource. The bytes' registration does not change by it.

    revision: from 1; the record of the claim itself counts as 0. entry: index of the one of kind
    `described` that commits to it.
    """

    digest: Digest
    steward: StewardId
    revision: int
    record: Metadata
    described_at: int
    entry: int

    def facts(self) -> dict[str, str | int]:
        """Return the facts of its entry."""
        return described_facts(self.digest, self.steward, self.revision, self.record)

    def told(self) -> Told:
        """Return what its entry must say."""
        return Told("described", self.entry, self.described_at, self.facts())


def described_facts(
    digest: Digest, steward: StewardId, revision: int, record: Metadata
) -> dict[str, str | int]:
    """Return the facts of the entry that commits to a corrected record."""
    return {
        "digest": digest.hex(),
        "steward": steward.hex(),
        "metadata": record.digest.hex(),
        "revision": revision,
    }


@dataclass(frozen=True)
class Registration:
    """A steward's claim as the index holds it.

    route: how it was claimed. metadata: as claimed, for good; described: the newest correction. Times are
    seconds since 1970 UTC; entries are ledger indices; block and transaction are those in which the chain
    took it, None before.
    """

    digest: Digest
    steward: StewardId
    license: LicenseId
    cid: ContentId
    metadata: Metadata
    route: Route
    state: RegistrationState
    accepted_at: int
    accepted_entry: int
    registered_entry: int | None = None
    block: int | None = None
    transaction: str | None = None
    rejection: str | None = None
    described: Description | None = None

    @property
    def record(self) -> Metadata:
        """What is said of the resource now: the newest corrected record, or else the claim's own."""
        return self.metadata if self.described is None else self.described.record

    def as_claimed(self) -> Description:
        """Return the record of the claim itself, as revision 0, with the entry that accepted it."""
        claimed = self.metadata, self.accepted_at, self.accepted_entry
        return Description(self.digest, self.steward, 0, *claimed)

    @property
    def stands_in_bulk(self) -> bool:
        """Whether the anchored ledger is its proof, since the chain has no registration of it."""
        return self.route is Route.BULK and self.state in STATES_BEFORE_CHAIN

    @property
    def waits(self) -> bool:
        """Whether nothing speaks for it yet: neither this library's key nor its ledger, nor the chain."""
        return is_waiting(self.route) and self.state in STATES_BEFORE_CHAIN

    def claim(self) -> dict[str, str | int]:
        """Return the facts that entries and the chain share."""
        return {
            "cid": self.cid.base16(),
            "digest": self.digest.hex(),
            "license": self.license.hex(),
            "metadata": self.metadata.digest.hex(),
            "steward": self.steward.hex(),
        }

    def told_by(self) -> list[Told]:
        """Return what its entries must say for this to be told as they commit to it.

        Titles stand in the database only, and anyone who writes there can change them: what an entry
        commits to is their digest.
        """
        told = [Told("accepted", self.accepted_entry, self.accepted_at, self.claim())]
        if self.described is not None:
            told.append(self.described.told())
        return told


def is_waiting(route: Route) -> bool:
    """Return whether a claim of this route has nothing that speaks for it until the chain has it."""
    return route in (Route.ELSEWHERE, Route.UNKNOWN)


def check_not_waiting(name: Digest, route: Route) -> None:
    """Check that a claim that the chain does not have yet may be used, or brought there, without more.

    Raises:
        SignatureAwaited: its registrar has not signed.
        RouteUnknown: whether it waits for a signature is not known.
    """
    if route is Route.ELSEWHERE:
        raise SignatureAwaited(name=str(name))
    if route is Route.UNKNOWN:
        raise RouteUnknown(name=str(name))
