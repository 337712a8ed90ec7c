"""A registration that the library found on chain: it has an entry, a verdict and a receipt, and no title."""

from __future__ import annotations

import pytest

from ledger_service.adapters.signer import check_ed25519
from ledger_service.domain.chain.intent import RegisterResource
from ledger_service.domain.content.content_id import ContentId
from ledger_service.domain.errors import EntryNotFound, ResourceInLedger, ResourceNotFound
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.verification.verdict import Axis
from ledger_service.services.resources.find_resources import find_title, show_resource
from ledger_service.services.verification.check_receipt import check_receipt
from ledger_service.services.verification.make_receipt import receipt_of
from ledger_service.services.verification.prove_absence import prove_absence
from tests.simulators.bench import STEWARD, Bench
from tests.simulators.parts.own_accounts import REGISTRAR

PAST = b"registered past the library"
DIGEST = Digest.of(PAST)


@pytest.fixture
def past(bench: Bench) -> Bench:
    """Return a library whose registrar has registered a file by a transaction of its own."""
    license_id = bench.license().id
    bench.settle()
    cid, metadata = ContentId(0x55, DIGEST.value), Digest.of(b"metadata")
    claim = RegisterResource(DIGEST, STEWARD, license_id, cid, metadata)
    bench.chain.act(lambda state: state.register(claim, REGISTRAR))
    return bench


def test_it_is_authentic_and_said_to_be_found_on_chain(past: Bench) -> None:
    past.settle()
    answer = past.verdict(PAST)
    [verdict] = answer.verdicts
    assert (verdict.state, answer.is_wholly_positive) == ("authentic_as_told", True)
    assert verdict.findings[Axis.LEDGER].reason.name == "entry-found-on-chain"
    assert (answer.is_in_ledger, answer.described) == (True, {})


def test_its_receipt_is_checked_by_anybody_and_has_no_title(past: Bench) -> None:
    past.settle()
    receipt = receipt_of(past.library, DIGEST)
    assert receipt.metadata is None
    assert receipt.terms is not None
    verdict = check_receipt(DIGEST, receipt, past.library.key, check_ed25519, past.view())
    assert verdict.is_wholly_positive


def test_until_it_is_adopted_and_anchored_there_is_no_receipt_and_nothing_is_negative(
    past: Bench,
) -> None:
    with pytest.raises(ResourceNotFound):
        receipt_of(past.library, DIGEST)
    past.chain.mines = False
    past.worker.round()
    with pytest.raises(EntryNotFound):
        receipt_of(past.library, DIGEST)
    [verdict] = past.verdict(PAST).verdicts
    assert (verdict.state, verdict.is_negative) == ("waiting", False)


def test_the_library_shows_nothing_of_it_and_says_why(past: Bench) -> None:
    past.settle()
    with pytest.raises(ResourceNotFound, match="found-on-chain") as refused:
        show_resource(past.library, DIGEST)
    assert past.entries()[int(str(refused.value.reason.values["entry"]))].kind == "registered"
    assert find_title(past.library, DIGEST) is None


def test_nobody_gets_evidence_that_the_ledger_does_not_hold_it(past: Bench) -> None:
    past.settle()
    with pytest.raises(ResourceInLedger):
        prove_absence(past.library, DIGEST)
