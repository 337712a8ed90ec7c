"""What the services need of resources: registrations, licenses and stewards."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, NamedTuple, Protocol

from ledger_service.domain.identifiers import Digest, LicenseId, StewardId
from ledger_service.domain.resources.claim import AcceptedRow, PlainClaim, StandingClaim, WiderRow
from ledger_service.domain.resources.license import LicenseTerms
from ledger_service.domain.resources.registration import (
    Description,
    Metadata,
    Registration,
    RegistrationState,
    Route,
)
from ledger_service.domain.resources.search import EVERYTHING, WHOLE, Search, Shelf
from ledger_service.ports.paging import Page, PageRequest


class Reason(StrEnum):
    """Why a work is near to another: the same subject, somebody who made both, words, the same readers."""

    SUBJECT = "subject"
    PERSON = "person"
    WORDS = "words"
    TOGETHER = "together"


class NearReason(NamedTuple):
    """A reason. text: the subject or the name as it is written, empty for another reason."""

    kind: Reason
    text: str = ""


class NearWork(NamedTuple):
    """A work that is near to another, and why; at least one reason."""

    digest: Digest
    record: Metadata
    reasons: tuple[NearReason, ...]


class Remark(NamedTuple):
    """What somebody wrote for everybody about a part of a work.

    told: an annotation of W3C without its target. page: of a document, canvas: of its IIIF manifest, 0 if
    it names none; area: x, y, width and height; is_percent: whether these are of the whole, else pixels;
    span: start and end in seconds, the end None for one moment.
    """

    told: Mapping[str, Any]
    page: int = 0
    canvas: int = 0
    area: tuple[float, float, float, float] | None = None
    is_percent: bool = True
    span: tuple[float, float | None] | None = None


class ListOrder(StrEnum):
    """How a list is ordered."""

    NEWEST = "newest"
    TITLE = "title"


@dataclass(frozen=True)
class ListAsked:
    """A list of registrations that stand, in an order."""

    order: ListOrder = ListOrder.NEWEST
    shelf: Shelf = WHOLE


class ListedCollection(NamedTuple):
    """What records name as that of which works are a part. id: 32 hex; works: how many stand."""

    id: str
    title: str
    works: int


@dataclass(frozen=True)
class FindAsked:
    """A search. words: as they are typed; chosen: values by the names of facets, one of each must fit."""

    words: str
    chosen: Mapping[str, Sequence[str]] = field(default_factory=dict)
    page: PageRequest = field(default_factory=PageRequest)


@dataclass(frozen=True)
class FoundWorks:
    """What a search found. next: the cursor of the page after, None at the end.

    total: how many there are, or at least that many. counted: of each facet, how many have which value,
    those that most have first.
    """

    items: list[Registration]
    next: str | None
    total: int
    counted: Mapping[str, list[tuple[str, int]]]


class WrittenClaim(NamedTuple):
    """A registration as far as its entry tells it; a plain tuple, since it is read for each quick proof.

    The entries are ledger indices, accepted_at is seconds since 1970 UTC; license: its id; cid: base16.
    """

    registered_entry: int | None
    accepted_entry: int
    accepted_at: int
    license: bytes
    route: Route
    cid: str
    title: str
    media_type: str
    size_bytes: int
    creator: str
    language: str
    further: str


@dataclass(frozen=True)
class License:
    """A license as the index holds it. state: accepted, defined or rejected.

    checkouts: how often each resource under it may be lent in all; None for no limit. is_marked: whether
    each copy that is lent is marked. The terms' policy commits to both.
    """

    id: LicenseId
    name: str
    terms: LicenseTerms
    state: str
    checkouts: int | None = None
    is_marked: bool = False


@dataclass(frozen=True)
class Steward:
    """A steward as the index holds it. uri: what the id is the digest of."""

    id: StewardId
    uri: str
    name: str


class StoredContent(NamedTuple):
    """Where closed content lies, encrypted, and its key.

    epoch: from 1; cid: of the ciphertext, base16; wrapped: the key as the key keeper wrapped it, None since
    it was destroyed; keeper: the name of the key that wrapped it; entry: index of the one of kind `stored`.
    renewal_asked_at: since when the next epoch is asked for, None if it is not.
    """

    digest: Digest
    steward: StewardId
    epoch: int
    cid: str
    wrapped: bytes | None
    keeper: str
    entry: int
    made_at: int
    renewal_asked_at: int | None = None


class StoredTable(Protocol):
    """Where closed content lies, by digest, steward and epoch."""

    def newest(
        self, steward: StewardId, digests: Collection[Digest]
    ) -> dict[Digest, StoredContent]:
        """Return the newest epoch of the steward's content of each digest that has any; any number."""

    def epochs(self, digest: Digest, steward: StewardId) -> list[StoredContent]:
        """Return all epochs of a content, in order."""

    def lies_elsewhere(self, cid: str) -> bool:
        """Return whether content that lay under this CID, base16, lies encrypted, or in a later epoch."""

    def add(self, row: StoredContent) -> None:
        """Add the next epoch of a content."""

    def wrapped_otherwise(self, keeper: str, after: int, limit: int) -> list[StoredContent]:
        """Return epochs that another keeper's key wrapped, of entries above `after` and in their order."""

    def is_needed(self, cid: str) -> bool:
        """Return whether an epoch whose key stands lies under this CID, base16."""

    def sealed_to(self) -> str | None:
        """Return the cursor of registrations up to which no closed content lies as it came; None: nowhere.

        Versions that encrypt leave none, so what is registered later has not to be looked at.
        """

    def note_sealed_to(self, cursor: str | None) -> None:
        """Let it be this cursor, or None."""

    def is_known(self, cid: str) -> bool:
        """Return whether some epoch lies, or lay, under this CID, base16."""

    def next_asked(self, tried_before: int) -> StoredContent | None:
        """Return an epoch, whose key stands, of which the next was asked for first; None if there is none.

        One whose next could not be begun at that time or later is passed over.
        """

    def ask_for_next(self, row: StoredContent, at: int | None) -> None:
        """Let the next epoch be asked for since then, or no more."""

    def put_off_next(self, row: StoredContent, at: int) -> None:
        """Note that the next epoch could not be begun at this time; it stays asked for."""

    def count_asked(self) -> tuple[int, int]:
        """Return how many epochs are asked for, and how many of them could not be begun."""

    def set_wrapped(self, row: StoredContent, wrapped: bytes | None, keeper: str) -> None:
        """Let the key of this epoch be wrapped so, or be destroyed, unless it was changed meanwhile."""


