"""Find the records, as their services served them, from which a resource was taken in."""

from __future__ import annotations

from ledger_service.domain.identifiers import Digest
from ledger_service.domain.imports.source_record import SourceRecord
from ledger_service.domain.people.caller import Caller
from ledger_service.domain.people.permission import Permission, check_permitted
from ledger_service.ports.store import Store


def records_about(store: Store, caller: Caller, digest: Digest) -> list[tuple[SourceRecord, int]]:
    """Return the records that describe a resource, and when each was kept, the oldest first.

    They are as private as imports are: they may name people whom no registration names.
    """
    check_permitted(caller, Permission.IMPORT_READ)
    with store.read() as transaction:
        return transaction.records.about(digest)
