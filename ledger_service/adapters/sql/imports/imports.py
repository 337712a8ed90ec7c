"""Imports that the service runs. A row of `import_result` holds the report's lines of one transaction."""

from __future__ import annotations

import zlib
from dataclasses import asdict
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from ledger_service.adapters.sql.imports.schema import import_job, import_result
from ledger_service.domain.imports.import_job import OPEN_STATES, ImportJob, ImportState
from ledger_service.ports.paging import Page, PageRequest

QUICKLY = 1  # zlib's level, since the append lock is held meanwhile
_OPEN = [state.value for state in OPEN_STATES]


class SqlImports:
    """Implements ports.ImportTable."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, job: ImportJob) -> None:
        self._connection.execute(insert(import_job), asdict(job))

    def find(self, job: str) -> ImportJob | None:
        return self._one(select(import_job).where(import_job.c.id == job))

    def find_keyed(self, caller: str, key: str) -> ImportJob | None:
        return self._one(
            select(import_job).where(import_job.c.caller == caller, import_job.c.key == key)
        )

    def page(self, request: PageRequest) -> Page[ImportJob]:
        query, before = select(import_job), request.number()
        if before is not None:
            query = query.where(import_job.c.serial < before)
        query = query.order_by(import_job.c.serial.desc())
        rows = self._connection.execute(query.limit(request.limit + 1)).all()
        return Page.of(rows, request, lambda row: int(row.serial)).map(_job)

    def rename_caller(self, caller: str, name: str) -> None:
        query = update(import_job).where(import_job.c.caller == caller)
        self._connection.execute(query.values(caller=name, key=None))

    def count_open(self, caller: str) -> int:
        """Return how many of a caller's imports are queued or running."""
        query = select(func.count()).where(
            import_job.c.caller == caller, import_job.c.state.in_(_OPEN)
        )
        return int(self._connection.scalar(query) or 0)

    def oldest_open(self) -> ImportJob | None:
        """Return the import to go on with."""
        query = select(import_job).where(import_job.c.state.in_(_OPEN))
        return self._one(query.order_by(import_job.c.serial).limit(1))

    def open_ids(self) -> set[str]:
        query = select(import_job.c.id).where(import_job.c.state.in_(_OPEN))
        return set(self._connection.scalars(query))

    def set(self, job: ImportJob) -> None:
        """Let the import be as it is told here."""
        self._connection.execute(
            update(import_job).where(import_job.c.id == job.id).values(asdict(job))
        )

    def add_results(self, job: str, start: int, lines: str) -> None:
        """Add lines of the report, from item `start` on."""
        packed = zlib.compress(lines.encode(), QUICKLY)
        self._connection.execute(
            insert(import_result), {"job": job, "start": start, "lines": packed}
        )

    def results(self, job: str, start: int) -> str | None:
        """Return the lines of the report that were added from item `start` on; None if there are none."""
        packed = self._connection.scalar(
            select(import_result.c.lines).where(
                import_result.c.job == job, import_result.c.start == start
            )
        )
        return None if packed is None else zlib.decompress(packed).decode()

    def remove_ended(self, before: int) -> None:
        """Remove imports that ended before this time, with their reports."""
        ended = select(import_job.c.id).where(import_job.c.ended_at < before)
        self._connection.execute(delete(import_result).where(import_result.c.job.in_(ended)))
        self._connection.execute(delete(import_job).where(import_job.c.ended_at < before))

    def _one(self, query: Any) -> ImportJob | None:
        row = self._connection.execute(query).one_or_none()
        return None if row is None else _job(row)


def _job(row: Row[Any]) -> ImportJob:
    values = {name: value for name, value in row._mapping.items() if name != "serial"}
    return ImportJob(**{**values, "state": ImportState(row.state)})
