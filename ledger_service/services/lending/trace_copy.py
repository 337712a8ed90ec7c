"""Trace a copy: say under which grant a file was lent, by the number in it or by the digest of its bytes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ledger_service.domain.identifiers import CopyId, Digest
from ledger_service.domain.ledger.entry import Entry
from ledger_service.domain.lending.grant import Grant
from ledger_service.domain.lending.lent_copy import LentCopy
from ledger_service.domain.people.act import ActKind
from ledger_service.domain.people.caller import Caller
from ledger_service.domain.people.permission import Permission, check_permitted
from ledger_service.ports.store import Transaction
from ledger_service.services.library import Library
from ledger_service.services.people.record_act import record_act


@dataclass(frozen=True)
class Traced:
    """Where a copy came from. title: of the resource. hour: when it was opened first, seconds since 1970 UTC.

    is_unchanged: whether the file is the copy as it was made last, to the last byte.
    """

    copy: LentCopy
    grant: Grant
    title: str
    hour: int
    is_unchanged: bool


def trace_copy(
    library: Library, caller: Caller, file: Digest, numbers: Sequence[CopyId]
) -> list[Traced]:
    """Return the copies of this library that a file is or tells of; a number that none has is left out.

    file: the digest of its bytes; numbers: those that stand in it.
    """
    check_permitted(caller, Permission.COPY_TRACE)
    with library.store.write() as transaction:
        copies = [transaction.copies.of_file(file), *map(transaction.copies.find, numbers)]
        known = {copy.id: copy for copy in copies if copy is not None}
        record_act(transaction, caller, library.clock(), ActKind.TRACED, file)
        return [_traced(transaction, copy, file) for copy in known.values()]


def _traced(transaction: Transaction, copy: LentCopy, file: Digest) -> Traced:
    grant = transaction.grants.find(copy.grant)
    assert grant is not None  # grants are never deleted
    registration = transaction.registrations.find(grant.digest, grant.steward)
    assert registration is not None  # nor registrations
    entry = Entry.parse(transaction.ledger.entries(copy.entry, 1)[0])
    return Traced(copy, grant, registration.record.title, entry.at, copy.file == file)
