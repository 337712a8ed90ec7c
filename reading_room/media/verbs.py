"""See what is known of a file by its content, and ask for it to be read again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from ledger_service.domain.errors import MediaNotFound
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.people.act import ActKind
from ledger_service.domain.people.caller import Caller
from ledger_service.domain.people.permission import Permission, check_permitted
from ledger_service.domain.resources.registration import STATES_WITHDRAWN
from ledger_service.services.library import Library
from ledger_service.services.people.record_act import record_act
from reading_room.media.ports import MediaTables
from reading_room.media.rules import Media, Rendition, RenditionKind

Tables = Callable[[Any], MediaTables]
"""Makes the room's tables of a connection."""


def find_media(library: Library, tables: Tables, digest: Digest) -> Media:
    """Return what is known of a resource and everybody may know.

    Of content that is closed these are type and extent alone.

    Raises:
        MediaNotFound: it was not read, or is not registered here any more.
    """
    with library.store.read() as transaction:
        found = transaction.room(tables).find(digest)
        own = None if found is None else transaction.registrations.find(digest, library.steward)
        row = None if own is None else transaction.licenses.find(own.license)
    stands = own is not None and own.state not in STATES_WITHDRAWN
    if found is None or row is None or not stands or (found.media_type is None and found.is_due):
        raise MediaNotFound("resource", digest=str(digest))
    if not row.terms.is_open:
        return replace(found, title=None, identifiers=(), renditions=())
    return found


def open_rendition(
    library: Library, tables: Tables, digest: Digest, kind: RenditionKind
) -> tuple[Rendition, Iterator[bytes]]:
    """Return what was made of a resource that everybody may have, and its bytes.

    Raises:
        MediaNotFound: nothing of this kind was made of it, or not for everybody.
        ContentNotFound, ContentCorrupt, ContentStoreUnavailable: when its bytes cannot be read.
    """
    made = find_rendition(library, tables, digest, kind)
    return made, library.content.read(made.cid, 0, made.size_bytes)


def find_rendition(
    library: Library, tables: Tables, digest: Digest, kind: RenditionKind
) -> Rendition:
    """Return what was made of a resource that everybody may have; raise MediaNotFound if nothing was."""
    made = find_media(library, tables, digest).rendition(kind)
    if made is None:
        raise MediaNotFound("rendition", digest=str(digest), kind=kind)
    return made


def read_again(library: Library, caller: Caller, tables: Tables, digest: Digest) -> None:
    """Let the worker read a resource again, soon.

    Raises:
        MediaNotFound: it was not read yet, or is not registered here any more.
    """
    check_permitted(caller, Permission.MEDIA_READ_AGAIN)
    find_media(library, tables, digest)
    with library.store.write() as transaction:
        room = transaction.room(tables)
        known = room.find(digest)
        if known is not None and not known.is_asked:
            room.set(replace(known, is_asked=True, tries=0))
            record_act(transaction, caller, library.clock(), ActKind.MEDIA_READ_AGAIN, digest.hex())
