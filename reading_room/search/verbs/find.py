"""Find what the library holds by words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from ledger_service.domain.identifiers import Digest
from ledger_service.domain.resources.registration import Registration
from ledger_service.ports.paging import cursor_after
from ledger_service.ports.store import Transaction
from ledger_service.services.library import Library
from ledger_service.services.resources.find_resources import check_told
from reading_room.search.ports import SearchTables
from reading_room.search.rules.document import HIDDEN, values_of
from reading_room.search.rules.facet import STEWARD_DIGITS, Facet
from reading_room.search.rules.found import (
    Asked,
    Counted,
    Hit,
    format_key,
    key_of,
    parse_key,
)
from reading_room.search.rules.matching import hit_of, step_of
from reading_room.search.rules.named import named_by
from reading_room.search.verbs.follow_ledger import (
    as_of,
    maker,
    no_texts,
    read_news,
    registrations_of,
)
from reading_room.search.verbs.name import Direct, identified, resolve
from reading_room.search.verbs.suggest import suggest

MOST_BEING_WITHDRAWN = 512
"""So many are left out of the counts; the worker and the chain are seldom that late."""
MOST_UNREAD = 512  # entries that the index has not read, and that are looked at one by one instead

Tables = Callable[[Any], SearchTables]
"""Makes the room's tables of a connection."""
Facets = dict[Facet, list[tuple[str, int]]]


@dataclass(frozen=True)
class Found:
    """What a search found. items: in its order; next: the cursor of the page after, None at the end.

    total: how many there are, of which is_more says that they are only those that were counted. direct: what
    the text names by itself. suggestion: what may have been meant where nothing was found. looked_to: so many
    entries of the ledger the index has read.
    """

    items: list[Registration]
    next: str | None
    total: int
    is_more: bool
    facets: Facets
    direct: Direct | None
    suggestion: str | None
    looked_to: int


def search(library: Library, tables: Tables, asked: Asked) -> Found:
    """Return what is found, of what may be public; what the index has not read yet is looked at, too.

    Raises:
        InvalidCursor: no such search handed it out.
        MetadataMismatch: a record is not what its entry commits to; none is shown.
    """
    with library.store.read() as transaction:
        room = transaction.room(tables)
        named = named_by(asked.query.typed)
        direct = None if named is None else resolve(transaction, room, named)
        if named is not None and named.identifier is not None and direct is None:
            asked = replace(asked, query=identified(named, asked.query))
        without = transaction.registrations.being_withdrawn(MOST_BEING_WITHDRAWN)
        asked = replace(asked, without=tuple(without))
        looked_to, size = room.indexed().looked_to, transaction.ledger.size()
        counted = _with_unread(transaction, room, asked, looked_to, size)
        shown = counted.hits[: asked.limit]
        by_entry = {
            item.accepted_entry: item
            for item in transaction.registrations.of_entries([hit.accepted for hit in shown])
        }
        items = [by_entry[hit.accepted] for hit in shown if hit.accepted in by_entry]
        items = [item for item in items if item.state not in HIDDEN]
        check_told(transaction, items)
        facets = _with_stewards(transaction, counted.facets)
        suggestion = None
        if not counted.total and not asked.after and direct is None:
            suggestion = suggest(transaction, room, asked.query)
    following = None
    if len(counted.hits) > asked.limit:
        following = cursor_after(format_key(asked.order, _key(asked, shown[-1])))
    return Found(
        items,
        following,
        counted.total,
        counted.is_more,
        facets,
        direct,
        suggestion,
        looked_to,
    )


def _with_stewards(transaction: Transaction, facets: Facets) -> Facets:
    """Return the facets with whole ids of stewards, of which the index holds the first digits."""
    if not facets:
        return {}
    whole = {one.id.hex()[:STEWARD_DIGITS]: one.id.hex() for one in transaction.stewards.all()}
    stewards = [(whole.get(value, value), count) for value, count in facets[Facet.STEWARD]]
    return {**facets, Facet.STEWARD: stewards}


def _key(asked: Asked, hit: Hit) -> tuple[int | bytes, ...]:
    return key_of(hit, asked.order, has_words=bool(asked.query.words))


def _with_unread(
    transaction: Transaction, room: SearchTables, asked: Asked, looked_to: int, size: int
) -> Counted:
    """Return what the index finds, corrected by what the ledger says since."""
    if not 0 < size - looked_to <= MOST_UNREAD:
        return room.find(asked)
    news = read_news(transaction, looked_to, MOST_UNREAD)
    items = registrations_of(transaction, news)
    if not items:
        return room.find(asked)
    counted = room.find(replace(asked, limit=asked.limit + len(items)))
    make = maker(transaction, no_texts)
    changed = {item.accepted_entry for item in items}
    hits = [hit for hit in counted.hits if hit.accepted not in changed]
    after = parse_key(asked.order, asked.after, has_words=bool(asked.query.words))
    total = counted.total
    changes: Counter[tuple[Facet, str]] = Counter()
    for item in items:
        if item.accepted_entry in asked.without:
            continue
        before = as_of(transaction, item, looked_to)
        old = None if before is None else make(before)
        if old is not None and step_of(asked.query, old) is not None:
            total -= 1
            changes.subtract(values_of(old))
        if item.state in HIDDEN:
            continue
        document = make(item)
        step = step_of(asked.query, document)
        if step is None:
            continue
        total += 1
        changes.update(values_of(document))
        hit = hit_of(document, step)
        if after is None or _key(asked, hit) > after:
            hits.append(hit)
    hits.sort(key=lambda hit: _key(asked, hit))
    facets = _changed(counted.facets, changes) if asked.with_facets else {}
    return replace(counted, hits=hits, total=max(total, len(hits), 0), facets=facets)


def _changed(facets: Facets, changes: Counter[tuple[Facet, str]]) -> Facets:
    """Return the counts with these changes, what most have first."""
    found: Facets = {}
    for facet in Facet:
        counts = Counter(dict(facets.get(facet, [])))
        counts.update({value: count for (of, value), count in changes.items() if of is facet})
        rows = [(value, count) for value, count in counts.items() if count > 0]
        found[facet] = sorted(rows, key=lambda row: (-row[1], row[0]))
    return found


def find_digest(library: Library, tables: Tables, typed: str) -> Digest | None:
    """Return the resource whose page a typed text goes straight to, None if it goes to none."""
    named = named_by(typed)
    if named is None:
        return None
    with library.store.read() as transaction:
        direct = resolve(transaction, transaction.room(tables), named)
    return direct.digest if direct is not None and direct.is_sure else None
