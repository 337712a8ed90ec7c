"""The room's tables, and what is read and written there."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from reading_room.events.rules.event import Event, EventKind, EventState, parse_told
from reading_room.events.rules.place import STANDING, Place, PlaceState, Role
from reading_room.events.sql.schema import event, message, place

SAME = ("begins_at", "ends_at", "places", "made_at", "changed_at", "sequence", "room")
"""Columns of an event that hold the value as it is."""
IDS_A_QUERY = 500


class SqlEvents:
    """Implements ports.EventTables."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add_event(self, new: Event) -> None:
        self._connection.execute(insert(event), _event_row(new))

    def replace_event(self, changed: Event) -> None:
        row = _event_row(changed)
        self._connection.execute(update(event).where(event.c.id == changed.id).values(row))

    def find_event(self, event_id: str) -> Event | None:
        return self.events_named([event_id]).get(event_id)

    def events(
        self,
        states: Collection[EventState],
        since: int,
        until: int,
        limit: int,
        *,
        is_newest_first: bool = False,
    ) -> list[Event]:
        begins = event.c.begins_at.desc() if is_newest_first else event.c.begins_at
        query = (
            select(event)
            .where(event.c.state.in_([one.value for one in states]))
            .where(event.c.ends_at >= since, event.c.ends_at < until)
            .order_by(begins, event.c.id)
            .limit(limit)
        )
        return [_event(row) for row in self._connection.execute(query)]

    def events_named(self, ids: Sequence[str]) -> dict[str, Event]:
        found = {}
        for at in range(0, len(ids), IDS_A_QUERY):
            query = select(event).where(event.c.id.in_(ids[at : at + IDS_A_QUERY]))
            found.update({row.id: _event(row) for row in self._connection.execute(query)})
        return found

    def add_place(self, new: Place) -> Place:
        row = {name: value for name, value in _place_row(new).items() if name != "serial"}
        self._connection.execute(insert(place), row)
        added = self.find_place(new.id)
        assert added is not None  # it was added in this transaction
        return added

    def replace_place(self, changed: Place) -> None:
        row = _place_row(changed)
        self._connection.execute(update(place).where(place.c.id == changed.id).values(row))

    def find_place(self, place_id: str) -> Place | None:
        row = self._connection.execute(select(place).where(place.c.id == place_id)).one_or_none()
        return None if row is None else _place(row)

    def place_of(self, event_id: str, reader: str) -> Place | None:
        query = select(place).where(place.c.event == event_id, place.c.reader == reader)
        row = self._connection.execute(query).one_or_none()
        return None if row is None else _place(row)

    def remove_place(self, place_id: str) -> None:
        self._connection.execute(delete(place).where(place.c.id == place_id))

    def count_before(self, mine: Place) -> int:
        waits = (place.c.event == mine.event) & (place.c.state == PlaceState.WAITING.value)
        query = select(func.count()).select_from(place).where(waits, place.c.serial < mine.serial)
        return self._connection.scalar(query) or 0

    def due_offers(self, now: int, limit: int) -> list[str]:
        query = (
            select(place.c.event)
            .join(event, event.c.id == place.c.event)
            .where(event.c.state == EventState.ANNOUNCED.value)
            .where(place.c.state == PlaceState.OFFERED.value, place.c.held_until <= now)
            .distinct()
            .limit(limit)
        )
        return list(self._connection.scalars(query))

    def behind(self, since: int, limit: int) -> list[Place]:
        newest = select(func.max(message.c.number)).where(message.c.event == event.c.id)
        is_canceled = event.c.state == EventState.CANCELED.value
        is_told = is_canceled | (event.c.state == EventState.ANNOUNCED.value)
        is_old = place.c.told < event.c.sequence
        is_taken = place.c.state == PlaceState.TAKEN.value
        takes_part = is_taken & is_told & (is_old | (place.c.heard < newest.scalar_subquery()))
        waits = place.c.state.in_([PlaceState.WAITING.value, PlaceState.OFFERED.value])
        left = (place.c.state == PlaceState.LEFT.value) & (place.c.told >= 0)
        query = (
            select(place)
            .join(event, event.c.id == place.c.event)
            .where(event.c.ends_at > since, place.c.reader.is_not(None))
            .where(takes_part | (waits & is_canceled & is_old) | left)
            .order_by(place.c.is_mailed, place.c.event, place.c.serial)
            .limit(limit)
        )
        return [_place(row) for row in self._connection.execute(query)]

    def places(
        self,
        event_id: str,
        states: Collection[PlaceState],
        role: Role | None = None,
        limit: int | None = None,
    ) -> list[Place]:
        query = (
            select(place)
            .where(place.c.event == event_id)
            .where(place.c.state.in_([one.value for one in states]))
            .order_by(place.c.serial)
            .limit(limit)
        )
        if role is not None:
            query = query.where(place.c.role == role.value)
        return [_place(row) for row in self._connection.execute(query)]

    def count(self, event_id: str) -> dict[tuple[Role, PlaceState], int]:
        query = (
            select(place.c.role, place.c.state, func.count().label("counted"))
            .where(place.c.event == event_id)
            .group_by(place.c.role, place.c.state)
        )
        rows = self._connection.execute(query)
        return {(Role(row.role), PlaceState(row.state)): row.counted for row in rows}

    def places_of(self, reader: str) -> list[Place]:
        query = select(place).where(place.c.reader == reader).order_by(place.c.serial.desc())
        return [_place(row) for row in self._connection.execute(query)]

    def forget_reader(self, reader: str) -> None:
        own = place.c.reader == reader
        nobodys = {"reader": None, "name": None, "is_mailed": False}
        announced = select(event.c.id).where(event.c.state == EventState.ANNOUNCED.value)
        is_open = place.c.state.in_([one.value for one in STANDING]) & place.c.event.in_(announced)
        left = {"state": PlaceState.LEFT.value, "held_until": None}
        self._connection.execute(update(place).where(own, is_open).values(left))
        self._connection.execute(update(place).where(own).values(nobodys))


def _event_row(one: Event) -> Mapping[str, Any]:
    return {
        **{name: getattr(one, name) for name in SAME},
        "id": one.id,
        "kind": one.kind.value,
        "state": one.state.value,
        "told": one.told.format(),
        "room_name": one.room_name,
        "room_minutes": one.room_minutes,
        "wrapped_key": one.wrapped_key,
    }


def _event(row: Row[Any]) -> Event:
    return Event(
        **{name: getattr(row, name) for name in SAME},
        id=row.id,
        kind=EventKind(row.kind),
        state=EventState(row.state),
        told=parse_told(bytes(row.told)),
        room_name=_bytes(row.room_name),
        room_minutes=row.room_minutes,
        wrapped_key=bytes(row.wrapped_key),
    )


def _place_row(one: Place) -> Mapping[str, Any]:
    return {**vars(one), "role": one.role.value, "state": one.state.value}


def _place(row: Row[Any]) -> Place:
    return Place(
        id=row.id,
        event=row.event,
        role=Role(row.role),
        state=PlaceState(row.state),
        serial=row.serial,
        made_at=row.made_at,
        changed_at=row.changed_at,
        reader=row.reader,
        name=_bytes(row.name),
        held_until=row.held_until,
        is_mailed=bool(row.is_mailed),
        told=row.told,
        heard=row.heard,
    )


def _bytes(cell: bytes | None) -> bytes | None:
    return None if cell is None else bytes(cell)
