"""Claims in bulk: entries in the ledger, receipts and verdicts without a registration on chain, promotion."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ledger_service.adapters.signer import check_ed25519
from ledger_service.domain.chain.history import ChainHistory
from ledger_service.domain.chain_errors import ResourceIsWithdrawn
from ledger_service.domain.content.content_id import RAW, ContentId
from ledger_service.domain.errors import (
    EmptyResource,
    EntryNotFound,
    ResourceNotYetRegistered,
)
from ledger_service.domain.identifiers import Digest, StewardId
from ledger_service.domain.imports.prepared_claim import (
    DUPLICATE,
    REFUSED,
    REGISTERED,
    ImportResult,
    PreparedClaim,
)
from ledger_service.domain.lending.grant import GrantState
from ledger_service.domain.reasons import Reason
from ledger_service.domain.resources.registration import (
    Metadata,
    RegistrationState,
    WithdrawalReason,
)
from ledger_service.domain.verification.because import Because
from ledger_service.domain.verification.receipt import Receipt
from ledger_service.domain.verification.verdict import Axis, Outcome, Verdict
from ledger_service.services.chain.complete_events import complete_events
from ledger_service.services.imports.import_resources import (
    CLAIMS_A_TRANSACTION,
    CLAIMS_WORTH_A_TRANSACTION,
    import_into,
    in_transactions,
)
from ledger_service.services.resources.accept_claims import CLAIMS_WORTH_A_TRY
from ledger_service.services.resources.change_resource import withdraw_resource
from ledger_service.services.resources.promote_resource import promote_resource
from ledger_service.services.verification.check_receipt import ChainView, check_receipt
from ledger_service.services.verification.make_receipt import receipt_of
from tests.simulators.bench import BOOK, LIBRARIAN, STEWARD, Bench

DIGEST = Digest.of(BOOK)


def claim_on(
    data: bytes = BOOK, title: str = "Xamsa", license_name: str = "CC-BY-4.0"
) -> PreparedClaim:
    metadata = Metadata(title, "application/pdf", len(data), "Alisher Navoiy", "uz")
    digest = Digest.of(data)
    return PreparedClaim(
        place=title,
        digest=digest.value,
        cid=ContentId(RAW, digest.value).base16(),
        metadata_digest=metadata.digest.value,
        license=license_name,
        title=title,
        creator=metadata.creator,
        language=metadata.language,
        media_type=metadata.media_type,
        size_bytes=len(data),
    )


def accept(bench: Bench, *claims: PreparedClaim) -> list[ImportResult]:
    bench.license()
    with bench.store.write() as transaction:
        return import_into(bench.library, transaction, claims)


def imported(bench: Bench, *claims: PreparedClaim) -> None:
    """Accept claims and let the worker anchor them."""
    accept(bench, *(claims or [claim_on()]))
    bench.settle()


def checked(bench: Bench, receipt: Receipt, view: ChainView | None) -> Verdict:
    return check_receipt(DIGEST, receipt, bench.library.key, check_ed25519, view)


def with_history(view: ChainView, events: list[object]) -> ChainView:
    return replace(view, history=ChainHistory.of(events))  # type: ignore[arg-type]


# ---- transactions ---------------------------------------------------------------------------------


def lengths(batches: list[int], **changes: int) -> list[int]:
    """Return how many claims each transaction has, of batches of so many; 0: none are ready."""
    claims = claim_on()
    return [len(chunk) for chunk in in_transactions(([claims] * n for n in batches), **changes)]


def test_claims_wait_for_a_whole_transaction_while_more_are_ready() -> None:
    assert lengths([400] * 5, most_claims=1000) == [1200, 800]
    assert lengths([CLAIMS_A_TRANSACTION, 1]) == [CLAIMS_A_TRANSACTION, 1]
    assert lengths([]) == lengths([0, 0]) == []


def test_claims_that_are_worth_a_transaction_do_not_wait_for_those_that_are_not_ready() -> None:
    worth = CLAIMS_WORTH_A_TRANSACTION
    assert lengths([worth, 0, 10, 0, 10]) == [worth, 20]
    assert lengths([worth - 1, 0, 10]) == [worth + 9]


# ---- accepting ------------------------------------------------------------------------------------


def test_a_batch_is_entries_under_one_anchor_and_no_job(bench: Bench) -> None:
    bench.license()
    bench.settle()
    anchors = len(bench.chain.events_named("CheckpointAnchored"))
    results = accept(bench, *(claim_on(b"%d" % number, f"No. {number}") for number in range(300)))
    assert [result.outcome for result in results] == [REGISTERED] * 300
    assert [result.entry for result in results] == list(
        range(results[0].entry, results[0].entry + 300)
    )
    assert not bench.open_jobs()
    bench.settle()
    assert len(bench.chain.events_named("CheckpointAnchored")) == anchors + 1
    assert not bench.chain.events_named("ResourceRegistered")
    assert len(bench.entries("accepted")) == 300
    assert not bench.findings()


def test_the_entries_are_those_that_a_single_registration_makes(bench: Bench) -> None:
    accept(bench, claim_on())
    registration = bench.registration()
    (entry,) = bench.entries("accepted")
    assert dict(entry.facts) == registration.claim()
    assert entry.at == registration.accepted_at
    assert registration.state is RegistrationState.ACCEPTED


def test_a_claim_again_is_a_duplicate_and_another_one_is_refused(bench: Bench) -> None:
    bench.license("reading-room", loan=60)
    first, again, other = accept(bench, claim_on(), claim_on(), claim_on(title="Other"))
    assert [first.outcome, again.outcome, other.outcome] == [REGISTERED, DUPLICATE, REFUSED]
    assert first.entry == again.entry == other.entry
    assert Reason.parse(other.reason).name == "resource-already-registered"
    relicensed = claim_on(license_name="reading-room")
    assert [item.outcome for item in accept(bench, claim_on(), relicensed)] == [DUPLICATE, REFUSED]
    assert len(bench.entries("accepted")) == 1


def test_thousands_at_once_become_what_they_become_one_by_one(bench: Bench) -> None:
    [first] = accept(bench, claim_on(b"20"))
    many = [claim_on(str(number).encode()) for number in range(CLAIMS_WORTH_A_TRY)]
    before = accept(bench, *many)
    assert [item.outcome for item in before].count(DUPLICATE) == 1
    assert before[20].entry == first.entry
    others = [claim_on(f"new {number}".encode()) for number in range(CLAIMS_WORTH_A_TRY)]
    results = accept(bench, *others)
    assert {item.outcome for item in results} == {REGISTERED}
    assert [item.entry for item in results] == list(range(1001, 2001))
    assert {item.outcome for item in accept(bench, *others)} == {DUPLICATE}
    with bench.store.read() as transaction:
        assert transaction.ledger.size() == 2001
        found = transaction.registrations.find(Digest(others[7].digest), STEWARD)
    assert found is not None
    assert found.accepted_entry == 1008


def test_what_is_refused_already_and_unknown_licenses_stop_nothing(bench: Bench) -> None:
    bad = PreparedClaim.refused("empty.pdf", EmptyResource("item"))
    results = accept(bench, bad, claim_on(license_name="no-such"), claim_on())
    assert [item.outcome for item in results] == [REFUSED, REFUSED, REGISTERED]
    assert Reason.parse(results[0].reason) == Reason("empty-resource.item")
    assert Reason.parse(results[1].reason).name == "unknown-license"


def test_a_claim_that_the_chain_rejected_can_be_imported(bench: Bench) -> None:
    bench.license()
    bench.settle()
    bench.chain.act(lambda state: state.suspend(STEWARD.hex()))
    bench.registered()
    assert bench.registration().state is RegistrationState.REJECTED
    (result,) = accept(bench, claim_on())
    assert result.outcome == REGISTERED
    assert bench.registration().accepted_entry == result.entry


def test_a_withdrawn_resource_is_not_taken_again(bench: Bench) -> None:
    imported(bench)
    withdraw_resource(bench.library, LIBRARIAN, DIGEST, WithdrawalReason.LEGAL)
    bench.settle()
    (result,) = accept(bench, claim_on())
    assert result.outcome == REFUSED
    assert Reason.parse(result.reason).name == "resource-is-withdrawn.for-good"


# ---- verdicts and receipts ------------------------------------------------------------------------


def test_the_index_says_authentic_once_the_ledger_is_anchored(bench: Bench) -> None:
    accept(bench, claim_on())
    (before,) = bench.verdict().verdicts
    assert before.state == "waiting"
    assert before.findings[Axis.ANCHOR].outcome is Outcome.NOT_CHECKED
    assert before.findings[Axis.WITHDRAWAL].outcome is Outcome.NOT_CHECKED
    with pytest.raises(EntryNotFound):
        receipt_of(bench.library, DIGEST)
    bench.settle()
    (after,) = bench.verdict().verdicts
    assert after.is_wholly_positive, after
    assert after.findings[Axis.STEWARD].reason.name == Because.ACCREDITED_AT_ANCHOR
    assert after.findings[Axis.WITHDRAWAL].reason.name == Because.NOTHING_WITHDRAWS


def test_a_receipt_of_a_claim_proves_it_with_the_chain_and_not_without(bench: Bench) -> None:
    imported(bench)
    receipt = receipt_of(bench.library, DIGEST)
    assert checked(bench, receipt, bench.view()).is_wholly_positive
    offline = checked(bench, receipt, None)
    assert offline.state == "offline"
    assert offline.findings[Axis.LEDGER].outcome is Outcome.PASS


def test_a_steward_that_was_not_accredited_at_the_anchor_fails(bench: Bench) -> None:
    """The suspension comes into a block just before an anchor that was sent already."""
    bench.license()
    bench.settle()
    steward = STEWARD.hex()
    bench.chain.interrupt["send"] = lambda: bench.chain.act(lambda state: state.suspend(steward))
    imported(bench)
    bench.chain.act(lambda state: state.reinstate(steward))
    bench.settle()
    for verdict in (
        bench.verdict().verdicts[0],
        checked(bench, receipt_of(bench.library, DIGEST), bench.view()),
    ):
        assert verdict.findings[Axis.STEWARD].outcome is Outcome.FAIL
        assert verdict.state == "no_authority"


def test_a_steward_without_a_registrar_at_the_anchor_fails(bench: Bench) -> None:
    imported(bench)
    view, receipt = bench.view(), receipt_of(bench.library, DIGEST)
    events, _ = complete_events(bench.chain, 1, bench.chain.head().number, {})
    without = [event for event in events if event.name != "AgentAdded"]
    verdict = checked(bench, receipt, with_history(view, without))  # type: ignore[arg-type]
    assert verdict.findings[Axis.STEWARD].reason.name == Because.NO_VALID_KEY


def test_a_ledger_of_another_steward_and_an_absent_anchor_are_not_green(bench: Bench) -> None:
    imported(bench)
    view, receipt = bench.view(), receipt_of(bench.library, DIGEST)
    other = StewardId.of_uri("https://other.example")
    view.history.ledger_stewards[bench.library.ledger] = other
    verdict = checked(bench, receipt, view)
    assert verdict.findings[Axis.STEWARD].outcome is Outcome.FAIL
    view.history.anchors.clear()
    verdict = checked(bench, receipt, view)
    assert verdict.findings[Axis.STEWARD].outcome is Outcome.NOT_CHECKED
    assert verdict.findings[Axis.ANCHOR].outcome is Outcome.FAIL


def test_a_license_that_is_not_on_chain_fails(bench: Bench) -> None:
    imported(bench)
    view, receipt = bench.view(), receipt_of(bench.library, DIGEST)
    view.history.licenses.clear()
    assert checked(bench, receipt, view).findings[Axis.LICENSE].outcome is Outcome.FAIL


# ---- promotion ------------------------------------------------------------------------------------


def test_a_promoted_resource_is_registered_on_chain_with_its_proof(bench: Bench) -> None:
    imported(bench)
    early = receipt_of(bench.library, DIGEST)
    promote_resource(bench.library, LIBRARIAN, DIGEST)
    bench.settle()
    assert bench.registration().state is RegistrationState.REGISTERED
    (proven,) = bench.chain.events_named("ResourceProven")
    assert proven.number("index") == bench.registration().accepted_entry
    assert bench.verdict().is_wholly_positive
    assert receipt_of(bench.library, DIGEST).index == bench.registration().registered_entry
    assert checked(bench, early, bench.view()).is_wholly_positive
    promote_resource(bench.library, LIBRARIAN, DIGEST)
    assert not bench.open_jobs()
    bench.anchored_twice()
    assert not bench.findings()


def test_an_early_receipt_does_not_hide_a_withdrawal(bench: Bench) -> None:
    imported(bench)
    early = receipt_of(bench.library, DIGEST)
    withdraw_resource(bench.library, LIBRARIAN, DIGEST, WithdrawalReason.RETRACTED)
    (now,) = bench.verdict().verdicts
    assert now.state == "withdrawn"
    bench.settle()
    assert bench.registration().state is RegistrationState.WITHDRAWN
    assert bench.verdict().verdicts[0].state == "withdrawn"
    assert checked(bench, early, bench.view()).findings[Axis.WITHDRAWAL].outcome is Outcome.FAIL
    with pytest.raises(ResourceIsWithdrawn):
        promote_resource(bench.library, LIBRARIAN, DIGEST)


def test_a_grant_promotes_and_what_is_not_anchored_yet_waits(bench: Bench) -> None:
    reader = bench.reader()
    accept(bench, claim_on())
    bench.keep_content(BOOK)
    with pytest.raises(ResourceNotYetRegistered, match=r"resource-not-yet-registered.not-anchored"):
        bench.grant(DIGEST, reader)
    bench.settle()
    grant = bench.grant(DIGEST, reader)
    assert bench.grant(DIGEST, reader) == grant
    bench.settle()
    assert bench.held(grant).state is GrantState.ISSUED
    assert bench.registration().state is RegistrationState.REGISTERED


def test_a_promotion_that_the_chain_refuses_leaves_the_claim_and_can_be_asked_again(
    bench: Bench,
) -> None:
    imported(bench)
    bench.chain.act(lambda state: state.suspend(STEWARD.hex()))
    promote_resource(bench.library, LIBRARIAN, DIGEST)
    bench.settle()
    assert bench.registration().state is RegistrationState.ACCEPTED
    assert bench.registration().rejection
    assert bench.verdict().is_wholly_positive
    bench.chain.act(lambda state: state.reinstate(STEWARD.hex()))
    promote_resource(bench.library, LIBRARIAN, DIGEST)
    bench.settle()
    assert bench.registration().state is RegistrationState.REGISTERED


def test_a_single_registration_on_its_way_is_not_taken_for_one_in_bulk(bench: Bench) -> None:
    bench.register()
    with pytest.raises(ResourceNotYetRegistered):
        promote_resource(bench.library, LIBRARIAN, DIGEST)
    assert bench.verdict().verdicts[0].state == "not_registered"
