"""Read a book part by part in a page: what is open, and what is closed with the key of its opening."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial

from ledger_service.domain.content.book_parts import Book
from ledger_service.domain.errors import ContentClosed
from ledger_service.domain.identifiers import Digest
from ledger_service.services.lending.lend_copy import lent_content
from ledger_service.services.lending.read_in_page import Held, content_in_page
from ledger_service.services.lending.read_opening import while_open
from ledger_service.services.library import Library
from ledger_service.services.resources.find_content import open_to_everybody
from ledger_service.services.resources.read_content import Content, registered_content


@dataclass(frozen=True)
class Readable:
    """What a browser may read. is_open: everybody may; guard: ends it once its grant has ended."""

    content: Content
    is_open: bool
    guard: Callable[[Iterable[bytes]], Iterable[bytes]]

    def book(self) -> Book:
        """Return it as a book; raise BookPartNotFound if it is none."""
        return Book(self.content.size, self._pieces)

    def _pieces(self, start: int, end: int) -> Iterator[bytes]:
        return iter(self.content.pieces(start, end))


def find_readable(library: Library, digest: Digest, held: Held | None) -> Readable:
    """Return what a browser may read of a resource. held: what it opens with, None for nothing.

    Raises:
        ContentClosed: it is closed, and there is nothing to open it with.
        OpeningNotFound, NoLiveGrant: that opens it no more.
        ResourceNotFound, MetadataMismatch, CopyNotMade, ContentNotFound, ContentCorrupt,
        ContentStoreUnavailable: as the content itself.
    """
    try:
        found = open_to_everybody(library, digest)
    except ContentClosed:
        if held is None:
            raise
        opened = content_in_page(library, held, digest)
        return Readable(lent_content(library, opened), False, partial(while_open, library, opened))
    return Readable(registered_content(library, found), True, iter)
