"""Read the bytes of a resource, in whatever form this library keeps them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial

from ledger_service.domain.content.content_id import ContentId
from ledger_service.domain.content.sealing import plain_bytes
from ledger_service.domain.errors import ContentCorrupt, ContentNotFound
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.resources.registration import Registration
from ledger_service.ports.content import Seal
from ledger_service.ports.resources import StoredContent
from ledger_service.services.content.seal_content import open_seal
from ledger_service.services.library import Library
from ledger_service.services.resources.closed.find_stored import find_stored


@dataclass(frozen=True)
class Content:
    """Bytes of this digest and size. pieces: yields those from a start to an end, in order."""

    digest: Digest
    size: int
    pieces: Callable[[int, int], Iterator[bytes]]


def registered_content(library: Library, registration: Registration) -> Content:
    """Return the bytes that were registered; they are read as they are asked for.

    Raises:
        ContentNotFound: the library took it in by reference, or its key was destroyed.
        ContentCorrupt, ContentStoreUnavailable: nobody could read it now.
    """
    digest, stored = registration.digest, find_stored(library, registration)
    if stored is None:
        size = library.content.size(registration.cid)
        return Content(digest, size, partial(library.content.read, registration.cid))
    check_not_destroyed(stored)
    size = plain_bytes(library.content.size(ContentId.parse(stored.cid)))
    return Content(digest, size, partial(_sealed_pieces, library, stored, size))


def content_size(library: Library, registration: Registration) -> int:
    """Return how many bytes the resource has; raise as `registered_content`."""
    return registered_content(library, registration).size


def content_pieces(
    library: Library, registration: Registration, start: int, end: int
) -> Iterator[bytes]:
    """Yield bytes `start` to `end` - 1 of the resource in pieces, each checked before it is yielded.

    Raises:
        ContentNotFound, ContentCorrupt, ContentStoreUnavailable: when the next piece cannot be read.
        ContentKeyUnavailable, ContentKeyWrong: what is encrypted cannot be opened.
    """
    yield from registered_content(library, registration).pieces(start, end)


def with_digest(digest: Digest, pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the pieces; after the last, raise ContentCorrupt if they are not the bytes of this digest."""
    whole = hashlib.sha256()
    for piece in pieces:
        whole.update(piece)
        yield piece
    if whole.digest() != digest.value:
        raise ContentCorrupt("digest", digest=str(digest))


def _sealed_pieces(
    library: Library, stored: StoredContent, size: int, start: int, end: int
) -> Iterator[bytes]:
    seal, cid = seal_of(library, stored), ContentId.parse(stored.cid)
    yield from library.content.read_sealed(cid, seal, size, start, end)


def seal_of(library: Library, stored: StoredContent) -> Seal:
    """Return the seal of an epoch.

    Raises:
        ContentNotFound: its key was destroyed. ContentKeyUnavailable, ContentKeyWrong: it cannot be opened.
    """
    check_not_destroyed(stored)
    assert stored.wrapped is not None
    origin = library.key.name
    return open_seal(library.keeper, stored.wrapped, origin, stored.digest, stored.epoch)


def check_not_destroyed(stored: StoredContent) -> None:
    """Check that an epoch's key stands; raise ContentNotFound if it was destroyed."""
    if stored.wrapped is None:
        raise ContentNotFound("key-destroyed", digest=str(stored.digest))
