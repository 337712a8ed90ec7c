"""The room's tables, and what is read and written there."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Connection, insert, select, true, update

from ledger_service.domain.content.content_id import DAG_PB, ContentId
from ledger_service.domain.identifiers import Digest
from reading_room.gateway.ports import Looked
from reading_room.gateway.sql.schema import block, file, looked_to


class SqlGateway:
    """Implements ports.GatewayTables."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def resources_with(self, cid: ContentId) -> list[Digest]:
        query = select(file.c.digest).join(block, block.c.file == file.c.entry)
        query = query.where(block.c.digest == cid.digest).order_by(file.c.entry)
        if cid.codec == DAG_PB:
            query = query.where(block.c.is_node == true())
        return [Digest(found) for found in self._connection.scalars(query)]

    def has(self, entry: int) -> bool:
        query = select(file.c.entry).where(file.c.entry == entry)
        return self._connection.scalar(query) is not None

    def add(self, entry: int, digest: Digest, blocks: Collection[ContentId]) -> None:
        self._connection.execute(insert(file), {"entry": entry, "digest": digest.value})
        ordered = sorted(blocks, key=lambda one: one.codec)  # a node that is a leaf, too, is a node
        nodes = {one.digest: one.codec == DAG_PB for one in ordered}
        rows = [
            {"digest": found, "file": entry, "is_node": is_node}
            for found, is_node in sorted(nodes.items())
        ]
        self._connection.execute(insert(block), rows)

    def looked(self) -> Looked | None:
        row = self._connection.execute(select(looked_to)).one_or_none()
        return None if row is None else Looked(row.cursor, row.began_at)

    def look_to(self, looked: Looked) -> None:
        if not self._connection.execute(update(looked_to).values(looked._asdict())).rowcount:
            self._connection.execute(insert(looked_to), looked._asdict())
