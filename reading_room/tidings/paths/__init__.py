"""`/inbox`: where services of others notify the library. Source: W3C LDN; COAR Notify 1.0.1."""

from __future__ import annotations

from reading_room.tidings.paths.inbox import router

ANNOUNCED = (("/inbox", "http://www.w3.org/ns/ldp#inbox"),)
"""Paths that the header Link of every page names, each with its relation."""

__all__ = ["ANNOUNCED", "router"]
