"""Verdicts: by the service's index, and by a receipt in the student's own hands."""

from __future__ import annotations

import sqlite3
from dataclasses import replace

import pytest

from ledger_service.adapters.signer import check_ed25519
from ledger_service.domain.chain.history import ChainHistory
from ledger_service.domain.chain.intent import RegisterResource
from ledger_service.domain.content.content_id import RAW, ContentId
from ledger_service.domain.errors import ChainUnavailable, EntryNotFound, ResourceNotFound
from ledger_service.domain.identifiers import Digest, StewardId
from ledger_service.domain.ledger import merkle
from ledger_service.domain.ledger.entry import Entry
from ledger_service.domain.resources.registration import Relation
from ledger_service.domain.verification.because import Because
from ledger_service.domain.verification.receipt import Receipt
from ledger_service.domain.verification.verdict import Axis, Outcome, Verdict, withheld
from ledger_service.services.ledger.append_entry import append_entry
from ledger_service.services.verification.check_receipt import ChainView, check_receipt
from ledger_service.services.verification.make_receipt import receipt_of
from tests.simulators.bench import BOOK, STEWARD, STEWARD_URI, Bench, signer_of

DIGEST = Digest.of(BOOK)
CHAIN_AXES = {Axis.STEWARD, Axis.WITHDRAWAL, Axis.SUPERSESSION, Axis.LICENSE, Axis.ANCHOR}


def checked(
    bench: Bench, receipt: Receipt, digest: Digest = DIGEST, view: ChainView | None = None
) -> Verdict:
    return check_receipt(digest, receipt, bench.library.key, check_ed25519, view)


def outcomes(verdict: Verdict) -> dict[Axis, Outcome]:
    return {axis: finding.outcome for axis, finding in verdict.findings.items()}


def register_elsewhere(bench: Bench, data: bytes, uri: str = "https://other.example") -> StewardId:
    """Let another steward register bytes by itself, under a license that stands."""
    steward, account = StewardId.of_uri(uri), "77" * 20
    digest = Digest.of(data)
    license_id = bench.license().id
    bench.settle()
    cid = ContentId(RAW, digest.value)
    claim = RegisterResource(digest, steward, license_id, cid, Digest.of(b"its metadata"))
    bench.chain.act(lambda state: state.accredit(steward.hex()))
    bench.chain.act(lambda state: state.add_registrar(steward.hex(), account, 0, 2**40))
    bench.chain.act(lambda state: state.register(claim, account))
    bench.settle()
    return steward


# ---- by the index ----------------------------------------------------------------------------------


def test_bytes_that_nobody_registered_are_not_registered_as_of_a_block(bench: Bench) -> None:
    assert Because.NOT_REGISTERED_NO_BLOCK.value in str(bench.verdict().verdicts[0].findings)
    bench.settle()
    answer = bench.verdict()
    assert [verdict.state for verdict in answer.verdicts] == ["not_registered"]
    assert not answer.is_wholly_positive
    head = bench.chain.blocks[-1].block.number
    assert answer.verdicts[0].findings[Axis.BYTES].reason.values == {"block": head}


def test_a_registration_that_is_not_anchored_yet_says_so(bench: Bench) -> None:
    bench.register()
    while not bench.chain.events_named("ResourceRegistered"):
        bench.worker.round()
        bench.clock.advance(1)
    bench.chain.interrupt["outcome"] = lambda: setattr(bench.chain, "is_away", True)
    with pytest.raises(ChainUnavailable):
        bench.worker.round()
    waiting = bench.verdict().verdicts[0]
    assert waiting.state == "waiting"
    assert waiting.findings[Axis.LEDGER].outcome is Outcome.NOT_CHECKED
    bench.chain.is_away = False
    bench.worker.round()
    unanchored = bench.verdict().verdicts[0]
    assert unanchored.findings[Axis.LEDGER].outcome is Outcome.PASS
    assert unanchored.findings[Axis.ANCHOR].outcome is Outcome.NOT_CHECKED
    with pytest.raises(EntryNotFound):
        receipt_of(bench.library, DIGEST)


def test_all_stewards_of_a_digest_are_listed_oldest_first(bench: Bench) -> None:
    other = register_elsewhere(bench, BOOK)
    bench.registered()
    answer = bench.verdict()
    assert [verdict.steward for verdict in answer.verdicts] == [other.hex(), STEWARD.hex()]
    assert [verdict.state for verdict in answer.verdicts] == ["not_checked", "authentic_as_told"]
    assert answer.is_wholly_positive


