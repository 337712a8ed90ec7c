"""Hand an author the work that they are asked to sign, where the library keeps it for the statement."""

from __future__ import annotations

from ledger_service.domain.errors import StatementNotFound
from ledger_service.domain.people.caller import Caller
from ledger_service.domain.people.permission import Permission, reach
from ledger_service.services.authorship.find_statement import taking_part
from ledger_service.services.authorship.sealed_parts import open_file
from ledger_service.services.library import Library

PDF = b"%PDF-"


def name_of_work(work: bytes) -> str:
    """Return the name under which a work is handed out: devices open a file by its ending."""
    return "work.pdf" if work.startswith(PDF) else "work"


def own_file(library: Library, caller: Caller, statement: str) -> bytes:
    """Return the bytes of the work that a statement is about; who is only invited has joined first.

    Raises:
        StatementNotFound: the caller has no part in it, or the library does not keep the work.
    """
    reach(caller, Permission.STATEMENT_SIGN)
    with library.store.read() as transaction:
        kept, _ = taking_part(transaction, caller, statement)
        sealed = transaction.authors.file(statement)
    if sealed is None:
        raise StatementNotFound("file")
    return open_file(library, kept, sealed)
