"""The pages of the verifiable map, in versions. A version is how many entries of the ledger it covers."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import groupby, pairwise

from sqlalchemy import Connection, bindparam, delete, func, insert, select

from ledger_service.adapters.sql.schema import map_page

PREFIXES_A_QUERY = 1000


class SqlMapPages:
    """Implements ports.MapPageTable."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def version(self) -> int | None:
        version = self._connection.scalar(
            select(func.max(map_page.c.version)).where(map_page.c.prefix == "")
        )
        return None if version is None else int(version)

    def read(self, prefixes: Sequence[str], version: int) -> dict[str, bytes]:
        found: dict[str, bytes] = {}
        for some in _some(prefixes):
            rows = self._connection.execute(
                select(map_page.c.prefix, map_page.c.body)
                .where(map_page.c.prefix.in_(some), map_page.c.version <= version)
                .order_by(map_page.c.prefix, map_page.c.version)
            )
            found.update((prefix, body) for prefix, body in rows)  # the newest comes last
        return found

    def write(
        self, pages: Mapping[str, bytes], version: int, kept: Collection[int], base: int
    ) -> None:
        obsolete = list(self._obsolete(list(pages), version, kept, base))
        if obsolete:
            condition = (map_page.c.prefix == bindparam("at")) & (
                map_page.c.version == bindparam("of")
            )
            self._connection.execute(delete(map_page).where(condition), obsolete)
        self._connection.execute(
            insert(map_page),
            [
                {"prefix": prefix, "version": version, "body": body}
                for prefix, body in pages.items()
            ],
        )

    def clear(self) -> None:
        self._connection.execute(delete(map_page))

    def _obsolete(
        self, prefixes: Sequence[str], version: int, kept: Collection[int], base: int
    ) -> Iterator[dict[str, object]]:
        """Yield the versions of these pages that no kept version needs, and this version's own.

        What is newer than `base` may be another worker's work, which is left alone.
        """
        for some in _some(prefixes):
            rows = self._connection.execute(
                select(map_page.c.prefix, map_page.c.version)
                .where(map_page.c.prefix.in_(some), map_page.c.version <= version)
                .order_by(map_page.c.prefix, map_page.c.version)
            ).all()
            for prefix, group in groupby(rows, lambda row: row.prefix):
                versions = [row.version for row in group]
                for held, following in pairwise([*versions, version]):
                    is_kept = any(held <= item < following for item in (*kept, base))
                    if held == version or (held < base and not is_kept):
                        yield {"at": prefix, "of": held}


def _some(prefixes: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(prefixes), PREFIXES_A_QUERY):
        yield prefixes[start : start + PREFIXES_A_QUERY]
