"""Show halls: their manifests with the proof that the ledger has them, and what a visitor may open there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ledger_service.domain.errors import HallNotFound
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.ledger import merkle
from ledger_service.domain.lending.denial import why_not_readable
from ledger_service.domain.people.caller import Actor, Caller
from ledger_service.domain.people.permission import Permission, check_permitted, holds
from ledger_service.domain.resources.license import UNLIMITED_SEATS
from ledger_service.domain.resources.registration import STATES_READABLE, Registration
from ledger_service.domain.resources.search import Shelf
from ledger_service.ports.lending import GrantFilter
from ledger_service.ports.paging import Page, PageRequest
from ledger_service.ports.resources import ListAsked, ListOrder
from ledger_service.ports.store import Transaction
from ledger_service.services.lending.find_grants import list_grants
from ledger_service.services.library import Library
from reading_room.halls.ports import KeptVersion
from reading_room.halls.rules.manifest import Manifest
from reading_room.halls.verbs.signing import Tables, key_of

MOST_WORKS = 48
"""On the shelves of a hall: more is a page of the catalog, not a room."""
MOST_OWN = 48
ListWorks = Callable[[Library, ListAsked, PageRequest], Page[Registration]]
"""What a room lists that stands: its part `listing`."""


@dataclass(frozen=True)
class ShownHall:
    """A hall as it stands."""

    kept: KeptVersion
    manifest: Manifest


@dataclass(frozen=True)
class ProvedManifest:
    """A manifest with what a browser checks. key: a vkey of the halls; ledger: the ledger's.

    body, proof, checkpoint: that the newest checkpoint holds the entry; None while none covers it.
    """

    shown: ShownHall
    key: str
    ledger: str
    body: bytes
    proof: list[bytes] | None
    checkpoint: str | None


@dataclass(frozen=True)
class Placed:
    """A work on a shelf. is_own: it is lent to whoever asks; is_open: everybody may read it.

    seats: how many readers at once its license permits, None without a limit; free: how many of these are.
    """

    registration: Registration
    is_open: bool
    is_own: bool
    seats: int | None
    free: int | None

    @property
    def opens(self) -> bool:
        """Whether this visitor may open it now."""
        return self.is_open or self.is_own

    @property
    def is_full(self) -> bool:
        """Whether every seat of it is somebody else's."""
        return not self.opens and self.free == 0


def list_halls(library: Library, tables: Tables, caller: Caller) -> list[ShownHall]:
    """Return every hall, that which was published last first."""
    check_permitted(caller, Permission.RESOURCE_READ)
    with library.store.read() as transaction:
        found = transaction.room(tables).newest()
    return [ShownHall(one, Manifest.parse(one.manifest)) for one in found]


def show_hall(
    library: Library, tables: Tables, caller: Caller, hall: str, version: int | None = None
) -> ShownHall:
    """Return a hall as it stands, or as a version of it was; raise HallNotFound."""
    check_permitted(caller, Permission.RESOURCE_READ)
    with library.store.read() as transaction:
        found = transaction.room(tables).find(hall, version)
    if found is None:
        raise HallNotFound(hall=hall[:40])
    return ShownHall(found, Manifest.parse(found.manifest))


def prove_manifest(library: Library, tables: Tables, caller: Caller, hall: str) -> ProvedManifest:
    """Return a hall's manifest with its proof; raise HallNotFound."""
    check_permitted(caller, Permission.RESOURCE_READ)
    shown = show_hall(library, tables, caller, hall)
    with library.store.read() as transaction:
        key = transaction.room(tables).key()
        assert key is not None  # it has signed
        body = transaction.ledger.entries(shown.kept.entry, 1)[0]
        newest = transaction.checkpoints.latest()
        proof = None
        if newest is not None and newest.size > shown.kept.entry:
            read = transaction.ledger.read_nodes
            proof = merkle.inclusion_proof(shown.kept.entry, newest.size, read)
    return ProvedManifest(
        shown,
        key_of(library, key.public).format(),
        library.key.format(),
        body,
        proof,
        None if proof is None or newest is None else newest.note,
    )


def shelves(
    library: Library, caller: Caller, manifest: Manifest, list_works: ListWorks | None
) -> list[Placed]:
    """Return the works of a hall for this visitor: first what is lent to them, then what stands there.

    list_works: None in a library without lists: only what is the visitor's own is there.
    """
    check_permitted(caller, Permission.RESOURCE_READ)
    own = _own(library, caller)
    listed: list[Registration] = []
    if list_works is not None:
        asked = ListAsked(ListOrder.TITLE, Shelf(collection=manifest.collection))
        listed = list(list_works(library, asked, PageRequest("", MOST_WORKS)).items)
    with library.store.read() as transaction:
        lent = [transaction.registrations.find(one, library.steward) for one in own]
        mine = [one for one in lent if one is not None and one.state in STATES_READABLE]
        known = {one.digest for one in mine}
        others = [one for one in listed if one.steward == library.steward]
        rest = [one for one in others if one.digest not in known]
        placed = [_placed(library, transaction, one, one.digest in own) for one in [*mine, *rest]]
    if manifest.collection:
        return placed
    return [one for one in placed if one.opens]


def open_works(
    library: Library, caller: Caller, collection: str, list_works: ListWorks | None
) -> list[Digest]:
    """Return the works of a collection that everybody may read, whose covers may be shown to all.

    collection: its id; empty: of all.
    """
    check_permitted(caller, Permission.HALL_KEEP)
    if list_works is None:
        return []
    asked = ListAsked(ListOrder.TITLE, Shelf(collection=collection))
    found = list_works(library, asked, PageRequest("", MOST_WORKS)).items
    own = [one for one in found if one.steward == library.steward]
    with library.store.read() as transaction:
        rows = {one.license: transaction.licenses.find(one.license) for one in own}
    free = {name for name, row in rows.items() if row is not None and row.terms.is_open}
    return [one.digest for one in own if one.license in free]


def place(library: Library, caller: Caller, digest: Digest) -> Placed | None:
    """Return a work as it stands in a hall for this visitor; None if it is not registered here."""
    check_permitted(caller, Permission.RESOURCE_READ)
    own = _own(library, caller)
    with library.store.read() as transaction:
        found = transaction.registrations.find(digest, library.steward)
        if found is None or found.state not in STATES_READABLE:
            return None
        return _placed(library, transaction, found, digest in own)


def _own(library: Library, caller: Caller) -> list[Digest]:
    """Return what is lent to a reader now, that which ends first."""
    if caller.actor is not Actor.READER or not holds(caller, Permission.GRANT_READ_OWN):
        return []
    which = GrantFilter(reader=caller.subject, is_live=True)
    found = list_grants(library, caller, PageRequest("", MOST_OWN), which).items
    now = library.clock()
    live = [one for one in found if why_not_readable(one) is None and one.until > now]
    return list(dict.fromkeys(one.digest for one in sorted(live, key=lambda one: one.until)))


def _placed(
    library: Library, transaction: Transaction, found: Registration, is_own: bool
) -> Placed:
    row = transaction.licenses.find(found.license)
    assert row is not None  # licenses are never deleted
    terms = row.terms
    if terms.is_open or terms.seats >= UNLIMITED_SEATS:
        return Placed(found, terms.is_open, is_own, None, None)
    taken = transaction.grants.seats_taken(found.digest, library.steward, library.clock())
    free = max(0, terms.seats - len({seat for seat in taken if seat < terms.seats}))
    return Placed(found, False, is_own, terms.seats, free)
