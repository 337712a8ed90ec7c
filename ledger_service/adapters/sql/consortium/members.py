"""What members of a consortium said of themselves, in the database."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from ledger_service.adapters.sql.consortium.schema import consortium_member
from ledger_service.domain.identifiers import StewardId
from ledger_service.domain.reasons import Reason
from ledger_service.ports.consortium.members import KeptMember

_columns = consortium_member.c


class SqlMembers:
    """Implements ports.MemberTable."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def all(self) -> list[KeptMember]:
        query = select(consortium_member).order_by(_columns.steward)
        return [_member(row) for row in self._connection.execute(query)]

    def find(self, steward: StewardId) -> KeptMember | None:
        query = select(consortium_member).where(_columns.steward == steward.value)
        row = self._connection.execute(query).one_or_none()
        return None if row is None else _member(row)

    def keep(self, member: KeptMember) -> None:
        values = {
            "announcement": member.text,
            "said_at": member.at,
            "heard_at": member.heard_at,
            "fault": _text(member.fault),
        }
        its = _columns.steward == member.steward.value
        changed = update(consortium_member).where(its).values(**values)
        if not self._connection.execute(changed).rowcount:
            new = {"steward": member.steward.value, **values}
            self._connection.execute(insert(consortium_member), new)

    def note(self, steward: StewardId, fault: Reason | None) -> None:
        its = _columns.steward == steward.value
        self._connection.execute(update(consortium_member).where(its).values(fault=_text(fault)))


def _text(fault: Reason | None) -> str | None:
    return None if fault is None else fault.format()


def _member(row: Row[Any]) -> KeptMember:
    fault = None if row.fault is None else Reason.parse(row.fault)
    return KeptMember(StewardId(row.steward), row.announcement, row.said_at, row.heard_at, fault)
