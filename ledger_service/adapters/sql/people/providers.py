"""Providers whose accounts sign in here, and which sign-ins were used."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select

from ledger_service.adapters.sql.people.schema import provider, spent
from ledger_service.domain.people.affiliation import RoleRule
from ledger_service.domain.people.caller import Role
from ledger_service.domain.people.identity_provider import IdentityProvider


class SqlProviders:
    """Implements ports.ProviderTable."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, row: IdentityProvider, at: int) -> None:
        self._connection.execute(
            insert(provider),
            {
                "name": row.name,
                "title": row.title,
                "issuer": row.issuer,
                "client_id": row.client_id,
                "scopes": " ".join(row.scopes),
                "rules": "\n".join(rule.format() for rule in row.rules),
                "default_role": None if row.default is None else row.default.value,
                "connected_at": at,
            },
        )

    def all(self) -> list[IdentityProvider]:
        rows = self._connection.execute(select(provider).order_by(provider.c.title))
        return [_kept(row) for row in rows]

    def find(self, name: str) -> IdentityProvider | None:
        query = select(provider).where(provider.c.name == name)
        row = self._connection.execute(query).one_or_none()
        return None if row is None else _kept(row)

    def remove(self, name: str) -> bool:
        query = delete(provider).where(provider.c.name == name)
        return self._connection.execute(query).rowcount > 0

    def spend(self, digest: bytes, ends_at: int, now: int) -> bool:
        self._connection.execute(delete(spent).where(spent.c.ends_at < now))
        found = self._connection.scalar(select(spent.c.digest).where(spent.c.digest == digest))
        if found is not None:
            return False
        self._connection.execute(insert(spent), {"digest": digest, "ends_at": ends_at})
        return True


def _kept(row: Row[Any]) -> IdentityProvider:
    return IdentityProvider(
        row.name,
        row.title,
        row.issuer,
        row.client_id,
        tuple(row.scopes.split()),
        tuple(RoleRule.parse(line) for line in row.rules.splitlines()),
        None if row.default_role is None else Role(row.default_role),
    )
