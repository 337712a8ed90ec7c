"""Tables of attendance, and what is read and written there."""

from __future__ import annotations

from sqlalchemy import Connection, delete, func, insert, select, update

from ledger_service.domain.identifiers import Digest
from reading_room.events.attendance.rules import CheckInState
from reading_room.events.sql.schema import check_in, sighting


class SqlAttendance:
    """Implements AttendanceTables."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def find_check_in(self, event: str) -> CheckInState | None:
        query = select(check_in).where(check_in.c.event == event)
        row = self._connection.execute(query).one_or_none()
        if row is None:
            return None
        return CheckInState(
            row.event,
            None if row.secret is None else bytes(row.secret),
            row.opened_at,
            row.least_times,
            row.least_minutes,
            row.closed_at,
            None if row.statement is None else Digest(bytes(row.statement)),
        )

    def keep_check_in(self, one: CheckInState) -> None:
        statement = None if one.statement is None else one.statement.value
        row = {**vars(one), "statement": statement}
        self._connection.execute(delete(check_in).where(check_in.c.event == one.event))
        self._connection.execute(insert(check_in), row)

    def is_seen(self, place: str, step: int) -> bool:
        query = select(sighting.c.at).where(sighting.c.place == place, sighting.c.step == step)
        return self._connection.execute(query).first() is not None

    def place_of_device(self, event: str, device: bytes) -> str | None:
        query = select(sighting.c.place).where(
            sighting.c.event == event, sighting.c.device == device
        )
        return self._connection.scalar(query.limit(1))

    def add_sighting(
        self, event: str, place: str, step: int, at: int, device: bytes | None
    ) -> None:
        row = {"event": event, "place": place, "step": step, "at": at, "device": device}
        self._connection.execute(insert(sighting), row)

    def times_of(self, place: str) -> int:
        query = select(func.count()).where(sighting.c.place == place)
        return self._connection.scalar(query) or 0

    def sightings(self, event: str) -> list[tuple[str, int]]:
        query = select(sighting.c.place, sighting.c.at).where(sighting.c.event == event)
        return [(row.place, row.at) for row in self._connection.execute(query)]

    def count_places(self, event: str) -> int:
        query = select(func.count(sighting.c.place.distinct())).where(sighting.c.event == event)
        return self._connection.scalar(query) or 0

    def forget_sightings(self, event: str) -> None:
        self._connection.execute(delete(sighting).where(sighting.c.event == event))

    def forget_device(self, place: str) -> None:
        at = update(sighting).where(sighting.c.place == place)
        self._connection.execute(at.values(device=None))
