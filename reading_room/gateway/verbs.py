"""Send blocks of open content, alone or as a CAR; of everything else nothing, in the same words."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from ledger_service.domain.content.content_id import RAW, ContentId
from ledger_service.domain.errors import (
    BlockNotServed,
    ContentClosed,
    ContentNotFound,
    MetadataMismatch,
    ResourceNotFound,
)
from ledger_service.domain.identifiers import Digest
from ledger_service.services.library import Library
from ledger_service.services.resources.find_content import open_to_everybody
from reading_room.gateway.ports import GatewayTables
from reading_room.gateway.rules import CarForm

Tables = Callable[[Any], GatewayTables]


def send_block(library: Library, tables: Tables, cid: ContentId) -> tuple[int, Iterator[bytes]]:
    """Return how many bytes a block of open content has, and these in pieces.

    Raises:
        BlockNotServed: it is of no open resource that stands here, or is not kept.
        ContentCorrupt, ContentStoreUnavailable: nobody could read it now.
    """
    check_served(library, tables, cid)
    try:
        return library.content.block(cid)
    except ContentNotFound as exc:
        raise BlockNotServed(cid=str(cid)) from exc


def send_car(library: Library, tables: Tables, cid: ContentId, form: CarForm) -> Iterator[bytes]:
    """Return a CAR of open content in pieces; the root has been read when this returns.

    Raises: as `send_block`.
    """
    check_served(library, tables, cid)
    try:
        size = _size_below(library, cid)
    except ContentNotFound as exc:
        raise BlockNotServed(cid=str(cid)) from exc
    start, end = form.bounds(size)
    return library.content.car(cid, start, end, repeats=form.repeats)


def check_served(library: Library, tables: Tables, cid: ContentId) -> None:
    """Check that a block is of an open resource that stands in this library; raise BlockNotServed.

    What is asked for a block that nobody has, and for one of closed content, is the same.
    """
    with library.store.read() as transaction:
        found = transaction.room(tables).resources_with(cid)
    if cid.codec == RAW:
        found = [Digest(cid.digest), *found]  # a file of one block has its own digest there
    if not any(_is_open(library, digest) for digest in found):
        raise BlockNotServed(cid=str(cid))


def _is_open(library: Library, digest: Digest) -> bool:
    try:
        open_to_everybody(library, digest)
    except (ResourceNotFound, ContentClosed, MetadataMismatch):
        return False
    return True


def _size_below(library: Library, cid: ContentId) -> int:
    """Return how many bytes of the file stand in a block, or below it."""
    if cid.codec == RAW:
        return library.content.block(cid)[0]
    return sum(link.size_bytes for link in library.content.links(cid))
