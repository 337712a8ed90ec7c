"""Send blocks of open content, alone or as a CAR; of everything else nothing, in the same words.

Open content of other members of a consortium that is kept here is sent as our own is, and not counted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from ledger_service.domain.content.content_id import RAW, ContentId
from ledger_service.domain.errors import (
    BlockNotServed,
    ContentClosed,
    ContentNotFound,
    MetadataMismatch,
    ResourceNotFound,
)
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.resources.registration import Registration
from ledger_service.services.consortium.copies.find_copy import copies_with
from ledger_service.services.library import Library
from ledger_service.services.resources.find_content import open_to_everybody
from reading_room.gateway.ports import GatewayTables
from reading_room.gateway.rules import CarForm

Tables = Callable[[Any], GatewayTables]


class Served(NamedTuple):
    """What is sent. begun: open resources whose first block it is; size: bytes, if that is known."""

    pieces: Iterator[bytes]
    begun: list[Digest]
    size: int | None = None


def send_block(library: Library, tables: Tables, cid: ContentId) -> Served:
    """Return a block of open content.

    Raises:
        BlockNotServed: it is of no open resource that stands here, or is not kept.
        ContentCorrupt, ContentStoreUnavailable: nobody could read it now.
    """
    begun = check_served(library, tables, cid)
    try:
        size, pieces = library.content.block(cid)
        return Served(pieces, begun, size)
    except ContentNotFound as exc:
        raise BlockNotServed(cid=str(cid)) from exc


def send_car(library: Library, tables: Tables, cid: ContentId, form: CarForm) -> Served:
    """Return a CAR of open content; its root has been read when this returns.

    Raises: as `send_block`.
    """
    begun = check_served(library, tables, cid)
    try:
        size = _size_below(library, cid)
    except ContentNotFound as exc:
        raise BlockNotServed(cid=str(cid)) from exc
    start, end = form.bounds(size)
    return Served(library.content.car(cid, start, end, repeats=form.repeats), begun)


def check_served(library: Library, tables: Tables, cid: ContentId) -> list[Digest]:
    """Return the open resources of this library whose first block it is; often a block is of none.

    Raises:
        BlockNotServed: it is of no open resource that stands here, and of no copy. What nobody has, and
            what is closed, is told in the same words.
    """
    with library.store.read() as transaction:
        found = transaction.room(tables).resources_with(cid)
    if cid.codec == RAW:
        found = [Digest(cid.digest), *found]  # a file of one block has its own digest there
    opens = [item for digest in found if (item := _open_one(library, digest)) is not None]
    if not opens and not copies_with(library, cid):
        raise BlockNotServed(cid=str(cid))
    return list(dict.fromkeys(item.digest for item in opens if item.cid == cid))


def _open_one(library: Library, digest: Digest) -> Registration | None:
    try:
        return open_to_everybody(library, digest)
    except (ResourceNotFound, ContentClosed, MetadataMismatch):
        return None


def _size_below(library: Library, cid: ContentId) -> int:
    """Return how many bytes of the file stand in a block, or below it."""
    if cid.codec == RAW:
        return library.content.block(cid)[0]
    return sum(link.size_bytes for link in library.content.links(cid))
