"""Contracts that a library has left, and the step in which its database begins anew on others."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Connection, case, delete, func, insert, select, update

from ledger_service.adapters.sql.chain.schema import (
    chain_block,
    chain_event,
    job,
    sent_transaction,
    worker_state,
)
from ledger_service.adapters.sql.consortium.former_schema import former_contracts, former_told
from ledger_service.adapters.sql.ledger.schema import checkpoint, told_event
from ledger_service.adapters.sql.lending.grants import SqlGrants
from ledger_service.adapters.sql.lending.schema import (
    cohort_member,
    grant,
    loan_elsewhere,
    request,
)
from ledger_service.adapters.sql.resources.schema import ROUTES, registration, steward
from ledger_service.domain.consortium.move import Carried, CarriedKind
from ledger_service.domain.identifiers import Digest, GrantId, StewardId
from ledger_service.domain.lending.grant import Grant, GrantState
from ledger_service.domain.resources.registration import RegistrationState, Route
from ledger_service.ports.consortium.former import FormerContracts, ToldBefore

NEWEST = select(former_contracts).order_by(former_contracts.c.number.desc()).limit(1)
ROWS_AT_ONCE = 1000
_OFF_CHAIN = {"registered_entry": None, "block": None, "transaction": None}
_ELSEWHERE, _BULK = ROUTES.index(Route.ELSEWHERE), ROUTES.index(Route.BULK)
_CHANGED = (RegistrationState.SUPERSEDED.value, RegistrationState.WITHDRAWN.value)


class SqlFormer:
    """Implements ports.FormerTable."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def newest(self) -> FormerContracts | None:
        row = self._connection.execute(NEWEST).one_or_none()
        return None if row is None else _former(row, _left(row.to_carry))

    def all(self) -> list[FormerContracts]:
        rows = self._connection.execute(
            select(former_contracts).order_by(former_contracts.c.number)
        )
        return [_former(row, ()) for row in rows]

    def told(self, name: bytes) -> ToldBefore | None:
        asked = select(former_told.c.number, former_told.c.entry).where(former_told.c.name == name)
        row = self._connection.execute(asked.order_by(former_told.c.number).limit(1)).one_or_none()
        return None if row is None else ToldBefore(row.number, row.entry)

    def add(self, former: FormerContracts) -> None:
        last = self._connection.scalar(select(func.max(grant.c.serial)))
        self._connection.execute(
            insert(former_contracts),
            {
                "number": former.number,
                "deployment": former.deployment,
                "successor": former.successor.value,
                "entry": former.entry,
                "moved_at": former.moved_at,
                "last_grant": last or 0,
                "to_carry": _text(former.left),
            },
        )

    def set_left(self, number: int, left: Sequence[Carried]) -> None:
        its = update(former_contracts).where(former_contracts.c.number == number)
        self._connection.execute(its.values(to_carry=_text(left)))

    def signed_elsewhere(self, steward: StewardId) -> list[Digest]:
        its = (
            registration.c.steward == _number_of(steward),
            registration.c.state == RegistrationState.REGISTERED.value,
            registration.c.route == _ELSEWHERE,
        )
        query = select(registration.c.digest).where(*its).order_by(registration.c.accepted_entry)
        return [Digest(digest) for digest in self._connection.scalars(query)]

    def begin_anew(self, number: int, steward: StewardId, kept: Collection[int]) -> None:
        self._put_away_told(number, kept)
        own = registration.c.steward == _number_of(steward)
        state = registration.c.state
        stands = own & (state == RegistrationState.REGISTERED.value)
        signed_here = case((registration.c.route == _ELSEWHERE, _ELSEWHERE), else_=_BULK)
        accepted = RegistrationState.ACCEPTED.value
        run = self._connection.execute
        run(update(registration).where(own & state.in_(_CHANGED)).values(**_OFF_CHAIN))
        claimed = update(registration).where(stands)
        run(claimed.values(state=accepted, route=signed_here, **_OFF_CHAIN))
        run(update(checkpoint).values(block=None, transaction=None))
        for table in (sent_transaction, job, chain_event, chain_block, worker_state):
            run(delete(table))

    def _put_away_told(self, number: int, kept: Collection[int]) -> None:
        rows = self._connection.execute(select(told_event.c.name, told_event.c.entry)).all()
        of_chain = [row for row in rows if row.entry not in kept]
        for start in range(0, len(of_chain), ROWS_AT_ONCE):
            some = of_chain[start : start + ROWS_AT_ONCE]
            told = [{"name": row.name, "number": number, "entry": row.entry} for row in some]
            self._connection.execute(insert(former_told), told)
        away = select(former_told.c.name).where(former_told.c.number == number)
        self._connection.execute(delete(told_event).where(told_event.c.name.in_(away)))

    def reissue(self, old: GrantId, new: Grant, why: str) -> None:
        grants = SqlGrants(self._connection)
        grants.add(new)
        grants.set_state(old, GrantState.REJECTED, rejection=why)
        for table in (request, loan_elsewhere, cohort_member):
            its = update(table).where(table.c.grant == old.value)
            self._connection.execute(its.values(grant=new.id.value))


def _number_of(steward_id: StewardId) -> Any:
    return select(steward.c.number).where(steward.c.id == steward_id.value).scalar_subquery()


def _former(row: Any, left: tuple[Carried, ...]) -> FormerContracts:
    successor = Digest(row.successor)
    return FormerContracts(row.number, row.deployment, successor, row.entry, row.moved_at, left)


def _text(left: Sequence[Carried]) -> str:
    return json.dumps([[item.kind.value, list(item.about), item.number] for item in left])


def _left(text: str) -> tuple[Carried, ...]:
    return tuple(
        Carried(CarriedKind(kind), tuple(about), number) for kind, about, number in json.loads(text)
    )
