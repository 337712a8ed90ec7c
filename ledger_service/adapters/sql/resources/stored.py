"""Where closed content lies, and the wrapped keys of it."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import Connection, bindparam, func, insert, select, update

from ledger_service.adapters.sql.resources.schema import registration, sealed_to, stored_content
from ledger_service.adapters.sql.words import Words
from ledger_service.domain.content.content_id import RAW, ContentId
from ledger_service.domain.identifiers import Digest, StewardId
from ledger_service.ports.resources import StoredContent

DIGESTS_A_QUERY = 500
_columns = stored_content.c
_EPOCHS = Words(
    select(stored_content)
    .where(_columns.digest == bindparam("asked"), _columns.steward == bindparam("by"))
    .order_by(_columns.epoch)
)
_IS_ASKED = _columns.renewal_asked_at.is_not(None), _columns.wrapped.is_not(None)
_NEWEST = (
    select(stored_content)
    .where(
        _columns.digest.in_(bindparam("wanted", expanding=True)),
        _columns.steward == bindparam("of_steward"),
    )
    .order_by(_columns.epoch)
)


class SqlStored:
    """Implements ports.StoredTable."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def newest(
        self, steward: StewardId, digests: Collection[Digest]
    ) -> dict[Digest, StoredContent]:
        if len(digests) == 1:
            (digest,) = digests
            epochs = self.epochs(digest, steward)
            return {digest: epochs[-1]} if epochs else {}
        found: dict[Digest, StoredContent] = {}
        asked = [digest.value for digest in digests]
        for begin in range(0, len(asked), DIGESTS_A_QUERY):
            some = asked[begin : begin + DIGESTS_A_QUERY]
            named = {"wanted": some, "of_steward": steward.value}
            for row in self._connection.execute(_NEWEST, named):
                found[Digest(row.digest)] = _stored(row)
        return found

    def epochs(self, digest: Digest, steward: StewardId) -> list[StoredContent]:
        rows = _EPOCHS.rows(self._connection, asked=digest.value, by=steward.value)
        return [_stored(row) for row in rows]

    def lies_elsewhere(self, cid: str) -> bool:
        later = stored_content.alias("later")
        same = (later.c.digest == _columns.digest) & (later.c.steward == _columns.steward)
        query = select(_columns.entry).join(later, same & (later.c.epoch > _columns.epoch))
        if self._connection.execute(query.where(_columns.cid == cid)).first() is not None:
            return True
        plain = ContentId.parse(cid)
        named = registration.c.digest == _columns.digest
        query = select(_columns.entry).join(registration, named)
        if plain.codec == RAW:
            query = query.where(_columns.digest == plain.digest)
        else:
            query = query.where(registration.c.cid == cid)
        return self._connection.execute(query).first() is not None

    def add(self, row: StoredContent) -> None:
        values = {**row._asdict(), "digest": row.digest.value, "steward": row.steward.value}
        self._connection.execute(insert(stored_content), values)

    def wrapped_otherwise(self, keeper: str, after: int, limit: int) -> list[StoredContent]:
        query = select(stored_content).where(_columns.wrapped.is_not(None))
        query = query.where(_columns.keeper != keeper, _columns.entry > after)
        rows = self._connection.execute(query.order_by(_columns.entry).limit(limit))
        return [_stored(row) for row in rows]

    def is_needed(self, cid: str) -> bool:
        query = select(_columns.entry).where(_columns.cid == cid, _columns.wrapped.is_not(None))
        return self._connection.execute(query.limit(1)).first() is not None

    def is_known(self, cid: str) -> bool:
        query = select(_columns.entry).where(_columns.cid == cid)
        return self._connection.execute(query.limit(1)).first() is not None

    def sealed_to(self) -> str | None:
        row = self._connection.execute(select(sealed_to)).one_or_none()
        return "" if row is None else row.cursor

    def note_sealed_to(self, cursor: str | None) -> None:
        if not self._connection.execute(update(sealed_to).values(cursor=cursor)).rowcount:
            self._connection.execute(insert(sealed_to), {"cursor": cursor})

    def next_asked(self, tried_before: int) -> StoredContent | None:
        is_due = _columns.renewal_tried_at.is_(None) | (_columns.renewal_tried_at < tried_before)
        query = select(stored_content).where(*_IS_ASKED, is_due)
        query = query.order_by(_columns.renewal_asked_at).limit(1)
        row = self._connection.execute(query).one_or_none()
        return None if row is None else _stored(row)

    def ask_for_next(self, row: StoredContent, at: int | None) -> None:
        query = update(stored_content).where(_columns.entry == row.entry)
        self._connection.execute(query.values(renewal_asked_at=at, renewal_tried_at=None))

    def put_off_next(self, row: StoredContent, at: int) -> None:
        query = update(stored_content).where(_columns.entry == row.entry)
        self._connection.execute(query.values(renewal_tried_at=at))

    def count_asked(self) -> tuple[int, int]:
        asked = func.count(), func.count(_columns.renewal_tried_at)
        asked_for, failed = self._connection.execute(select(*asked).where(*_IS_ASKED)).one()
        return int(asked_for), int(failed)

    def set_wrapped(self, row: StoredContent, wrapped: bytes | None, keeper: str) -> None:
        query = update(stored_content).where(_columns.entry == row.entry)
        query = query.where(_columns.wrapped == row.wrapped)
        self._connection.execute(query.values(wrapped=wrapped, keeper=keeper))


def _stored(row: Any) -> StoredContent:
    named = Digest(row.digest), StewardId(row.steward)
    where = row.epoch, row.cid, row.wrapped, row.keeper, row.entry
    return StoredContent(*named, *where, row.made_at, row.renewal_asked_at)
