"""Grants, with what opens their grantee commitments."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    and_,
    bindparam,
    case,
    func,
    insert,
    not_,
    or_,
    select,
    update,
)

from ledger_service.adapters.sql.consortium.former_schema import former_contracts
from ledger_service.adapters.sql.lending.schema import grant
from ledger_service.adapters.sql.people.erasing import Erasing
from ledger_service.adapters.sql.words import Words
from ledger_service.domain.identifiers import Commitment, Digest, GrantId, StewardId
from ledger_service.domain.lending.grant import (
    ERASED_READER,
    GRANT_STATES_HOLDING_A_SEAT,
    GRANT_STATES_STANDING,
    GRANT_STATES_THAT_END,
    Grant,
    GrantState,
    Scope,
)
from ledger_service.ports.lending import GrantFilter
from ledger_service.ports.paging import Page, PageRequest

_LAST_ON_FORMER = select(
    func.coalesce(func.max(former_contracts.c.last_grant), 0)
).scalar_subquery()
_GRANT = Words(select(grant).where(grant.c.id == bindparam("asked")))


class SqlGrants:
    """Implements ports.GrantTable."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def find(self, grant_id: GrantId) -> Grant | None:
        row = _GRANT.row(self._connection, asked=grant_id.value)
        return None if row is None else _grant(row)

    def of_reader(self, reader: str, digest: Digest) -> list[Grant]:
        """Return a reader's grants for one digest, newest first."""
        rows = self._connection.execute(
            select(grant)
            .where(grant.c.reader == reader, grant.c.digest == digest.value)
            .order_by(grant.c.serial.desc())
        )
        return [_grant(row) for row in rows]

    def page(self, which: GrantFilter, request: PageRequest, now: int) -> Page[Grant]:
        query, after = select(grant).where(*_asked(which, now)), request.number()
        if after is not None:
            query = query.where(grant.c.serial > after)
        query = query.order_by(grant.c.serial).limit(request.limit + 1)
        rows = self._connection.execute(query).all()
        return Page.of(rows, request, lambda row: int(row.serial)).map(_grant)

    def seats_taken(self, digest: Digest, steward: StewardId, now: int) -> set[int]:
        """Return the seats that live or coming grants hold."""
        states = [state.value for state in GRANT_STATES_HOLDING_A_SEAT]
        rows = self._connection.scalars(
            select(grant.c.seat).where(
                grant.c.digest == digest.value,
                grant.c.steward == steward.value,
                grant.c.until > now,
                grant.c.state.in_(states),
            )
        )
        return set(rows)

    def count_live(self, reader: str, now: int) -> int:
        states = [state.value for state in GRANT_STATES_STANDING]
        held = (grant.c.reader == reader, grant.c.until > now, grant.c.state.in_(states))
        return int(self._connection.scalar(select(func.count()).where(*held)) or 0)

    def ending(self, steward: StewardId, now: int, before: int) -> list[Grant]:
        """Return issued grants that end soon, and whose end is not told."""
        rows = self._connection.execute(
            select(grant).where(
                grant.c.steward == steward.value,
                grant.c.state == GrantState.ISSUED.value,
                grant.c.until > now,
                grant.c.until < before,
                or_(grant.c.end_told.is_(None), grant.c.end_told != grant.c.until),
            )
        )
        return [_grant(row) for row in rows]

    def tell_end(self, grant_id: GrantId, until: int) -> None:
        told = update(grant).where(grant.c.id == grant_id.value)
        self._connection.execute(told.values(end_told=until))

    def seats_held(
        self, steward: StewardId, now: int, among: Collection[Digest] | None = None
    ) -> list[tuple[Digest, int]]:
        states = [state.value for state in GRANT_STATES_HOLDING_A_SEAT]
        held = [grant.c.steward == steward.value, grant.c.until > now, grant.c.state.in_(states)]
        if among is not None:
            held.append(grant.c.digest.in_([digest.value for digest in among]))
        counted = func.count(grant.c.seat.distinct())
        query = select(grant.c.digest, counted).where(*held).group_by(grant.c.digest)
        return [
            (Digest(bytes(digest)), int(count)) for digest, count in self._connection.execute(query)
        ]

    def held(
        self, steward: StewardId, digests: Collection[Digest], now: int
    ) -> dict[Digest, tuple[int, int]]:
        states = [state.value for state in GRANT_STATES_HOLDING_A_SEAT]
        is_taken = and_(grant.c.until > now, grant.c.state.in_(states))
        taken = func.count(case((is_taken, grant.c.seat)).distinct())
        asked = sorted(digest.value for digest in digests)
        query = select(grant.c.digest, taken, func.count()).where(
            grant.c.digest.in_(asked),
            grant.c.steward == steward.value,
            grant.c.state != GrantState.REJECTED.value,
        )
        rows = self._connection.execute(query.group_by(grant.c.digest))
        return {Digest(bytes(digest)): (int(seats), int(loans)) for digest, seats, loans in rows}

    def count_loans(self, digest: Digest, steward: StewardId) -> int:
        counted = select(func.count()).where(
            grant.c.digest == digest.value,
            grant.c.steward == steward.value,
            grant.c.state != GrantState.REJECTED.value,
        )
        return int(self._connection.scalar(counted) or 0)

    def last_turn(self, digest: Digest, steward: StewardId, seat: int) -> int:
        """Return the turn of the seat's last grant that the chain has or may yet take, or 0."""
        turn = self._connection.scalar(
            select(func.max(grant.c.turn)).where(
                grant.c.digest == digest.value,
                grant.c.steward == steward.value,
                grant.c.seat == seat,
                grant.c.state != GrantState.REJECTED.value,
                grant.c.serial > _LAST_ON_FORMER,
            )
        )
        return int(turn or 0)

    def is_any_named(self, before: int) -> bool:
        return bool(self._named(before, 1))

    def _named(self, before: int, limit: int) -> list[int]:
        is_old = grant.c.until < before, grant.c.reader != ERASED_READER
        query = select(grant.c.serial).where(*is_old).order_by(grant.c.until).limit(limit)
        return list(self._connection.scalars(query))

    def forget_readers(self, before: int, limit: int) -> int:
        serials = self._named(before, limit)
        if serials:
            Erasing(self._connection).let_be_nobodys(grant.c.serial.in_(serials))
        return len(serials)

    def add(self, item: Grant) -> None:
        self._connection.execute(
            insert(grant),
            {
                "id": item.id.value,
                "digest": item.digest.value,
                "steward": item.steward.value,
                "reader": item.reader,
                "pseudonym": item.pseudonym,
                "salt": item.salt,
                "grantee": item.grantee.value,
                "scopes": int(item.scopes),
                "until": item.until,
                "seat": item.seat,
                "turn": item.turn,
                "state": item.state.value,
                "accepted_at": item.accepted_at,
            },
        )

    def set_state(
        self, grant_id: GrantId, state: GrantState, *, rejection: str | None = None
    ) -> None:
        self._connection.execute(
            update(grant)
            .where(grant.c.id == grant_id.value)
            .values(state=state.value, rejection=rejection)
        )

    def set_until(self, grant_id: GrantId, until: int) -> None:
        self._connection.execute(
            update(grant).where(grant.c.id == grant_id.value).values(until=until)
        )


