"""Each page of private parts that an auditor is shown is an entry, before it is shown, in their case."""

from __future__ import annotations

import json
from contextlib import suppress

import pytest

from ledger_service.domain.errors import InvalidInput, NoCaseStands, NoLiveGrant
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.lending.decision import DecisionFilter, DecisionKind
from ledger_service.domain.people.caller import Caller, Role
from ledger_service.domain.people.look import Look, ranges_of
from ledger_service.ports.paging import PageRequest
from ledger_service.services.ledger.read_private_parts import list_private_parts
from ledger_service.services.lending.open_resource import open_resource
from tests.simulators.auditors import auditor
from tests.simulators.bench import STEWARD, Bench, Granted, as_reader


def ask(bench: Bench, reader: str, digest: Digest) -> int:
    with suppress(NoLiveGrant):
        open_resource(bench.library, as_reader(reader), digest=digest)
    return len(bench.entries()) - 1


def looks(bench: Bench) -> list[Look]:
    """Return what the entries of kind looked commit to."""
    size = len(bench.entries())
    with bench.store.read() as transaction:
        parts = transaction.ledger.private_parts(0, size)
    told = [json.loads(part.body or b"") for part in parts]
    return [Look.of(private) for private in told if private["kind"] == "looked"]


@pytest.fixture
def asked(granted: Granted) -> tuple[Bench, Digest, Digest, list[int]]:
    """Return four entries: opened, denied on another resource, opened, opened."""
    bench, reader, grant = granted
    other = bench.registered(b"another book").digest
    entries = [
        ask(bench, reader, grant.digest),
        ask(bench, bench.reader(), other),
        ask(bench, reader, grant.digest),
        ask(bench, reader, grant.digest),
    ]
    return bench, grant.digest, other, entries


def shown(bench: Bench, caller: Caller, **which: object) -> list[int]:
    wished = DecisionFilter(**which)  # type: ignore[arg-type]
    page = list_private_parts(bench.library, caller, PageRequest("", 50), which=wished)
    return [part.entry for part in page.items]


def test_a_page_that_is_shown_is_one_entry_that_tells_what_was_shown(
    asked: tuple[Bench, Digest, Digest, list[int]],
) -> None:
    bench, _, _, entries = asked
    before = len(bench.entries())
    assert shown(bench, auditor(number=7)) == entries
    assert len(bench.entries()) == before + 1
    entry = bench.entries()[-1]
    assert entry.kind == "looked"
    assert set(entry.facts) == {"commitment"}
    [look] = looks(bench)
    assert look.case == f"{7:064x}"
    assert (look.colleague, look.actor, look.shown) == (7, "staff", "parts")
    assert look.entries == ((entries[0], entries[-1]),)


def test_what_a_filter_leaves_out_was_not_looked_at(
    asked: tuple[Bench, Digest, Digest, list[int]],
) -> None:
    bench, _, _, (first, denied, third, fourth) = asked
    assert shown(bench, auditor(), kind=DecisionKind.OPENED) == [first, third, fourth]
    assert looks(bench)[-1].entries == ((first, first), (third, fourth))
    size = len(bench.entries())
    assert shown(bench, auditor(), until=1) == []
    assert len(bench.entries()) == size
    assert shown(bench, auditor(), kind=DecisionKind.DENIED) == [denied]


def test_a_case_about_a_resource_shows_nothing_else(
    asked: tuple[Bench, Digest, Digest, list[int]],
) -> None:
    bench, digest, other, entries = asked
    assert shown(bench, auditor(other)) == [entries[1]]
    assert looks(bench)[-1].entries == ((entries[1], entries[1]),)
    assert shown(bench, auditor(digest)) == [entries[0], *entries[2:]]
    assert shown(bench, auditor(Digest.of(b"no book"))) == []


def test_no_case_or_one_that_has_ended_shows_nothing_and_is_no_look(
    asked: tuple[Bench, Digest, Digest, list[int]],
) -> None:
    bench, _, _, _ = asked
    size = len(bench.entries())
    for caller in (
        Caller.of_token(Role.AUDITOR, "auditor", STEWARD),
        auditor(until=bench.clock()),
    ):
        with pytest.raises(NoCaseStands):
            shown(bench, caller)
    assert len(bench.entries()) == size


def test_a_list_page_by_page_ends(asked: tuple[Bench, Digest, Digest, list[int]]) -> None:
    bench, _, _, entries = asked
    cursor, found = "", list[int]()
    while cursor is not None:
        page = list_private_parts(bench.library, auditor(), PageRequest(cursor, 1))
        found += [part.entry for part in page.items]
        cursor = page.next
    assert found[:4] == entries
    assert [look.entries for look in looks(bench)] == [((entry, entry),) for entry in entries]


def test_ranges_have_nothing_in_them_that_was_not_shown() -> None:
    assert ranges_of([], [1, 2]) == ()
    assert ranges_of([1, 4, 9], [1, 4, 6, 9]) == ((1, 4), (9, 9))
    many = range(0, 10_000, 2)
    assert ranges_of(many, range(10_000)) == ((0, 9_998),)


@pytest.mark.parametrize(
    "change",
    [
        {"v": 2},
        {"at": -1},
        {"case": "x"},
        {"colleague": True},
        {"entries": []},
        {"entries": [[2, 1]]},
        {"entries": [[1, 2], [2, 3]]},
        {"shown": "all"},
        {"actor": "somebody"},
        {"more": 1},
    ],
    ids=str,
)
def test_what_has_not_the_form_of_a_look_is_none(change: dict[str, object]) -> None:
    good = {
        "v": 1,
        "kind": "looked",
        "at": 5,
        "actor": "staff",
        "case": "0" * 64,
        "colleague": 1,
        "entries": [[1, 2], [4, 4]],
        "shown": "parts",
    }
    assert Look.of(good).private_part() == good
    with pytest.raises((InvalidInput, ValueError)):
        Look.of({**good, **change})
