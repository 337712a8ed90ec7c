"""The room's tables, and what is read and written there."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import Column, Connection, delete, insert, select

from ledger_service.domain.identifiers import Digest
from ledger_service.domain.people.notices.notice import NoticeKind
from reading_room.shelf.ports import Followed, Happened, KeptShelf
from reading_room.shelf.sql.schema import followed, happened, kept, tag, taken

TAGS_A_QUERY = 500
ONLY_ROW = 1


class SqlShelf:
    """Implements ports.ShelfTables."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def find(self, whose: bytes) -> KeptShelf | None:
        row = self._connection.execute(select(kept).where(kept.c.whose == whose)).one_or_none()
        return None if row is None else KeptShelf(row.version, bytes(row.sealed))

    def kept_among(self, whose: Sequence[bytes]) -> set[bytes]:
        return self._among(kept.c.whose, whose)

    def keep(self, whose: bytes, shelf: KeptShelf) -> None:
        self.remove(whose)
        row = {"whose": whose, "version": shelf.version, "sealed": shelf.sealed}
        self._connection.execute(insert(kept), row)

    def remove(self, whose: bytes) -> None:
        self._connection.execute(delete(kept).where(kept.c.whose == whose))

    def add_tags(self, tags: Collection[bytes]) -> None:
        if tags:
            self._connection.execute(insert(tag), [{"tag": one} for one in sorted(tags)])

    def remove_tags(self, tags: Collection[bytes]) -> None:
        for some in _pieces(sorted(tags)):
            self._connection.execute(delete(tag).where(tag.c.tag.in_(some)))

    def tags_among(self, tags: Sequence[bytes]) -> set[bytes]:
        return self._among(tag.c.tag, tags)

    def followed(self) -> Followed | None:
        row = self._connection.execute(select(followed)).one_or_none()
        return None if row is None else Followed(row.looked_to, row.looked_at, row.until, row.part)

    def set_followed(self, now: Followed) -> None:
        self._connection.execute(delete(followed))
        self._connection.execute(insert(followed), {"id": ONLY_ROW, **now._asdict()})

    def add_happened(self, kind: NoticeKind, digest: Digest, at: int) -> None:
        row = {"kind": kind.value, "digest": digest.value, "at": at}
        self._connection.execute(insert(happened), row)

    def happened(self, limit: int, until: int | None = None) -> list[Happened]:
        query = select(happened).order_by(happened.c.number).limit(limit)
        if until is not None:
            query = query.where(happened.c.number <= until)
        return [
            Happened(row.number, NoticeKind(row.kind), Digest(row.digest), row.at)
            for row in self._connection.execute(query)
        ]

    def forget_happened(self, until: int) -> None:
        self._connection.execute(delete(happened).where(happened.c.number <= until))

    def taken(self) -> set[Digest]:
        return {Digest(bytes(one)) for one in self._connection.scalars(select(taken.c.digest))}

    def set_taken(self, now: set[Digest]) -> None:
        before = self.taken()
        for digest in before - now:
            self._connection.execute(delete(taken).where(taken.c.digest == digest.value))
        if new := now - before:
            self._connection.execute(insert(taken), [{"digest": one.value} for one in new])

    def _among(self, column: Column[bytes], asked: Sequence[bytes]) -> set[bytes]:
        found: set[bytes] = set()
        for some in _pieces(asked):
            rows = self._connection.scalars(select(column).where(column.in_(some)))
            found.update(bytes(one) for one in rows)
        return found


def _pieces(tags: Sequence[bytes]) -> list[Sequence[bytes]]:
    return [tags[at : at + TAGS_A_QUERY] for at in range(0, len(tags), TAGS_A_QUERY)]
