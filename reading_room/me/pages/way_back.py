"""The way back to a library of the same consortium, from where somebody came to ask for a loan here.

Its address is that which the member announced, so that a link to this page leads nowhere else.
"""

from __future__ import annotations

from typing import NamedTuple

from ledger_service.domain.errors import InvalidIdentifier, MemberNotFound
from ledger_service.domain.identifiers import StewardId
from ledger_service.services.consortium.list_members import find_member
from ledger_service.services.library import Library

SEARCH = "/search?members=1"


class WayBack(NamedTuple):
    """name: of the library; href: of its search in all libraries."""

    name: str
    href: str


def way_back(library: Library, steward: str) -> WayBack | None:
    """Return the way back to a member of this steward (64 hex); None if it is no other one, or in doubt."""
    if not steward:
        return None
    try:
        known = find_member(library, StewardId.parse(steward))
    except (InvalidIdentifier, MemberNotFound):
        return None
    return (
        None
        if known.is_own or not known.counts
        else WayBack(known.member.name, known.member.url + SEARCH)
    )
