"""Readers, access tokens and openings. Tokens and opening secrets are kept only as digests."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, insert, or_, select

from ledger_service.adapters.sql.driver import Driver, marks
from ledger_service.adapters.sql.lending.schema import opening
from ledger_service.adapters.sql.people.schema import reader, token
from ledger_service.adapters.sql.words import Words
from ledger_service.domain.errors import InvalidCursor
from ledger_service.domain.identifiers import Digest, GrantId
from ledger_service.domain.lending.commitment import secret_digest
from ledger_service.domain.people.caller import Role
from ledger_service.ports.lending import Opening
from ledger_service.ports.paging import Page, PageRequest
from ledger_service.ports.people import TOKEN_ID_BYTES, KeptToken, Token, TokenFilter

DIGEST_BYTES = 32
# Asked for with every request for bytes.
_TOKEN = Words(select(token).where(token.c.digest == bindparam("asked")))
_OPENING = Words(select(opening).where(opening.c.secret_digest == bindparam("asked")))
_ID = re.compile(rf"[0-9a-f]{{{2 * TOKEN_ID_BYTES}}}\Z")


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
        row = _TOKEN.row(self._connection, asked=token_digest)
        return None if row is None else _kept(row).token

    def find_tokens(self, token_digests: Collection[bytes]) -> dict[bytes, Token]:
        """Return the tokens that there are by their digest; at most some hundreds are asked for."""
        rows = Driver(self._connection).rows(
            "SELECT digest, role, subject, expires_at FROM token "  # noqa: S608 - marks only
            f"WHERE digest IN ({marks(len(token_digests))})",
            list(token_digests),
        )
        return {bytes(digest): Token(Role(role), *known) for digest, role, *known in rows}

    def page_of_tokens(self, which: TokenFilter, request: PageRequest) -> Page[KeptToken]:
        asked = [or_(token.c.role.in_(sorted(which.roles)), token.c.subject == which.own)]
        if which.role is not None:
            asked.append(token.c.role == which.role.value)
        if which.subject is not None:
            asked.append(token.c.subject == which.subject)
        if after := request.text():
            if not _ID.match(after):
                raise InvalidCursor()
            asked.append(token.c.digest > _digests(after)[1])
        rows = self._connection.execute(
            select(token).where(*asked).order_by(token.c.digest).limit(request.limit + 1)
        )
        return Page.of([_kept(row) for row in rows], request, lambda found: found.id)

    def named_token(self, token_id: str) -> KeptToken | None:
        if not _ID.match(token_id):
            return None
        within = token.c.digest.between(*_digests(token_id))
        row = self._connection.execute(select(token).where(within).limit(1)).one_or_none()
        return None if row is None else _kept(row)

    def remove_tokens_of(self, holder: str) -> None:
        query = delete(token).where(token.c.subject == holder, token.c.role != Role.READER.value)
        self._connection.execute(query)

    def remove_token(self, token_digest: bytes) -> None:
        self._connection.execute(delete(token).where(token.c.digest == token_digest))

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
        row = _OPENING.row(self._connection, asked=secret_digest(secret))
        if row is None:
            return None
        return Opening(
            secret, row.entry, Digest(row.digest), GrantId(row.grant), row.reader, row.expires_at
        )


def _kept(row: Row[Any]) -> KeptToken:
    return KeptToken(bytes(row.digest), Token(Role(row.role), row.subject, row.expires_at))


def _digests(token_id: str) -> tuple[bytes, bytes]:
    """Return the first and the last digest that a token of this id can have."""
    first, rest = bytes.fromhex(token_id), DIGEST_BYTES - TOKEN_ID_BYTES
    return first + bytes(rest), first + b"\xff" * rest
