"""Notifications in the database."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, func, insert, select, update

from ledger_service.domain.identifiers import Digest
from ledger_service.ports.paging import Page, PageRequest
from reading_room.tidings.ports import KeptNotification
from reading_room.tidings.rules.notification import Notification, NotificationState, Pattern
from reading_room.tidings.sql.schema import notification, peer

_ALL = select(notification, peer.c.uri.label("origin")).outerjoin(
    peer, peer.c.id == notification.c.peer
)


class SqlNotifications:
    """Implements ports.NotificationTable."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(
        self, peer: str, says: Notification, body: bytes, at: int, state: NotificationState
    ) -> int:
        told = {
            "peer": peer,
            "uri": says.uri,
            "pattern": says.pattern.value,
            "object": says.object,
            "reply_to": says.reply_to,
            "digest": None if says.digest is None else says.digest.value,
            "received_at": at,
            "body": body,
            "state": state.value,
        }
        made = self._connection.execute(insert(notification).values(told))
        assert made.inserted_primary_key is not None
        return int(made.inserted_primary_key[0])

    def find(self, number: int) -> KeptNotification | None:
        return self._one(notification.c.number == number)

    def sent(self, peer: str, uri: str) -> KeptNotification | None:
        return self._one((notification.c.peer == peer) & (notification.c.uri == uri))

    def count(self, peer: str, since: int = 0) -> int:
        query = select(func.count()).where(
            notification.c.peer == peer, notification.c.received_at >= since
        )
        return int(self._connection.scalar(query) or 0)

    def count_pending(self, peer: str) -> int:
        is_pending = notification.c.state == NotificationState.PENDING.value
        query = select(func.count()).where(notification.c.peer == peer, is_pending)
        return int(self._connection.scalar(query) or 0)

    def page(self, request: PageRequest, state: NotificationState | None) -> Page[KeptNotification]:
        query, before = _ALL, request.number()
        if before is not None:
            query = query.where(notification.c.number < before)
        if state is not None:
            query = query.where(notification.c.state == state.value)
        query = query.order_by(notification.c.number.desc()).limit(request.limit + 1)
        rows = [_kept(row) for row in self._connection.execute(query)]
        return Page.of(rows, request, lambda item: item.number)

    def of_statement(self, statement: Digest) -> KeptNotification | None:
        return self._one(notification.c.statement == statement.value)

    def accepted_about(self, digest: Digest, limit: int) -> list[KeptNotification]:
        is_stated = notification.c.statement.is_not(None)
        query = _ALL.where(notification.c.digest == digest.value, is_stated)
        query = query.order_by(notification.c.number.desc()).limit(limit)
        return [_kept(row) for row in self._connection.execute(query)]

    def decide(
        self,
        number: int,
        state: NotificationState,
        at: int,
        statement: Digest | None = None,
        entry: int | None = None,
    ) -> None:
        told = {
            "state": state.value,
            "decided_at": at,
            "statement": None if statement is None else statement.value,
            "entry": entry,
        }
        wanted = notification.c.number == number
        self._connection.execute(update(notification).where(wanted).values(told))

    def _one(self, condition: ColumnElement[bool]) -> KeptNotification | None:
        row = self._connection.execute(_ALL.where(condition).limit(1)).one_or_none()
        return None if row is None else _kept(row)


def _kept(row: Row[Any]) -> KeptNotification:
    digest = None if row.digest is None else Digest(bytes(row.digest))
    says = Notification(
        uri=row.uri,
        pattern=Pattern(row.pattern),
        origin=row.origin or "",
        object=row.object,
        reply_to=row.reply_to,
        digest=digest,
    )
    return KeptNotification(
        number=int(row.number),
        peer=row.peer,
        says=says,
        received_at=int(row.received_at),
        body=bytes(row.body),
        state=NotificationState(row.state),
        decided_at=row.decided_at,
        statement=None if row.statement is None else Digest(bytes(row.statement)),
        entry=row.entry,
    )
