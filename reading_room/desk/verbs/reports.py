"""Attest a report of an audit: the ledger holds its digest, and nothing of what it says."""

from __future__ import annotations

from ledger_service.domain.identifiers import Digest
from ledger_service.domain.ledger.entry import StatementType
from ledger_service.domain.people.act import ActKind
from ledger_service.domain.people.caller import Caller
from ledger_service.domain.people.permission import Permission, check_permitted
from ledger_service.services.ledger.attest_statement import append_statement
from ledger_service.services.library import Library
from ledger_service.services.people.record_act import record_act


def attest_report(library: Library, caller: Caller, report: bytes) -> int:
    """Return the index of the entry that attests these bytes; the same again have the same entry."""
    check_permitted(caller, Permission.REPORT_ATTEST)
    digest, now = Digest.of(report), library.clock()
    with library.store.write() as transaction:
        kind = StatementType.REPORT
        index, is_new = append_statement(transaction, kind, digest, library.steward, now)
        if is_new:
            record_act(transaction, caller, now, ActKind.ATTESTED, digest, index)
    return index
