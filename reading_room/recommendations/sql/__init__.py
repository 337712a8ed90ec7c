"""The room's tables, and what is read and written there."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from itertools import islice

from sqlalchemy import Connection, Table, delete, func, insert, select, update

from ledger_service.domain.identifiers import Digest
from reading_room.recommendations.rules.nearness import Near, unpack
from reading_room.recommendations.rules.run import Run
from reading_room.recommendations.sql.schema import card, near, pair, part, release, run

ROWS_AT_ONCE = 2_000


class SqlRecommendations:
    """Implements ports.RecommendationTables."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def run(self) -> Run | None:
        row = self._connection.execute(select(run)).one_or_none()
        if row is None:
            return None
        told = dict(row._mapping)
        del told["only"]
        return Run(**told)

    def set_run(self, item: Run) -> None:
        if not self._connection.execute(update(run).values(**vars(item))).rowcount:
            self._connection.execute(insert(run), {"only": 0, **vars(item)})

    def put(self, of_run: int, found: Iterable[tuple[bytes, bytes]]) -> None:
        rows = [{"digest": one, "run": of_run, "near": packed} for one, packed in found]
        if rows:
            digests = [row["digest"] for row in rows]
            self._connection.execute(delete(near).where(near.c.digest.in_(digests)))
            self._connection.execute(insert(near), rows)

    def forget_before(self, of_run: int) -> int:
        return self._connection.execute(delete(near).where(near.c.run < of_run)).rowcount

    def near(self, digest: Digest) -> list[Near]:
        kept = self._connection.scalar(select(near.c.near).where(near.c.digest == digest.value))
        return [] if kept is None else unpack(kept)

    def release(self) -> tuple[int, bytes] | None:
        row = self._connection.execute(select(release)).one_or_none()
        return None if row is None else (int(row.window), bytes(row.told))

    def set_release(
        self, window: int, told: bytes, pairs: Iterable[tuple[bytes, bytes, int]]
    ) -> None:
        self._replace(release, [{"window": window, "told": told}])
        rows = ({"one": one, "other": other, "count": count} for one, other, count in pairs)
        self._replace(pair, rows)

    def pairs(self) -> Iterable[tuple[bytes, bytes, int]]:
        for row in self._connection.execute(select(pair)):
            one, other, count = row
            yield bytes(one), bytes(other), int(count)

    def set_card(self, statement: bytes, entry: int) -> None:
        self._replace(card, [{"entry": entry, "statement": statement}])

    def card(self) -> tuple[bytes, int] | None:
        row = self._connection.execute(select(card)).one_or_none()
        return None if row is None else (bytes(row.statement), int(row.entry))

    def set_lists(self, lists: Collection[bytes]) -> None:
        self._replace(part, ({"number": at, "part": one} for at, one in enumerate(lists)))

    def lists(self) -> list[int]:
        query = select(func.length(part.c.part)).order_by(part.c.number)
        return [int(size) for size in self._connection.scalars(query)]

    def list_part(self, number: int) -> bytes | None:
        return self._connection.scalar(select(part.c.part).where(part.c.number == number))

    def _replace(self, table: Table, rows: Iterable[dict[str, object]]) -> None:
        self._connection.execute(delete(table))
        left = iter(rows)
        while some := list(islice(left, ROWS_AT_ONCE)):
            self._connection.execute(insert(table), some)
