"""What members registered and what of it is kept here, in the database."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from ledger_service.adapters.sql.consortium.copies_schema import (
    consortium_block,
    consortium_copy,
    consortium_refusal,
    consortium_walk,
    consortium_work,
)
from ledger_service.adapters.sql.resources.schema import registration
from ledger_service.adapters.sql.resources.schema import steward as registered_by
from ledger_service.domain.content.content_id import DAG_PB, ContentId
from ledger_service.domain.identifiers import Digest, LicenseId, StewardId
from ledger_service.domain.reasons import Reason
from ledger_service.ports.consortium.copies import (
    CopiesHeld,
    KeptCopy,
    MemberWork,
    Refusal,
    WorkState,
)

_works, _copies, _refused = consortium_work.c, consortium_copy.c, consortium_refusal.c


class SqlMemberCopies:
    """Implements ports.MemberCopyTable."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def walked_to(self, steward: StewardId) -> int:
        query = select(consortium_walk.c.next).where(consortium_walk.c.steward == steward.value)
        return int(self._connection.scalar(query) or 0)

    def walk_to(self, steward: StewardId, index: int) -> None:
        its = consortium_walk.c.steward == steward.value
        if not self._connection.execute(
            update(consortium_walk).where(its).values(next=index)
        ).rowcount:
            new = {"steward": steward.value, "next": index}
            self._connection.execute(insert(consortium_walk), new)

    def work(self, steward: StewardId, digest: Digest) -> MemberWork | None:
        query = select(consortium_work).where(*_named(steward, digest))
        row = self._connection.execute(query).one_or_none()
        return None if row is None else _work(row)

    def keep_work(self, work: MemberWork) -> None:
        values = {
            "cid": work.cid.base16(),
            "license": work.license.value,
            "entry": work.entry,
            "state": work.state.value,
        }
        its = _named(work.steward, work.digest)
        if not self._connection.execute(
            update(consortium_work).where(*its).values(values)
        ).rowcount:
            names = {"steward": work.steward.value, "digest": work.digest.value}
            self._connection.execute(insert(consortium_work), {**names, **values})

    def works_after(self, cid: str, limit: int) -> list[MemberWork]:
        ends = select(_works.cid).where(_works.cid > cid).order_by(_works.cid).limit(limit)
        last = self._connection.scalar(select(func.max(ends.subquery().c.cid)))
        if last is None:
            return []
        query = select(consortium_work).where(_works.cid > cid, _works.cid <= last)
        query = query.order_by(_works.cid, _works.steward)
        return [_work(row) for row in self._connection.execute(query)]

    def works_of(self, digest: Digest) -> list[MemberWork]:
        query = select(consortium_work).where(_works.digest == digest.value)
        return [_work(row) for row in self._connection.execute(query.order_by(_works.steward))]

    def digest_of(self, cid: ContentId, steward: StewardId) -> Digest | None:
        its = registration.c.cid == cid.base16(), registered_by.c.id == steward.value
        of = registered_by.c.number == registration.c.steward
        query = select(registration.c.digest).join(registered_by, of).where(*its).limit(1)
        found = self._connection.scalar(query)
        return None if found is None else Digest(found)

    def copy(self, cid: ContentId) -> KeptCopy | None:
        query = select(consortium_copy).where(_copies.cid == cid.base16())
        row = self._connection.execute(query).one_or_none()
        return None if row is None else _copy(row)

    def copies_after(self, number: int, limit: int) -> list[KeptCopy]:
        query = select(consortium_copy).where(_copies.number > number)
        query = query.order_by(_copies.number).limit(limit)
        return [_copy(row) for row in self._connection.execute(query)]

    def keep_copy(self, copy: KeptCopy, blocks: Collection[ContentId] = ()) -> KeptCopy:
        values = {
            "digest": copy.digest.value,
            "is_kept": copy.is_kept,
            "size_bytes": copy.size_bytes,
            "at": copy.at,
            "tried_at": copy.tried_at,
            "tries": copy.tries,
            "fault": None if copy.fault is None else copy.fault.format(),
        }
        its = _copies.cid == copy.cid.base16()
        if not self._connection.execute(update(consortium_copy).where(its).values(values)).rowcount:
            self._connection.execute(insert(consortium_copy), {"cid": copy.cid.base16(), **values})
        kept = self.copy(copy.cid)
        assert kept is not None
        its = consortium_block.c.copy == kept.number
        self._connection.execute(delete(consortium_block).where(its))
        rows = [
            {"digest": one.digest, "copy": kept.number, "is_node": one.codec == DAG_PB}
            for one in dict.fromkeys(blocks)
        ]
        if copy.is_kept and rows:
            self._connection.execute(insert(consortium_block), rows)
        return kept

    def copies_with(self, cid: ContentId) -> list[KeptCopy]:
        query = select(consortium_copy).join(
            consortium_block, consortium_block.c.copy == _copies.number
        )
        is_node = consortium_block.c.is_node == (cid.codec == DAG_PB)
        query = query.where(consortium_block.c.digest == cid.digest, is_node, _copies.is_kept)
        return [_copy(row) for row in self._connection.execute(query.order_by(_copies.number))]

    def held(self) -> CopiesHeld:
        query = select(func.count(), func.sum(_copies.size_bytes)).where(_copies.is_kept)
        count, size = self._connection.execute(query).one()
        return CopiesHeld(count, int(size or 0))

    def held_of(self, steward: StewardId) -> CopiesHeld:
        query = select(func.count(), func.sum(_copies.size_bytes)).where(_copies.is_kept)
        query = query.join_from(consortium_copy, consortium_work, _works.cid == _copies.cid)
        query = query.where(_works.steward == steward.value)
        count, size = self._connection.execute(query).one()
        return CopiesHeld(count, int(size or 0))

    def lacking(self) -> int:
        query = select(func.count()).where(~_copies.is_kept, _copies.tries > 0)
        return int(self._connection.scalar(query) or 0)

    def refusals(self) -> list[Refusal]:
        query = select(consortium_refusal).order_by(_refused.at, _refused.subject)
        return [_refusal(row) for row in self._connection.execute(query)]

    def refuse(self, refusal: Refusal) -> None:
        self.allow(refusal.subject)
        values = {
            "subject": refusal.subject.value,
            "is_member": isinstance(refusal.subject, StewardId),
            "at": refusal.at,
            "why": refusal.why,
        }
        self._connection.execute(insert(consortium_refusal), values)

    def allow(self, subject: Digest | StewardId) -> bool:
        is_member = isinstance(subject, StewardId)
        its = _refused.subject == subject.value, _refused.is_member == is_member
        return bool(self._connection.execute(delete(consortium_refusal).where(*its)).rowcount)


def _named(steward: StewardId, digest: Digest) -> tuple[Any, Any]:
    return _works.steward == steward.value, _works.digest == digest.value


def _work(row: Row[Any]) -> MemberWork:
    return MemberWork(
        StewardId(row.steward),
        Digest(row.digest),
        ContentId.parse(row.cid),
        LicenseId(row.license),
        row.entry,
        WorkState(row.state),
    )


def _copy(row: Row[Any]) -> KeptCopy:
    return KeptCopy(
        row.number,
        ContentId.parse(row.cid),
        Digest(row.digest),
        row.is_kept,
        row.size_bytes,
        row.at,
        row.tried_at,
        row.tries,
        None if row.fault is None else Reason.parse(row.fault),
    )


def _refusal(row: Row[Any]) -> Refusal:
    subject = StewardId(row.subject) if row.is_member else Digest(row.subject)
    return Refusal(subject, row.at, row.why)
