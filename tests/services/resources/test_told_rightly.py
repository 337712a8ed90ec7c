"""What is shown of a registration is compared with the ledger at each request."""

from __future__ import annotations

import sqlite3

import pytest

from ledger_service.domain.errors import MetadataMismatch
from ledger_service.domain.identifiers import Digest
from ledger_service.ports.paging import PageRequest
from ledger_service.services.resources.describe_resource import describe_resource
from ledger_service.services.resources.find_resources import list_resources, show_resource
from tests.simulators.bench import BOOK, LIBRARIAN, Bench

DIGEST = Digest.of(BOOK)
TITLE = "Hamsa"


@pytest.fixture
def told(bench: Bench) -> Bench:
    """Return a library with a registered book, which was shown once."""
    bench.registered(title=TITLE)
    assert shown_title(bench) == TITLE
    return bench


def change(bench: Bench, sql: str) -> None:
    with sqlite3.connect(bench.folder / "muhr.db") as connection:
        assert connection.execute(sql).rowcount > 0


def shown_title(bench: Bench) -> str:
    [listed] = list_resources(bench.library, PageRequest()).items
    [shown] = show_resource(bench.library, DIGEST)
    assert listed == shown
    return shown.record.title


@pytest.mark.parametrize(
    "changed", ["title = 'Xamsa'", "creator = 'Navoiy'", "size_bytes = 1", "license = zeroblob(32)"]
)
def test_what_is_changed_in_the_database_is_noticed_by_the_next_request(
    told: Bench, changed: str
) -> None:
    change(told, f"UPDATE registration SET {changed}")
    with pytest.raises(MetadataMismatch):
        list_resources(told.library, PageRequest())
    with pytest.raises(MetadataMismatch):
        show_resource(told.library, DIGEST)


@pytest.mark.parametrize("entry", ["registered_entry", "0", "4711"])
def test_a_registration_that_points_to_another_entry_is_not_shown(told: Bench, entry: str) -> None:
    change(told, f"UPDATE registration SET accepted_entry = {entry}")
    with pytest.raises(MetadataMismatch):
        show_resource(told.library, DIGEST)


def test_a_time_that_the_entry_does_not_have_hides_nothing(told: Bench) -> None:
    describe_resource(told.library, LIBRARIAN, DIGEST, {"title": "Xamsa"})
    change(told, "UPDATE registration SET accepted_at = 1")
    change(told, "UPDATE description SET described_at = 1")
    assert shown_title(told) == "Xamsa"
    change(told, "UPDATE description SET title = 'Hamsa'")
    with pytest.raises(MetadataMismatch):
        show_resource(told.library, DIGEST)


def test_without_the_rows_of_the_tree_the_entries_are_read(told: Bench) -> None:
    change(told, "DELETE FROM tile")
    assert shown_title(told) == TITLE
    change(told, "UPDATE registration SET title = 'Xamsa'")
    with pytest.raises(MetadataMismatch):
        show_resource(told.library, DIGEST)
