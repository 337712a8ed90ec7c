"""The index of chain events: which confirmed blocks were read, and what they said."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, and_, bindparam, delete, func, insert, select, tuple_, update

from ledger_service.adapters.sql.chain.schema import IS_ACT, chain_block, chain_event
from ledger_service.adapters.sql.driver import Driver
from ledger_service.domain.chain.block import Block
from ledger_service.domain.chain.history import ChainEvent
from ledger_service.domain.errors import InvalidCursor
from ledger_service.ports.chain import EventTotals
from ledger_service.ports.paging import Page, PageRequest

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

_PLACE = re.compile(r"([0-9]{1,15})-([0-9]{1,9})")
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
# Reads of the chain end at blocks, by which the time leads to a place in the primary key.
READ_BEFORE = (
    select(func.max(chain_block.c.number))
    .where(chain_block.c.time < bindparam("since"))
    .scalar_subquery()
)
ACTED_IN = _read(
    chain_event.c.name.in_(bindparam("names", expanding=True))
    & (chain_event.c.block > func.coalesce(READ_BEFORE, -1))
    & chain_event.c.block_time.between(bindparam("since"), bindparam("until"))
).execution_options(yield_per=EVENTS_A_FETCH)
NEWEST_OF = (
    select(chain_event)
    .where(
        chain_event.c.subject == bindparam("wanted"),
        chain_event.c.name == bindparam("name"),
        chain_event.c.block <= READ_TO,
    )
    .order_by(chain_event.c.block.desc(), chain_event.c.log_index.desc())
    .execution_options(yield_per=EVENTS_A_FETCH)
)
ACTS = (
    select(chain_event)
    .where(IS_ACT, chain_event.c.block <= READ_TO)
    .order_by(chain_event.c.block.desc(), chain_event.c.log_index.desc())
    .limit(bindparam("most"))
)
ACTS_BEFORE = ACTS.where(
    tuple_(chain_event.c.block, chain_event.c.log_index)
    < tuple_(bindparam("block"), bindparam("log_index"))
)
LINKS_TO = _read(chain_event.c.other == bindparam("wanted"))
NAMED = _read(
    chain_event.c.subject.in_(bindparam("wanted", expanding=True))
    & chain_event.c.name.in_(bindparam("names", expanding=True))
    & (chain_event.c.block > bindparam("above"))
)
OF_LEDGERS = _read(chain_event.c.contract == "CheckpointAnchor")
# Joined to nothing, so that SQLite looks among the blocks, and not through all anchors there ever were.
OF_LEDGERS_ABOVE = _read(
    and_(
        chain_event.c.contract.concat("") == "CheckpointAnchor",
        chain_event.c.block > bindparam("wanted"),
    )
)
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

    def events_named(
        self, names: Sequence[str], subjects: Sequence[str], above: int = -1
    ) -> list[ChainEvent]:
        """Return the events of these names and subjects in blocks above this one, in chain order."""
        wanted = {"wanted": list(subjects), "names": list(names), "above": above}
        return [_event(row) for row in self._connection.execute(NAMED, wanted)]

    def has(self, block: Block) -> bool:
        """Return whether the chain was read up to this very block once, and it is still there."""
        its = chain_block.c.number == block.number, chain_block.c.hash == block.hash
        return self._connection.scalar(select(chain_block.c.number).where(*its)) is not None

    def acted_in(self, names: Sequence[str], since: int, until: int) -> Iterator[ChainEvent]:
        values = {"names": list(names), "since": since, "until": until}
        return map(_event, self._connection.execute(ACTED_IN, values))

    def newest_of(self, subject: str, name: str) -> Iterator[ChainEvent]:
        values = {"wanted": subject, "name": name}
        return map(_event, self._connection.execute(NEWEST_OF, values))

    def acts(self, request: PageRequest) -> Page[ChainEvent]:
        before, most = request.text(), {"most": request.limit + 1}
        if before:
            block, log_index = _place(before)
            place = {"block": block, "log_index": log_index}
            rows = self._connection.execute(ACTS_BEFORE, {**place, **most})
        else:
            rows = self._connection.execute(ACTS, most)
        return Page.of(
            [_event(row) for row in rows], request, lambda one: "{}-{}".format(*one.position)
        )

    def links_to(self, digest: str) -> list[ChainEvent]:
        """Return the events by which other resources point to this one (64 hex), or cease to, in order."""
        return self._events(LINKS_TO, digest)

    def of_ledgers(self, above: int) -> list[ChainEvent]:
        if above < 0:
            return [_event(row) for row in self._connection.execute(OF_LEDGERS)]
        return self._events(OF_LEDGERS_ABOVE, above)

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


def _place(key: str) -> tuple[int, int]:
    """Return block and index of a log in a list's key; raise InvalidCursor."""
    found = _PLACE.fullmatch(key)
    if found is None:
        raise InvalidCursor()
    return int(found[1]), int(found[2])


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
