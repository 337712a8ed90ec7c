"""Statements that authors sign, their authors, and the files that they are about."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, or_, select, update

from ledger_service.adapters.sql.authorship.schema import (
    authors_file,
    authors_place,
    authors_statement,
)
from ledger_service.domain.identifiers import Digest
from ledger_service.ports.authorship import KeptPlace, KeptStatement, PlaceState, StatementState
from ledger_service.ports.paging import Page, PageRequest

_S, _P = authors_statement.c, authors_place.c
ASKED, ACCEPTED = 1, 2  # of the column is_asked; 0 for neither
_WAITING = (StatementState.GATHERING.value, StatementState.SIGNING.value)


class SqlAuthors:
    """Implements ports.AuthorsTable."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, statement: KeptStatement, places: Sequence[KeptPlace]) -> None:
        self._connection.execute(insert(authors_statement), _row(statement))
        self._connection.execute(insert(authors_place), [_place_row(place) for place in places])

    def find(self, statement: str) -> KeptStatement | None:
        return self._one(_S.id == statement)

    def places(self, statement: str) -> list[KeptPlace]:
        query = select(authors_place).where(_P.statement == statement).order_by(_P.place)
        return [_place(row) for row in self._connection.execute(query)]

    def invited(self, code: bytes) -> KeptPlace | None:
        row = self._connection.execute(select(authors_place).where(_P.code == code)).first()
        return None if row is None else _place(row)

    def of_reader(self, reader: str) -> list[KeptStatement]:
        placed = select(_P.statement).where(_P.reader == reader)
        asked = or_(_S.reader == reader, _S.id.in_(placed))
        query = select(authors_statement).where(asked).order_by(_S.made_at.desc(), _S.id)
        return [_statement(row) for row in self._connection.execute(query)]

    def keep(self, statement: KeptStatement) -> None:
        change = update(authors_statement).where(_S.id == statement.id)
        self._connection.execute(change.values(_row(statement)))

    def keep_place(self, place: KeptPlace) -> None:
        which = (_P.statement == place.statement, _P.place == place.place)
        self._connection.execute(update(authors_place).where(*which).values(_place_row(place)))

    def attested_as(self, digest: bytes) -> KeptStatement | None:
        return self._one(_S.signed_digest == digest)

    def signed_of(self, work: Digest) -> list[KeptStatement]:
        asked = (_S.digest == work.value, _S.entry.is_not(None))
        query = select(authors_statement).where(*asked).order_by(_S.entry)
        return [_statement(row) for row in self._connection.execute(query)]

    def asked(self, request: PageRequest) -> Page[KeptStatement]:
        after = request.number()
        asked = [_S.is_asked == ASKED, _S.entry > (-1 if after is None else after)]
        query = select(authors_statement).where(*asked).order_by(_S.entry).limit(request.limit + 1)
        rows = [_statement(row) for row in self._connection.execute(query)]
        return Page.of(rows, request, lambda kept: kept.entry or 0)

    def set_file(self, statement: str, sealed: bytes | None) -> None:
        which = authors_file.c.statement == statement
        self._connection.execute(delete(authors_file).where(which))
        if sealed is not None:
            row = {"statement": statement, "sealed": sealed}
            self._connection.execute(insert(authors_file), row)

    def file(self, statement: str) -> bytes | None:
        query = select(authors_file.c.sealed).where(authors_file.c.statement == statement)
        sealed = self._connection.scalar(query)
        return None if sealed is None else bytes(sealed)

    def ended(self, at: int, most: int) -> list[str]:
        asked = (_S.entry.is_(None), _S.ends_at <= at)
        query = select(_S.id).where(*asked).order_by(_S.ends_at).limit(most)
        return [str(found) for found in self._connection.scalars(query)]

    def remove(self, statement: str) -> None:
        for table, column in (
            (authors_file, authors_file.c.statement),
            (authors_place, _P.statement),
            (authors_statement, _S.id),
        ):
            self._connection.execute(delete(table).where(column == statement))

    def forget(self, reader: str) -> None:
        placed = select(_P.statement).where(_P.reader == reader)
        left = update(authors_statement).where(_S.id.in_(placed), _S.state.in_(_WAITING))
        self._connection.execute(left.values(state=StatementState.ENDED.value))
        own = update(authors_place).where(_P.reader == reader)
        unsigned = own.where(_P.state != PlaceState.SIGNED.value)
        self._connection.execute(unsigned.values(state=PlaceState.DECLINED.value))
        nobody = {"reader": None, "code": None, "wrapped_key": None, "sealed": None}
        self._connection.execute(own.values(nobody))
        begun = update(authors_statement).where(_S.reader == reader)
        self._connection.execute(begun.values(reader=None))

    def _one(self, which: Any) -> KeptStatement | None:
        row = self._connection.execute(select(authors_statement).where(which)).first()
        return None if row is None else _statement(row)


def _row(kept: KeptStatement) -> dict[str, Any]:
    asked = ACCEPTED if kept.is_accepted else int(kept.is_asked)
    row = vars(kept) | {"digest": kept.digest.value, "is_asked": asked, "state": kept.state.value}
    del row["is_accepted"]
    return row


def _place_row(kept: KeptPlace) -> dict[str, Any]:
    return vars(kept) | {"state": kept.state.value}


def _statement(row: Row[Any]) -> KeptStatement:
    return KeptStatement(
        row.id,
        Digest(bytes(row.digest)),
        row.reader,
        StatementState(row.state),
        row.made_at,
        row.ends_at,
        bytes(row.wrapped_key),
        bytes(row.sealed),
        row.is_asked == ASKED,
        row.is_asked == ACCEPTED,
        _bytes(row.signed),
        _bytes(row.signed_digest),
        row.entry,
    )


def _place(row: Row[Any]) -> KeptPlace:
    return KeptPlace(
        row.statement,
        row.place,
        PlaceState(row.state),
        row.reader,
        _bytes(row.code),
        _bytes(row.wrapped_key),
        _bytes(row.sealed),
        _bytes(row.signature),
    )


def _bytes(value: bytes | memoryview | None) -> bytes | None:
    return None if value is None else bytes(value)