def test_a_withdrawn_resource_is_not_authentic(bench: Bench) -> None:
    bench.registered()
    bench.chain.act(lambda state: state.withdraw(DIGEST.hex(), STEWARD.hex(), 2))
    bench.settle()
    assert [verdict.state for verdict in bench.verdict().verdicts] == ["withdrawn"]


def test_a_superseded_resource_names_its_successor(bench: Bench) -> None:
    bench.registered()
    successor = bench.registered(b"second edition", title="Xamsa 2").digest.hex()
    bench.chain.act(lambda state: state.supersede(DIGEST.hex(), STEWARD.hex(), successor))
    bench.settle()
    finding = bench.verdict().verdicts[0].findings[Axis.SUPERSESSION]
    assert finding.outcome is Outcome.FAIL
    assert finding.reason.values["successor"] == successor
    verdict = bench.verdict().verdicts[0]
    assert (verdict.state, verdict.successor) == ("superseded", successor)
    assert bench.verdict().is_genuine
    assert not bench.verdict().is_wholly_positive


def test_an_original_that_was_translated_is_not_superseded(bench: Bench) -> None:
    bench.registered()
    successor = bench.registered(b"a translation", title="Quintet").digest.hex()
    bench.chain.act(
        lambda state: state.supersede(DIGEST.hex(), STEWARD.hex(), successor, Relation.TRANSLATION)
    )
    bench.settle()
    assert bench.verdict().verdicts[0].state == "authentic_as_told"


def test_a_file_whose_digest_names_a_steward_lends_no_verdict_to_others(bench: Bench) -> None:
    # The id of a steward is the digest of its URI: a file of just that text has the same 32 bytes.
    bench.registered()
    bench.registered(STEWARD_URI.encode(), title="A file that holds our address")
    bench.chain.act(lambda state: state.withdraw(DIGEST.hex(), STEWARD.hex(), 1))
    bench.settle()
    answer = bench.verdict()
    assert [verdict.state for verdict in answer.verdicts] == ["withdrawn"]
    assert not answer.is_wholly_positive
    assert bench.verdict(STEWARD_URI.encode()).is_wholly_positive


def test_an_entry_that_vanished_from_the_database_fails_on_its_axis(bench: Bench) -> None:
    index = bench.registered().registered_entry
    bench.store.close()
    connection = sqlite3.connect(bench.folder / "muhr.db")
    connection.execute("DELETE FROM bundle WHERE start >= ?", (index,))
    connection.commit()
    connection.close()
    verdict = bench.verdict().verdicts[0]
    assert verdict.findings[Axis.LEDGER].outcome is Outcome.FAIL
    assert verdict.state == "no_authority"


def test_there_is_no_receipt_for_what_is_not_registered(bench: Bench) -> None:
    with pytest.raises(ResourceNotFound):
        receipt_of(bench.library, DIGEST)
    bench.register()
    with pytest.raises(ResourceNotFound):
        receipt_of(bench.library, DIGEST)
    bench.settle()
    with pytest.raises(ResourceNotFound):
        receipt_of(bench.library, DIGEST, StewardId.of_uri("https://other.example"))


# ---- by a receipt ----------------------------------------------------------------------------------


@pytest.fixture
def receipt(bench: Bench) -> Receipt:
    """Return the receipt of the book."""
    bench.registered()
    return receipt_of(bench.library, DIGEST)


def test_a_receipt_with_a_chain_of_ones_own_makes_a_wholly_positive_verdict(
    bench: Bench, receipt: Receipt
) -> None:
    assert checked(bench, receipt, view=bench.view()).state == "authentic"
    assert checked(bench, Receipt.parse(receipt.format()), view=bench.view()).is_wholly_positive


def test_without_a_chain_its_axes_are_not_checked(bench: Bench, receipt: Receipt) -> None:
    verdict = checked(bench, receipt)
    assert verdict.state == "offline"
    found = outcomes(verdict)
    assert {axis for axis in Axis if found[axis] is Outcome.NOT_CHECKED} == CHAIN_AXES
    assert verdict.findings[Axis.ANCHOR].reason.name == Because.NO_NODE_ASKED


