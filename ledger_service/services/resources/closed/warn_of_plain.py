"""Warn of closed content that lies as it came."""

from __future__ import annotations

from ledger_service.domain.errors import Unavailable
from ledger_service.domain.reasons import Reason
from ledger_service.services.library import Library
from ledger_service.services.resources.closed.encrypt_content import count_plain

PLAIN_LOOK_SECONDS = 2.0  # that a start may take longer


def content_warnings(library: Library) -> list[Reason]:
    """Return a warning if closed content lies as it came, since an earlier version took it in."""
    try:
        count, is_all = count_plain(library, PLAIN_LOOK_SECONDS)
    except Unavailable:  # a node is away, and readers are told
        return []
    if not count:
        return []
    if is_all:
        return [Reason("plain-content", {"count": count})]
    return [Reason("plain-content.at-least", {"count": count})]
