"""Registrations by the thousand: plain driver statements, since building objects costs more than the rows."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection

from ledger_service.domain.identifiers import StewardId
from ledger_service.domain.prepared_claim import AcceptedRow, StandingClaim
from ledger_service.domain.registration import RegistrationState

DIGESTS_A_QUERY = 1000  # below SQLite's limit of bound parameters
_STANDING = (
    "digest, state, license, title, creator, language, media_type, size_bytes, accepted_entry"
)
_ACCEPTED = (
    "digest, license, cid, title, creator, language, media_type, size_bytes, accepted_entry, "
    "steward, accepted_at, state"
)


class BulkRegistrations:
    """The part of ports.RegistrationTable that imports use."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._mark = "?" if connection.dialect.paramstyle == "qmark" else "%s"

    def standing(self, steward: StewardId, digests: Sequence[bytes]) -> dict[bytes, StandingClaim]:
        """Return the claims of this steward on these digests, by digest."""
        found = {}
        ordered = sorted(digests)  # neighbors share pages of the index
        for start in range(0, len(ordered), DIGESTS_A_QUERY):
            some = ordered[start : start + DIGESTS_A_QUERY]
            marks = ",".join([self._mark] * len(some))
            rows = self._connection.exec_driver_sql(
                f"SELECT {_STANDING} FROM registration "  # noqa: S608 - names and marks only
                f"WHERE steward = {self._mark} AND digest IN ({marks})",
                (steward.value, *some),
            )
            for digest, state, license_id, *metadata, index in rows:
                told = tuple(metadata)
                found[bytes(digest)] = StandingClaim(state, bytes(license_id), told, index)
        return found

    def add_accepted(self, steward: StewardId, at: int, rows: Sequence[AcceptedRow]) -> None:
        """Add registrations in state accepted, as of this time in seconds."""
        last = (steward.value, at, RegistrationState.ACCEPTED.value)
        marks = ",".join([self._mark] * (len(rows[0]) + len(last)))
        self._connection.exec_driver_sql(
            f"INSERT INTO registration ({_ACCEPTED}) VALUES ({marks})",  # noqa: S608
            [row + last for row in rows],
        )

    def forget_rejected(self, steward: StewardId, digests: Sequence[bytes]) -> None:
        """Remove registrations that the chain rejected, so that others can take their place."""
        if digests:
            self._connection.exec_driver_sql(
                f"DELETE FROM registration WHERE steward = {self._mark} "  # noqa: S608
                f"AND digest = {self._mark} AND state = {self._mark}",
                [(steward.value, digest, RegistrationState.REJECTED.value) for digest in digests],
            )
