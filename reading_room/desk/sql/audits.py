"""The audits that the worker makes, as rows."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from ledger_service.ports.paging import Page, PageRequest
from reading_room.desk.audit_run import KEPT_RUNS, AuditRun
from reading_room.desk.sql.schema import audit


class SqlAudits:
    """Implements ports.AuditTables."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def find(self, number: int) -> AuditRun | None:
        query = select(audit).where(audit.c.number == number)
        row = self._connection.execute(query).one_or_none()
        return None if row is None else _run(row)

    def newest(self) -> AuditRun | None:
        query = select(audit).order_by(audit.c.number.desc()).limit(1)
        row = self._connection.execute(query).one_or_none()
        return None if row is None else _run(row)

    def page(self, request: PageRequest) -> Page[AuditRun]:
        query, before = select(audit), request.number()
        if before is not None:
            query = query.where(audit.c.number < before)
        query = query.order_by(audit.c.number.desc()).limit(request.limit + 1)
        rows = self._connection.execute(query).all()
        return Page.of(rows, request, lambda row: int(row.number)).map(_run)

    def set(self, run: AuditRun) -> None:
        values = asdict(run)
        changed = self._connection.execute(
            update(audit).where(audit.c.number == run.number).values(values)
        )
        if not changed.rowcount:
            self._connection.execute(insert(audit), values)
            too_old = audit.c.number <= run.number - KEPT_RUNS
            self._connection.execute(delete(audit).where(too_old))


def _run(row: Row[Any]) -> AuditRun:
    return AuditRun(**row._mapping)
