"""Read what a manifest tells of a file: the parts of a book, or that it is a sound."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from ledger_service.domain.content.book_parts import EPUB_TYPE, Chapter
from ledger_service.domain.errors import BookPartNotFound
from ledger_service.domain.identifiers import Digest
from ledger_service.services.lending.read_book import find_readable
from ledger_service.services.lending.read_in_page import Held
from ledger_service.services.library import Library
from reading_room.interop.opds.verbs.tell_works import ToldWork, tell_work


class Parts(NamedTuple):
    """The parts of a book, in the order of reading; types: of all that are sent, by their paths."""

    chapters: list[Chapter]
    types: Mapping[str, str]


class Contents(NamedTuple):
    """A work and its parts, None of a sound. is_open: everybody may read it."""

    told: ToldWork
    parts: Parts | None
    is_open: bool


def read_contents(library: Library, digest: Digest, held: Held | None, public_url: str) -> Contents:
    """Return what a manifest tells. held: what a closed work is opened with.

    Raises:
        BookPartNotFound: it is neither a book nor a sound. What `find_readable` raises.
    """
    told = tell_work(library, digest, public_url)
    readable = find_readable(library, digest, held)
    media_type = told.work.media_type
    if media_type.startswith("audio/"):
        return Contents(told, None, readable.is_open)
    if media_type != EPUB_TYPE:
        raise BookPartNotFound("book")
    book = readable.book()
    return Contents(told, Parts(book.chapters(), book.types()), readable.is_open)
