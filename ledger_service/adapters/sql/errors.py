"""The border where errors of the database become ours."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DataError, DBAPIError, OperationalError

from ledger_service.domain.errors import InvalidInput, LedgerBusy, StorageFull


@contextmanager
def translated() -> Iterator[None]:
    """Raise what the database raises inside as LedgerBusy, StorageFull or InvalidInput."""
    try:
        yield
    except OperationalError as exc:
        message = str(exc.orig).lower()
        if "locked" in message or "busy" in message:
            raise LedgerBusy("The database is busy; try again in a moment.") from exc
        if "full" in message or "no space" in message:
            raise StorageFull("The database's disk is full; the operator must add space.") from exc
        raise LedgerBusy("The database does not answer; try again in a moment.") from exc
    except DataError as exc:  # on PostgreSQL: text with a NUL
        raise InvalidInput("The request holds text that the database cannot hold.") from exc
    except DBAPIError as exc:
        if exc.connection_invalidated or getattr(exc.orig, "sqlstate", "") in ("40001", "40P01"):
            raise LedgerBusy("The database broke off; try again in a moment.") from exc
        raise
