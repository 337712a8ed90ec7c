"""Credentials, and what is published of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, func, insert, select, update

from ledger_service.adapters.sql.credentials.schema import (
    attendance,
    credential,
    credential_file,
    issuer_key,
    status_list,
)
from ledger_service.domain.credentials.credential import (
    Credential,
    CredentialKind,
    Place,
    Revocation,
    RevocationReason,
)
from ledger_service.domain.credentials.issuer_key import PublicKey
from ledger_service.domain.credentials.status_list import ListState
from ledger_service.domain.identifiers import Digest
from ledger_service.ports.credentials.tables import KeptAttendance, KeptFile, KeptKey, KeptState
from ledger_service.ports.paging import Page, PageRequest


class SqlCredentials:
    """Implements ports.CredentialTable."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, made: Sequence[Credential]) -> None:
        if made:
            self._connection.execute(insert(credential), [_row(one) for one in made])

    def find(self, credential_id: str) -> Credential | None:
        query = select(credential).where(credential.c.id == credential_id)
        row = self._connection.execute(query).one_or_none()
        return None if row is None else _credential(row)

    def at(self, place: Place) -> Credential | None:
        query = select(credential).where(
            credential.c.list == place.list_number, credential.c.place == place.place
        )
        row = self._connection.execute(query).one_or_none()
        return None if row is None else _credential(row)

    def of_reader(self, reader: str, limit: int) -> list[Credential]:
        mine = select(credential).where(credential.c.reader == reader)
        rows = self._connection.execute(mine.order_by(credential.c.number.desc()).limit(limit))
        return [_credential(row) for row in rows]

    def page(self, request: PageRequest) -> Page[Credential]:
        asked: list[ColumnElement[bool]] = [credential.c.taken_at.is_not(None)]
        if (after := request.number()) is not None:
            asked.append(credential.c.number > after)
        query = select(credential).where(*asked).order_by(credential.c.number)
        rows = self._connection.execute(query.limit(request.limit + 1)).all()
        page = Page.of(list(rows), request, lambda row: row.number)
        return Page([_credential(row) for row in page.items], page.next)

    def replace(self, one: Credential) -> None:
        at = update(credential).where(credential.c.id == one.id)
        self._connection.execute(at.values(**_row(one)))

    def newest_list(self) -> tuple[int, int]:
        newest = self._connection.scalar(select(func.max(status_list.c.list)))
        if newest is None:
            return 0, 0
        taken = select(func.count()).where(credential.c.list == newest)
        return newest, self._connection.scalar(taken) or 0

    def revoked(self, list_number: int) -> list[int]:
        query = select(credential.c.place).where(
            credential.c.list == list_number, credential.c.revoked_at.is_not(None)
        )
        return list(self._connection.scalars(query))

    def add_key(self, kept: KeptKey) -> None:
        row = {
            "thumbprint": kept.key.thumbprint.value,
            "point": kept.key.raw,
            "entry": kept.entry,
            "since": kept.since,
        }
        self._connection.execute(insert(issuer_key), row)

    def issuer_keys(self) -> list[KeptKey]:
        rows = self._connection.execute(select(issuer_key).order_by(issuer_key.c.entry.desc()))
        return [KeptKey(PublicKey.of_bytes(bytes(row.point)), row.entry, row.since) for row in rows]

    def add_state(self, list_number: int, kept: KeptState) -> None:
        row = {
            "list": list_number,
            "number": kept.state.number,
            "body": kept.state.format(),
            "entry": kept.entry,
            "at": kept.at,
        }
        self._connection.execute(insert(status_list), row)

    def states(self, list_number: int, limit: int, below: int | None = None) -> list[KeptState]:
        query = select(status_list).where(status_list.c.list == list_number)
        if below is not None:
            query = query.where(status_list.c.number < below)
        rows = self._connection.execute(query.order_by(status_list.c.number.desc()).limit(limit))
        return [KeptState(ListState.parse(bytes(row.body)), row.entry, row.at) for row in rows]

    def add_attendance(self, kept: KeptAttendance) -> None:
        row = {
            "statement": kept.statement.value,
            "body": kept.body,
            "leaves": kept.leaves,
            "entry": kept.entry,
            "at": kept.at,
        }
        self._connection.execute(insert(attendance), row)

    def attendance(self, statement: Digest) -> KeptAttendance | None:
        query = select(attendance).where(attendance.c.statement == statement.value)
        row = self._connection.execute(query).one_or_none()
        if row is None:
            return None
        return KeptAttendance(statement, bytes(row.body), bytes(row.leaves), row.entry, row.at)

    def add_file(self, kept: KeptFile) -> None:
        row = {
            "digest": kept.digest.value,
            "credential": kept.credential,
            "entry": kept.entry,
            "at": kept.at,
        }
        self._connection.execute(insert(credential_file), row)

    def file(self, digest: Digest) -> KeptFile | None:
        query = select(credential_file).where(credential_file.c.digest == digest.value)
        row = self._connection.execute(query).one_or_none()
        return None if row is None else KeptFile(digest, row.credential, row.entry, row.at)


def _row(one: Credential) -> dict[str, object]:
    place, revocation = one.place, one.revocation
    return {
        "id": one.id,
        "kind": one.kind.value,
        "reader": one.reader,
        "sealed": one.sealed,
        "made_at": one.made_at,
        "statement": None if one.statement is None else one.statement.value,
        "leaf": one.leaf,
        "list": None if place is None else place.list_number,
        "place": None if place is None else place.place,
        "taken_at": one.taken_at,
        "revoked_at": None if revocation is None else revocation.at,
        "reason": None if revocation is None else revocation.reason.value,
    }


def _credential(row: Row[Any]) -> Credential:
    revoked = row.revoked_at is not None
    return Credential(
        row.id,
        CredentialKind(row.kind),
        row.reader,
        bytes(row.sealed),
        row.made_at,
        None if row.statement is None else Digest(bytes(row.statement)),
        row.leaf,
        None if row.place is None else Place(row.list, row.place),
        row.taken_at,
        Revocation(row.revoked_at, RevocationReason(row.reason)) if revoked else None,
    )
