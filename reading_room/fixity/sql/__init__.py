"""The room's tables, and what is read and written there."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, func, insert, select, update

from ledger_service.domain.content.fixity import Outcome
from ledger_service.ports.paging import Page, PageRequest
from reading_room.fixity.rules import Finding, Run
from reading_room.fixity.sql.schema import finding, kept, looked, run


class SqlFixity:
    """Implements ports.FixityTables."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def looked_to(self) -> str:
        return self._connection.scalar(select(looked.c.cursor)) or ""

    def look_to(self, cursor: str, at: int) -> None:
        if not self._connection.execute(update(looked).values(cursor=cursor)).rowcount:
            self._connection.execute(insert(looked), {"cursor": cursor, "since": at})

    def looked_since(self) -> int | None:
        found: int | None = self._connection.scalar(select(looked.c.since))
        return found

    def note_kept(self, cids: Iterable[str]) -> None:
        asked = set(cids)
        known = set(self._connection.scalars(select(kept.c.cid).where(kept.c.cid.in_(asked))))
        rows = [{"cid": cid, "checked_at": 0, "run": 0} for cid in sorted(asked - known)]
        if rows:
            self._connection.execute(insert(kept), rows)

    def forget_kept(self, cids: Iterable[str]) -> None:
        if asked := set(cids):
            self._connection.execute(delete(kept).where(kept.c.cid.in_(asked)))

    def count_kept(self) -> int:
        return int(self._connection.scalar(select(func.count()).select_from(kept)) or 0)

    def oldest(self, run: int, limit: int) -> list[str]:
        query = select(kept.c.cid).where(kept.c.run < run)
        query = query.order_by(kept.c.checked_at, kept.c.cid).limit(limit)
        return list(self._connection.scalars(query))

    def add_findings(self, run: int, findings: Sequence[Finding]) -> None:
        rows = [{**found._asdict(), "outcome": found.outcome.value} for found in findings]
        self._connection.execute(insert(finding), [{"run": run, **row} for row in rows])
        checked = {found.cid: found.at for found in findings}
        query = update(kept).where(kept.c.cid == bindparam("of"))
        query = query.values(run=bindparam("by"), checked_at=bindparam("at"))
        self._connection.execute(
            query, [{"of": cid, "by": run, "at": at} for cid, at in checked.items()]
        )

    def newest(self) -> Run | None:
        query = select(run).order_by(run.c.number.desc()).limit(1)
        return _run_or_none(self._connection.execute(query).one_or_none())

    def find(self, number: int) -> Run | None:
        query = select(run).where(run.c.number == number)
        return _run_or_none(self._connection.execute(query).one_or_none())

    def set(self, told: Run) -> None:
        values = {
            "asked_at": told.asked_at,
            "began_at": told.began_at,
            "ended_at": told.ended_at,
            "of": told.of,
            "root": told.root,
            "entry": told.entry,
            **{outcome.value: told.counted[outcome] for outcome in Outcome},
        }
        changed = self._connection.execute(
            update(run).where(run.c.number == told.number).values(values)
        )
        if not changed.rowcount:
            self._connection.execute(insert(run), {"number": told.number, **values})

    def page(self, request: PageRequest) -> Page[Run]:
        query, before = select(run), request.number()
        if before is not None:
            query = query.where(run.c.number < before)
        query = query.order_by(run.c.number.desc()).limit(request.limit + 1)
        rows = self._connection.execute(query).all()
        return Page.of(rows, request, lambda row: int(row.number)).map(_run)

    def findings(
        self, run: int, request: PageRequest, outcomes: Sequence[Outcome]
    ) -> Page[Finding]:
        query, after = select(finding).where(finding.c.run == run), request.number()
        query = query.where(finding.c.outcome.in_([outcome.value for outcome in outcomes]))
        if after is not None:
            query = query.where(finding.c.number > after)
        query = query.order_by(finding.c.number).limit(request.limit + 1)
        rows = self._connection.execute(query).all()
        return Page.of(rows, request, lambda row: int(row.number)).map(_finding)

    def forget_findings(self, before: int) -> None:
        self._connection.execute(delete(finding).where(finding.c.run < before))


def _run_or_none(row: Row[Any] | None) -> Run | None:
    return None if row is None else _run(row)


def _run(row: Row[Any]) -> Run:
    found = row._mapping
    outcomes = {outcome: found[outcome.value] for outcome in Outcome}
    return Run(
        row.number,
        row.asked_at,
        row.began_at,
        row.ended_at,
        row.of,
        outcomes,
        row.root,
        row.entry,
    )


def _finding(row: Row[Any]) -> Finding:
    return Finding(row.number, row.cid, row.place, Outcome(row.outcome), row.at)
