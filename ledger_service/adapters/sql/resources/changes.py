"""Which entry last changed each registration, so that whoever follows the library reads only what is new.

Lists go by shelves, a shelf being a pair of license and steward, of which a library has few: one index
serves the whole list and those of a license or a steward, and a page reads as many rows as it shows.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection

from ledger_service.adapters.sql.driver import Driver
from ledger_service.domain.canonical_json import parse
from ledger_service.domain.errors import InvalidCursor
from ledger_service.domain.identifiers import Digest, StewardId
from ledger_service.domain.resources.claim import AcceptedRow, WiderRow
from ledger_service.domain.resources.record_parts import PartOf
from ledger_service.domain.resources.registration import RegistrationState
from ledger_service.domain.resources.search import WHOLE, Shelf, collection_id
from ledger_service.ports.paging import MOST_DIGITS, Page, PageRequest
from ledger_service.ports.resources import Changed

LATEST = 2**53
_STEWARD = "(SELECT number FROM steward WHERE id = ?)"
_CLAIM = f"SELECT accepted_entry FROM registration WHERE steward = {_STEWARD} AND digest = ?"  # noqa: S608
_OF_SHELF = "resource_change WHERE shelf = ?"
_OF_COLLECTION = "change_member WHERE collection = ?"
_PAGE = (
    "SELECT registration, entry, at FROM {} AND (at, entry) > (?, ?) AND at <= ? "
    "ORDER BY at, entry LIMIT ?"
)
_COUNT = "SELECT count(*) FROM {} AND at BETWEEN ? AND ?"
_LATEST = (
    "SELECT max(last) FROM (SELECT (SELECT max(at) FROM resource_change WHERE shelf = s.number) AS last "
    "FROM change_shelf s) AS latest"
)
_FIRST = _LATEST.replace("max(", "min(")
_LIST_ADDED = (
    "INSERT INTO resource_change (registration, entry, at, shelf) "
    "SELECT accepted_entry, accepted_entry, CAST(? AS BIGINT), CAST(? AS BIGINT) FROM registration "
    "WHERE accepted_entry BETWEEN ? AND ? AND license = ?"
)
_NAME = "INSERT INTO resource_collection (id, title) VALUES (?, ?) ON CONFLICT DO NOTHING"
_JOIN = "INSERT INTO change_member (collection, at, entry, registration) VALUES (?, ?, ?, ?)"
_HOSTED = '"part_of":'


class SqlChanges:
    """Implements ports.ChangeTable."""

    def __init__(self, connection: Connection) -> None:
        self._driver = Driver(connection)

    def page(
        self, request: PageRequest, shelf: Shelf = WHOLE, since: int = 0, until: int | None = None
    ) -> Page[Changed]:
        after = max(_split(request.text()), (since, -1))
        last = LATEST if until is None else until
        found: list[Any] = []
        for source, key in self._sources(shelf):
            values = (key, *after, last, request.limit + 1)
            found += self._driver.rows(_PAGE.format(source), values)
        rows = [Changed(*row) for row in sorted(found, key=lambda row: (row[2], row[1]))]
        return Page.of(rows[: request.limit + 1], request, lambda row: f"{row.at} {row.entry}")

    def count(self, shelf: Shelf = WHOLE, since: int = 0, until: int | None = None) -> int:
        last = LATEST if until is None else until
        counted = [
            self._driver.rows(_COUNT.format(source), (key, since, last))[0][0]
            for source, key in self._sources(shelf)
        ]
        return sum(counted)

    def of_claim(self, claim: int) -> Changed | None:
        query = "SELECT registration, entry, at FROM resource_change WHERE registration = ?"
        rows = self._driver.rows(query, (claim,))
        return Changed(*rows[0]) if rows else None

    def first_at(self) -> int | None:
        found: int | None = self._driver.rows(_FIRST)[0][0]
        return found

    def collections(self, request: PageRequest) -> Page[tuple[str, str]]:
        after = _id_of(request.text())
        query = "SELECT id, title FROM resource_collection WHERE id > ? ORDER BY id LIMIT ?"
        found = self._driver.rows(query, (after, request.limit + 1))
        rows = [(bytes(key).hex(), title) for key, title in found]
        return Page.of(rows, request, lambda row: row[0])

    def note(
        self, digest: Digest, steward: StewardId, entry: int, at: int, *, is_on_chain: bool = False
    ) -> None:
        claims = self._driver.rows(_CLAIM, (steward.value, digest.value))
        if not claims:
            return
        claim, at = claims[0][0], self._not_before(at)
        if self.of_claim(claim) is not None:
            for table in ("resource_change", "change_member"):
                change = f"UPDATE {table} SET entry = ?, at = ? WHERE registration = ?"  # noqa: S608
                self._driver.run(change, (entry, at, claim))
        elif is_on_chain:
            query = "SELECT license, steward, further FROM registration WHERE accepted_entry = ?"
            license_id, number, further = self._driver.rows(query, (claim,))[0]
            shelf = self._shelf(bytes(license_id), number)
            add = "INSERT INTO resource_change (registration, entry, at, shelf)"
            self._driver.insert(add, [(claim, entry, at, shelf)])
            self._add_members([(host, at, entry, claim) for host in _hosts(further)])

    def add_accepted(self, steward: int, at: int, rows: Sequence[AcceptedRow | WiderRow]) -> None:
        """List registrations that were just added, in the order of their entries; steward: its number."""
        at = self._not_before(at)
        for license_id in dict.fromkeys(row[1] for row in rows):
            shelf = self._shelf(license_id, steward)
            self._driver.run(_LIST_ADDED, (at, shelf, rows[0][8], rows[-1][8], license_id))
        if len(rows[0]) > 9:
            named = ((row[8], host) for row in rows for host in _hosts(row[-1]))
            self._add_members([(host, at, entry, entry) for entry, host in named])

    def set_hosts(self, digest: Digest, steward: StewardId, hosts: Sequence[PartOf]) -> None:
        """Let a registration be a part of these, and of nothing else."""
        claims = self._driver.rows(_CLAIM, (steward.value, digest.value))
        changed = self.of_claim(claims[0][0]) if claims else None
        if changed is not None:
            query = "DELETE FROM change_member WHERE registration = ?"
            self._driver.run(query, (changed.claim,))
            self._add_members([(host, changed.at, changed.entry, changed.claim) for host in hosts])

    def forget_rejected(self, steward: StewardId, digests: Sequence[bytes]) -> None:
        """Take from the lists what the chain rejected of these."""
        gone = [(steward.value, digest, RegistrationState.REJECTED.value) for digest in digests]
        for table in ("resource_change", "change_member"):
            self._driver.run_many(
                f"DELETE FROM {table} WHERE registration = ({_CLAIM} AND state = ?)",  # noqa: S608
                gone,
            )

    def _sources(self, shelf: Shelf) -> list[tuple[str, object]]:
        """Return what is read for a list, each with the value by which: some of these together are it."""
        if shelf.collection:
            return [(_OF_COLLECTION, _id_of(shelf.collection))]
        values: list[object] = []
        query = "SELECT number FROM change_shelf WHERE 1 = 1"
        if shelf.license is not None:
            query, values = query + " AND license = ?", [*values, shelf.license.value]
        if shelf.steward is not None:
            query, values = query + f" AND steward = {_STEWARD}", [*values, shelf.steward.value]
        return [(_OF_SHELF, number) for [number] in self._driver.rows(query, values)]

    def _not_before(self, at: int) -> int:
        """Return a time, or that of the newest change if the clock ran back since."""
        return max(at, self._driver.rows(_LATEST)[0][0] or 0)

    def _shelf(self, license_id: bytes, steward: int) -> int:
        found = self._driver.rows(
            "SELECT number FROM change_shelf WHERE license = ? AND steward = ?",
            (license_id, steward),
        )
        if found:
            return int(found[0][0])
        number = int(
            self._driver.rows("SELECT coalesce(max(number), 0) + 1 FROM change_shelf")[0][0]
        )
        row = (number, license_id, steward)
        self._driver.insert("INSERT INTO change_shelf (number, license, steward)", [row])
        return number

    def _add_members(self, members: Iterable[tuple[PartOf, int, int, int]]) -> None:
        """members: each a host, the time and the entry of the change, and the entry of the claim."""
        titles: dict[bytes, str] = {}
        rows: dict[tuple[object, ...], None] = {}
        for host, *change in members:
            key = bytes.fromhex(collection_id(host))
            titles.setdefault(key, host.title)
            rows[(key, *change)] = None
        self._driver.run_many(_NAME, list(titles.items()))
        self._driver.run_many(_JOIN, list(rows))


def _hosts(further: object) -> list[PartOf]:
    """Return what a record in canonical JSON is a part of; further: None, or its optional fields."""
    if not isinstance(further, str) or _HOSTED not in further:
        return []
    return [PartOf.read(host) for host in parse(further.encode()).get("part_of", ())]


def _split(key: str) -> tuple[int, int]:
    """Return the time and the entry after which a page begins; (0, -1) for the first page."""
    if not key:
        return 0, -1
    at, _, entry = key.partition(" ")
    for part in (at, entry):
        if not part.isascii() or not part.isdigit() or len(part) > MOST_DIGITS + 1:
            raise InvalidCursor()
    return int(at), int(entry)


def _id_of(text: str) -> bytes:
    try:
        return bytes.fromhex(text)
    except ValueError as exc:
        raise InvalidCursor() from exc
