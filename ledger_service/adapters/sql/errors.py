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
        if "locked" in message or "busy" in message or "lock timeout" in message:
            raise LedgerBusy() from exc
        if "full" in message or "no space" in message:
            raise StorageFull("database") from exc
        raise LedgerBusy("no-answer") from exc
    except DataError as exc:  # on PostgreSQL: text with a NUL
        raise InvalidInput("text-not-stored") from exc
    except DBAPIError as exc:
        if exc.connection_invalidated or getattr(exc.orig, "sqlstate", "") in ("40001", "40P01"):
            raise LedgerBusy("broken-off") from exc
        raise
