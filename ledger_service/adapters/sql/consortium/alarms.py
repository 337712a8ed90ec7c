"""Alarms about members of a consortium, in the database."""

from __future__ import annotations

from sqlalchemy import Connection, delete, insert, select

from ledger_service.adapters.sql.consortium.schema import consortium_alarm
from ledger_service.domain.consortium.alarm import Alarm, AlarmKind
from ledger_service.domain.identifiers import StewardId
from ledger_service.domain.reasons import Reason

_columns = consortium_alarm.c


class SqlAlarms:
    """Implements ports.AlarmTable."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def all(self) -> list[Alarm]:
        query = select(consortium_alarm).order_by(
            _columns.since, _columns.steward, _columns.kind, _columns.about
        )
        return [
            Alarm(
                steward=StewardId(row.steward),
                kind=AlarmKind(row.kind),
                values=Reason.parse(row.reason).values,
                since=row.since,
                about=row.about,
                evidence=row.evidence,
            )
            for row in self._connection.execute(query)
        ]

    def keep(self, alarm: Alarm) -> None:
        self.end(alarm)
        row = {
            "steward": alarm.steward.value,
            "kind": alarm.kind.value,
            "about": alarm.about,
            "reason": alarm.reason.format(),
            "since": alarm.since,
            "evidence": alarm.evidence,
        }
        self._connection.execute(insert(consortium_alarm), row)

    def end(self, alarm: Alarm) -> None:
        its = (
            _columns.steward == alarm.steward.value,
            _columns.kind == alarm.kind.value,
            _columns.about == alarm.about,
        )
        self._connection.execute(delete(consortium_alarm).where(*its))
