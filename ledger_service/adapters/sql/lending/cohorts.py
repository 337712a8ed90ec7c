"""Cohorts, and their members."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    case,
    delete,
    func,
    insert,
    select,
    update,
)

from ledger_service.adapters.sql.lending.schema import cohort, cohort_member
from ledger_service.domain.identifiers import Commitment, Digest, GrantId, StewardId
from ledger_service.domain.lending.class_list import ListedPerson
from ledger_service.domain.lending.cohort import (
    COHORT_STATES_STANDING,
    Cohort,
    CohortState,
    Member,
    StatedCohort,
)
from ledger_service.domain.lending.grant import Scope
from ledger_service.ports.cohorts import CohortCounts, MemberRight
from ledger_service.ports.paging import Page, PageRequest

_STANDING = [state.value for state in COHORT_STATES_STANDING]
_AT_ONCE = 500  # values in one statement


class SqlCohorts:
    """Implements ports.CohortTable."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def find(self, name: str) -> Cohort | None:
        return self._one(cohort.c.name == name)

    def find_on_chain(self, cohort_id: bytes) -> Cohort | None:
        return self._one(cohort.c.on_chain == cohort_id)

    def _one(self, condition: ColumnElement[bool]) -> Cohort | None:
        row = self._connection.execute(select(cohort).where(condition)).one_or_none()
        return None if row is None else _cohort(row)

    def page(self, request: PageRequest, digest: Digest | None) -> Page[Cohort]:
        query, after = select(cohort), request.number()
        if digest is not None:
            query = query.where(cohort.c.digest == digest.value)
        if after is not None:
            query = query.where(cohort.c.serial < after)
        query = query.order_by(cohort.c.serial.desc()).limit(request.limit + 1)
        rows = self._connection.execute(query).all()
        return Page.of(rows, request, lambda row: int(row.serial)).map(_cohort)

    def add_draft(self, item: Cohort, people: Sequence[ListedPerson]) -> None:
        values = {
            "name": item.name,
            "course": item.course,
            "digest": item.digest.value,
            "steward": item.steward.value,
            "scopes": int(item.scopes),
            "until": item.until,
            "state": item.state.value,
            "made_at": item.made_at,
        }
        self._connection.execute(insert(cohort), values)
        serial = self._serial(item.name)
        rows = [
            {"cohort": serial, "place": place, "kind": one.kind, "tag": one.tag}
            for place, one in enumerate(people)
        ]
        if rows:
            self._connection.execute(insert(cohort_member), rows)

    def listed(self, name: str) -> list[ListedPerson]:
        query = self._members(name).where(cohort_member.c.tag.is_not(None))
        return [ListedPerson(row.kind, bytes(row.tag)) for row in self._connection.execute(query)]

    def grant(
        self, name: str, stated: StatedCohort, on_chain: bytes, members: Sequence[Member]
    ) -> None:
        serial = self._serial(name)
        self._connection.execute(
            update(cohort)
            .where(cohort.c.serial == serial)
            .values(
                state=CohortState.GRANTING.value,
                size=stated.size,
                root=stated.root,
                salt=stated.salt,
                on_chain=on_chain,
            )
        )
        self._connection.execute(delete(cohort_member).where(cohort_member.c.cohort == serial))
        rows = [
            {
                "cohort": serial,
                "place": one.index,
                "grantee": one.grantee.value,
                "reader": one.reader,
                "salt": one.salt,
            }
            for one in members
        ]
        self._connection.execute(insert(cohort_member), rows)

    def set_state(self, name: str, state: CohortState, *, rejection: str | None = None) -> None:
        self._connection.execute(
            update(cohort)
            .where(cohort.c.name == name)
            .values(state=state.value, rejection=rejection)
        )

    def remove_drafts(self, before: int) -> None:
        self._remove(cohort.c.made_at < before)

    def remove_draft(self, name: str) -> None:
        self._remove(cohort.c.name == name)

    def _remove(self, condition: ColumnElement[bool]) -> None:
        is_draft = cohort.c.state == CohortState.DRAFT.value
        drafts = select(cohort.c.serial).where(is_draft, condition)
        serials = list(self._connection.scalars(drafts))
        if serials:
            self._connection.execute(
                delete(cohort_member).where(cohort_member.c.cohort.in_(serials))
            )
            self._connection.execute(delete(cohort).where(cohort.c.serial.in_(serials)))

    def counts(self, name: str) -> CohortCounts:
        has_left = cohort_member.c.left_at.is_not(None)
        has_claimed = cohort_member.c.grant.is_not(None) & ~has_left
        row = self._connection.execute(
            select(
                func.count(),
                func.coalesce(func.sum(case((has_claimed, 1), else_=0)), 0),
                func.coalesce(func.sum(case((has_left, 1), else_=0)), 0),
            )
            .select_from(cohort_member)
            .where(cohort_member.c.cohort == _serial_of(name))
        ).one()
        members, claimed, left = (int(number) for number in row)
        return CohortCounts(members, claimed, members - claimed - left, left)

    def grantees(self, name: str) -> list[Commitment]:
        query = (
            select(cohort_member.c.grantee)
            .where(cohort_member.c.cohort == _serial_of(name))
            .order_by(cohort_member.c.place)
        )
        return [Commitment(bytes(value)) for value in self._connection.scalars(query)]

    def members_among(
        self, digest: Digest, course: str, readers: Sequence[str], now: int
    ) -> set[str]:
        found: set[str] = set()
        query = (
            select(cohort_member.c.reader)
            .join(cohort, cohort.c.serial == cohort_member.c.cohort)
            .where(cohort.c.digest == digest.value, cohort.c.course == course, *_stands(now))
        )
        for start in range(0, len(readers), _AT_ONCE):
            some = readers[start : start + _AT_ONCE]
            found |= set(self._connection.scalars(query.where(cohort_member.c.reader.in_(some))))
        return found

    def right_of(self, reader: str, digest: Digest, now: int) -> MemberRight | None:
        query = _rights(reader, now).where(
            cohort.c.digest == digest.value, cohort_member.c.grant.is_(None)
        )
        row = self._connection.execute(query.limit(1)).one_or_none()
        return None if row is None else _right(row)

    def rights_of(self, reader: str, now: int) -> list[MemberRight]:
        return [_right(row) for row in self._connection.execute(_rights(reader, now))]

    def memberships_of(self, reader: str) -> list[MemberRight]:
        query = _WITH_COHORT.where(cohort_member.c.reader == reader)
        query = query.order_by(cohort.c.until.desc(), cohort.c.serial)
        return [_right(row) for row in self._connection.execute(query)]

    def member(self, name: str, reader: str) -> Member | None:
        query = self._members(name).where(cohort_member.c.reader == reader)
        row = self._connection.execute(query).one_or_none()
        return None if row is None else _member(row)

    def member_of(self, grantee: Commitment) -> MemberRight | None:
        query = _WITH_COHORT.where(
            cohort_member.c.grantee == grantee.value, cohort_member.c.reader.is_not(None)
        )
        row = self._connection.execute(query).one_or_none()
        return None if row is None else _right(row)

    def set_grant(self, name: str, index: int, grant: GrantId | None) -> None:
        self._connection.execute(
            update(cohort_member)
            .where(cohort_member.c.cohort == _serial_of(name), cohort_member.c.place == index)
            .values(grant=None if grant is None else grant.value)
        )

    def is_claim(self, grant: GrantId) -> bool:
        query = select(cohort_member.c.place).where(cohort_member.c.grant == grant.value)
        return self._connection.execute(query.limit(1)).first() is not None

    def give_up(self, grant: GrantId) -> None:
        self._connection.execute(
            update(cohort_member).where(cohort_member.c.grant == grant.value).values(grant=None)
        )

    def leave(self, name: str, index: int, at: int) -> None:
        is_asked = (cohort_member.c.cohort == _serial_of(name)) & (cohort_member.c.place == index)
        self._let_leave(is_asked, at)

    def forget(self, reader: str, at: int) -> None:
        self._let_leave(cohort_member.c.reader == reader, at)

    def _let_leave(self, condition: ColumnElement[bool], at: int) -> None:
        self._connection.execute(
            update(cohort_member).where(condition).values(reader=None, salt=None, left_at=at)
        )

    def _members(self, name: str) -> Select[Any]:
        return (
            select(cohort_member, cohort.c.name)
            .join(cohort, cohort.c.serial == cohort_member.c.cohort)
            .where(cohort.c.name == name)
            .order_by(cohort_member.c.place)
        )

    def _serial(self, name: str) -> int:
        return int(self._connection.scalars(select(cohort.c.serial).filter_by(name=name)).one())


