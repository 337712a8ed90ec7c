"""Opening: decided on the chain, written down, and only then released."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import text

from ledger_service.domain import canonical_json
from ledger_service.domain.errors import (
    ChainHeadStale,
    ChainUnavailable,
    NoLiveGrant,
    OpeningNotFound,
    ResourceNotFound,
    UnknownReader,
)
from ledger_service.domain.identifiers import Commitment, Digest
from ledger_service.domain.lending.commitment import check_opened
from ledger_service.domain.lending.grant import Scope
from ledger_service.ports.lending import Opening
from ledger_service.services.lending.change_grant import revoke_grant
from ledger_service.services.lending.open_resource import open_resource
from ledger_service.services.lending.read_opening import opened_content
from tests.simulators.bench import BOOK, HOUR, LIBRARIAN, STEWARD, Bench, Granted, as_reader

DIGEST = Digest.of(BOOK)


def opened(bench: Bench, reader: str) -> Opening:
    return open_resource(bench.library, as_reader(reader), digest=DIGEST)


def private_part(bench: Bench, index: int) -> dict[str, object]:
    """Return the private part at an index, after checking that it opens its entry."""
    with bench.store.read() as transaction:
        part = next(part for part in transaction.ledger.private_parts(index, 1))
    assert part.entry == index
    assert part.salt is not None
    assert part.body is not None
    commitment = bench.entries()[index].text("commitment")
    check_opened(Commitment.parse(commitment), part.salt, part.body)
    shown: dict[str, object] = canonical_json.parse(part.body)
    return shown


def test_an_opening_under_a_live_grant_is_an_entry_that_names_grant_and_block(
    granted: Granted,
) -> None:
    bench, reader, grant = granted
    opening = opened(bench, reader)
    part = private_part(bench, opening.entry)
    head = bench.chain.blocks[-1].block
    assert (part["kind"], part["grant"], part["block"]) == ("opened", grant.id.hex(), head.number)
    assert part["block_hash"] == head.hash.hex()
    assert bench.entries()[opening.entry].kind == "opened"
    content = opened_content(bench.library, as_reader(reader), opening.secret)
    assert (content.digest, content.registration.record.size_bytes) == (DIGEST, len(BOOK))
    assert reader not in str(bench.entries()) + str(part)


def test_a_denied_reader_leaves_an_entry(bench: Bench) -> None:
    bench.registered()
    reader = bench.reader()
    size = len(bench.entries())
    with pytest.raises(NoLiveGrant, match=f"entry={size} "):
        opened(bench, reader)
    assert bench.entries()[size].kind == "denied"
    assert private_part(bench, size)["grant"] == ""


def test_a_grant_of_another_reader_opens_nothing(bench: Bench) -> None:
    bench.granted()
    with pytest.raises(NoLiveGrant):
        opened(bench, bench.reader())


def test_a_grant_without_reading_opens_nothing(bench: Bench) -> None:
    bench.registered()
    reader = bench.reader()
    bench.grant(DIGEST, reader, scopes=Scope.PRINT)
    bench.settle()
    with pytest.raises(NoLiveGrant):
        opened(bench, reader)
    assert bench.findings() == set()


def test_a_grant_not_yet_issued_opens_nothing(bench: Bench) -> None:
    bench.registered()
    reader = bench.reader()
    bench.grant(DIGEST, reader)
    with pytest.raises(NoLiveGrant):
        opened(bench, reader)


def test_a_grant_that_ended_opens_nothing(granted: Granted) -> None:
    bench, reader, _ = granted
    opening = opened(bench, reader)
    bench.clock.advance(HOUR)
    with pytest.raises(NoLiveGrant):
        opened(bench, reader)
    with pytest.raises(OpeningNotFound):
        opened_content(bench.library, as_reader(reader), opening.secret)


def test_a_withdrawn_resource_is_opened_by_nobody(granted: Granted) -> None:
    bench, reader, _ = granted
    bench.chain.act(lambda state: state.withdraw(DIGEST.hex(), STEWARD.hex(), 1))
    with pytest.raises(NoLiveGrant):
        opened(bench, reader)
    bench.settle()
    assert bench.findings() == set()


@pytest.mark.parametrize(
    ("failure", "error"), [("is_away", ChainUnavailable), ("is_stale", ChainHeadStale)]
)
def test_nothing_is_released_or_written_when_it_cannot_be_decided(
    granted: Granted, failure: str, error: type[Exception]
) -> None:
    bench, reader, _ = granted
    size = len(bench.entries())
    setattr(bench.chain, failure, True)
    with pytest.raises(error):
        opened(bench, reader)
    assert len(bench.entries()) == size


def test_nothing_is_decided_for_a_resource_that_is_not_registered(bench: Bench) -> None:
    reader = bench.reader()
    with pytest.raises(ResourceNotFound):
        opened(bench, reader)
    bench.register()
    with pytest.raises(ResourceNotFound):
        opened(bench, reader)
    assert bench.entries("denied") == []


def test_an_erased_reader_opens_nothing_and_leaves_no_trace(granted: Granted) -> None:
    bench, reader, _ = granted
    with bench.store.engine.begin() as connection:
        connection.execute(text("UPDATE reader SET key = NULL"))
    with pytest.raises(UnknownReader):
        opened(bench, reader)
    assert bench.entries("denied") == []


def test_a_revocation_takes_effect_at_once_even_when_the_chain_is_away(granted: Granted) -> None:
    bench, reader, grant = granted
    opening = opened(bench, reader)
    bench.chain.is_away = True
    revoke_grant(bench.library, LIBRARIAN, grant.id)
    with pytest.raises(NoLiveGrant):
        opened_content(bench.library, as_reader(reader), opening.secret)
    bench.chain.is_away = False
    with pytest.raises(NoLiveGrant):
        opened(bench, reader)


def test_a_revocation_between_decision_and_entry_denies_and_the_audit_understands(
    granted: Granted,
) -> None:
    bench, reader, grant = granted
    bench.chain.interrupt["why_not_live"] = lambda: revoke_grant(bench.library, LIBRARIAN, grant.id)
    with pytest.raises(NoLiveGrant):
        opened(bench, reader)
    bench.settle()
    denied = [entry.kind for entry in bench.entries()].index("denied")
    assert private_part(bench, denied)["grant_state"] == "revoking"
    assert bench.findings() == set()


def test_a_grant_issued_between_decision_and_entry_is_no_wrongful_denial(bench: Bench) -> None:
    bench.registered()
    reader = bench.reader()
    bench.grant(DIGEST, reader)
    bench.worker.round()
    bench.chain.interrupt["fresh_head"] = bench.settle
    with pytest.raises(NoLiveGrant):
        opened(bench, reader)
    bench.settle()
    assert bench.findings() == set()


def test_an_opening_is_for_its_reader_and_for_a_while(granted: Granted) -> None:
    bench, reader, _ = granted
    opening = opened(bench, reader)
    assert opening.expires_at == bench.clock() + bench.library.limits.opening_seconds
    with pytest.raises(OpeningNotFound):
        opened_content(bench.library, as_reader(bench.reader()), opening.secret)
    with pytest.raises(OpeningNotFound):
        opened_content(bench.library, as_reader(reader), "00" * 32)
    bench.clock.advance(bench.library.limits.opening_seconds)
    with pytest.raises(OpeningNotFound):
        opened_content(bench.library, as_reader(reader), opening.secret)


def test_an_opening_ends_no_later_than_its_grant(bench: Bench) -> None:
    reader = bench.reader()
    grant = bench.granted(reader, 60)
    assert opened(bench, reader).expires_at == grant.until


def test_a_clock_behind_the_chain_does_not_lengthen_a_grant(
    granted: Granted,
) -> None:
    bench, reader, _ = granted
    bench.clock.advance(HOUR)
    bench.chain.mine()
    bench.clock.advance(-HOUR)
    with pytest.raises(NoLiveGrant):
        opened(bench, reader)


def test_an_opening_is_seen_as_an_opening_by_the_auditor(
    new_bench: Callable[..., Bench],
) -> None:
    bench = new_bench()
    reader = bench.reader()
    bench.granted(reader)
    for _ in range(3):
        opened(bench, reader)
    with pytest.raises(NoLiveGrant):
        opened(bench, bench.reader())
    bench.settle()
    report = bench.audit()
    assert report.is_clean
    assert (report.decisions.openings, report.decisions.denials) == (3, 1)
