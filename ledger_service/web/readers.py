"""By what a page shows a resource: the browser itself, or a library of others that reads its kind."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from ledger_service.domain.content.book_parts import EPUB_TYPE
from ledger_service.domain.content.inline import Inline, inline_as
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.verification.verdict import Verdict
from ledger_service.services.library import Library
from ledger_service.services.verification.verify_resource import verify_resource
from ledger_service.web.layout import POLICY
from ledger_service.web.libraries import FOLIATE, LEAFLET, OPENSEADRAGON, PDFJS, Libraries
from ledger_service.web.modules.package import Package
from ledger_service.web.static_files import static

STYLE_OF_FOLIATE = "sha256-Sz1WKGLvM24279JLTqw+ZwzznUautFgg7stEu8sEF84="
STYLE_OF_OPENSEADRAGON = "sha256-9xTiqzfwFaL2SGb1rmr8gysEwVVjIvqWAgmZgqFqpEE="


class Reader(StrEnum):
    """What shows a kind of resource; each has a template of its own."""

    VIDEO = "video"
    AUDIO = "audio"
    IMAGE = "image"
    PDF = "pdf"
    BOOK = "book"
    MAP = "map"


class Code(NamedTuple):
    """What a page loads to show a resource. script: our own; library: the address of the others'."""

    script: str
    library: str | None


_OF_INLINE = {
    Inline.VIDEO: Reader.VIDEO,
    Inline.AUDIO: Reader.AUDIO,
    Inline.IMAGE: Reader.IMAGE,
    Inline.PDF: Reader.PDF,
}
_OF_OTHERS = {EPUB_TYPE: Reader.BOOK, "application/geo+json": Reader.MAP}
_PACKAGES: dict[Reader, Package] = {
    Reader.PDF: PDFJS,
    Reader.BOOK: FOLIATE,
    Reader.IMAGE: OPENSEADRAGON,
    Reader.MAP: LEAFLET,
}
_STYLES: dict[Reader, str] = {
    Reader.BOOK: STYLE_OF_FOLIATE,
    Reader.IMAGE: STYLE_OF_OPENSEADRAGON,
}
"""Style sheets that libraries write into their elements: these texts, and no other inline style."""
FILMS = (Reader.VIDEO, Reader.AUDIO)
"""What the browser shows by itself; our own script adds what it lacks."""


def reader_of(media_type: str) -> Reader | None:
    """Return what shows this media type; None for a file to keep. media_type: lower case."""
    shown = inline_as(media_type)
    return _OF_OTHERS.get(media_type) if shown is None else _OF_INLINE[shown]


def code_of(reader: Reader, libraries: Libraries) -> Code | None:
    """Return what the page of a reader loads; None if the browser shows it without, or has to."""
    if reader in FILMS:
        return Code(static("reading/film.js"), None)
    package = _PACKAGES[reader]
    address = libraries.address(package)
    return None if address is None else Code(static(f"reading/{reader}.js"), address)


def policy_of(reader: Reader | None) -> str:
    """Return the policy of a page on which this reader is."""
    style = None if reader is None else _STYLES.get(reader)
    return POLICY if style is None else f"{POLICY}; style-src 'self' '{style}'"


def verdict_here(library: Library, digest: Digest) -> Verdict | None:
    """Return this library's own verdict on a resource, None if it has none."""
    own = library.steward.hex()
    verdicts = verify_resource(library, digest).verdicts
    return next((verdict for verdict in verdicts if verdict.steward == own), None)


def content_address(digest: Digest) -> str:
    """Return where the bytes of a resource are, for the page and for what it loads."""
    return f"/api/v1/resources/{digest}/content"
