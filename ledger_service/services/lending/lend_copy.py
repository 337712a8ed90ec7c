"""Lend a copy: under some licenses readers get not the registered bytes, but a copy made for their grant."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from ledger_service.domain.errors import CopyNotMade
from ledger_service.domain.lending.lent_copy import HEAD_BYTES, CopyOrder, LentCopy, kind_of
from ledger_service.domain.resources.registration import Registration
from ledger_service.ports.resources import License
from ledger_service.services.lending.read_opening import OpenedContent
from ledger_service.services.library import Library
from ledger_service.services.resources.read_content import (
    Content,
    content_pieces,
    content_size,
    registered_content,
)


def is_lent_as_copy(library: Library, registration: Registration, license_row: License) -> bool:
    """Return whether readers get marked copies; not of what is neither PDF, EPUB, PNG nor JPEG.

    Raises:
        CopyNotMade: it is too large for one.
        ContentNotFound, ContentCorrupt, ContentStoreUnavailable: it cannot be read.
    """
    if not license_row.is_marked:
        return False
    content = registered_content(library, registration)
    head = b"".join(content.pieces(0, min(content.size, HEAD_BYTES)))
    if kind_of(registration.record.media_type, head) is None:
        return False
    largest = library.limits.largest_marked_bytes
    if content.size > largest:
        raise CopyNotMade("too-large", size=content.size, largest=largest)
    return True


def lent_content(library: Library, opened: OpenedContent) -> Content:
    """Return the bytes that an opening gives: the copy that its grant has, or else those registered.

    Raises:
        CopyNotMade: no copy can be made; nothing is delivered instead of it.
        ContentNotFound, ContentCorrupt, ContentStoreUnavailable: the bytes cannot be read.
    """
    if opened.copy is not None:
        return _copy(library, opened.registration, opened.copy)
    return registered_content(library, opened.registration)


def _copy(library: Library, registration: Registration, copy: LentCopy) -> Content:
    with library.store.read() as transaction:
        steward = transaction.stewards.find(library.steward)
    assert steward is not None  # written by the set-up
    order = CopyOrder(copy.id, registration.record.media_type, steward.name)
    size = content_size(library, registration)
    pieces = content_pieces(library, registration, 0, size)
    made = library.copies.made(order, registration.digest, pieces)
    if copy.file != made.digest:
        with library.store.write() as transaction:
            transaction.copies.set_file(copy.id, made.digest)
    return Content(made.digest, len(made.data), partial(_slices, made.data))


def _slices(data: bytes, start: int, end: int) -> Iterator[bytes]:
    for at in range(start, end, 2**20):
        yield data[at : min(at + 2**20, end)]
