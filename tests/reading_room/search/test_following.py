"""The worker follows the ledger: what it indexes, and that an index made anew is the same."""

from __future__ import annotations

import pytest

from ledger_service.domain.identifiers import Digest
from ledger_service.domain.ledger.entry import Entry
from ledger_service.domain.resources.registration import RegistrationState, WithdrawalReason
from ledger_service.ports.paging import PageRequest
from ledger_service.services.ledger.append_entry import append_entry
from ledger_service.services.resources.change_resource import withdraw_resource
from ledger_service.services.resources.describe_resource import describe_resource
from reading_room.search import work as working
from reading_room.search.ports import Indexed
from reading_room.search.rules import FOLD
from reading_room.search.rules.found import Asked, Order
from reading_room.search.rules.name import Name
from reading_room.search.rules.query import parse_query
from reading_room.search.sql import SqlSearch
from reading_room.search.verbs.find import search
from reading_room.search.verbs.find_named import find_named
from tests.simulators.bench import LIBRARIAN, STEWARD, Bench

QUERIES = [
    "",
    "hamsa",
    "xamsa",
    "hamsa*",
    "-xamsa",
    "navoiy",
    "title:hamsa",
    "kind:text",
    "beshinchi",
]


def never() -> bool:
    return False


def withdraw(bench: Bench, digest: Digest) -> None:
    withdraw_resource(bench.library, LIBRARIAN, digest, WithdrawalReason.LEGAL, destroys_key=False)
    bench.settle()


def everything_found(bench: Bench) -> list[object]:
    """Return all that the index alone finds, in each order, with its counts."""
    with bench.store.read() as transaction:
        room = transaction.room(SqlSearch)
        return [
            room.find(Asked(parse_query(typed), order, limit=100, with_facets=True))
            for typed in QUERIES
            for order in Order
        ]


@pytest.fixture
def shelf(bench: Bench) -> list[Digest]:
    """Return what was registered, the first corrected twice and the last withdrawn."""
    titles = ["Xamsa", "Hamsa, beshinchi nashr", "Hayrat ul-abror", "Layli va Majnun"]
    made = [bench.registered(title.encode(), title=title).digest for title in titles]
    for title in ("Hamsa misread", "Hamsa at last"):
        describe_resource(bench.library, LIBRARIAN, made[0], {"title": title})
    return made


def test_an_index_made_anew_is_the_one_that_followed(bench: Bench, shelf: list[Digest]) -> None:
    working.work(bench.library, never)
    describe_resource(bench.library, LIBRARIAN, shelf[1], {"creator": "Navoiy"})
    withdraw(bench, shelf[3])
    working.work(bench.library, never)
    followed = everything_found(bench)
    with bench.store.write() as transaction:
        transaction.room(SqlSearch).clear()
    working.work(bench.library, never)
    assert everything_found(bench) == followed


def test_an_index_of_another_fold_is_made_anew(
    bench: Bench, shelf: list[Digest], monkeypatch: pytest.MonkeyPatch
) -> None:
    working.work(bench.library, never)
    found = everything_found(bench)
    monkeypatch.setattr(working, "FOLD", FOLD + 1)
    working.work(bench.library, never)
    assert everything_found(bench) == found
    with bench.store.read() as transaction:
        assert transaction.room(SqlSearch).indexed().fold == FOLD + 1


def test_it_goes_on_in_small_steps(bench: Bench, shelf: list[Digest]) -> None:
    steps = 0
    while working.index_some(bench.library, 2):
        steps += 1
    assert steps > 2
    found = everything_found(bench)
    with bench.store.write() as transaction:
        transaction.room(SqlSearch).clear()
    working.work(bench.library, never)
    assert everything_found(bench) == found


