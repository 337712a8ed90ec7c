"""A person's own pages, below /me: which of them the head leads to.

A room names its pages there in `ME_LINKS` (docs/rooms.md), and its templates extend `me_base.html`.
"""

from __future__ import annotations

from typing import NamedTuple

from fastapi import Request

from ledger_service.domain.errors import NotPermitted
from ledger_service.domain.people.caller import Caller
from ledger_service.domain.people.permission import Permission, reach


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


def _may(caller: Caller, permission: Permission) -> bool:
    try:
        reach(caller, permission)
    except NotPermitted:
        return False
    return True
