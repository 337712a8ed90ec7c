"""The auditor recomputes the map: a wrong one is named, and a missing one, too."""

from __future__ import annotations

import pytest

from ledger_service.domain.ledger.entry import Entry
from ledger_service.services.audit.check_map import check_map
from ledger_service.services.ledger.append_entry import append_entry
from ledger_service.services.publication import anchor_ledger
from tests.simulators.bench import Bench

AT = 1_767_600_000
HEX = "ab" * 32


def findings_of(entries: list[Entry], sizes: list[int]) -> list[str]:
    found: list[str] = []
    check_map(dict(enumerate(entries)), sizes, lambda reason: found.append(reason.name))
    return found


def map_entry(size: int, root: str = "00" * 32, count: int = 0) -> Entry:
    return Entry("map", AT, {"root": root, "count": count, "size": size})


STEWARD = Entry("steward", AT, {"steward": HEX, "block": 1})


def test_a_map_that_states_what_the_entries_hold_is_no_finding() -> None:
    assert findings_of([STEWARD, map_entry(1), STEWARD, map_entry(3)], [2, 4]) == []


@pytest.mark.parametrize("wrong", [map_entry(1, HEX), map_entry(1, count=1), map_entry(0)])
def test_a_map_that_states_something_else_is_named(wrong: Entry) -> None:
    assert findings_of([STEWARD, wrong], [2]) == ["map-mismatch"]


def test_a_checkpoint_that_ends_without_a_map_is_named() -> None:
    assert findings_of([STEWARD, map_entry(1), STEWARD], [2, 3]) == ["map-missing"]
    assert findings_of([STEWARD, map_entry(1)], [2, 9]) == ["map-missing"]


def test_a_ledger_from_before_maps_owes_them_from_the_first_on() -> None:
    assert findings_of([STEWARD, STEWARD], [1, 2]) == []
    assert findings_of([STEWARD, STEWARD, map_entry(2)], [1, 2, 3]) == []


def test_an_operator_who_hides_a_resource_from_the_map_is_found(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.registered()
    honest = bench.entries("map")[-1]

    def lie(transaction, at: int) -> int:
        facts = {**honest.facts, "size": transaction.ledger.size()}
        return append_entry(transaction, Entry("map", at, facts))

    monkeypatch.setattr(anchor_ledger, "append_map_entry", lie)
    bench.registered(b"a book to be hidden", title="Hidden")
    assert bench.findings() == {"map-mismatch"}


def test_an_operator_who_states_no_map_any_more_is_found(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.registered()
    monkeypatch.setattr(anchor_ledger, "append_map_entry", lambda transaction, at: 0)
    bench.registered(b"another book", title="Another")
    assert bench.findings() == {"map-missing"}
