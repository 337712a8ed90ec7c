"""The library's colleagues: a number, a name until it is erased, and roles."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, insert, select

from ledger_service.adapters.sql.people.schema import colleague, colleague_role
from ledger_service.domain.people.caller import Role
from ledger_service.ports.people import Colleague


class SqlColleagues:
    """Implements ports.ColleagueTable."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def number(self, name: str) -> int:
        query = select(colleague.c.number).where(colleague.c.name == name)
        found: int | None = self._connection.scalar(query)
        if found is None:
            self._connection.execute(insert(colleague), {"name": name})
            found = self._connection.scalar(query)
        assert found is not None  # this transaction has added it
        return found

    def everybody(self) -> list[Colleague]:
        return self._where()

    def find(self, number: int) -> Colleague | None:
        return next(iter(self._where(colleague.c.number == number)), None)

    def named(self, name: str) -> Colleague | None:
        return next(iter(self._where(colleague.c.name == name)), None)

    def add(self, name: str, role: Role, at: int) -> Colleague:
        number = self.number(name)
        found = self.find(number)
        if found is None or role not in found.since:
            row: dict[str, Any] = {"colleague": number, "role": role.value, "since": at}
            self._connection.execute(insert(colleague_role), row)
            found = self.find(number)
        assert found is not None  # likewise
        return found

    def remove(self, number: int, role: Role) -> None:
        self._connection.execute(
            delete(colleague_role).where(
                colleague_role.c.colleague == number, colleague_role.c.role == role.value
            )
        )

    def _where(self, *asked: ColumnElement[bool]) -> list[Colleague]:
        rows = self._connection.execute(
            select(
                colleague.c.number, colleague.c.name, colleague_role.c.role, colleague_role.c.since
            )
            .join(colleague_role, colleague_role.c.colleague == colleague.c.number)
            .where(*asked)
            .order_by(colleague.c.number, colleague_role.c.role)
        )
        found: dict[int, tuple[str, dict[Role, int]]] = {}
        for number, name, role, since in rows:
            found.setdefault(number, (name or "", {}))[1][Role(role)] = since
        return [Colleague(number, name, since) for number, (name, since) in found.items()]
