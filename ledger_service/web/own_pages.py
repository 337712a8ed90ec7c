"""A person's own pages, below /me: which of them the first leads to, and which part the head names.

A room names its pages there in `ME_LINKS` (docs/rooms.md), and its templates extend `me_base.html`.
"""

from __future__ import annotations

from typing import NamedTuple

from fastapi import Request

from ledger_service.domain.errors import NotPermitted
from ledger_service.domain.people.caller import Caller
from ledger_service.domain.people.permission import Permission, reach
from ledger_service.services.people.notices import count_new


class OwnLink(NamedTuple):
    """A way to a page below /me. words, about: ids of its name and of a sentence on it.

    permission: which the page needs.
    """

    path: str
    words: str
    about: str
    permission: Permission


def own_links(request: Request, caller: Caller) -> list[OwnLink]:
    """Return the ways to what this caller may see of their own."""
    return [link for link in request.app.state.me_links if _may(caller, link.permission)]


def count_news(request: Request, caller: Caller) -> int:
    """Return how much of what the caller is told they have not seen; 0 for whoever is told nothing."""
    if not _may(caller, Permission.NOTICE_OWN):
        return 0
    return count_new(request.app.state.library, caller)


def _may(caller: Caller, permission: Permission) -> bool:
    try:
        reach(caller, permission)
    except NotPermitted:
        return False
    return True
