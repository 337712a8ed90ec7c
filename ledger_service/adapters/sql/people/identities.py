"""By what people are known: tags, and what identities are checked by."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, delete, insert, select

from ledger_service.adapters.sql.people.schema import identity
from ledger_service.domain.people.caller import Role
from ledger_service.domain.people.identity import IdentityKind
from ledger_service.domain.people.session import Subject
from ledger_service.ports.people import KeptIdentity

_AT_ONCE = 500  # values in one statement


class SqlIdentities:
    """Implements ports.IdentityTable."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def find(self, tag: bytes) -> KeptIdentity | None:
        row = self._connection.execute(select(identity).where(identity.c.tag == tag)).one_or_none()
        return None if row is None else _kept(row)

    def find_all(self, tags: Sequence[bytes]) -> dict[bytes, KeptIdentity]:
        found: dict[bytes, KeptIdentity] = {}
        for start in range(0, len(tags), _AT_ONCE):
            some = tags[start : start + _AT_ONCE]
            rows = self._connection.execute(select(identity).where(identity.c.tag.in_(some)))
            found |= {bytes(row.tag): _kept(row) for row in rows}
        return found

    def are_there(self) -> bool:
        return self._connection.execute(select(identity.c.tag).limit(1)).one_or_none() is not None

    def add_all(self, kept: Sequence[tuple[bytes, KeptIdentity]]) -> None:
        if kept:
            self._connection.execute(insert(identity), [_values(*one) for one in kept])

    def add(self, tag: bytes, kept: KeptIdentity) -> None:
        self.remove(tag)
        self._connection.execute(insert(identity), _values(tag, kept))

    def remove(self, tag: bytes) -> bool:
        done = self._connection.execute(delete(identity).where(identity.c.tag == tag))
        return done.rowcount > 0

    def of(self, subject: Subject) -> list[tuple[bytes, KeptIdentity]]:
        query = select(identity).where(*_of(subject)).order_by(identity.c.made_at, identity.c.tag)
        return [(bytes(row.tag), _kept(row)) for row in self._connection.execute(query)]

    def remove_all_of(self, subject: Subject) -> int:
        return self._connection.execute(delete(identity).where(*_of(subject))).rowcount


def _of(subject: Subject) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return identity.c.subject == subject.name, identity.c.role == subject.role.value


def _values(tag: bytes, kept: KeptIdentity) -> dict[str, Any]:
    return {
        "tag": tag,
        "kind": kept.kind.value,
        "role": kept.subject.role.value,
        "subject": kept.subject.name,
        "made_at": kept.made_at,
        "data": kept.data,
    }


def _kept(row: Row[Any]) -> KeptIdentity:
    data = None if row.data is None else bytes(row.data)
    subject = Subject(Role(row.role), row.subject)
    return KeptIdentity(IdentityKind(row.kind), subject, row.made_at, data)
