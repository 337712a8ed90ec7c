"""What the worker tells of itself: when it last ended a round, and why it stopped, if it did."""

from __future__ import annotations

from sqlalchemy import Connection, delete, insert, select

from ledger_service.adapters.sql.chain.schema import worker_state
from ledger_service.domain.reasons import Reason
from ledger_service.ports.chain import WorkerState


class SqlWorkerState:
    """Implements ports.WorkerStateTable: one row, or none before the first worker."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def read(self) -> WorkerState:
        row = self._connection.execute(select(worker_state)).one_or_none()
        if row is None:
            return WorkerState()
        stop = None if row.stop is None else Reason.parse(row.stop)
        return WorkerState(row.last_round, stop, row.stopped_at)

    def replace(self, state: WorkerState) -> None:
        stop = None if state.stop is None else state.stop.format()
        row = {"last_round": state.last_round, "stop": stop, "stopped_at": state.stopped_at}
        self._connection.execute(delete(worker_state))
        self._connection.execute(insert(worker_state), {"id": 1, **row})
