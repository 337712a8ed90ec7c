"""The index of chain events: which confirmed blocks were read, and what they said."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, insert, select, update

from ledger_service.adapters.sql.chain.schema import chain_block, chain_event
from ledger_service.adapters.sql.driver import Driver
from ledger_service.domain.chain.block import Block
from ledger_service.domain.chain.history import ChainEvent
from ledger_service.ports.chain import EventTotals

# What stands above was added by a read that has not come to its end.
READ_TO = select(func.max(chain_block.c.number)).scalar_subquery()
NEWEST_BLOCKS = select(chain_block).order_by(chain_block.c.number.desc()).limit(bindparam("most"))
EVENTS_A_FETCH = 500
MANY_EVENTS = 1000  # added at once
ADD = (
    "INSERT INTO chain_event (block, log_index, contract, name, subject, arguments, block_time,"
    ' "transaction", other) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)'
)
OTHERS = {"ResourceSuperseded": "successor", "LinkTakenBack": "other"}
"""Events by which one resource points to another, and the argument that is the other."""

_encoded = json.JSONEncoder().encode
SUBJECTS_A_QUERY = 500  # below SQLite's limit of bound parameters


def _read(condition: Any) -> Any:
    return (
        select(chain_event)
        .where(condition, chain_event.c.block <= READ_TO)
        .order_by(chain_event.c.block, chain_event.c.log_index)
    )


# Built once: building one takes SQLAlchemy several times as long as running it.
OF_SUBJECT = _read(chain_event.c.subject == bindparam("wanted"))
OF_SUBJECTS = _read(chain_event.c.subject.in_(bindparam("wanted", expanding=True)))
LINKS_TO = _read(chain_event.c.other == bindparam("wanted"))
IN_TRANSACTION = _read(chain_event.c.transaction == bindparam("wanted"))


class SqlChainIndex:
    """Implements ports.ChainIndexTable."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._driver = Driver(connection)

    def cursor(self) -> tuple[Block, EventTotals] | None:
        """Return the last block read and the event totals after it."""
        row = self._connection.execute(NEWEST_BLOCKS, {"most": 1}).one_or_none()
        if row is None:
            return None
        return Block(row.number, row.hash, row.time), _totals(row.totals)

    def recent_blocks(self, limit: int) -> list[Block]:
        """Return the blocks read last, newest first."""
        rows = self._connection.execute(NEWEST_BLOCKS, {"most": limit})
        return [Block(row.number, row.hash, row.time) for row in rows]

    def add(self, events: Sequence[ChainEvent]) -> None:
        if len(events) >= MANY_EVENTS:
            self._driver.expect_much()
        self._driver.run_many(ADD, [_row(event) for event in events])

    def advance(self, block: Block, totals: EventTotals) -> None:
        self._connection.execute(
            insert(chain_block),
            {
                "number": block.number,
                "hash": block.hash,
                "time": block.time,
                "totals": json.dumps(totals),
            },
        )

    def rewind_to(self, block: int) -> None:
        """Forget every event above this block, and move the cursor down to it; -1 forgets all."""
        self._connection.execute(delete(chain_event).where(chain_event.c.block > block))
        self._connection.execute(delete(chain_block).where(chain_block.c.number > block))

    def events_of(self, subjects: Sequence[str]) -> list[ChainEvent]:
        """Return the events whose first indexed argument is one of these, in chain order."""
        found: list[ChainEvent] = []
        for start in range(0, len(subjects), SUBJECTS_A_QUERY):
            some = list(subjects[start : start + SUBJECTS_A_QUERY])
            one = len(some) == 1
            found += self._events(OF_SUBJECT, some[0]) if one else self._events(OF_SUBJECTS, some)
        return sorted(found, key=lambda event: event.position)

    def links_to(self, digest: str) -> list[ChainEvent]:
        """Return the events by which other resources point to this one (64 hex), or cease to, in order."""
        return self._events(LINKS_TO, digest)

    def unadopted(self) -> Iterator[ChainEvent]:
        """Yield the events above the block up to which all were adopted, in chain order."""
        adopted = select(func.max(chain_block.c.number)).where(chain_block.c.adopted)
        above = chain_event.c.block > func.coalesce(adopted.scalar_subquery(), -1)
        its = _read(above).execution_options(yield_per=EVENTS_A_FETCH)
        return map(_event, self._connection.execute(its))

    def set_adopted(self, block: Block) -> None:
        its = chain_block.c.number == block.number, chain_block.c.hash == block.hash
        self._connection.execute(update(chain_block).where(*its).values(adopted=True))

    def events_in(self, transaction: str) -> list[ChainEvent]:
        """Return the events of one transaction (64 hex), in order."""
        return self._events(IN_TRANSACTION, transaction)

    def _events(self, query: Any, wanted: object) -> list[ChainEvent]:
        return [_event(row) for row in self._connection.execute(query, {"wanted": wanted})]


def _event(row: Any) -> ChainEvent:
    return ChainEvent(
        contract=row.contract,
        name=row.name,
        subject=row.subject,
        arguments=json.loads(row.arguments),
        block=row.block,
        block_time=row.block_time,
        transaction=row.transaction,
        log_index=row.log_index,
    )


def _totals(text: str) -> EventTotals:
    return {name: (count, value) for name, (count, value) in json.loads(text).items()}


def _row(event: ChainEvent) -> Sequence[object]:
    return (
        event.block,
        event.log_index,
        event.contract,
        event.name,
        event.subject,
        _encoded(dict(event.arguments)),
        event.block_time,
        event.transaction,
        event.arguments[OTHERS[event.name]] if event.name in OTHERS else None,
    )
