"""Find the one resource that a typed text names by itself."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ledger_service.domain.content.content_id import RAW
from ledger_service.domain.errors import InvalidEntry
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.ledger.entry import Entry
from ledger_service.domain.resources.search import Search
from ledger_service.ports.paging import PageRequest
from ledger_service.ports.store import Transaction
from reading_room.search.ports import SearchTables
from reading_room.search.rules.facet import named_mark
from reading_room.search.rules.found import Asked
from reading_room.search.rules.named import Named
from reading_room.search.rules.query import Column, Query, Term

MOST_LOOKED_AT = 50  # registrations whose digests begin so: a digest may have several stewards


@dataclass(frozen=True)
class Direct:
    """The resource that a text names. is_sure: nobody would type the text to find words."""

    digest: Digest
    is_sure: bool


def resolve(transaction: Transaction, room: SearchTables, named: Named) -> Direct | None:
    """Return the resource that is named, in whatever state; None if there is none, or more than one."""
    found: set[Digest] = set()
    if named.prefix:
        request = PageRequest(limit=MOST_LOOKED_AT)
        page = transaction.registrations.page(request, Search(named.prefix))
        found = {item.digest for item in page.items}
    elif named.cid is not None and named.cid.codec == RAW:
        found = {Digest(named.cid.digest)}
    elif named.cid is not None:
        found = _marked(transaction, room, "cid", named.cid.base16())
    elif named.identifier is not None:
        found = _marked(transaction, room, *named.identifier)
    elif named.entry is not None:
        found = _of_entry(transaction, named.entry)
    if len(found) != 1:
        return None
    [digest] = found
    is_held = bool(transaction.registrations.of_digest(digest))
    return Direct(digest, named.is_sure) if is_held else None


def identified(named: Named, query: Query) -> Query:
    """Return the query for what is known by an identifier, or has the text as words, if that is none."""
    assert named.identifier is not None
    term = Term(((named_mark(*named.identifier),),), column=Column.REST)
    words = [one for one in query.terms if not one.of_marks()]
    others = [one for one in query.terms if one.of_marks()]
    if len(words) == 1 and not words[0].is_excluded:
        term = replace(words[0], spellings=(*words[0].spellings, *term.spellings))
    return replace(query, terms=(term, *others))


def _marked(transaction: Transaction, room: SearchTables, scheme: str, value: str) -> set[Digest]:
    term = Term(((named_mark(scheme, value),),), column=Column.REST)
    hits = room.find(Asked(Query(terms=(term,)), limit=MOST_LOOKED_AT)).hits
    items = transaction.registrations.of_entries([hit.accepted for hit in hits]) if hits else []
    return {item.digest for item in items}


def _of_entry(transaction: Transaction, index: int) -> set[Digest]:
    bodies = transaction.ledger.entries(index, 1) if index < transaction.ledger.size() else []
    try:
        facts = Entry.parse(bodies[0]).facts if bodies else {}
    except InvalidEntry:  # told by an audit
        return set()
    digest = facts.get("digest")
    return {Digest.parse(digest)} if isinstance(digest, str) else set()
