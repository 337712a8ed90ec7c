"""Tell which alarms there are about members of the consortium; the worker keeps them (`watch_members`)."""

from __future__ import annotations

from ledger_service.domain.consortium.alarm import Alarm
from ledger_service.services.library import Library


def list_alarms(library: Library) -> list[Alarm]:
    """Return the alarms that have begun and not ended, the oldest first; none for a library that is alone."""
    if library.charter is None:
        return []
    with library.store.read() as transaction:
        return transaction.alarms.all()
