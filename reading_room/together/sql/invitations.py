"""Invitations in the database."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import Connection, Row, Select, delete, insert, select, update

from reading_room.together.ports import KeptInvitation
from reading_room.together.rules.project import ProjectId
from reading_room.together.rules.role import ProjectRole
from reading_room.together.sql.schema import invitation

TAGS_A_QUERY = 500


class SqlInvitations:
    """Implements ports.InvitationTable."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add_all(self, invitations: Sequence[KeptInvitation]) -> None:
        if invitations:
            self._connection.execute(insert(invitation), [asdict(one) for one in invitations])

    def find(self, which: str) -> KeptInvitation | None:
        return self._one(select(invitation).where(invitation.c.id == which))

    def by_secret(self, secret: bytes) -> KeptInvitation | None:
        return self._one(select(invitation).where(invitation.c.secret == secret))

    def of(self, project: ProjectId) -> list[KeptInvitation]:
        return self._all(select(invitation).where(invitation.c.project == project))

    def for_people(self, persons: Sequence[bytes]) -> list[KeptInvitation]:
        return [
            one
            for some in _pieces(persons)
            for one in self._all(select(invitation).where(invitation.c.person.in_(some)))
        ]

    def set_uses(self, which: str, uses: int) -> None:
        query = update(invitation).where(invitation.c.id == which)
        self._connection.execute(query, {"uses": uses})

    def remove(self, which: str) -> None:
        self._connection.execute(delete(invitation).where(invitation.c.id == which))

    def remove_ended(self, until: int) -> None:
        self._connection.execute(delete(invitation).where(invitation.c.until <= until))

    def remove_for(self, persons: Sequence[bytes]) -> None:
        for some in _pieces(persons):
            self._connection.execute(delete(invitation).where(invitation.c.person.in_(some)))

    def _one(self, query: Select[Any]) -> KeptInvitation | None:
        row = self._connection.execute(query).one_or_none()
        return None if row is None else _invitation(row)

    def _all(self, query: Select[Any]) -> list[KeptInvitation]:
        query = query.order_by(invitation.c.made_at.desc(), invitation.c.id)
        return [_invitation(row) for row in self._connection.execute(query)]


def _invitation(row: Row[Any]) -> KeptInvitation:
    return KeptInvitation(
        row.id,
        ProjectId(row.project),
        ProjectRole(row.role),
        _bytes(row.secret),
        _bytes(row.person),
        _bytes(row.about),
        row.uses,
        row.made_by,
        row.made_at,
        row.until,
    )


def _bytes(cell: bytes | None) -> bytes | None:
    return None if cell is None else bytes(cell)


def _pieces(tags: Sequence[bytes]) -> Iterator[Sequence[bytes]]:
    for at in range(0, len(tags), TAGS_A_QUERY):
        yield tags[at : at + TAGS_A_QUERY]
