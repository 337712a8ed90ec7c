"""Readers, access tokens and openings. Tokens and opening secrets are kept only as digests."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from itertools import groupby, islice
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    and_,
    bindparam,
    delete,
    func,
    insert,
    or_,
    select,
)

from ledger_service.adapters.sql.driver import Driver, marks
from ledger_service.adapters.sql.lending.schema import opening
from ledger_service.adapters.sql.people.erasing import Erasing
from ledger_service.adapters.sql.people.schema import erasure, reader, token
from ledger_service.adapters.sql.words import Words
from ledger_service.domain.errors import InvalidCursor
from ledger_service.domain.identifiers import Digest, GrantId
from ledger_service.domain.lending.commitment import secret_digest
from ledger_service.domain.people.caller import Role
from ledger_service.domain.people.session import Subject
from ledger_service.domain.people.way import Way
from ledger_service.ports.lending import Opening
from ledger_service.ports.paging import Page, PageRequest
from ledger_service.ports.people import READER_PARTS, TOKEN_ID_BYTES, KeptToken, Token, TokenFilter

DIGEST_BYTES = 32
_AT_ONCE = 500  # values in one statement
ROWS_AT_ONCE = 10_000
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

    def add_readers(self, readers: Sequence[tuple[str, bytes]]) -> None:
        if readers:
            rows = [{"id": reader_id, "key": key} for reader_id, key in readers]
            self._connection.execute(insert(reader), rows)

    def reader_keys(self, readers: Sequence[str]) -> dict[str, bytes]:
        found: dict[str, bytes] = {}
        for start in range(0, len(readers), _AT_ONCE):
            some = readers[start : start + _AT_ONCE]
            query = select(reader).where(reader.c.id.in_(some), reader.c.key.is_not(None))
            found |= {row.id: bytes(row.key) for row in self._connection.execute(query)}
        return found

    def reader_key(self, reader_id: str) -> bytes | None:
        """Return the reader's 32-byte key; None for an unknown or an erased reader."""
        return self._connection.scalar(select(reader.c.key).where(reader.c.id == reader_id))

    def readers(self, after: str, limit: int) -> list[tuple[str, bytes]]:
        known = reader.c.id > after, reader.c.key.is_not(None)
        rows = self._connection.execute(
            select(reader.c.id, reader.c.key).where(*known).order_by(reader.c.id).limit(limit)
        )
        return [(row.id, bytes(row.key)) for row in rows]

    def erase_reader(self, reader_id: str) -> None:
        Erasing(self._connection).erase(reader_id)

    def count_tokens(self, reader_id: str) -> int:
        own = token.c.subject == reader_id, token.c.role == Role.READER.value
        count = select(func.count()).select_from(token).where(*own)
        return int(self._connection.scalar(count) or 0)

    def note_erasure(self, at: int) -> None:
        if self._connection.scalar(select(erasure.c.at).where(erasure.c.at == at)) is None:
            self._connection.execute(insert(erasure), {"at": at})

    def oldest_erasure(self) -> int | None:
        oldest: int | None = self._connection.scalar(select(func.min(erasure.c.at)))
        return oldest

    def forget_erasures(self, until: int) -> None:
        self._connection.execute(delete(erasure).where(erasure.c.at <= until))

    def keys_of_part(self, part: int) -> list[tuple[str, bytes]]:
        asked: list[ColumnElement[bool]] = [reader.c.key.is_not(None)]
        if part > 0:
            asked.append(reader.c.id >= f"{part:02x}")
        if part + 1 < READER_PARTS:
            asked.append(reader.c.id < f"{part + 1:02x}")
        rows = self._connection.execute(select(reader.c.id, reader.c.key).where(*asked))
        return [(row.id, bytes(row.key)) for row in rows]

    def add_token(self, token_digest: bytes, row: Token) -> None:
        self._connection.execute(
            insert(token),
            {
                "digest": token_digest,
                "role": row.role.value,
                "subject": row.subject,
                "expires_at": row.expires_at,
                "way": row.way.value,
                "made_at": row.made_at,
                "parent": row.parent,
                "scopes": None if row.scopes is None else " ".join(sorted(row.scopes)),
            },
        )

    def find_token(self, token_digest: bytes) -> Token | None:
        row = _TOKEN.row(self._connection, asked=token_digest)
        return None if row is None else _kept(row).token

    def find_tokens(self, token_digests: Collection[bytes]) -> dict[bytes, Token]:
        """Return the tokens that there are by their digest; at most some hundreds are asked for."""
        rows = Driver(self._connection).rows(
            "SELECT digest, role, subject, expires_at, way, made_at, parent, scopes "  # noqa: S608
            f"FROM token WHERE digest IN ({marks(len(token_digests))})",  # marks only
            list(token_digests),
        )
        return {bytes(digest): _token(*told) for digest, *told in rows}

    def page_of_tokens(self, which: TokenFilter, request: PageRequest) -> Page[KeptToken]:
        own = and_(token.c.subject == which.own, token.c.role.in_(sorted(which.own_roles)))
        asked = [or_(token.c.role.in_(sorted(which.roles)), own)]
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
        self._remove(token.c.subject == holder, token.c.role != Role.READER.value)

    def remove_token(self, token_digest: bytes) -> None:
        self._remove(token.c.digest == token_digest)

    def end_sessions(self, subject: Subject, now: int, most: int) -> None:
        sessions = (*_of(subject), token.c.way != Way.TOKEN.value)
        self._remove(*sessions, token.c.expires_at <= now)
        query = select(token.c.digest).where(*sessions).order_by(token.c.expires_at.desc())
        too_many = self._connection.scalars(query.offset(most)).all()
        if too_many:
            self._remove(token.c.digest.in_(too_many))

    def remove_all_of(self, subject: Subject) -> None:
        self._remove(*_of(subject))

    def _remove(self, *which: ColumnElement[bool]) -> None:
        """Remove tokens, and all that were made with them, with those, and so on."""
        made = select(token.c.digest).where(*which).cte("made", recursive=True)
        made = made.union(select(token.c.digest).join(made, token.c.parent == made.c.digest))
        query = delete(token).where(token.c.digest.in_(select(made.c.digest)))
        self._connection.execute(query)

    def forget_openings(self, before: int) -> None:
        self._connection.execute(delete(opening).where(opening.c.expires_at < before))

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

    def opened_together(self, since: int, until: int, most: int) -> Iterator[tuple[bytes, ...]]:
        newest = func.max(opening.c.entry).label("newest")
        query = (
            select(opening.c.reader, opening.c.digest, newest)
            .join(reader, and_(reader.c.id == opening.c.reader, reader.c.key.is_not(None)))
            .where(opening.c.expires_at >= since, opening.c.expires_at < until)
            .group_by(opening.c.reader, opening.c.digest)
            .order_by(opening.c.reader, newest.desc())
        )
        rows = self._connection.execute(query, execution_options={"yield_per": ROWS_AT_ONCE})
        for _, of_reader in groupby(rows, lambda row: row.reader):
            yield tuple(bytes(row.digest) for row in islice(of_reader, most))

    def find_opening(self, secret: str) -> Opening | None:
        row = _OPENING.row(self._connection, asked=secret_digest(secret))
        if row is None:
            return None
        return Opening(
            secret, row.entry, Digest(row.digest), GrantId(row.grant), row.reader, row.expires_at
        )


def _kept(row: Row[Any]) -> KeptToken:
    told = row.role, row.subject, row.expires_at, row.way, row.made_at, row.parent, row.scopes
    return KeptToken(bytes(row.digest), _token(*told))


def _token(
    role: str,
    subject: str,
    expires_at: int,
    way: str,
    made_at: int | None,
    parent: bytes | None,
    scopes: str | None,
) -> Token:
    narrowed = None if scopes is None else frozenset(scopes.split())
    made_with = None if parent is None else bytes(parent)
    return Token(Role(role), subject, expires_at, Way(way), made_at, made_with, narrowed)


def _of(subject: Subject) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return token.c.subject == subject.name, token.c.role == subject.role.value


def _digests(token_id: str) -> tuple[bytes, bytes]:
    """Return the first and the last digest that a token of this id can have."""
    first, rest = bytes.fromhex(token_id), DIGEST_BYTES - TOKEN_ID_BYTES
    return first + bytes(rest), first + b"\xff" * rest
