"""What the worker tells of itself: its last round, what it saw then, and why it stopped or waits."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import Connection, delete, insert, select

from ledger_service.adapters.sql.chain.schema import worker_state
from ledger_service.domain.chain.block import Block
from ledger_service.domain.reasons import Reason
from ledger_service.ports.accounts.own import RelayerFunds
from ledger_service.ports.chain import WorkerState


class SqlWorkerState:
    """Implements ports.WorkerStateTable: one row, or none before the first worker."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def read(self) -> WorkerState:
        row = self._connection.execute(select(worker_state)).one_or_none()
        if row is None:
            return WorkerState()
        head = relayer = None
        if row.head_hash is not None:
            head = Block(row.head_number, row.head_hash, row.head_time)
        if row.relayer is not None:
            numbers = (row.relayer_balance, row.gas_price, row.relayer_transactions)
            relayer = RelayerFunds(row.relayer, *(int(number) for number in numbers))
        return WorkerState(
            row.last_round,
            _parsed(row.stop),
            row.stopped_at,
            _parsed(row.waits),
            head,
            relayer,
            row.clock_skew or 0,
            tuple(Reason.from_json(told) for told in json.loads(row.warnings or "[]")),
        )

    def replace(self, state: WorkerState) -> None:
        row: dict[str, Any] = {
            "id": 1,
            "last_round": state.last_round,
            "stop": _formatted(state.stop),
            "stopped_at": state.stopped_at,
            "waits": _formatted(state.waits),
            "clock_skew": state.clock_skew,
            "warnings": json.dumps([reason.to_json() for reason in state.warnings]),
        }
        if (head := state.head) is not None:
            row |= {"head_number": head.number, "head_hash": head.hash, "head_time": head.time}
        if (relayer := state.relayer) is not None:  # wei do not fit into a column's number
            row |= {
                "relayer": relayer.account,
                "relayer_balance": str(relayer.balance),
                "gas_price": str(relayer.price),
                "relayer_transactions": str(relayer.transactions),
            }
        self._connection.execute(delete(worker_state))
        self._connection.execute(insert(worker_state), row)


def _parsed(text: str | None) -> Reason | None:
    return None if text is None else Reason.parse(text)


def _formatted(reason: Reason | None) -> str | None:
    return None if reason is None else reason.format()
