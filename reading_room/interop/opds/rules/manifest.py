"""A Readium Web Publication Manifest of a book in EPUB, or of a sound. Source: readium.org/webpub-manifest.

A manifest names each part by its address, relative to the manifest's own, so that it is the same under an
opening as in the open. What a package says of itself (.opf, .ncx) is no part that apps read.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from ledger_service.domain.content.book_parts import Chapter
from ledger_service.domain.exports.cited_work import Work
from ledger_service.domain.exports.forms.opds import Link, link, publication_metadata
from reading_room.interop.opds.rules.addresses import Addresses
from reading_room.interop.opds.rules.publication import COVER_TYPE, manifest_type

CONTEXT = "https://readium.org/webpub-manifest/context.jsonld"
PROFILES = "https://readium.org/webpub-manifest/profiles"
_OF_PACKAGE = "application/xml"
_BITS = 8


def manifest_of_book(
    addresses: Addresses,
    work: Work,
    address: str,
    chapters: Sequence[Chapter],
    types: Mapping[str, str],
) -> dict[str, Any]:
    """Return the manifest of a book. address: its own; types: of the parts that are sent, by their paths."""
    order = [
        _part(one.path, types[one.path], title=one.label) for one in chapters if one.path in types
    ]
    read = {one.path for one in chapters}
    rest = [
        _part(path, kind)
        for path, kind in types.items()
        if path not in read and kind != _OF_PACKAGE
    ]
    contents = [{"href": _place(one.path), "title": one.label} for one in chapters if one.label]
    told = _manifest(addresses, work, address, f"{PROFILES}/epub", order)
    told["resources"] += rest
    return {**told, **({"toc": contents} if contents else {})}


def manifest_of_sound(
    addresses: Addresses, work: Work, address: str, content: str, seconds: float | None
) -> dict[str, Any]:
    """Return the manifest of a sound. content: where its file is; seconds: it lasts, None if nobody knows."""
    one: Link = {"href": content, "type": work.media_type, "title": work.title}
    if seconds:
        kilobits = max(1, round(work.size_bytes * _BITS / seconds / 1000))
        one |= {"duration": round(seconds, 3), "bitrate": kilobits}
    told = _manifest(addresses, work, address, f"{PROFILES}/audiobook", [one])
    if seconds:
        told["metadata"]["duration"] = round(seconds, 3)
    return told


def _manifest(
    addresses: Addresses, work: Work, address: str, profile: str, order: Sequence[Link]
) -> dict[str, Any]:
    kind = manifest_type(work.media_type)
    assert kind is not None  # else nobody asks for one
    metadata = publication_metadata(work, addresses.language)
    cover = link("cover", addresses.cover(work.digest), COVER_TYPE)
    return {
        "@context": CONTEXT,
        "metadata": {**metadata, "conformsTo": profile},
        "links": [link("self", address, kind), link("alternate", work.address, "text/html")],
        "readingOrder": [*order],
        "resources": [cover],
    }


def _part(path: str, kind: str, title: str = "") -> Link:
    return {"href": _place(path), "type": kind, **({"title": title} if title else {})}


def _place(path: str) -> str:
    return f"book/{quote(path)}"