def _asked(which: GrantFilter, now: int) -> list[ColumnElement[bool]]:
    """Return the conditions of a filter at a time."""
    asked: list[ColumnElement[bool]] = []
    if which.digest is not None:
        asked.append(grant.c.digest == which.digest.value)
    if which.reader is not None:
        asked.append(grant.c.reader == which.reader)
    if which.pseudonym is not None:
        asked.append(grant.c.pseudonym == which.pseudonym)
    if which.state is not None:
        asked.append(_is_told(which.state, now))
    if which.is_live is not None:
        stands = grant.c.state.in_([state.value for state in GRANT_STATES_STANDING])
        is_live = and_(stands, grant.c.until > now)
        asked.append(is_live if which.is_live else not_(is_live))
    if which.since is not None:
        asked.append(grant.c.accepted_at >= which.since)
    if which.until is not None:
        asked.append(grant.c.accepted_at < which.until)
    if which.ends_before is not None:
        asked.append(grant.c.until < which.ends_before)
    if which.among is not None:
        asked.append(grant.c.digest.in_(sorted(digest.value for digest in which.among)))
    return asked


def _is_told(state: GrantState, now: int) -> ColumnElement[bool]:
    """Return the condition that a grant is told in this state at a time, as `Grant.state_at` does."""
    if state is GrantState.ENDED:
        ending = [was.value for was in GRANT_STATES_THAT_END]
        return and_(grant.c.state.in_(ending), grant.c.until <= now)
    is_state = grant.c.state == state.value
    return and_(is_state, grant.c.until > now) if state in GRANT_STATES_THAT_END else is_state


def _grant(row: Row[Any]) -> Grant:
    return Grant(
        id=GrantId(row.id),
        digest=Digest(row.digest),
        steward=StewardId(row.steward),
        reader=row.reader,
        pseudonym=row.pseudonym,
        salt=row.salt,
        grantee=Commitment(row.grantee),
        scopes=Scope(row.scopes),
        until=row.until,
        seat=row.seat,
        turn=row.turn,
        state=GrantState(row.state),
        accepted_at=row.accepted_at,
        rejection=row.rejection,
    )
