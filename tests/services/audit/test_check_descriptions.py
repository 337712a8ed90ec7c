"""What a library says of its resources, compared with the digests in its entries."""

from __future__ import annotations

import sqlite3
from typing import Any

import pytest

from tests.simulators.bench import Bench


@pytest.mark.parametrize(
    "change",
    [
        {"title": "Another title"},
        {"creator": "Somebody else"},
        {"size_bytes": 7},
        {"size_bytes": None},
        {"accepted_entry": 0},
        {"accepted_entry": "first"},
        {"digest": "00" * 32},
    ],
)
def test_what_is_told_of_a_resource_is_what_its_entry_commits_to(
    lived: Bench, change: dict[str, Any]
) -> None:
    assert lived.audit().described == 1
    lived.source.change_descriptions = lambda told: {**told, **change}
    assert lived.findings() == {"metadata-differs"}


def test_what_was_registered_since_the_checkpoint_is_left_for_the_next_audit(lived: Bench) -> None:
    lived.register(b"a new book")
    report = lived.audit()
    assert report.is_clean
    assert report.described == 1


def test_a_service_that_tells_no_titles_any_more_is_a_finding(lived: Bench) -> None:
    with sqlite3.connect(lived.folder / "muhr.db") as connection:
        connection.execute("UPDATE registration SET title = 'another'")
    assert lived.findings() == {"metadata-differs"}
