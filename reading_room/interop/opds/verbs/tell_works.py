"""Tell registrations as works for reading apps, a page at once: what each is, and how it is had.

Licenses, stewards and seats are asked for once for a page. Everything told is public: what is told of seats,
the chain tells everybody, too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from ledger_service.domain.content.content_id import ContentId
from ledger_service.domain.errors import ContentStoreUnavailable
from ledger_service.domain.exports.cited_work import Work, work_of
from ledger_service.domain.identifiers import Digest, LicenseId
from ledger_service.domain.resources.license import UNLIMITED_SEATS
from ledger_service.domain.resources.registration import STATES_GONE, Registration
from ledger_service.ports.resources import License, StoredContent
from ledger_service.ports.store import Transaction
from ledger_service.services.library import Library
from ledger_service.services.resources.closed.find_stored import cid_of, stored_of
from ledger_service.services.resources.find_content import Access
from ledger_service.services.resources.find_resources import read_resource

Has = Callable[[ContentId], bool]


class Way(StrEnum):
    """How a work is had: by anybody, by whoever borrows it, or as its page says."""

    OPEN = "open"
    LENT = "lent"
    PAGE = "page"


@dataclass(frozen=True)
class Seats:
    """How many may read a work at one time; taken: how many do."""

    total: int
    taken: int

    @property
    def free(self) -> int:
        """How many more may."""
        return max(0, self.total - self.taken)


@dataclass(frozen=True)
class ToldWork:
    """A work for a reading app. seats: None without a limit, and of what is not lent."""

    work: Work
    way: Way
    seats: Seats | None = None

    @property
    def digest(self) -> Digest:
        """Of the work."""
        return Digest.parse(self.work.digest)


@dataclass(frozen=True)
class _Facts:
    """What a page of registrations needs beside them; stewards: names by ids as hex."""

    licenses: dict[LicenseId, License]
    stewards: dict[str, str]
    stored: dict[Digest, StoredContent]
    held: dict[Digest, int]


def tell_works(
    library: Library,
    registrations: Sequence[Registration],
    public_url: str,
    has: Has | None = None,
) -> list[ToldWork]:
    """Return these registrations as works, in their order.

    public_url: how people reach the service; has: tells whether content is kept, by default the store.
    """
    with library.store.read() as transaction:
        facts = _facts(library, transaction, registrations)
    places = _Places(library.content.has if has is None else has)
    return [_told(library, places, one, facts, public_url) for one in registrations]


def tell_work(library: Library, digest: Digest, public_url: str) -> ToldWork:
    """Return the work of a digest, withdrawn or not; this library's own registration if it has one.

    Raises:
        ResourceNotFound, MetadataMismatch: see `show_resource`.
    """
    with library.store.read() as transaction:
        found = read_resource(library, transaction, digest)
    standing = [one for one in found if one.state not in STATES_GONE]
    own = [one for one in standing if one.steward == library.steward]
    return tell_works(library, [[*own, *standing, *found][0]], public_url)[0]


def tell_digests(library: Library, digests: Iterable[Digest], public_url: str) -> list[ToldWork]:
    """Return this library's own registrations of these digests as works, in their order."""
    with library.store.read() as transaction:
        asked = (transaction.registrations.find(one, library.steward) for one in digests)
        found = [one for one in asked if one is not None]
    return tell_works(library, found, public_url)


class _Places:
    """Tells whether content is kept; once a place is away, no more is asked, and nothing is told missing."""

    def __init__(self, has: Has) -> None:
        self._has, self._is_away = has, False

    def is_kept(self, registration: Registration, stored: StoredContent | None) -> bool | None:
        """Return whether it is kept, None if nobody can tell now."""
        cid = cid_of(registration, stored)
        if cid is None:
            return False
        if self._is_away:
            return None
        try:
            return self._has(cid)
        except ContentStoreUnavailable:
            self._is_away = True
            return None


def _facts(
    library: Library, transaction: Transaction, registrations: Sequence[Registration]
) -> _Facts:
    rows = (transaction.licenses.find(one) for one in {item.license for item in registrations})
    licenses = {row.id: row for row in rows if row is not None}
    own = [one for one in registrations if one.steward == library.steward]
    closed = [one.digest for one in own if not licenses[one.license].terms.is_open]
    held = []
    if closed:
        held = transaction.grants.seats_held(library.steward, library.clock(), closed)
    return _Facts(
        licenses,
        {row.id.hex(): row.name for row in transaction.stewards.all()},
        {digest: row for (digest, _), row in stored_of(transaction, own).items()} if closed else {},
        dict(held),
    )


def _told(
    library: Library, places: _Places, one: Registration, facts: _Facts, public_url: str
) -> ToldWork:
    license_row, way, seats = facts.licenses[one.license], Way.PAGE, None
    terms = license_row.terms
    is_gone = one.state in STATES_GONE
    if one.steward == library.steward and not is_gone:
        kept = places.is_kept(one, facts.stored.get(one.digest))
        if Access(one, license_row, kept).is_readable:
            way = Way.OPEN if terms.is_open else Way.LENT
    if way is Way.LENT and terms.seats != UNLIMITED_SEATS:
        seats = Seats(terms.seats, facts.held.get(one.digest, 0))
    described = one.described
    work = work_of(
        one,
        public_url,
        license=(license_row.name, terms.uri),
        steward=facts.stewards.get(one.steward.hex(), one.steward.hex()),
        changed_at=one.accepted_at if described is None else described.described_at,
        is_open=way is Way.OPEN,
        withdrawn=is_gone,
    )
    return ToldWork(work, way, seats)
