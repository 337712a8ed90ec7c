"""Tell the license server of loans that ended, or end later."""

from __future__ import annotations

from collections.abc import Callable

from ledger_service.services.library import Library
from reading_room.lcp.sql import SqlLcp
from reading_room.lcp.verbs.forget_licenses import forget_licenses
from reading_room.lcp.verbs.license_loan import tell_ends


def work(library: Library, stops: Callable[[], bool]) -> None:
    """Do what is due now."""
    tell_ends(library, SqlLcp, stops)
    forget_licenses(library, SqlLcp)
