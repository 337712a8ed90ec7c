"""Readers, access tokens and openings. Tokens and opening secrets are kept only as digests."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Connection, insert, select

from ledger_service.adapters.sql.driver import Driver, marks
from ledger_service.adapters.sql.lending.schema import opening
from ledger_service.adapters.sql.people.schema import reader, token
from ledger_service.domain.identifiers import Digest, GrantId
from ledger_service.domain.lending.commitment import secret_digest
from ledger_service.domain.people.caller import Role
from ledger_service.ports.lending import Opening
from ledger_service.ports.people import Token


class SqlAccess:
    """Implements ports.AccessTable."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add_reader(self, reader_id: str, key: bytes) -> None:
        self._connection.execute(insert(reader), {"id": reader_id, "key": key})

    def reader_key(self, reader_id: str) -> bytes | None:
        """Return the reader's 32-byte key; None for an unknown or an erased reader."""
        return self._connection.scalar(select(reader.c.key).where(reader.c.id == reader_id))

    def add_token(self, token_digest: bytes, row: Token) -> None:
        self._connection.execute(
            insert(token),
            {
                "digest": token_digest,
                "role": row.role.value,
                "subject": row.subject,
                "expires_at": row.expires_at,
            },
        )

    def find_token(self, token_digest: bytes) -> Token | None:
        row = self._connection.execute(
            select(token).where(token.c.digest == token_digest)
        ).one_or_none()
        return None if row is None else Token(Role(row.role), row.subject, row.expires_at)

    def find_tokens(self, token_digests: Collection[bytes]) -> dict[bytes, Token]:
        """Return the tokens that there are by their digest; at most some hundreds are asked for."""
        rows = Driver(self._connection).rows(
            "SELECT digest, role, subject, expires_at FROM token "  # noqa: S608 - marks only
            f"WHERE digest IN ({marks(len(token_digests))})",
            list(token_digests),
        )
        return {bytes(digest): Token(Role(role), *known) for digest, role, *known in rows}

    def add_opening(self, item: Opening) -> None:
        self._connection.execute(
            insert(opening),
            {
                "secret_digest": secret_digest(item.secret),
                "entry": item.entry,
                "digest": item.digest.value,
                "grant": item.grant.value,
                "reader": item.reader,
                "expires_at": item.expires_at,
            },
        )

    def find_opening(self, secret: str) -> Opening | None:
        row = self._connection.execute(
            select(opening).where(opening.c.secret_digest == secret_digest(secret))
        ).one_or_none()
        if row is None:
            return None
        return Opening(
            secret, row.entry, Digest(row.digest), GrantId(row.grant), row.reader, row.expires_at
        )