class NeedlessTable(Protocol):
    """What may lie in the content store and is needed no more, by its CID in base16.

    Only ciphertext: its CID is random, so that nothing else ever lies under it.
    """

    def note(self, cid: str, since: int) -> None:
        """Note one; nothing happens if it is noted."""

    def some(self, limit: int) -> list[str]:
        """Return so many at most, those that were noted first."""

    def forget(self, cid: str) -> None:
        """Forget one, once it does not lie there any more."""


class RegistrationTable(Protocol):
    """Registrations by digest and steward."""

    def find(self, digest: Digest, steward: StewardId) -> Registration | None:
        """Return the steward's registration of a digest in whatever state, None if there is none."""

    def of_digest(self, digest: Digest) -> list[Registration]:
        """Return every steward's registration of a digest in whatever state, oldest first."""

    def of_entries(self, entries: Collection[int]) -> list[Registration]:
        """Return the registrations that these entries took in, in their order; some thousand at most.

        Entries that took in nothing, or what is not registered any more, are passed over.
        """

    def being_withdrawn(self, limit: int) -> list[int]:
        """Return the entries that took in what is being withdrawn, which no entry tells yet; the oldest."""

    def plain(self, claims: Collection[int]) -> list[PlainClaim]:
        """Return those of the registrations that these entries took in that are told by their claims alone.

        None of them is gone. Some thousand entries at most.
        """

    def page_under(
        self, steward: StewardId, licenses: Collection[LicenseId], request: PageRequest
    ) -> Page[Registration]:
        """Return a page of what stands under one of these licenses, in the order of its entries."""

    def page(self, request: PageRequest, search: Search = EVERYTHING) -> Page[Registration]:
        """Return a page of the registrations that are looked for, in the order of their entries.

        A search for words looks at a bounded number of registrations a page: it may hold few or none, and
        not be the last. Raises InvalidCursor.
        """

    def standing(self, steward: StewardId, digests: Sequence[bytes]) -> dict[bytes, StandingClaim]:
        """Return the steward's claims on these digests by digest, rejected ones too; any number."""

    def add_accepted(
        self, steward: StewardId, at: int, route: Route, rows: Sequence[AcceptedRow | WiderRow]
    ) -> None:
        """Add registrations of new digests, any number, as accepted by this route at this time, in s."""

    def add_if_new(
        self, steward: StewardId, at: int, route: Route, rows: Sequence[AcceptedRow | WiderRow]
    ) -> bool:
        """Add registrations as add_accepted does, and return True; if the steward has one of such a digest,
        in whatever state, add none and return False.
        """

    def forget_rejected(self, steward: StewardId, digests: Sequence[bytes]) -> None:
        """Remove those of these registrations that the chain rejected; others stay."""

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
    ) -> None:
        """Let a registration be in this state; of the rest, what is None stays as it is."""

    def settle_routes(
        self, steward: StewardId, route: Route, digests: Collection[Digest] | None
    ) -> int:
        """Let claims of an unknown route have this one, all or those on these digests; return how many."""

    def count_unknown_routes(self, steward: StewardId) -> int:
        """Return how many of the steward's claims that the chain does not have yet have an unknown route."""

    def describe(self, description: Description) -> None:
        """Add a corrected record of a registration; its revision is the next after those that are there."""

    def descriptions(self, digest: Digest) -> list[Description]:
        """Return every steward's corrected records of a digest, in the order of their entries."""

    def count_by_state(self) -> dict[str, int]:
        """Return how many registrations there are in each state that some are in."""


