"""Stewards and licenses."""

from __future__ import annotations

from collections import namedtuple
from typing import Any

from sqlalchemy import Connection, bindparam, func, insert, select, update

from ledger_service.adapters.sql.driver import Driver
from ledger_service.adapters.sql.resources.schema import license, steward
from ledger_service.domain.identifiers import LicenseId, StewardId
from ledger_service.domain.resources.license import LicenseTerms
from ledger_service.ports.paging import Page, PageRequest
from ledger_service.ports.resources import License, Steward

_LICENSE_NAMES = [column.name for column in license.c]


_OF_LICENSE = ", ".join(f'"{name}"' for name in _LICENSE_NAMES)


_NamedLicense = namedtuple("_NamedLicense", _LICENSE_NAMES)  # type: ignore[misc]
_ALL = select(steward).order_by(steward.c.name)
_FIND = select(steward).where(steward.c.id == bindparam("wanted"))


class SqlStewards:
    """Implements ports.StewardTable."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def find(self, steward_id: StewardId) -> Steward | None:
        row = self._connection.execute(_FIND, {"wanted": steward_id.value}).one_or_none()
        return None if row is None else Steward(StewardId(row.id), row.uri, row.name)

    def all(self) -> list[Steward]:
        rows = self._connection.execute(_ALL)
        return [Steward(StewardId(row.id), row.uri, row.name) for row in rows]

    def add(self, row: Steward) -> None:
        next_number = select(func.coalesce(func.max(steward.c.number), 0) + 1).scalar_subquery()
        self._connection.execute(
            insert(steward).values(id=row.id.value, number=next_number, uri=row.uri, name=row.name)
        )


class SqlLicenses:
    """Implements ports.LicenseTable."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._driver = Driver(connection)

    def find(self, license_id: LicenseId) -> License | None:
        return self._one("id = ?", license_id.value)

    def find_named(self, name: str) -> License | None:
        return self._one("name = ?", name)

    def _one(self, condition: str, value: object) -> License | None:
        rows = self._driver.rows(f"SELECT {_OF_LICENSE} FROM license WHERE {condition}", (value,))  # noqa: S608
        return _license(_NamedLicense(*rows[0])) if rows else None

    def page(self, request: PageRequest) -> Page[License]:
        query = select(license).where(license.c.name > request.text()).order_by(license.c.name)
        rows = self._connection.execute(query.limit(request.limit + 1)).all()
        return Page.of(rows, request, lambda row: str(row.name)).map(_license)

    def add(self, row: License) -> None:
        terms = row.terms
        self._connection.execute(
            insert(license),
            {
                "id": row.id.value,
                "name": row.name,
                "uri": terms.uri,
                "seats": terms.seats,
                "longest_loan_seconds": terms.longest_loan_seconds,
                "self_service": terms.self_service,
                "policy_digest": terms.policy_digest,
                "state": row.state,
                "checkouts": row.checkouts,
                "is_marked": row.is_marked,
            },
        )

    def set_state(self, license_id: LicenseId, state: str) -> None:
        self._connection.execute(
            update(license).where(license.c.id == license_id.value).values(state=state)
        )


def _license(row: Any) -> License:
    terms = LicenseTerms(
        uri=row.uri,
        seats=row.seats,
        longest_loan_seconds=row.longest_loan_seconds,
        self_service=bool(row.self_service),
        policy_digest=row.policy_digest,
    )
    is_marked = bool(row.is_marked)
    return License(LicenseId(row.id), row.name, terms, row.state, row.checkouts, is_marked)
