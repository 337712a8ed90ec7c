"""Read the bytes of a resource, in whatever form this library keeps them."""

from __future__ import annotations

from collections.abc import Iterator

from ledger_service.domain.resources.registration import Registration
from ledger_service.services.library import Library


def content_size(library: Library, registration: Registration) -> int:
    """Return how many bytes the resource has.

    Raises:
        ContentNotFound: the library took it in by reference.
        ContentCorrupt, ContentStoreUnavailable: nobody could read it now.
    """
    return library.content.size(registration.cid)


def content_pieces(
    library: Library, registration: Registration, start: int, end: int
) -> Iterator[bytes]:
    """Yield bytes `start` to `end` - 1 of the resource in pieces, each checked before it is yielded.

    Raises:
        ContentNotFound, ContentCorrupt, ContentStoreUnavailable: when the next piece cannot be read.
    """
    yield from library.content.read(registration.cid, start, end)
