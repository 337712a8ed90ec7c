"""Receivers in the database."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from reading_room.tidings.rules.change import ChangeKind
from reading_room.tidings.rules.hook import Hook, HookForm, HookState
from reading_room.tidings.sql.schema import hook


class SqlHooks:
    """Implements ports.HookTable."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def all(self) -> list[Hook]:
        query = select(hook).order_by(hook.c.made_at, hook.c.id)
        return [_hook(row) for row in self._connection.execute(query)]

    def find(self, hook_id: str) -> Hook | None:
        row = self._connection.execute(select(hook).where(hook.c.id == hook_id)).one_or_none()
        return None if row is None else _hook(row)

    def due(self, now: int) -> list[Hook]:
        query = select(hook).where(hook.c.state == HookState.ACTIVE.value, hook.c.next_at <= now)
        return [_hook(row) for row in self._connection.execute(query.order_by(hook.c.id))]

    def add(self, item: Hook) -> None:
        self._connection.execute(insert(hook), _values(item))

    def put(self, item: Hook) -> None:
        self._connection.execute(update(hook).where(hook.c.id == item.id).values(_values(item)))

    def remove(self, hook_id: str) -> bool:
        found = self._connection.execute(delete(hook).where(hook.c.id == hook_id))
        return bool(found.rowcount)


def _values(item: Hook) -> dict[str, Any]:
    return {
        **vars(item),
        "form": item.form.value,
        "state": item.state.value,
        "kinds": ",".join(sorted(item.kinds)),
    }


def _hook(row: Row[Any]) -> Hook:
    kinds = frozenset(ChangeKind(word) for word in row.kinds.split(",") if word)
    told = {**row._mapping, "kinds": kinds, "form": HookForm(row.form)}
    return Hook(**{**told, "state": HookState(row.state)})
