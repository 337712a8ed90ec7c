"""Services of others in the database."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, delete, insert, select

from reading_room.tidings.rules.peer import Peer
from reading_room.tidings.sql.schema import peer


class SqlPeers:
    """Implements ports.PeerTable."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def all(self) -> list[Peer]:
        query = select(peer).order_by(peer.c.made_at, peer.c.id)
        return [_peer(row) for row in self._connection.execute(query)]

    def find(self, peer_id: str) -> Peer | None:
        return self._one(peer.c.id == peer_id)

    def named(self, uri: str) -> Peer | None:
        return self._one(peer.c.uri == uri)

    def of_hook(self, hook_id: str) -> Peer | None:
        return self._one(peer.c.hook == hook_id)

    def add(self, item: Peer) -> None:
        told = {**vars(item), "networks": " ".join(item.networks)}
        self._connection.execute(insert(peer), told)

    def remove(self, peer_id: str) -> None:
        self._connection.execute(delete(peer).where(peer.c.id == peer_id))

    def _one(self, condition: ColumnElement[bool]) -> Peer | None:
        row = self._connection.execute(select(peer).where(condition)).one_or_none()
        return None if row is None else _peer(row)


def _peer(row: Row[Any]) -> Peer:
    return Peer(**{**row._mapping, "networks": tuple(row.networks.split())})