def test_another_file_is_not_the_one_of_the_receipt(bench: Bench, receipt: Receipt) -> None:
    verdict = checked(bench, receipt, Digest.of(BOOK + b"!"), bench.view())
    assert verdict.findings[Axis.BYTES].outcome is Outcome.FAIL
    assert verdict.state == "altered"


def test_a_key_that_came_from_the_service_proves_nothing(bench: Bench, receipt: Receipt) -> None:
    verdict = check_receipt(
        DIGEST, receipt, bench.library.key, check_ed25519, bench.view(), key_is_pinned=False
    )
    assert verdict.findings[Axis.LEDGER].outcome is Outcome.NOT_CHECKED
    assert not verdict.is_wholly_positive


@pytest.mark.parametrize(
    "changes",
    [
        {"index": 0},
        {"entry": b"{}"},
        {"proof": ()},
        {"checkpoint": "not a note"},
        {"checkpoint": "ledger.example.uz/main\n07\nb\n\n\u2014 a AAAAAAAA\n"},
    ],
)
def test_a_receipt_that_does_not_hold_fails_on_the_ledger_axis(
    bench: Bench, receipt: Receipt, changes: dict[str, object]
) -> None:
    verdict = checked(bench, replace(receipt, **changes), view=bench.view())  # type: ignore[arg-type]
    assert verdict.findings[Axis.LEDGER].outcome is Outcome.FAIL
    assert verdict.findings[Axis.BYTES].outcome is Outcome.NOT_CHECKED
    assert verdict.is_negative


def test_a_receipt_signed_by_another_key_fails(bench: Bench, receipt: Receipt) -> None:
    thief = signer_of("a thief").key
    verdict = check_receipt(DIGEST, receipt, thief, check_ed25519, None)
    assert verdict.findings[Axis.LEDGER].outcome is Outcome.FAIL


def test_a_receipt_for_another_kind_of_entry_fails(bench: Bench, receipt: Receipt) -> None:
    with bench.store.read() as transaction:
        index = 0  # the steward's
        body = transaction.ledger.entries(index, 1)[0]
        latest = transaction.checkpoints.latest()
        assert latest is not None
        proof = merkle.inclusion_proof(index, latest.size, transaction.ledger.read_nodes)
    other = Receipt(body, index, tuple(proof), latest.note, receipt.anchor)
    verdict = checked(bench, other)
    assert str(verdict.findings[Axis.LEDGER].reason) == "invalid-receipt.kind kind=steward"


def test_a_chain_without_the_registration_fails_on_its_axes(bench: Bench, receipt: Receipt) -> None:
    empty = ChainView(bench.chain.chain_id, bench.chain.anchor_contract, ChainHistory())
    verdict = checked(bench, receipt, view=empty)
    assert {outcomes(verdict)[axis] for axis in CHAIN_AXES} == {Outcome.FAIL}


def test_an_anchor_on_another_chain_or_contract_fails(bench: Bench, receipt: Receipt) -> None:
    view = bench.view()
    for other in (replace(view, chain_id=1), replace(view, anchor_contract="00" * 20)):
        verdict = checked(bench, receipt, view=other)
        assert verdict.findings[Axis.ANCHOR].outcome is Outcome.FAIL


def test_a_receipt_without_an_anchor_is_incomplete(bench: Bench, receipt: Receipt) -> None:
    verdict = checked(bench, replace(receipt, anchor=None), view=bench.view())
    assert verdict.findings[Axis.ANCHOR].outcome is Outcome.NOT_CHECKED
    assert verdict.state == "waiting"


def test_an_entry_that_the_chain_tells_otherwise_fails_on_the_ledger_axis(bench: Bench) -> None:
    registration = bench.registered()
    true = bench.entries("registered")[0]
    forged = Entry("registered", true.at, {**true.facts, "metadata": "12" * 32})
    with bench.store.write() as transaction:
        index = append_entry(transaction, forged)
        transaction.registrations.set_state(
            DIGEST, STEWARD, registration.state, registered_entry=index
        )
    bench.settle()
    verdict = checked(bench, receipt_of(bench.library, DIGEST), view=bench.view())
    assert verdict.findings[Axis.LEDGER].outcome is Outcome.FAIL


def test_a_resource_that_a_service_does_not_show_is_not_called_unregistered() -> None:
    assert withheld(DIGEST, "registered on chain").state == "not_checked"
