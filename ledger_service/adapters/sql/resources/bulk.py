"""Registrations by the thousand: plain driver statements, since building objects costs more than the rows."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from ledger_service.adapters.sql.driver import Driver, marks
from ledger_service.adapters.sql.resources.changes import SqlChanges
from ledger_service.adapters.sql.resources.schema import ROUTES
from ledger_service.domain.identifiers import StewardId
from ledger_service.domain.resources.claim import AcceptedRow, PlainClaim, StandingClaim, WiderRow
from ledger_service.domain.resources.registration import (
    STATES_BEFORE_CHAIN,
    RegistrationState,
    Route,
)

DIGESTS_A_QUERY = 1000  # below SQLite's limit of bound parameters
_STANDING = (
    "digest, state, license, title, creator, language, media_type, size_bytes, "
    "coalesce(further, ''), accepted_entry"
)
LARGE_BATCH = 1000  # rows
_STANDS = tuple(one.value for one in (RegistrationState.REGISTERED, *STATES_BEFORE_CHAIN))
_OF_STANDING = RegistrationState.REGISTERED.value, ROUTES.index(Route.BULK)
_PLAIN = (
    "SELECT r.digest, r.license, s.id, r.cid, r.title, r.creator, r.language, r.media_type, r.size_bytes,"
    " r.accepted_entry, r.accepted_at, r.state = ? OR r.route = ? FROM registration r"
    " JOIN steward s ON s.number = r.steward JOIN resource_change c ON c.registration = r.accepted_entry"
    " WHERE r.state IN (?, ?, ?) AND r.further IS NULL"
    " AND c.entry IN (r.accepted_entry, r.registered_entry) AND r.accepted_entry IN ({})"
)
_NUMBER = "(SELECT number FROM steward WHERE id = ?)"
_ACCEPTED = "digest, license, cid, title, creator, language, media_type, size_bytes, accepted_entry"
_FURTHER = ", further"
_SAME = "steward, accepted_at, state, route"


class BulkRegistrations:
    """The part of ports.RegistrationTable by which claims are accepted."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._driver = Driver(connection)
        self._changes = SqlChanges(connection)

    def standing(self, steward: StewardId, digests: Sequence[bytes]) -> dict[bytes, StandingClaim]:
        """Return the claims of this steward on these digests, by digest."""
        found = {}
        ordered = sorted(digests)  # neighbors share pages of the index
        for start in range(0, len(ordered), DIGESTS_A_QUERY):
            some = ordered[start : start + DIGESTS_A_QUERY]
            rows = self._driver.rows(
                f"SELECT {_STANDING} FROM registration "  # noqa: S608 - names and marks only
                f"WHERE steward = {_NUMBER} AND digest IN ({marks(len(some))})",
                (steward.value, *some),
            )
            for digest, state, license_id, *metadata, index in rows:
                told = tuple(metadata)
                found[bytes(digest)] = StandingClaim(state, bytes(license_id), told, index)
        return found

    def plain(self, claims: Collection[int]) -> list[PlainClaim]:
        values = (*_OF_STANDING, *_STANDS, *claims)
        rows = self._driver.rows(_PLAIN.format(marks(len(claims))), values)
        return [PlainClaim._make(row) for row in rows]

    def add_accepted(
        self, steward: StewardId, at: int, route: Route, rows: Sequence[AcceptedRow | WiderRow]
    ) -> None:
        """Add registrations in state accepted, as of this time in seconds; the rows are all of one kind."""
        if len(rows) >= LARGE_BATCH:
            self._driver.expect_much()
        [[number]] = self._driver.rows("SELECT number FROM steward WHERE id = ?", (steward.value,))
        # What is the same in all rows is written once: binding a value costs as much as storing it.
        same = f"{number:d}, {at:d}, '{RegistrationState.ACCEPTED}', {ROUTES.index(route)}"
        columns = _ACCEPTED if len(rows[0]) == len(_ACCEPTED.split()) else _ACCEPTED + _FURTHER
        self._driver.run_many(
            f"INSERT INTO registration ({columns}, {_SAME}) "  # noqa: S608 - numbers and names
            f"VALUES ({marks(len(rows[0]))}, {same})",
            rows,
        )
        if route is not Route.ELSEWHERE:
            self._changes.add_accepted(number, at, rows)

    def add_if_new(
        self, steward: StewardId, at: int, route: Route, rows: Sequence[AcceptedRow | WiderRow]
    ) -> bool:
        """Add registrations if none has a digest that this steward has; return whether they were added."""
        try:
            with self._connection.begin_nested():
                self.add_accepted(steward, at, route, rows)
        except IntegrityError:
            return False
        return True

    def forget_rejected(self, steward: StewardId, digests: Sequence[bytes]) -> None:
        """Remove registrations that the chain rejected, so that others can take their place."""
        if digests:
            self._changes.forget_rejected(steward, digests)
        self._driver.run_many(
            f"DELETE FROM registration WHERE steward = {_NUMBER} AND digest = ? AND state = ?",  # noqa: S608
            [(steward.value, digest, RegistrationState.REJECTED.value) for digest in digests],
        )
