"""A work that somebody has borrowed, or waits for, as a publication for them alone."""

from __future__ import annotations

from typing import Any

from ledger_service.domain.exports.cited_work import Work
from ledger_service.domain.exports.forms.opds import (
    ACQUISITION,
    PUBLICATION_TYPE,
    Link,
    borrow,
    link,
)
from ledger_service.domain.instant import instant
from reading_room.interop.opds.rules.addresses import Addresses
from reading_room.interop.opds.rules.publication import manifest_type, told_with

GIVE_BACK = "http://librarysimplified.org/terms/rel/revoke"
"""OPDS has no relation by which something is given back; this is the one that Palace's apps know."""


def told_as_lent(
    addresses: Addresses, work: Work, grant: str, since: int, until: int
) -> dict[str, Any]:
    """Return the publication of a loan. grant: its id, hex; since, until: seconds since 1970 UTC."""
    lasts = {"state": "available", "since": instant(since), "until": instant(until)}
    file = addresses.publication(work.digest, "/file")
    links = [link(ACQUISITION, file, work.media_type, properties={"availability": lasts})]
    kind = manifest_type(work.media_type)
    if kind is not None:
        read = addresses.publication(work.digest, "/manifest")
        links.append(link(ACQUISITION, read, kind, properties={"availability": lasts}))
    return told_with(addresses, work, [*links, _back(addresses, f"/loans/{grant}/return")])


def told_in_line(
    addresses: Addresses,
    work: Work,
    request: str,
    since: int,
    held_until: int | None,
    place: int | None,
) -> dict[str, Any]:
    """Return the publication of what somebody waits for. request: its id; place: in line, from 1.

    held_until: how long a seat is kept, None while it is not their turn.
    """
    state: dict[str, Any] = {"state": "reserved", "since": instant(since)}
    if held_until is not None:
        state = {"state": "ready", "since": instant(since), "until": instant(held_until)}
    asks = borrow(
        addresses.publication(work.digest, "/borrow"),
        work.media_type,
        addresses.authentication,
        state,
    )
    if place is not None:
        asks["properties"]["holds"] = {"position": place}
    return told_with(addresses, work, [asks, _back(addresses, f"/requests/{request}/withdrawal")])


def _back(addresses: Addresses, path: str) -> Link:
    return link(GIVE_BACK, addresses.feed(path), PUBLICATION_TYPE)
