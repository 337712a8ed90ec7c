"""Find the library's imports, how far each has come, and what became of its items."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ledger_service.domain.errors import ImportNotFound
from ledger_service.domain.imports.import_job import ImportJob
from ledger_service.domain.people.caller import Caller
from ledger_service.domain.people.permission import Permission, check_permitted
from ledger_service.ports.ledger import SignedCheckpoint
from ledger_service.ports.paging import Page, PageRequest
from ledger_service.ports.store import Transaction
from ledger_service.services.imports.request_import import find_import
from ledger_service.services.library import Library


@dataclass(frozen=True)
class AnchoredImport:
    """An import. anchor: the first anchored checkpoint that covers all of it, None until there is one."""

    job: ImportJob
    anchor: SignedCheckpoint | None


def list_imports(library: Library, caller: Caller, request: PageRequest) -> Page[AnchoredImport]:
    """Return a page of the imports that are remembered, newest first; raise InvalidCursor."""
    check_permitted(caller, Permission.IMPORT_READ)
    with library.store.read() as transaction:
        found = transaction.imports.page(request)
        return found.map(lambda job: _with_anchor(transaction, job))


def show_import(library: Library, caller: Caller, job: str) -> AnchoredImport:
    """Return an import as it is now; raise ImportNotFound."""
    check_permitted(caller, Permission.IMPORT_READ)
    with library.store.read() as transaction:
        return _with_anchor(transaction, find_import(transaction, job))


def with_anchor(library: Library, job: ImportJob) -> AnchoredImport:
    """Return an import as it was just asked for or canceled, with its anchor if it has one."""
    with library.store.read() as transaction:
        return _with_anchor(transaction, job)


def report_parts(library: Library, caller: Caller, job: ImportJob) -> Iterator[str]:
    """Return the report up to where it stood, part by part, so that memory does not grow with it.

    Each part is whole lines of JSON.

    Raises:
        ImportNotFound: the import was forgotten meanwhile.
    """
    check_permitted(caller, Permission.IMPORT_READ)
    return _parts(library, job)


def _parts(library: Library, job: ImportJob) -> Iterator[str]:
    start = 0
    while start < job.items:
        with library.store.read() as transaction:
            part = transaction.imports.results(job.id, start)
        if part is None:
            raise ImportNotFound("forgotten")
        start += part.count("\n")
        yield part


def _with_anchor(transaction: Transaction, job: ImportJob) -> AnchoredImport:
    if job.is_open or job.last_entry is None:
        return AnchoredImport(job, None)
    return AnchoredImport(job, transaction.checkpoints.first_anchored_above(job.last_entry))
