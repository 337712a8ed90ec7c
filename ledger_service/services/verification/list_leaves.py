"""List the leaves of a resource, so that whoever has almost the same file can find where it differs."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from ledger_service.domain.content.content_id import RAW, ContentId
from ledger_service.domain.errors import ContentClosed
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.lending.denial import why_not_readable
from ledger_service.domain.people.caller import Actor, Caller
from ledger_service.domain.people.permission import Permission, check_permitted
from ledger_service.domain.resources.registration import STATES_WITHDRAWN, Registration
from ledger_service.domain.verification.difference import LEAF_BYTES
from ledger_service.ports.paging import PageRequest, cursor_after
from ledger_service.services.library import Library
from ledger_service.services.resources.find_content import open_to_everybody, registered_here
from ledger_service.services.resources.read_content import Content, content_size, registered_content


class ListedLeaves(NamedTuple):
    """Leaves of a registration's plain bytes, in order. size_bytes: of all; next: as Page's."""

    registration: Registration
    size_bytes: int
    hashes: list[bytes]
    next: str | None


def list_leaves(
    library: Library, caller: Caller, digest: Digest, request: PageRequest
) -> ListedLeaves:
    """Return a page of the leaves of a resource: of open content to everybody.

    Those of closed content are for who may read it, a reader with a grant, and for registrars.

    Raises:
        ResourceNotFound: there is no registration that stands.
        ContentClosed: it was withdrawn. NotAuthenticated, RoleNotHeld: the caller may not read it.
        ContentNotFound, ContentCorrupt, ContentStoreUnavailable: it cannot be read now. InvalidCursor.
    """
    last = request.number()
    start = 0 if last is None else last + 1
    try:
        found = open_to_everybody(library, digest)
        own = islice(_leaves(library, found.cid), start, start + request.limit)
        return _page(found, content_size(library, found), list(own), start)
    except ContentClosed:
        with library.store.read() as transaction:
            found = registered_here(transaction, library, digest)
        if found.state in STATES_WITHDRAWN:
            raise
    if not _has_grant(library, caller, digest):
        check_permitted(caller, Permission.RESOURCE_REGISTER)
    content = registered_content(library, found)
    places = range(start * LEAF_BYTES, content.size, LEAF_BYTES)[: request.limit]
    return _page(found, content.size, [_hash(content, at) for at in places], start)


def _page(found: Registration, size: int, hashes: list[bytes], start: int) -> ListedLeaves:
    end = start + len(hashes)
    has_more = bool(hashes) and end * LEAF_BYTES < size
    return ListedLeaves(found, size, hashes, cursor_after(end - 1) if has_more else None)


def _leaves(library: Library, cid: ContentId) -> Iterator[bytes]:
    """Yield the hashes of the leaves below a block of content that lies plain, from its nodes alone."""
    if cid.codec == RAW:
        yield cid.digest
    else:
        for link in library.content.links(cid):
            yield from _leaves(library, link.cid)


def _hash(content: Content, start: int) -> bytes:
    state = hashlib.sha256()
    for piece in content.pieces(start, min(content.size, start + LEAF_BYTES)):
        state.update(piece)
    return state.digest()


def _has_grant(library: Library, caller: Caller, digest: Digest) -> bool:
    if caller.actor is not Actor.READER:
        return False
    now = library.clock()
    with library.store.read() as transaction:
        grants = transaction.grants.of_reader(caller.subject, digest)
    return any(grant.until > now and why_not_readable(grant) is None for grant in grants)
