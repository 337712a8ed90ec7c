"""Loans that other libraries made."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import Connection, delete, insert, or_, select, update

from ledger_service.adapters.sql.lending.schema import grant, loan_elsewhere
from ledger_service.domain.identifiers import Digest, GrantId
from ledger_service.domain.lending.grant import GRANT_STATES_ENDING, GrantState
from ledger_service.domain.lending.loan_elsewhere import LoanElsewhere, LoanStatus

_ENDED = [state.value for state in (*GRANT_STATES_ENDING, GrantState.REJECTED)]
_WITH_GRANT = loan_elsewhere.join(grant, grant.c.id == loan_elsewhere.c.grant)


class SqlLoansElsewhere:
    """Implements ports.LoanElsewhereTable."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def at(self, address: bytes) -> LoanElsewhere | None:
        return self._one(loan_elsewhere.c.address == address)

    def read_at(self, reading: bytes) -> LoanElsewhere | None:
        return self._one(loan_elsewhere.c.reading == reading)

    def of_grant(self, grant_id: GrantId) -> LoanElsewhere | None:
        return self._one(loan_elsewhere.c.grant == grant_id.value)

    def of_reader(self, reader: str) -> list[LoanElsewhere]:
        mine = select(loan_elsewhere).where(loan_elsewhere.c.reader == reader)
        return self._all(mine.order_by(loan_elsewhere.c.made_at))

    def running(self, distributor: int, digest: Digest, limit: int) -> list[LoanElsewhere]:
        query = select(loan_elsewhere).select_from(_WITH_GRANT)
        query = query.where(
            grant.c.digest == digest.value,
            loan_elsewhere.c.distributor == distributor,
            loan_elsewhere.c.ended_as.is_(None),
        )
        return self._all(query.order_by(loan_elsewhere.c.made_at).limit(limit))

    def moved(self, now: int, limit: int) -> list[LoanElsewhere]:
        """Return running loans whose grant is not as they tell it."""
        query = select(loan_elsewhere).select_from(_WITH_GRANT)
        query = query.where(
            loan_elsewhere.c.ended_as.is_(None),
            or_(
                grant.c.state.in_(_ENDED),
                grant.c.until <= now,
                grant.c.until != loan_elsewhere.c.until,
            ),
        )
        return self._all(query.limit(limit))

    def to_tell(self, now: int, limit: int) -> list[LoanElsewhere]:
        query = select(loan_elsewhere).where(loan_elsewhere.c.tell_at <= now)
        return self._all(query.order_by(loan_elsewhere.c.tell_at).limit(limit))

    def add(self, loan: LoanElsewhere) -> None:
        named = {"address": loan.address, "reading": loan.reading, "grant": loan.grant.value}
        whose = {"reader": loan.reader, "distributor": loan.distributor, "sealed": loan.sealed}
        self._connection.execute(
            insert(loan_elsewhere), {**named, **whose, "made_at": loan.made_at, **_changing(loan)}
        )

    def replace(self, loan: LoanElsewhere) -> None:
        at = update(loan_elsewhere).where(loan_elsewhere.c.address == loan.address)
        self._connection.execute(at.values(**_changing(loan)))

    def ends(self, addresses: Collection[bytes]) -> dict[bytes, int]:
        table = loan_elsewhere.c
        query = select(table.address, table.until, table.ended_at)
        rows = self._connection.execute(query.where(table.address.in_(addresses)))
        return {
            row.address: row.until if row.ended_at is None else min(row.until, row.ended_at)
            for row in rows
        }

    def has_ended(self, before: int) -> bool:
        return bool(self._ended(before, 1))

    def forget_ended(self, before: int, limit: int) -> int:
        """Forget so many loans that ended before this time."""
        found = self._ended(before, limit)
        if found:
            gone = delete(loan_elsewhere).where(loan_elsewhere.c.address.in_(found))
            self._connection.execute(gone)
        return len(found)

    def _ended(self, before: int, limit: int) -> list[bytes]:
        is_over = loan_elsewhere.c.ended_at < before, loan_elsewhere.c.tell_at.is_(None)
        query = select(loan_elsewhere.c.address).where(*is_over).limit(limit)
        return list(self._connection.scalars(query))

    def _one(self, condition: Any) -> LoanElsewhere | None:
        return next(iter(self._all(select(loan_elsewhere).where(condition))), None)

    def _all(self, query: Any) -> list[LoanElsewhere]:
        return [_loan(row) for row in self._connection.execute(query)]


def _changing(loan: LoanElsewhere) -> dict[str, object]:
    names = ("until", "changed_at", "registered_at", "ended_at", "tell_at", "tries")
    ended_as = None if loan.ended_as is None else loan.ended_as.value
    return {**{name: getattr(loan, name) for name in names}, "ended_as": ended_as}


def _loan(row: Any) -> LoanElsewhere:
    return LoanElsewhere(
        address=row.address,
        reading=row.reading,
        grant=GrantId(row.grant),
        reader=row.reader,
        distributor=row.distributor,
        sealed=row.sealed,
        until=row.until,
        made_at=row.made_at,
        changed_at=row.changed_at,
        registered_at=row.registered_at,
        ended_at=row.ended_at,
        ended_as=None if row.ended_as is None else LoanStatus(row.ended_as),
        tell_at=row.tell_at,
        tries=row.tries,
    )
