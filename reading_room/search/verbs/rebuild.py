"""Have the index made anew, of the ledger and its records."""

from __future__ import annotations

from dataclasses import replace

from ledger_service.domain.people.act import ActKind
from ledger_service.domain.people.caller import Caller
from ledger_service.domain.people.permission import Permission, check_permitted
from ledger_service.services.library import Library
from ledger_service.services.people.record_act import record_act
from reading_room.search.verbs.find import Tables

NO_FOLD = 0


def rebuild(library: Library, caller: Caller, tables: Tables) -> int:
    """Let the worker drop the index and make it anew; return how many entries of the ledger it will read."""
    check_permitted(caller, Permission.SEARCH_INDEX)
    with library.store.write() as transaction:
        room = transaction.room(tables)
        room.set_indexed(replace(room.indexed(), fold=NO_FOLD))
        record_act(transaction, caller, library.clock(), ActKind.INDEX_ASKED_ANEW, "")
        return transaction.ledger.size()
