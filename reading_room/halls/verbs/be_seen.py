"""Find out whether somebody may be seen in a hall: whoever is signed in, where there is one."""

from __future__ import annotations

from collections.abc import Callable

from ledger_service.domain.errors import HallNotFound
from ledger_service.domain.people.caller import Caller
from ledger_service.domain.people.permission import Permission, check_permitted
from ledger_service.ports.store import Transaction
from ledger_service.services.library import Library
from reading_room.halls.verbs.signing import Tables

Asks = Callable[[Library, Transaction], Caller]
"""Returns who a socket's person is now; raises NotAuthenticated once they are signed out."""


def check_seen(library: Library, tables: Tables, asks: Asks, hall: str) -> str:
    """Return who is seen in a hall, if they may be; raise NotAuthenticated, HallNotFound."""
    with library.store.read() as transaction:
        caller = asks(library, transaction)
        check_permitted(caller, Permission.RESOURCE_READ)
        if transaction.room(tables).find(hall) is None:
            raise HallNotFound(hall=hall[:40])
    return caller.subject