def test_whoever_searches_before_the_worker_has_followed_finds_the_same(
    bench: Bench, shelf: list[Digest]
) -> None:
    withdraw(bench, shelf[3])

    def found() -> list[object]:
        results = []
        for typed in QUERIES:
            for order in Order:
                asked = Asked(parse_query(typed), order, limit=2, with_facets=True)
                got = search(bench.library, SqlSearch, asked)
                facets = {facet: rows for facet, rows in got.facets.items() if rows}
                results.append(([item.digest for item in got.items], got.total, got.next, facets))
        return results

    before = found()
    working.work(bench.library, never)
    assert found() == before
    describe_resource(bench.library, LIBRARIAN, shelf[2], {"title": "Hamsa: hayrat"})
    unread = found()
    working.work(bench.library, never)
    assert found() == unread


@pytest.mark.parametrize("is_read", [False, True])
def test_what_is_being_withdrawn_is_neither_shown_nor_counted(
    bench: Bench, shelf: list[Digest], *, is_read: bool
) -> None:
    """The chain confirms it later, by an entry, and only then the index knows."""
    if is_read:
        working.work(bench.library, never)
    reason = WithdrawalReason.LEGAL
    withdraw_resource(bench.library, LIBRARIAN, shelf[2], reason, destroys_key=False)

    def found() -> list[object]:
        results: list[object] = []
        for order in Order:
            after: str | None = ""
            while after is not None:
                asked = Asked(parse_query(""), order, after, limit=1, with_facets=True)
                page = search(bench.library, SqlSearch, asked)
                shown = [item.digest for item in page.items]
                results.append((shown, page.total, page.facets))
                after = None if page.next is None else PageRequest(page.next).text()
        return results

    before = found()
    assert len(before) == 3 * len(Order)
    for shown, total, _ in before:
        assert (len(shown), total) == (1, 3)
    bench.settle()
    assert found() == before
    working.work(bench.library, never)
    assert found() == before


def test_a_withdrawn_work_is_found_by_its_names_also_in_an_index_made_anew(
    bench: Bench, shelf: list[Digest]
) -> None:
    named = {"identifiers": [{"scheme": "doi", "value": "10.1000/gone"}]}
    describe_resource(bench.library, LIBRARIAN, shelf[1], named)
    doi = [Name("doi", "10.1000/gone")]
    assert [item.digest for item in find_named(bench.library, SqlSearch, doi).standing] == [
        shelf[1]
    ]
    withdraw(bench, shelf[1])
    for make_anew in (False, True):
        if make_anew:
            with bench.store.write() as transaction:
                transaction.room(SqlSearch).set_indexed(Indexed())
        for _ in range(2):  # before the worker has followed, and after
            found = find_named(bench.library, SqlSearch, doi)
            assert (found.standing, [item.digest for item in found.withdrawn]) == ([], [shelf[1]])
            working.work(bench.library, never)
    assert search(bench.library, SqlSearch, Asked(parse_query("10.1000/gone"))).items == []


def test_a_digest_that_was_rejected_and_claimed_again_is_found_once(bench: Bench) -> None:
    data, digest = b"claimed twice", Digest.of(b"claimed twice")
    bench.register(data, title="Hamsa, first claim")
    working.work(bench.library, never)
    with bench.store.write() as transaction:
        facts = {"digest": digest.hex(), "steward": STEWARD.hex(), "reason": "00000000"}
        append_entry(transaction, Entry("rejected", bench.clock(), facts))
        rejected = RegistrationState.REJECTED
        transaction.registrations.set_state(digest, STEWARD, rejected, rejection="no")
    asked = Asked(parse_query("hamsa"))
    assert search(bench.library, SqlSearch, asked).items == []
    bench.register(data, title="Hamsa, second claim")
    working.work(bench.library, never)
    with bench.store.read() as transaction:
        assert len(transaction.room(SqlSearch).find(asked).hits) == 1
    [item] = search(bench.library, SqlSearch, asked).items
    assert item.record.title == "Hamsa, second claim"


def test_openings_and_other_entries_are_passed_over(bench: Bench, shelf: list[Digest]) -> None:
    working.work(bench.library, never)
    with bench.store.write() as transaction:
        at = bench.clock() // 3600 * 3600
        for number in range(working.QUIET_ENTRIES + 1):
            append_entry(transaction, Entry("denied", at, {"commitment": f"{number:064x}"}))
    assert working.index_some(bench.library)
    assert not working.index_some(bench.library)
