"""Registrations are listed by what last changed them: once each, the oldest change first."""

from __future__ import annotations

import json

from alembic import command
from sqlalchemy import text

from ledger_service.adapters.sql.migrate import _config as configuration
from ledger_service.adapters.sql.migrate import upgrade
from ledger_service.domain.content.content_id import RAW, ContentId
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.resources.claim import Claim
from ledger_service.domain.resources.registration import (
    Metadata,
    Relation,
    Route,
    WithdrawalReason,
)
from ledger_service.domain.resources.search import WHOLE, Shelf, collection_id
from ledger_service.ports.paging import PageRequest, every
from ledger_service.services.chain.relay_intent import relay_intent
from ledger_service.services.resources.accept_claims import accept_claims
from ledger_service.services.resources.change_resource import supersede_resource, withdraw_resource
from ledger_service.services.resources.describe_resource import describe_resource
from ledger_service.services.resources.list_changes import Change, find_change, list_changes
from tests.services.chain.test_relay_intent import OWN, claim, signed
from tests.simulators.bench import BOOK, LIBRARIAN, STEWARD, Bench

SERIES = {"part_of": [{"title": "Durdonalar", "volume": "3"}]}


def changes(bench: Bench, shelf: Shelf = WHOLE, size: int = 2, **span: int) -> list[Change]:
    """Return all changes, read in pages of this size."""
    found, cursor = [], ""
    while True:
        page = list_changes(bench.library, PageRequest(cursor, size), shelf, **span)
        found += page.items
        if page.next is None:
            return found
        cursor = page.next


def titles(found: list[Change]) -> list[str]:
    return [item.registration.record.title for item in found]


def test_each_registration_stands_where_its_newest_entry_does(bench: Bench) -> None:
    for number in range(5):
        bench.clock.advance(10)
        bench.registered(b"book %d" % number, title=f"Book {number}")
    bench.clock.advance(10)
    describe_resource(bench.library, LIBRARIAN, Digest.of(b"book 1"), {"title": "Corrected"})
    withdraw_resource(bench.library, LIBRARIAN, Digest.of(b"book 0"), WithdrawalReason.RETRACTED)
    bench.settle()
    found = changes(bench)
    assert titles(found) == ["Book 2", "Book 3", "Book 4", "Corrected", "Book 0"]
    assert [item.is_gone for item in found] == [False] * 4 + [True]
    bodies = bench.bodies()
    told = [json.loads(bodies[item.entry]) for item in found]
    assert [entry["kind"] for entry in told] == ["registered"] * 3 + ["described", "withdrawn"]
    assert [entry["at"] for entry in told] == [item.at for item in found]
    assert [entry["digest"] for entry in told] == [item.registration.digest.hex() for item in found]


def test_a_list_has_what_changed_within_a_time_and_of_one_shelf(bench: Bench) -> None:
    for number in range(4):
        bench.clock.advance(10)
        license_name = "CC-BY-4.0" if number % 2 else "CC0-1.0"
        bench.license(license_name)
        bench.registered(b"book %d" % number, license_name=license_name, title=f"Book {number}")
    whole = changes(bench)
    license_id = whole[1].registration.license
    assert titles(changes(bench, Shelf(license=license_id))) == ["Book 1", "Book 3"]
    assert titles(changes(bench, Shelf(steward=STEWARD))) == titles(whole)
    second, third = whole[1].at, whole[2].at
    assert titles(changes(bench, since=second, until=third)) == ["Book 1", "Book 2"]
    assert changes(bench, since=second + 1, until=third - 1) == []
    with bench.store.read() as transaction:
        table = transaction.changes
        assert table.count() == 4
        assert table.count(Shelf(license=license_id), second + 1) == 1
        assert table.first_at() == whole[0].at


