"""The history of decisions that an audit tells of."""

from __future__ import annotations

from ledger_service.domain.ledger.entry import PRIVATE_KINDS
from ledger_service.domain.lending.decision import Decision
from tests.simulators.bench import Bench


def test_an_audit_tells_the_decisions_that_open_their_entries_and_no_others(lived: Bench) -> None:
    told: list[tuple[int, str]] = []

    def hear(entry: int, decision: Decision) -> None:
        told.append((entry, decision.kind.value))

    lived.audit(tell=hear)
    kinds = [entry.kind for entry in lived.entries()]
    decided = [(index, kind) for index, kind in enumerate(kinds) if kind in PRIVATE_KINDS]
    assert (told, len(decided)) == (decided, 2)
    told.clear()
    lived.source.change_parts = lambda parts: [{**parts[0], "body": "{}"}, *parts[1:]]
    lived.audit(tell=hear)
    assert told == decided[1:]