_WITH_COHORT = select(
    cohort,
    cohort_member.c.place,
    cohort_member.c.grantee,
    cohort_member.c.reader,
    cohort_member.c.salt.label("member_salt"),
    cohort_member.c.grant,
).join(cohort_member, cohort_member.c.cohort == cohort.c.serial)


def _serial_of(name: str) -> Any:
    return select(cohort.c.serial).where(cohort.c.name == name).scalar_subquery()


def _stands(now: int) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return cohort.c.state.in_(_STANDING), cohort.c.until > now


def _rights(reader: str, now: int) -> Select[Any]:
    of_reader = _WITH_COHORT.where(cohort_member.c.reader == reader, *_stands(now))
    return of_reader.order_by(cohort.c.until.desc(), cohort.c.serial)


def _cohort(row: Row[Any]) -> Cohort:
    digest, steward, scopes = Digest(row.digest), StewardId(row.steward), Scope(row.scopes)
    stated = None
    if row.root is not None:
        stated = StatedCohort(
            digest, steward, bytes(row.root), row.size, scopes, row.until, bytes(row.salt)
        )
    return Cohort(
        name=row.name,
        course=row.course,
        digest=digest,
        steward=steward,
        scopes=scopes,
        until=row.until,
        state=CohortState(row.state),
        made_at=row.made_at,
        stated=stated,
        rejection=row.rejection,
        on_chain=None if row.on_chain is None else bytes(row.on_chain),
    )


def _member(row: Row[Any]) -> Member:
    grant = None if row.grant is None else GrantId(row.grant)
    salt = None if row.salt is None else bytes(row.salt)
    return Member(row.name, row.place, Commitment(row.grantee), row.reader, salt, grant)


def _right(row: Row[Any]) -> MemberRight:
    grant = None if row.grant is None else GrantId(row.grant)
    salt = None if row.member_salt is None else bytes(row.member_salt)
    member = Member(row.name, row.place, Commitment(row.grantee), row.reader, salt, grant)
    return MemberRight(_cohort(row), member)
