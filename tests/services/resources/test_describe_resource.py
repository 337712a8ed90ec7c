"""A corrected record is a new revision in the ledger; the registration and its receipts stay as they are."""

from __future__ import annotations

import sqlite3
from dataclasses import replace

import pytest

from ledger_service.adapters.signer import check_ed25519
from ledger_service.domain.chain_errors import ResourceIsWithdrawn
from ledger_service.domain.errors import (
    InvalidMetadata,
    MetadataMismatch,
    ResourceNotFound,
    ResourceNotYetRegistered,
    RoleNotHeld,
)
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.ledger.entry import Entry
from ledger_service.domain.resources.registration import Registration, WithdrawalReason
from ledger_service.domain.resources.search import Search
from ledger_service.ports.paging import PageRequest
from ledger_service.services.ledger.append_entry import append_entry
from ledger_service.services.resources.change_resource import withdraw_resource
from ledger_service.services.resources.describe_resource import describe_resource
from ledger_service.services.resources.find_resources import (
    find_title,
    list_descriptions,
    list_resources,
    show_resource,
)
from ledger_service.services.verification.make_receipt import receipt_of
from tests.simulators.bench import BOOK, LIBRARIAN, STEWARD, Bench, as_reader

DIGEST = Digest.of(BOOK)
RIGHT = "Xamsa, the right title"


def correct(bench: Bench, **record: str) -> Registration:
    return describe_resource(bench.library, LIBRARIAN, DIGEST, record)


def anchored(bench: Bench) -> None:
    bench.settle()
    bench.anchored_twice()


@pytest.fixture
def wrong(bench: Bench) -> Bench:
    """Return a library with a registered book under a wrong title."""
    bench.registered(title="Hamsa")
    return bench


def test_a_correction_is_shown_at_once_and_audits_are_clean(wrong: Bench) -> None:
    told = correct(wrong, title=RIGHT, language="uz")
    [entry] = wrong.entries("described")
    assert entry.facts == {
        "digest": DIGEST.hex(),
        "steward": STEWARD.hex(),
        "metadata": told.record.digest.hex(),
        "revision": 1,
    }
    [shown] = show_resource(wrong.library, DIGEST)
    assert (shown.record.title, shown.record.language) == (RIGHT, "uz")
    assert shown.record.size_bytes == len(BOOK)
    assert find_title(wrong.library, DIGEST) == RIGHT
    assert wrong.verdict().described[STEWARD.hex()].title == RIGHT
    anchored(wrong)
    assert wrong.findings() == set()


def test_a_resource_is_found_by_its_corrected_title_and_by_the_one_before(wrong: Bench) -> None:
    correct(wrong, title=RIGHT)
    for words, count in (("right title", 1), ("hamsa", 1), ("right hamsa", 0)):
        page = list_resources(wrong.library, PageRequest(), Search.of("", words))
        assert len(page.items) == count


def test_each_correction_is_a_revision_and_all_are_kept(wrong: Bench) -> None:
    for title in ("second", "third", "third"):
        correct(wrong, title=title)
    found = list_descriptions(wrong.library, DIGEST)
    assert [(item.revision, item.record.title) for item in found] == [(1, "second"), (2, "third")]
    anchored(wrong)
    assert wrong.findings() == set()


def test_the_registration_and_its_receipts_stay_as_they_are(wrong: Bench) -> None:
    anchored(wrong)
    before = receipt_of(wrong.library, DIGEST)
    correct(wrong, title=RIGHT)
    anchored(wrong)
    after = receipt_of(wrong.library, DIGEST)
    assert after.metadata == before.metadata
    for receipt in (before, after):
        receipt.check(wrong.library.key, check_ed25519)
    assert wrong.registration().metadata.title == "Hamsa"


@pytest.mark.parametrize("record", [{"title": " "}, {"title": "a\nb"}, {"media_type": "PDF"}])
def test_a_record_that_no_resource_has_is_refused(wrong: Bench, record: dict[str, str]) -> None:
    with pytest.raises(InvalidMetadata):
        correct(wrong, **record)
    assert wrong.entries("described") == []


def test_only_what_stands_is_described(wrong: Bench) -> None:
    with pytest.raises(ResourceNotFound):
        describe_resource(wrong.library, LIBRARIAN, Digest.of(b"unknown"), {"title": RIGHT})
    wrong.register(b"fresh")
    with pytest.raises(ResourceNotYetRegistered):
        describe_resource(wrong.library, LIBRARIAN, Digest.of(b"fresh"), {"title": RIGHT})
    withdraw_resource(wrong.library, LIBRARIAN, DIGEST, WithdrawalReason.ERROR)
    with pytest.raises(ResourceIsWithdrawn):
        correct(wrong, title=RIGHT)


def test_a_reader_corrects_nothing(wrong: Bench) -> None:
    with pytest.raises(RoleNotHeld):
        describe_resource(wrong.library, as_reader("0" * 32), DIGEST, {"title": RIGHT})


def test_a_corrected_title_that_was_changed_in_the_database_is_shown_nowhere(wrong: Bench) -> None:
    correct(wrong, title=RIGHT)
    with sqlite3.connect(wrong.folder / "muhr.db") as connection:
        connection.execute("UPDATE description SET title = 'another'")
    with pytest.raises(MetadataMismatch):
        show_resource(wrong.library, DIGEST)
    with pytest.raises(MetadataMismatch):
        correct(wrong, title="third")
    assert find_title(wrong.library, DIGEST) is None


def test_a_library_that_goes_back_to_an_older_record_is_found(wrong: Bench) -> None:
    correct(wrong, title=RIGHT)
    anchored(wrong)
    with sqlite3.connect(wrong.folder / "muhr.db") as connection:
        connection.execute("DELETE FROM description")
    assert wrong.findings() == {"metadata-differs"}


def test_what_was_corrected_since_the_checkpoint_is_left_for_the_next_audit(wrong: Bench) -> None:
    anchored(wrong)
    correct(wrong, title=RIGHT)
    assert wrong.findings() == set()


@pytest.mark.parametrize("change", [{"revision": 2}, {"digest": "ab" * 32}, {"steward": "ab" * 32}])
def test_a_revision_that_is_out_of_turn_is_found(
    wrong: Bench, change: dict[str, str | int]
) -> None:
    told = replace(correct(wrong, title=RIGHT)).described
    assert told is not None
    facts = {**told.facts(), "revision": 2, "metadata": "00" * 32, **change}
    if "revision" in change:
        facts["revision"] = 3
    with wrong.store.write() as transaction:
        append_entry(transaction, Entry("described", wrong.clock(), facts))
    anchored(wrong)
    assert "described-out-of-turn" in wrong.findings()
