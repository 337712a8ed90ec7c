"""See how recommendations are made, and ask for a run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from ledger_service.domain.errors import InvalidInput, RecommendationsNotFound
from ledger_service.domain.people.act import ActKind
from ledger_service.domain.people.caller import Caller
from ledger_service.domain.people.permission import Permission, check_permitted
from ledger_service.services.library import Library
from ledger_service.services.people.record_act import record_act
from reading_room.recommendations.measuring import is_installed
from reading_room.recommendations.ports import RecommendationTables
from reading_room.recommendations.rules.run import Run, State

Tables = Callable[[Any], RecommendationTables]
"""Makes the room's tables of a connection."""
NO_RUN = Run(0, 0, 0)


def state_of(library: Library) -> State:
    """Return whether recommendations are made and shown."""
    if not library.limits.recommends:
        return State.OFF
    return State.ON if is_installed() else State.MISSING


def find_run(library: Library, tables: Tables) -> Run:
    """Return the newest run; its number is 0 before the first night."""
    with library.store.read() as transaction:
        return transaction.room(tables).run() or NO_RUN


def request_run(library: Library, caller: Caller, tables: Tables) -> Run:
    """Return the newest run, after which the worker will make another one.

    Raises:
        InvalidInput: recommendations are off, or lack their packages.
    """
    check_permitted(caller, Permission.RECOMMENDATIONS_RUN)
    state = state_of(library)
    if state is State.OFF:
        raise InvalidInput("recommendations-off")
    if state is State.MISSING:
        raise InvalidInput("recommendations-packages-missing")
    with library.store.write() as transaction:
        room, now = transaction.room(tables), library.clock()
        known = room.run() or replace(NO_RUN, began_at=now, ended_at=now)
        if not known.is_asked:
            known = replace(known, is_asked=True)
            room.set_run(known)
            record_act(
                transaction, caller, now, ActKind.RECOMMENDATIONS_ASKED, f"{known.number + 1}"
            )
    return known


def find_card(library: Library, tables: Tables) -> tuple[bytes, int]:
    """Return the card of the newest run, and the entry that attests it; raise RecommendationsNotFound."""
    with library.store.read() as transaction:
        found = transaction.room(tables).card()
    if found is None or not library.limits.recommends:
        raise RecommendationsNotFound()
    return found


def list_sizes(library: Library, tables: Tables) -> list[int]:
    """Return the sizes in bytes of the parts of the list that everybody may take whole."""
    if not library.limits.recommends:
        return []
    with library.store.read() as transaction:
        return transaction.room(tables).lists()


def list_part(library: Library, tables: Tables, number: int) -> bytes:
    """Return a part of it, compressed by gzip; raise RecommendationsNotFound."""
    with library.store.read() as transaction:
        part = transaction.room(tables).list_part(number)
    if part is None or not library.limits.recommends:
        raise RecommendationsNotFound()
    return part
