"""Absence: evidence at every checkpoint, on an anchored one if there is one, and never for what is held."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable

import pytest

from ledger_service.adapters.signer import check_ed25519
from ledger_service.domain.errors import (
    CheckpointNotFound,
    InvalidMapProof,
    LedgerBusy,
    ResourceInLedger,
)
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.ledger.entry import Entry
from ledger_service.domain.publication import map_pages
from ledger_service.domain.publication.verifiable_map import record, subtree_of
from ledger_service.domain.verification.absence import Absence
from ledger_service.services.ledger.append_entry import append_entry
from ledger_service.services.publication import update_map
from ledger_service.services.publication.anchor_ledger import queue_anchor, sign_checkpoint
from ledger_service.services.publication.update_map import append_map_entry, catch_up_map
from ledger_service.services.verification.prove_absence import prove_absence
from tests.simulators.bench import BOOK, STEWARD, Bench, StoreThatStops, WorkerKilled

ABSENT = Digest.of(b"nobody registered this")
HEX = "ab" * 32


def proved(bench: Bench, digest: Digest = ABSENT) -> tuple[Absence, Entry]:
    """Return evidence that a reader has checked, and the map entry that it rests on."""
    absence = Absence.parse(prove_absence(bench.library, digest).format())
    entry, _ = absence.check(bench.library.key, check_ed25519)
    return absence, entry


def accept(bench: Bench, first: int, count: int) -> None:
    """Append entries that accept made-up digests, as an import does."""
    claim = {"cid": "f01551220" + HEX, "license": HEX, "metadata": HEX, "steward": STEWARD.hex()}
    with bench.store.write() as transaction:
        for number in range(first, first + count):
            digest = Digest.of(number.to_bytes(4, "big")).hex()
            append_entry(transaction, Entry("accepted", bench.clock(), {**claim, "digest": digest}))


def stated_root(bench: Bench) -> str:
    """Return the root that the entries have, by the tree over all of them at once."""
    first: dict[str, int] = {}
    for index, entry in enumerate(bench.entries()):
        if entry.kind == "accepted":
            first.setdefault(entry.text("digest"), index)
    records = sorted(record(bytes.fromhex(digest), index) for digest, index in first.items())
    return subtree_of(records, 0).hash.hex()


def pages(bench: Bench) -> dict[tuple[str, int], bytes]:
    connection = sqlite3.connect(bench.folder / "muhr.db")
    rows = connection.execute("SELECT prefix, version, body FROM map_page").fetchall()
    connection.close()
    return {(prefix, version): body for prefix, version, body in rows}


def change_database(bench: Bench, statement: str) -> None:
    connection = sqlite3.connect(bench.folder / "muhr.db")
    connection.execute(statement)
    connection.commit()
    connection.close()


def test_a_ledger_without_resources_proves_that_nothing_is_registered(bench: Bench) -> None:
    bench.settle()
    absence, entry = proved(bench)
    assert entry.facts == {"root": "00" * 32, "count": 0, "size": 1}
    assert absence.receipt.anchor is not None


def test_every_checkpoint_ends_with_the_map_and_an_idle_ledger_stays_idle(bench: Bench) -> None:
    bench.registered()
    bench.registered(b"another book", title="Another")
    entries = bench.entries()
    assert entries[-1].kind == "map"
    assert entries[-1].text("root") == stated_root(bench)
    assert entries[-1].number("count") == 2
    for _ in range(5):
        bench.clock.advance(60)
        bench.worker.round()
    assert bench.entries() == entries
    sizes = [event.number("size") for event in bench.chain.events_named("CheckpointAnchored")]
    assert {entries[size - 1].kind for size in sizes} == {"map"}


def test_evidence_rests_on_the_anchored_checkpoint_while_the_ledger_grows(bench: Bench) -> None:
    bench.registered()
    anchored, _ = proved(bench)
    for number in range(5):
        accept(bench, 50 * number, 50)
        sign_checkpoint(bench.library, bench.signer)
        absence, _ = proved(bench)
        assert absence.receipt.checkpoint == anchored.receipt.checkpoint
        assert absence.receipt.anchor == anchored.receipt.anchor
    bench.settle()
    later, entry = proved(bench)
    assert later.receipt.index > anchored.receipt.index
    assert later.receipt.anchor is not None
    assert entry.number("count") == 251


def test_an_anchor_under_way_keeps_its_map_until_it_is_the_last(bench: Bench) -> None:
    bench.registered()
    accept(bench, 0, 100)
    size = sign_checkpoint(bench.library, bench.signer)
    assert queue_anchor(bench.library)
    for number in range(1, 4):
        accept(bench, 100 * number, 100)
        sign_checkpoint(bench.library, bench.signer)
    while bench.chain.events_named("CheckpointAnchored")[-1].number("size") != size:
        bench.worker.round()
        bench.clock.advance(1)
        bench.chain.mine()
    bench.worker.round()
    absence, _ = proved(bench)
    assert absence.receipt.index + 1 >= size


def test_before_any_anchor_the_evidence_names_none(bench: Bench) -> None:
    with pytest.raises(CheckpointNotFound):
        prove_absence(bench.library, ABSENT)
    sign_checkpoint(bench.library, bench.signer)
    absence, _ = proved(bench)
    assert absence.receipt.anchor is None


def test_what_the_ledger_holds_has_no_evidence_of_absence(bench: Bench) -> None:
    bench.settle()
    bench.register()  # since the last checkpoint
    with pytest.raises(ResourceInLedger):
        prove_absence(bench.library, Digest.of(BOOK))
    bench.settle()
    with pytest.raises(ResourceInLedger):
        prove_absence(bench.library, Digest.of(BOOK))
    accept(bench, 0, 1)
    sign_checkpoint(bench.library, bench.signer)
    with pytest.raises(ResourceInLedger):  # it is not in the anchored map, but in the newest
        prove_absence(bench.library, Digest.of(bytes(4)))


def test_a_digest_that_is_accepted_twice_keeps_its_first_index(bench: Bench) -> None:
    accept(bench, 0, 3)
    accept(bench, 0, 3)
    sign_checkpoint(bench.library, bench.signer)
    assert bench.entries("map")[-1].number("count") == 3
    assert bench.entries("map")[-1].text("root") == stated_root(bench)


@pytest.mark.slow
def test_old_versions_of_pages_are_dropped(bench: Bench) -> None:
    for number in range(40):
        accept(bench, 10 * number, 10)
        bench.settle()
    versions = [version for prefix, version in pages(bench) if prefix == ""]
    assert len(versions) <= 3


@pytest.fixture
def in_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let few entries count as many."""
    monkeypatch.setattr(update_map, "ENTRIES_UNDER_LOCK", 10)
    monkeypatch.setattr(update_map, "ENTRIES_AT_ONCE", 150)
    monkeypatch.setattr(map_pages, "PAGES_TOGETHER", 1)
    monkeypatch.setattr(map_pages, "MOST_RECORDS", 20)


