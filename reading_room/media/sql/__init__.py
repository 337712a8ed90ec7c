"""The room's tables, and what is read and written there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, insert, select, true, update

from ledger_service.domain.content.content_id import ContentId
from ledger_service.domain.identifiers import Digest
from reading_room.media.rules import Media, Problem, Rendition, RenditionKind
from reading_room.media.sql.schema import looked, media, rendition

_RENDITIONS = select(rendition).where(rendition.c.digest.in_(bindparam("wanted", expanding=True)))
_MEDIA = select(media).where(media.c.digest.in_(bindparam("wanted", expanding=True)))
_ONE = select(media).where(media.c.digest == bindparam("wanted"))
_MADE_OF_ONE = select(rendition).where(rendition.c.digest == bindparam("wanted"))


class SqlMedia:
    """Implements ports.MediaTables."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def find(self, digest: Digest) -> Media | None:
        row = self._connection.execute(_ONE, {"wanted": digest.value}).one_or_none()
        if row is None:
            return None
        made = self._connection.execute(_MADE_OF_ONE, {"wanted": digest.value})
        return _media(row, [_rendition(item) for item in made])

    def known(self, digests: Sequence[Digest]) -> dict[bytes, Media]:
        asked = [digest.value for digest in digests]
        made: dict[bytes, list[Rendition]] = {}
        for row in self._connection.execute(_RENDITIONS, {"wanted": asked}):
            made.setdefault(bytes(row.digest), []).append(_rendition(row))
        rows = self._connection.execute(_MEDIA, {"wanted": asked})
        return {bytes(row.digest): _media(row, made.get(bytes(row.digest), [])) for row in rows}

    def set(self, told: Media) -> None:
        digest = told.digest.value
        values = {
            "at": told.at,
            "by": told.by,
            "tries": told.tries,
            "is_asked": told.is_asked,
            "media_type": told.media_type,
            "width": told.width,
            "height": told.height,
            "pages": told.pages,
            "milliseconds": told.milliseconds,
            "title": told.title,
            "identifiers": " ".join(told.identifiers),
            "is_cut": told.is_cut,
            "problem": told.problem,
        }
        changed = self._connection.execute(
            update(media).where(media.c.digest == digest).values(values)
        )
        if not changed.rowcount:
            self._connection.execute(insert(media), {"digest": digest, **values})
        self._connection.execute(delete(rendition).where(rendition.c.digest == digest))
        rows = [
            {
                "digest": digest,
                "kind": made.kind.value,
                "media_type": made.media_type,
                "cid": made.cid.base16(),
                "bytes": made.size_bytes,
            }
            for made in told.renditions
        ]
        if rows:
            self._connection.execute(insert(rendition), rows)

    def forget(self, digest: Digest) -> None:
        for table in (media, rendition):
            self._connection.execute(delete(table).where(table.c.digest == digest.value))

    def renditions_after(self, cid: str, limit: int) -> list[str]:
        """Return the CIDs, base16, of renditions that follow this one in their order, each once."""
        query = select(rendition.c.cid).where(rendition.c.cid > cid).distinct()
        return list(self._connection.scalars(query.order_by(rendition.c.cid).limit(limit)))

    def asked(self, limit: int) -> list[Digest]:
        query = select(media.c.digest).where(media.c.is_asked == true()).limit(limit)
        return [Digest(bytes(digest)) for digest in self._connection.scalars(query)]

    def looked(self) -> tuple[str, int | None]:
        row = self._connection.execute(select(looked)).one_or_none()
        return ("", None) if row is None else (row.cursor, row.since)

    def look_to(self, cursor: str, since: int) -> None:
        values = {"cursor": cursor, "since": since}
        if not self._connection.execute(update(looked).values(values)).rowcount:
            self._connection.execute(insert(looked), values)


def _media(row: Row[Any], renditions: list[Rendition]) -> Media:
    return Media(
        digest=Digest(bytes(row.digest)),
        at=row.at,
        by=row.by,
        tries=row.tries,
        is_asked=row.is_asked,
        media_type=row.media_type,
        width=row.width,
        height=row.height,
        pages=row.pages,
        milliseconds=row.milliseconds,
        title=row.title,
        identifiers=tuple(row.identifiers.split()),
        is_cut=row.is_cut,
        problem=None if row.problem is None else Problem(row.problem),
        renditions=tuple(renditions),
    )


def _rendition(row: Row[Any]) -> Rendition:
    kind = RenditionKind(row.kind)
    return Rendition(kind, row.media_type, ContentId.parse(row.cid), row.bytes)
