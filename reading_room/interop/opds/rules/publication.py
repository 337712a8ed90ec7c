"""A work as a publication of the catalog: where it is, how it is had, and its cover."""

from __future__ import annotations

from typing import Any

from ledger_service.domain.exports.cited_work import Work
from ledger_service.domain.exports.forms.opds import (
    ACQUISITION,
    PUBLICATION_TYPE,
    Link,
    borrow,
    link,
    open_access,
    publication,
)
from reading_room.interop.opds.rules.addresses import Addresses

COVER_TYPE = "image/jpeg"
WEB_TYPE = "text/html"
MANIFEST_TYPES = {"application/epub+zip": "application/webpub+json"}
AUDIOBOOK_TYPE = "application/audiobook+json"


def manifest_type(media_type: str) -> str | None:
    """Return the type of the manifest that a file has, None if it has none."""
    if media_type.startswith("audio/"):
        return AUDIOBOOK_TYPE
    return MANIFEST_TYPES.get(media_type)


def told_openly(addresses: Addresses, work: Work) -> dict[str, Any]:
    """Return the publication of what everybody may read."""
    links = [open_access(work)]
    kind = manifest_type(work.media_type)
    if kind is not None:
        href = addresses.publication(work.digest, "/manifest.json")
        links.append(link(f"{ACQUISITION}/open-access", href, kind))
    return _publication(addresses, work, links)


def told_to_borrow(
    addresses: Addresses, work: Work, seats: tuple[int, int] | None
) -> dict[str, Any]:
    """Return the publication of what is lent. seats: of all readers, and those free now."""
    is_free = seats is None or seats[1] > 0
    asks = borrow(
        addresses.publication(work.digest, "/borrow"),
        work.media_type,
        addresses.authentication,
        {"state": "available" if is_free else "unavailable"},
    )
    if seats is not None:
        asks["properties"]["copies"] = {"total": seats[0], "available": seats[1]}
    return _publication(addresses, work, [asks])


def told_of_page(addresses: Addresses, work: Work) -> dict[str, Any]:
    """Return the publication of what the library does not have itself: its page says how it is had."""
    return _publication(addresses, work, [link(ACQUISITION, work.address, WEB_TYPE)])


def told_with(addresses: Addresses, work: Work, links: list[Link]) -> dict[str, Any]:
    """Return the publication with links by which whoever asks has it."""
    return _publication(addresses, work, links)


def _publication(addresses: Addresses, work: Work, links: list[Link]) -> dict[str, Any]:
    own = [
        link("self", addresses.publication(work.digest), PUBLICATION_TYPE),
        link("alternate", work.address, WEB_TYPE),
    ]
    if work.license[1]:
        own.append(link("license", work.license[1], WEB_TYPE))
    cover = {"href": addresses.cover(work.digest), "type": COVER_TYPE}
    return publication(work, [*own, *links], [cover], addresses.language)