@pytest.mark.usefixtures("in_steps")
def test_many_entries_are_taken_in_steps_with_the_same_root(bench: Bench) -> None:
    bench.settle()
    accept(bench, 0, 500)
    sign_checkpoint(bench.library, bench.signer)
    assert bench.entries("map")[-1].text("root") == stated_root(bench)
    proved(bench)


@pytest.mark.slow
@pytest.mark.usefixtures("in_steps")
@pytest.mark.parametrize("committed", [True, False])
def test_a_worker_killed_at_any_write_of_the_map_leaves_it_to_the_next(
    new_bench: Callable[..., Bench], committed: bool
) -> None:
    bench = new_bench()
    bench.settle()
    accept(bench, 0, 300)
    kills = 0
    for at in range(1, 200):
        store = StoreThatStops(bench.store, at, committed=committed)
        try:
            catch_up_map(bench.another_worker(store)._library)
        except WorkerKilled:
            kills += 1
            accept(bench, 300 + at, 1)
            continue
        break
    sign_checkpoint(bench.library, bench.signer)
    assert kills > 5
    assert bench.entries("map")[-1].text("root") == stated_root(bench)
    assert bench.findings() == set()


@pytest.mark.slow
@pytest.mark.usefixtures("in_steps")
def test_two_workers_that_both_believe_to_lead_leave_one_right_map(bench: Bench) -> None:
    bench.settle()
    accept(bench, 0, 300)
    other = bench.another_worker()._library
    busy = bench.another_worker(StoreThatLetsIn(bench.store, lambda: catch_up_map(other)))._library
    with pytest.raises(LedgerBusy):
        catch_up_map(busy)
    sign_checkpoint(bench.library, bench.signer)
    assert bench.entries("map")[-1].text("root") == stated_root(bench)
    for number in range(300, 600):
        accept(bench, number, 1)
        sign_checkpoint(bench.library, bench.signer)
    assert bench.entries("map")[-1].text("root") == stated_root(bench)


