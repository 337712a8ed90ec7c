"""Claims in bulk of which some have fuller records: kept as claimed, and the same when sent again."""

from __future__ import annotations

import pytest

from ledger_service.domain.identifiers import Digest
from ledger_service.domain.imports.import_item import ImportItem, claim_of_stated
from ledger_service.domain.imports.prepared_claim import (
    DUPLICATE,
    REFUSED,
    REGISTERED,
    PreparedClaim,
)
from ledger_service.services.imports.import_resources import import_claims
from ledger_service.services.resources.accept_claims import CLAIMS_WORTH_A_TRY
from tests.simulators.bench import LIBRARIAN, Bench

FULLER = '{"publisher":"Fan","subjects":[{"text":"roman"}]}'


def claim(number: int, further: str = "") -> PreparedClaim:
    item = ImportItem(
        f"x:{number}",
        digest=Digest.of(str(number).encode()).hex(),
        size_bytes=5,
        title=f"Kitob {number}",
        media_type="text/plain",
        license="CC-BY-4.0",
        further=further,
    )
    return claim_of_stated(item, 1 << 20)


@pytest.mark.parametrize("count", [4, CLAIMS_WORTH_A_TRY + 2])
def test_some_of_many_have_fuller_records(bench: Bench, count: int) -> None:
    bench.license()
    claims = [claim(number, FULLER if number % 2 else "") for number in range(count)]
    first = import_claims(bench.library, LIBRARIAN, "one", claims)
    assert {result.outcome for result in first} == {REGISTERED}
    assert {
        result.outcome for result in import_claims(bench.library, LIBRARIAN, "two", claims)
    } == {DUPLICATE}
    changed = [claim(number) for number in range(count)]
    outcomes = [one.outcome for one in import_claims(bench.library, LIBRARIAN, "three", changed)]
    assert outcomes == [REFUSED if number % 2 else DUPLICATE for number in range(count)]
    with bench.store.read() as transaction:
        for number in (0, 1):
            [found] = transaction.registrations.of_digest(Digest.of(str(number).encode()))
            assert found.metadata.publisher == ("Fan" if number else "")
            assert found.metadata.digest.value == claims[number].metadata_digest
    bench.clock.advance(60)  # an anchor waits for an import that is under way
    bench.anchored_twice()
    assert bench.audit().is_clean


def test_two_claims_of_one_batch_are_held_against_each_other(bench: Bench) -> None:
    bench.license()
    results = import_claims(
        bench.library, LIBRARIAN, "one", [claim(1, FULLER), claim(1, FULLER), claim(1)]
    )
    assert [result.outcome for result in results] == [REGISTERED, DUPLICATE, REFUSED]
