"""The pages of the verifiable map, in versions. A version is how many entries of the ledger it covers."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from sqlalchemy import Connection

from ledger_service.adapters.sql.driver import Driver, marks

PREFIXES_A_QUERY = 1000


class SqlMapPages:
    """Implements ports.MapPageTable."""

    def __init__(self, connection: Connection) -> None:
        self._driver = Driver(connection)

    def version(self) -> int | None:
        [(version,)] = self._driver.rows("SELECT max(version) FROM map_page WHERE prefix = ''")
        return None if version is None else int(version)

    def read(self, prefixes: Sequence[str], version: int) -> dict[str, bytes]:
        found: dict[str, bytes] = {}
        for some in _some(prefixes):
            rows = self._driver.rows(
                "SELECT prefix, body FROM map_page "  # noqa: S608 - marks only
                f"WHERE prefix IN ({marks(len(some))}) AND version <= ? ORDER BY prefix, version",
                (*some, version),
            )
            found.update((prefix, bytes(body)) for prefix, body in rows)  # the newest comes last
        return found

    def write(
        self, pages: Mapping[str, bytes], version: int, kept: Collection[int], base: int
    ) -> None:
        obsolete = list(self._obsolete(list(pages), version, kept, base))
        self._driver.run_many("DELETE FROM map_page WHERE prefix = ? AND version = ?", obsolete)
        self._driver.run_many(
            "INSERT INTO map_page (prefix, version, body) VALUES (?, ?, ?)",
            [(prefix, version, body) for prefix, body in pages.items()],
        )

    def clear(self) -> None:
        self._driver.run("DELETE FROM map_page")

    def _obsolete(
        self, prefixes: Sequence[str], version: int, kept: Collection[int], base: int
    ) -> Iterator[tuple[str, int]]:
        """Yield the versions of these pages that no kept version needs, and this version's own.

        What is newer than `base` may be another worker's work, which is left alone.
        """
        needed = (*kept, base)
        for some in _some(prefixes):
            rows = self._driver.rows(
                "SELECT prefix, version FROM map_page "  # noqa: S608 - marks only
                f"WHERE prefix IN ({marks(len(some))}) AND version <= ? ORDER BY prefix, version",
                (*some, version),
            )
            after = [*rows[1:], (None, 0)]
            for (prefix, held), (other, newer) in zip(rows, after, strict=False):
                following = newer if other == prefix else version
                is_old = held < base and not any(held <= item < following for item in needed)
                if held == version or is_old:
                    yield prefix, held


def _some(prefixes: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(prefixes), PREFIXES_A_QUERY):
        yield prefixes[start : start + PREFIXES_A_QUERY]