class StoreThatLetsIn:
    """A store before whose third write transaction somebody else does something."""

    def __init__(self, store, act) -> None:
        self._store, self._act, self._left = store, act, 3

    def read(self):
        return self._store.read()

    def write(self):
        self._left -= 1
        if self._left == 0:
            self._act()
        return self._store.write()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE map_page SET body = x'00' WHERE prefix = ''",
        "UPDATE map_page SET body = x'0102' WHERE prefix = ''",
        "UPDATE map_page SET body = x'0000' WHERE prefix = ''",
        "DELETE FROM map_page",
        "DELETE FROM map_page WHERE prefix = ''",
        "DELETE FROM map_page WHERE prefix <> ''",
        "UPDATE map_page SET version = version + 1000",
        "UPDATE map_page SET body = x'00' WHERE prefix <> ''",
    ],
)
def test_a_stored_map_that_was_changed_is_never_evidence_and_is_made_anew(
    bench: Bench, statement: str
) -> None:
    accept(bench, 0, 200)
    bench.settle()
    change_database(bench, statement)
    with pytest.raises(InvalidMapProof):
        prove_absence(bench.library, ABSENT)
    accept(bench, 200, 200)
    bench.settle()
    assert bench.entries("map")[-1].text("root") == stated_root(bench)
    proved(bench)
    assert bench.findings() == set()


@pytest.mark.usefixtures("in_steps")
def test_a_map_that_was_damaged_is_made_anew_in_steps(bench: Bench) -> None:
    accept(bench, 0, 200)
    bench.settle()
    change_database(bench, "DELETE FROM map_page WHERE prefix <> ''")
    accept(bench, 200, 200)
    bench.settle()
    assert bench.entries("map")[-1].text("root") == stated_root(bench)


@pytest.mark.slow
@pytest.mark.parametrize("committed", [True, False])
@pytest.mark.usefixtures("in_steps")
def test_a_map_that_was_dropped_is_made_anew_though_the_ledger_stays_as_it_is(
    bench: Bench, committed: bool
) -> None:
    accept(bench, 0, 400)
    bench.settle()
    before, entries = proved(bench), bench.entries()
    change_database(bench, "DELETE FROM map_page")
    for at in range(1, 200):
        store = StoreThatStops(bench.store, at, committed=committed)
        try:
            catch_up_map(bench.another_worker(store)._library)
        except WorkerKilled:
            continue
        break
    assert at > 5
    assert proved(bench) == before
    change_database(bench, "DELETE FROM map_page")
    bench.worker.round()
    assert proved(bench) == before
    assert bench.entries() == entries


def test_a_map_that_is_only_half_made_anew_is_not_taken_for_whole(bench: Bench) -> None:
    accept(bench, 0, 400)
    bench.settle()
    change_database(bench, "DELETE FROM map_page")
    update_map._extend_in_steps(bench.library, 0, 200)
    changed = pages(bench)["00", 200][:-1] + b"\xff"  # the index of a record
    change_database(bench, f"UPDATE map_page SET body = x'{changed.hex()}' WHERE prefix = '00'")
    accept(bench, 400, 1)
    with bench.store.write() as transaction:
        append_map_entry(transaction, bench.clock())
    assert bench.entries("map")[-1].text("root") == stated_root(bench)


def test_pages_of_a_ledger_that_is_longer_are_not_believed(bench: Bench) -> None:
    accept(bench, 0, 50)
    with bench.store.write() as transaction:
        append_map_entry(transaction, bench.clock())
    change_database(bench, "UPDATE map_page SET version = 1000")
    bench.settle()
    assert bench.entries("map")[-1].text("root") == stated_root(bench)


def test_the_map_entry_covers_what_came_in_with_it(bench: Bench) -> None:
    accept(bench, 0, 5)
    with bench.store.write() as transaction:
        index = append_map_entry(transaction, bench.clock())
    entry = bench.entries()[index]
    assert entry.number("size") == index
    assert entry.text("root") == stated_root(bench)
