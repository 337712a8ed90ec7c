"""Find every resource that a name is a name of, in whatever state it is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ledger_service.domain.content.content_id import RAW, ContentId
from ledger_service.domain.exports.ark import digest_begins
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.resources.registration import STATES_GONE, Registration
from ledger_service.domain.resources.search import Search
from ledger_service.ports.paging import PageRequest
from ledger_service.ports.store import Transaction
from ledger_service.services.library import Library
from ledger_service.services.resources.find_resources import check_told
from reading_room.search.ports import SearchTables
from reading_room.search.rules.name import CID, HASH, Name
from reading_room.search.verbs.find import MOST_UNREAD, Tables
from reading_room.search.verbs.follow_ledger import read_news, registrations_of

MOST_SHOWN = 50  # resources of one name; a person has more
MOST_LOOKED_AT = 400  # registrations


@dataclass(frozen=True)
class NamedWorks:
    """What a name is a name of, newest first, one registration of each resource.

    standing: at most MOST_SHOWN; withdrawn: what everybody took back; is_more: there are more that stand.
    """

    standing: Sequence[Registration] = ()
    withdrawn: Sequence[Registration] = ()
    is_more: bool = False

    def __bool__(self) -> bool:
        return bool(self.standing or self.withdrawn)


def find_named(library: Library, tables: Tables, names: Sequence[Name]) -> NamedWorks:
    """Return what the first of some names that anything has is a name of.

    Raises:
        MetadataMismatch: a record is not what its entry commits to; none is shown.
    """
    with library.store.read() as transaction:
        room = transaction.room(tables)
        unread = _unread(transaction, room) if names else []
        for name in names:
            candidates = _candidates(library, transaction, room, name, unread)
            found = _of_digests(library, transaction, candidates)
            if found:
                check_told(transaction, [*found.standing, *found.withdrawn])
                return found
    return NamedWorks()


def _candidates(
    library: Library,
    transaction: Transaction,
    room: SearchTables,
    name: Name,
    unread: Sequence[Registration],
) -> list[Digest]:
    """Return the digests that have a name, each once, newest first. unread: what the index has not read."""
    if name.scheme == HASH:
        return [Digest.parse(name.value)]
    if name.scheme == CID and ContentId.read(name.value).codec == RAW:
        return [Digest(ContentId.read(name.value).digest)]
    begins = digest_begins(name.value, library.limits.ark_naan) if name.scheme == "ark" else None
    if begins is not None:
        page = transaction.registrations.page(PageRequest(limit=MOST_SHOWN), Search(begins))
        return _once(item.digest for item in page.items)
    entries = room.named(name.scheme, name.value, MOST_LOOKED_AT)
    items = transaction.registrations.of_entries(entries) if entries else []
    items = [*unread, *items]
    items.sort(key=lambda item: -item.accepted_entry)
    return _once(item.digest for item in items if _has(item, name))


def _unread(transaction: Transaction, room: SearchTables) -> list[Registration]:
    """Return what entries tell of that the index has not read yet."""
    looked_to = room.indexed().looked_to
    if not 0 < transaction.ledger.size() - looked_to <= MOST_UNREAD:
        return []
    return registrations_of(transaction, read_news(transaction, looked_to, MOST_UNREAD))


def _has(item: Registration, name: Name) -> bool:
    """Return whether the record of now has a name; the index holds those of earlier records, too."""
    record = item.record
    if name.scheme == CID:
        return item.cid.base16() == name.value
    if name.scheme in ("orcid", "ror"):
        return any(getattr(one, name.scheme) == name.value for one in record.contributors)
    return name.value in record.identified_by(name.scheme)


def _of_digests(
    library: Library, transaction: Transaction, digests: Sequence[Digest]
) -> NamedWorks:
    standing: list[Registration] = []
    withdrawn: list[Registration] = []
    for digest in digests[: MOST_SHOWN + 1]:
        items = transaction.registrations.of_digest(digest)
        alive = [item for item in items if item.state not in STATES_GONE]
        own = [item for item in alive if item.steward == library.steward]
        if alive:
            standing.append([*own, *alive][0])
        elif items:
            withdrawn.append(items[0])
    return NamedWorks(standing[:MOST_SHOWN], withdrawn[:MOST_SHOWN], len(standing) > MOST_SHOWN)


def _once(digests: Iterable[Digest]) -> list[Digest]:
    return list(dict.fromkeys(digests))
