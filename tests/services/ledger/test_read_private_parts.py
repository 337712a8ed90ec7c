"""Lists of private parts: all, or those of a resource, a grant, a kind, a reason or a time."""

from __future__ import annotations

from contextlib import suppress

import pytest
from sqlalchemy import text

from ledger_service.domain.errors import NoLiveGrant
from ledger_service.domain.identifiers import Digest, GrantId
from ledger_service.domain.lending.decision import DecisionFilter, DecisionKind
from ledger_service.domain.lending.denial import Denial
from ledger_service.domain.lending.grant import Grant
from ledger_service.ports.paging import PageRequest
from ledger_service.services.ledger import read_private_parts
from ledger_service.services.ledger.read_private_parts import list_private_parts
from ledger_service.services.lending.open_resource import open_resource
from tests.simulators.auditors import auditor
from tests.simulators.bench import HOUR, Bench, Granted, as_reader

AUDITOR = auditor()


def ask(bench: Bench, reader: str, digest: Digest) -> int:
    """Open, or try to; return the index of the entry."""
    with suppress(NoLiveGrant):
        open_resource(bench.library, as_reader(reader), digest=digest)
    return len(bench.entries()) - 1


@pytest.fixture
def asked(granted: Granted) -> tuple[Bench, Grant, list[int]]:
    """Return four entries, an hour apart: opened twice, then expired; a stranger without a grant."""
    bench, reader, grant = granted
    entries = [ask(bench, reader, grant.digest)]
    bench.clock.advance(HOUR // 2)
    entries.append(ask(bench, reader, grant.digest))
    bench.clock.advance(HOUR // 2)
    entries.append(ask(bench, reader, grant.digest))
    other = bench.registered(b"another book")
    entries.append(ask(bench, bench.reader(), other.digest))
    return bench, grant, entries


def listed(bench: Bench, which: DecisionFilter, limit: int = 50) -> list[int]:
    """Return the entries of a filtered list, read page by page."""
    found, cursor = [], ""
    while True:
        page = list_private_parts(bench.library, AUDITOR, PageRequest(cursor, limit), which=which)
        assert len(page.items) <= limit
        found += [part.entry for part in page.items if b"looked" not in (part.body or b"")]
        if page.next is None:
            return found
        cursor = page.next


@pytest.mark.parametrize("most", [1, 2, 5_000])
def test_a_filtered_list_is_the_part_that_was_asked_for(
    asked: tuple[Bench, Grant, list[int]], monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    bench, grant, entries = asked
    monkeypatch.setattr(read_private_parts, "MOST_LOOKED_AT", most)
    first, second, third, fourth = entries
    end = grant.until
    for which, wanted in (
        (DecisionFilter(), entries),
        (DecisionFilter(kind=DecisionKind.OPENED), [first, second]),
        (DecisionFilter(kind=DecisionKind.DENIED), [third, fourth]),
        (DecisionFilter(digest=grant.digest), [first, second, third]),
        (DecisionFilter(grant=grant.id), [first, second, third]),
        (DecisionFilter(grant=GrantId(bytes(32))), []),
        (DecisionFilter(why=Denial.EXPIRED), [third]),
        (DecisionFilter(why=Denial.NO_GRANT), [fourth]),
        (DecisionFilter(until=end - HOUR // 2), [first]),
        (DecisionFilter(since=end - HOUR // 2, until=end), [second]),
        (DecisionFilter(since=end, digest=grant.digest), [third]),
    ):
        assert listed(bench, which) == wanted, which
        assert listed(bench, which, limit=1) == wanted, which


def test_an_erased_part_is_in_the_list_of_all_only_and_a_damaged_one_in_every(
    asked: tuple[Bench, Grant, list[int]],
) -> None:
    bench, _, entries = asked
    change = "UPDATE private_part SET body = :body WHERE entry = :entry"
    with bench.store.engine.begin() as connection:
        connection.execute(text(change), {"body": None, "entry": entries[0]})
        connection.execute(text(change), {"body": b"{}", "entry": entries[1]})
    assert listed(bench, DecisionFilter()) == entries
    assert listed(bench, DecisionFilter(kind=DecisionKind.OPENED)) == [entries[1]]
    assert listed(bench, DecisionFilter(why=Denial.EXPIRED)) == [entries[1], entries[2]]
