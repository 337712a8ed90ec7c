"""Reports and endorsements."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from ledger_service.adapters.sql.authorship.schema import review
from ledger_service.domain.identifiers import Digest
from ledger_service.ports.authorship import KeptReview

_R = review.c


class SqlReviews:
    """Implements ports.ReviewTable."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, review_: KeptReview) -> None:
        self._connection.execute(insert(review), _row(review_))

    def find(self, digest: Digest) -> KeptReview | None:
        row = self._connection.execute(select(review).where(_R.digest == digest.value)).first()
        return None if row is None else _review(row)

    def of_reader(self, reader: str) -> list[KeptReview]:
        query = select(review).where(_R.reader == reader).order_by(_R.entry.desc())
        return [_review(row) for row in self._connection.execute(query)]

    def of_resource(self, resource: Digest, most: int) -> list[KeptReview]:
        query = select(review).where(_R.resource == resource.value).order_by(_R.entry).limit(most)
        return [_review(row) for row in self._connection.execute(query)]

    def keep(self, review_: KeptReview) -> None:
        change = update(review).where(_R.digest == review_.digest.value)
        self._connection.execute(change.values(_row(review_)))

    def forget(self, reader: str) -> None:
        own = _R.reader == reader
        self._connection.execute(delete(review).where(own, _R.body.is_(None)))
        nobody = {"reader": None, "wrapped_key": None, "sealed": None}
        self._connection.execute(update(review).where(own).values(nobody))


def _row(kept: KeptReview) -> dict[str, Any]:
    return vars(kept) | {"digest": kept.digest.value, "resource": kept.resource.value}


def _review(row: Row[Any]) -> KeptReview:
    return KeptReview(
        Digest(bytes(row.digest)),
        Digest(bytes(row.resource)),
        row.kind,
        row.entry,
        row.made_at,
        row.opened_at,
        row.reader,
        *(None if one is None else bytes(one) for one in (row.wrapped_key, row.sealed, row.body)),
    )
