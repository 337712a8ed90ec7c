"""What is told quickly is what is told everywhere, and nothing that an entry does not commit to."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from ledger_service.domain.errors import MetadataMismatch
from ledger_service.domain.exports.cited_work import work_of, work_of_claim
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.ledger.merkle import check_inclusion, leaf_hash
from ledger_service.domain.resources.registration import WithdrawalReason
from ledger_service.ports.paging import PageRequest
from ledger_service.services.exports.tell_claims import (
    ToldClaim,
    newest_checkpoints,
    tell_claims,
)
from ledger_service.services.resources.change_resource import withdraw_resource
from ledger_service.services.resources.describe_resource import describe_resource
from tests.simulators.bench import LIBRARIAN, Bench

FACTS = {"license": ("L", "https://l.example"), "steward": "S", "changed_at": 5, "is_open": True}


def told(bench: Bench) -> list[ToldClaim]:
    with bench.store.read() as transaction:
        rows = transaction.changes.page(PageRequest(limit=200)).items
        checkpoints = newest_checkpoints(transaction)
        return tell_claims(bench.library, transaction, rows, checkpoints)


@pytest.fixture(scope="module")
def lively_once(empty_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Bench:
    """Return a library to be copied: some works were changed, and the newest waits for its anchor."""
    folder = tmp_path_factory.mktemp("lively")
    shutil.copy(empty_database, folder / "muhr.db")
    bench = Bench(folder)
    for number in range(6):
        bench.registered(b"work %d" % number, title=f"Work “{number}”")
    describe_resource(bench.library, LIBRARIAN, Digest.of(b"work 1"), {"creator": "A; B"})
    withdraw_resource(bench.library, LIBRARIAN, Digest.of(b"work 2"), WithdrawalReason.LEGAL)
    bench.settle()
    bench.register(b"newest", title="Newest")
    bench.release()
    return bench


@pytest.fixture
def lively(lively_once: Bench, tmp_path: Path) -> Iterator[Bench]:
    """Return such a library."""
    folder = tmp_path / "lively"
    shutil.copytree(lively_once.folder, folder)
    bench = Bench(folder, like=lively_once)
    yield bench
    bench.release()


def test_a_claim_that_nothing_changed_is_told_as_its_registration_is(lively: Bench) -> None:
    found = told(lively)
    plain = [item for item in found if item.plain is not None]
    assert len(plain) == 5
    with lively.store.read() as transaction:
        for item in plain:
            assert item.plain is not None
            [one] = transaction.registrations.of_entries([item.changed.claim])
            assert work_of_claim(item.plain, "https://u", **FACTS) == work_of(
                one, "https://u", **FACTS
            )
            assert item.plain.stands == (one.registered_entry is not None)
    assert {item.registration.digest for item in found if item.registration is not None} == {
        Digest.of(b"work 1"),
        Digest.of(b"work 2"),
    }


def test_each_has_its_entry_and_its_proof_once_a_checkpoint_covers_it(lively: Bench) -> None:
    bodies = lively.bodies()
    found = told(lively)
    for item in found:
        assert bodies[item.number] == item.body
        if item.checkpoint is not None:
            root, size = item.checkpoint.root, item.checkpoint.size
            check_inclusion(leaf_hash(item.body), item.number, size, item.proof, root)
    assert [item.checkpoint is None for item in found] == [False] * 6 + [True]


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE registration SET title = 'Forged' WHERE title = 'Work “3”'",
        "UPDATE registration SET creator = 'Forged' WHERE title = 'Work “3”'",
        "UPDATE registration SET accepted_at = accepted_at + 1, media_type = 'text/html' "
        "WHERE title = 'Work “3”'",
        "UPDATE registration SET further = '{\"place\":\"Forged\"}' WHERE title = 'Work “3”'",
        "UPDATE description SET creator = 'Forged'",
    ],
)
def test_what_its_entry_does_not_commit_to_is_not_told(lively: Bench, change: str) -> None:
    with lively.store.engine.begin() as connection:
        assert connection.execute(text(change)).rowcount == 1
    with pytest.raises(MetadataMismatch):
        told(lively)
