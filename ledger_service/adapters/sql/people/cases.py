"""Cases in which auditors look at private parts."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from ledger_service.adapters.sql.people.schema import audit_case, colleague
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.people.case import Case
from ledger_service.ports.paging import Page, PageRequest

DIGEST_BYTES = 32


class SqlCases:
    """Implements ports.CaseTable."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, case: Case) -> None:
        about = case.about
        self._connection.execute(
            insert(audit_case),
            {
                "id": bytes.fromhex(case.id),
                "name": case.name,
                "auditor": case.auditor,
                "opened_at": case.opened_at,
                "until": case.until,
                "about": None if about is None else b"".join(sorted(item.value for item in about)),
                "closed_at": case.closed_at,
            },
        )

    def find(self, case_id: str) -> Case | None:
        query = select(audit_case).where(audit_case.c.id == bytes.fromhex(case_id))
        row = self._connection.execute(query).one_or_none()
        return None if row is None else _case(row)

    def page(self, auditor: int | None, request: PageRequest) -> Page[Case]:
        asked = [] if auditor is None else [audit_case.c.auditor == auditor]
        if (before := request.number()) is not None:
            asked.append(audit_case.c.number < before)
        query = select(audit_case).where(*asked).order_by(audit_case.c.number.desc())
        rows = self._connection.execute(query.limit(request.limit + 1)).all()
        page = Page.of(list(rows), request, lambda row: row.number)
        return Page([_case(row) for row in page.items], page.next)

    def standing(self, name: str, at: int) -> list[Case]:
        rows = self._connection.execute(
            select(audit_case)
            .join(colleague, colleague.c.number == audit_case.c.auditor)
            .where(
                colleague.c.name == name,
                audit_case.c.until > at,
                audit_case.c.closed_at.is_(None),
            )
            .order_by(audit_case.c.number)
        )
        return [_case(row) for row in rows]

    def close(self, case_id: str, at: int) -> None:
        self._connection.execute(
            update(audit_case)
            .where(audit_case.c.id == bytes.fromhex(case_id), audit_case.c.closed_at.is_(None))
            .values(closed_at=at)
        )


def _case(row: Row[Any]) -> Case:
    about = row.about
    return Case(
        row.id.hex(),
        row.name,
        row.auditor,
        row.opened_at,
        row.until,
        None
        if about is None
        else frozenset(
            Digest(bytes(about[start : start + DIGEST_BYTES]))
            for start in range(0, len(about), DIGEST_BYTES)
        ),
        row.closed_at,
    )
