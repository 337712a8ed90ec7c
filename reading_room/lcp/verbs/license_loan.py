"""Have the license server make the license of a loan, and tell it when the loan ends.

Our grant decides: before a license leaves, the server is told the end that the loan has now, and the opening
is an entry. What the server could not be told is told later, by the worker.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

from ledger_service.domain.errors import LicenseServerUnavailable, LoanNotFound
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.lending.grant import Scope
from ledger_service.domain.lending.loan_elsewhere import protected_name
from ledger_service.ports.lending import LicenseServer
from ledger_service.services.lending.distribution.change_loan import open_loan
from ledger_service.services.lending.distribution.find_loan import ToldLoan, told_loan
from ledger_service.services.library import Library
from reading_room.lcp.ports import LcpTables
from reading_room.lcp.rules import WAITS, Issued

Tables = Callable[[Any], LcpTables]
AT_ONCE = 500


def protected(library: Library, tables: Tables, digests: Collection[Digest]) -> frozenset[Digest]:
    """Return those of these resources whose loans may have licenses."""
    if library.license_server is None or not digests:
        return frozenset()
    with library.store.read() as transaction:
        return frozenset(one.digest for one in transaction.room(tables).bound(digests))


def has_license(library: Library, tables: Tables, told: ToldLoan) -> bool:
    """Return whether a loan has a license, or would be given one.

    Where each copy is to be marked there is none: the encrypted file is the same for everybody.
    """
    return _license_of(library, tables, told)[1] is not None


def license_loan(library: Library, tables: Tables, told: ToldLoan) -> bytes:
    """Return the license of a loan, signed by the license server; of one that has ended, with its end.

    Raises:
        LoanNotFound: it has none.
        LicenseServerUnavailable: the server does not answer; nothing is lost.
        What `open_loan` raises.
    """
    is_known, issued = _license_of(library, tables, told)
    server = library.license_server
    if server is None or issued is None:
        raise LoanNotFound()
    end = min(told.end, library.clock())
    if told.status.is_running:
        open_loan(library, told.reading)
        end = told.grant.until
    if not is_known:  # whatever happens now, the worker knows that there may be one
        _keep(library, tables, issued)
    _tell_end(library, tables, server, issued, end)
    return server.license(issued.id, issued.publication, told.said.user_key, told.said.hint)


def find_licensed(library: Library, tables: Tables, license_id: str) -> ToldLoan:
    """Return the loan that has a license; raise LoanNotFound. Its id is as secret as its loan's address."""
    with library.store.read() as transaction:
        issued = transaction.room(tables).find(license_id)
        loan = None if issued is None else transaction.loans_elsewhere.at(issued.address)
        if loan is None:
            raise LoanNotFound()
        return told_loan(library, transaction, loan)


def tell_ends(library: Library, tables: Tables, stops: Callable[[], bool]) -> int:
    """Tell the license server of loans that end at another time now; return of how many.

    A loan that is not known any more, since its reader was erased, ends now.
    """
    server, done, after = library.license_server, 0, ""
    while server is not None and not stops():
        now = library.clock()
        with library.store.read() as transaction:
            found = transaction.room(tables).running(now, after, AT_ONCE)
            ends = transaction.loans_elsewhere.ends([one.address for one in found])
        if not found:
            break
        for issued in found:
            end = ends.get(issued.address, now)
            if stops() or (end == issued.until and end > now):
                continue
            try:
                _tell_end(library, tables, server, issued, end)
                done += 1
            except LicenseServerUnavailable:
                wait = WAITS[min(issued.tries, len(WAITS) - 1)]
                _keep(library, tables, issued._replace(try_at=now + wait, tries=issued.tries + 1))
        after = found[-1].id
    return done


def _license_of(library: Library, tables: Tables, told: ToldLoan) -> tuple[bool, Issued | None]:
    """Return whether a loan's license is known already, and the license; None if it has none."""
    if library.license_server is None or not told.said.user_key:
        return False, None
    name = protected_name(told.said.secret)
    with library.store.read() as transaction:
        known = transaction.room(tables).find(name)
        bound = transaction.room(tables).bound([told.grant.digest])
    if known is not None:
        return True, known
    if not bound or told.license.is_marked or not told.status.is_running:
        return False, None
    prints = Scope.PRINT in told.grant.scopes
    publication, address = bound[0].publication, told.loan.address
    return False, Issued(name, address, publication, told.loan.made_at, prints)


def _tell_end(
    library: Library, tables: Tables, server: LicenseServer, issued: Issued, end: int
) -> None:
    """Tell the server when a license ends, if it knows another end; raise LicenseServerUnavailable."""
    now = library.clock()
    if end != issued.until:
        if end > now:
            server.keep(issued.ending(end), now)
        else:
            server.end(issued.id)
    elif end > now or issued.is_over:
        return
    told = issued._replace(until=end, is_over=end <= now, try_at=0, tries=0)
    with library.store.write() as transaction:
        room = transaction.room(tables)
        before = room.find(issued.id)
        if (
            before is not None and before.until != issued.until
        ):  # two told it at a time: tell it again
            told = told._replace(until=0, is_over=False)
        room.put(told)


def _keep(library: Library, tables: Tables, issued: Issued) -> None:
    with library.store.write() as transaction:
        transaction.room(tables).put(issued)