def test_what_is_a_part_of_a_collection_is_on_its_shelf(bench: Bench) -> None:
    bench.registered(title="Devon")
    digest = Digest.of(BOOK)
    describe_resource(bench.library, LIBRARIAN, digest, SERIES)
    described = list_changes(bench.library, PageRequest()).items[0].registration
    [host] = described.record.part_of
    shelf = Shelf(collection=collection_id(host))
    assert titles(changes(bench, shelf)) == ["Devon"]
    with bench.store.read() as transaction:
        assert list(every(transaction.changes.collections)) == [(shelf.collection, "Durdonalar")]
    withdraw_resource(bench.library, LIBRARIAN, digest, WithdrawalReason.ERROR)
    bench.settle()
    [gone] = changes(bench, shelf)
    assert gone.is_gone
    assert gone.entry == changes(bench)[0].entry


def test_a_record_that_names_no_collection_any_more_leaves_its_shelf(bench: Bench) -> None:
    bench.registered()
    describe_resource(bench.library, LIBRARIAN, Digest.of(BOOK), SERIES)
    [host] = list_changes(bench.library, PageRequest()).items[0].registration.record.part_of
    describe_resource(bench.library, LIBRARIAN, Digest.of(BOOK), {"part_of": []})
    assert changes(bench, Shelf(collection=collection_id(host))) == []
    assert len(changes(bench)) == 1


def test_no_change_has_an_earlier_time_than_one_before_it(bench: Bench) -> None:
    bench.registered(b"one", title="One")
    before = changes(bench)[-1].at
    bench.clock.now -= 1000
    bench.register(b"two", title="Two")
    found = changes(bench)
    assert titles(found) == ["One", "Two"]
    assert found[1].at == before


def test_what_waits_for_a_signature_is_listed_once_the_chain_has_it(bench: Bench) -> None:
    bench.license()
    bench.chain.act(lambda state: state.add_registrar(STEWARD.hex(), OWN, 0, 2**40))
    found = bench.register(signed_elsewhere=True)
    bench.settle()
    assert changes(bench) == []
    relay_intent(bench.library, LIBRARIAN, signed(bench, "Register", claim(found)))
    bench.settle()
    assert titles(changes(bench)) == ["Xamsa"]


def test_a_superseded_resource_has_changed_and_its_successor_has_not(bench: Bench) -> None:
    old, new = (bench.registered(data, title=data.decode()) for data in (b"old", b"new"))
    assert titles(changes(bench)) == ["old", "new"]
    supersede_resource(bench.library, LIBRARIAN, old.digest, new.digest, Relation.VERSION)
    bench.settle()
    assert titles(changes(bench)) == ["new", "old"]


def test_one_is_found_by_its_digest(bench: Bench) -> None:
    bench.registered()
    with bench.store.read() as transaction:
        assert find_change(transaction, Digest.of(BOOK), STEWARD) == changes(bench)[0]
        assert find_change(transaction, Digest.of(b"another"), STEWARD) is None


def test_an_older_library_has_the_same_lists(lived: Bench) -> None:
    lived.registered(b"a part", title="Part")
    describe_resource(lived.library, LIBRARIAN, Digest.of(b"a part"), SERIES)
    lived.registered(b"gone", title="Gone")
    withdraw_resource(lived.library, LIBRARIAN, Digest.of(b"gone"), WithdrawalReason.LEGAL)
    lived.settle()
    tables = ("change_shelf", "resource_change", "resource_collection", "change_member")

    def rows() -> list[list[tuple[object, ...]]]:
        with lived.store.engine.connect() as connection:
            return [
                sorted(tuple(row) for row in connection.execute(text(f"SELECT * FROM {table}")))
                for table in tables
            ]

    before = rows()
    assert all(before)
    command.downgrade(configuration(lived.store.engine), "0036")
    upgrade(lived.store.engine)
    assert rows() == before


def test_thousands_are_listed_as_few_are(bench: Bench) -> None:
    bench.license()
    record = Metadata.claimed("Devon", "application/pdf", 1, "", "", SERIES)
    digests = [Digest.of(b"%d" % number) for number in range(1200)]
    claims = [
        Claim.of(digest, ContentId(RAW, digest.value), "CC-BY-4.0", record) for digest in digests
    ]
    with bench.store.write() as transaction:
        accept_claims(bench.library, transaction, claims, Route.BULK)
    found = changes(bench, size=200)
    assert [item.registration.digest for item in found] == digests
    [host] = record.part_of
    assert len(changes(bench, Shelf(collection=collection_id(host)), size=200)) == 1200
