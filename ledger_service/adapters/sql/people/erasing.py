"""Take a reader out of every table of the ledger that names readers.

`OF_READERS` has all of them; tests/unit/house/test_tables_of_readers.py looks for others.
"""

from __future__ import annotations

from sqlalchemy import Column, ColumnElement, Connection, and_, delete, insert, select, update

from ledger_service.adapters.sql.credentials.schema import credential
from ledger_service.adapters.sql.lending.schema import (
    cohort_member,
    grant,
    loan_elsewhere,
    opening,
    request,
)
from ledger_service.adapters.sql.people.schema import identity, reader, token
from ledger_service.domain.lending.grant import ERASED, ERASED_READER
from ledger_service.domain.people.caller import Role

OF_READERS: tuple[Column[str], ...] = (
    opening.c.reader,
    request.c.reader,
    loan_elsewhere.c.reader,
)
"""Columns that name readers by their random names; rows of theirs are deleted."""
OF_ALL: tuple[tuple[Column[str], Column[str]], ...] = (
    (token.c.subject, token.c.role),
    (identity.c.subject, identity.c.role),
)
"""The same where colleagues are named too, and a role beside tells which it is."""


class Erasing:
    """Erases readers in one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def erase(self, name: str) -> None:
        """Delete the rows of a reader; grants stay as rows, and are of nobody, as on chain."""
        own_tags = select(identity.c.tag).where(
            identity.c.subject == name, identity.c.role == Role.READER.value
        )
        # Of class lists that are not granted yet; those that are name their members by commitments.
        self._connection.execute(delete(cohort_member).where(cohort_member.c.tag.in_(own_tags)))
        for column in OF_READERS:
            self._connection.execute(delete(column.table).where(column == name))
        for column, role in OF_ALL:
            own = and_(column == name, role == Role.READER.value)
            self._connection.execute(delete(column.table).where(own))
        # The places of credentials stay taken, and their leaves stay counted; what they say is gone.
        held = update(credential).where(credential.c.reader == name)
        self._connection.execute(held.values(reader=None, sealed=b""))
        self.let_be_nobodys(grant.c.reader == name)
        self._connection.execute(delete(reader).where(reader.c.id == name))

    def let_be_nobodys(self, condition: ColumnElement[bool]) -> None:
        """Overwrite whose these grants are."""
        if not self._has(ERASED_READER):
            self._connection.execute(insert(reader), {"id": ERASED_READER, "key": None})
        nobody = {"reader": ERASED_READER, "pseudonym": ERASED, "salt": ERASED}
        self._connection.execute(update(grant).where(condition).values(**nobody))

    def _has(self, name: str) -> bool:
        found = select(reader.c.id).where(reader.c.id == name)
        return self._connection.execute(found).first() is not None