class Changed(NamedTuple):
    """What last changed a registration. claim: index of the entry that took it in; entry: of the one that
    changed it last, at first the same; at: seconds since 1970 UTC, never less than of an earlier entry.
    """

    claim: int
    entry: int
    at: int


class ChangeTable(Protocol):
    """Which entry last changed each registration; those that wait for the chain are not listed."""

    def page(
        self, request: PageRequest, shelf: Shelf = WHOLE, since: int = 0, until: int | None = None
    ) -> Page[Changed]:
        """Return a page of what last changed from `since` until `until`, both included, oldest change first.

        Registrations that are gone are in it. Raises InvalidCursor.
        """

    def count(self, shelf: Shelf = WHOLE, since: int = 0, until: int | None = None) -> int:
        """Return how many all pages have together."""

    def of_claim(self, claim: int) -> Changed | None:
        """Return what last changed the registration that this entry took in, None if it waits."""

    def first_at(self) -> int | None:
        """Return the time of the oldest change that is listed, None if there is none."""

    def note(
        self, digest: Digest, steward: StewardId, entry: int, at: int, *, is_on_chain: bool = False
    ) -> None:
        """Let an entry be the last that changed a registration, if it is listed.

        is_on_chain: the entry says that the chain has it; so it waits no longer, and is listed from now on.
        """

    def collections(self, request: PageRequest) -> Page[tuple[str, str]]:
        """Return a page of the collections that ever had a member: (id of 32 hex, title); InvalidCursor."""


class LicenseTable(Protocol):
    """Licenses by id, and by their names here."""

    def find(self, license_id: LicenseId) -> License | None:
        """Return the license of this id in whatever state, None if there is none."""

    def find_named(self, name: str) -> License | None:
        """Return the license of this name in whatever state, None if there is none."""

    def page(self, request: PageRequest) -> Page[License]:
        """Return a page of all licenses by name; raise InvalidCursor."""

    def add(self, row: License) -> None:
        """Add a license whose id and name are new."""

    def set_state(self, license_id: LicenseId, state: str) -> None:
        """Let the license be in this state: accepted, defined or rejected."""


class StewardTable(Protocol):
    """Institutions that this library knows."""

    def find(self, steward: StewardId) -> Steward | None:
        """Return the steward of this id, None if this library does not know it."""

    def all(self) -> list[Steward]:
        """Return all stewards that this library knows, by name."""

    def add(self, row: Steward) -> None:
        """Add a steward whose id is new."""
