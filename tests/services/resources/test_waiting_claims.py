"""A claim that waits for its registrar's signature: nothing speaks for it, and nobody else signs it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ledger_service.adapters.signer import check_ed25519
from ledger_service.domain.chain.intent import RegisterProven
from ledger_service.domain.errors import InvalidInclusionProof, ResourceInLedger, SignatureAwaited
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.ledger import merkle
from ledger_service.domain.ledger.checkpoint import Checkpoint
from ledger_service.domain.resources.registration import (
    RegistrationState,
    Relation,
    Route,
    WithdrawalReason,
)
from ledger_service.domain.verification.because import Because
from ledger_service.domain.verification.receipt import Receipt
from ledger_service.domain.verification.verdict import Axis, Outcome
from ledger_service.services.chain.relay_intent import relay_intent
from ledger_service.services.resources.change_resource import (
    declare_rendition,
    supersede_resource,
    withdraw_resource,
)
from ledger_service.services.resources.promote_resource import promote_resource
from ledger_service.services.verification.check_receipt import check_receipt
from ledger_service.services.verification.make_receipt import receipt_of, receipt_under
from ledger_service.services.verification.prove_absence import prove_absence
from ledger_service.services.verification.prove_resource import prove_resource
from tests.services.chain.test_relay_intent import OWN, claim, signed
from tests.simulators.bench import BOOK, LIBRARIAN, STEWARD, Bench
from tests.simulators.contract_values import accepted_leaf

SECOND = b"second edition"
DIGEST, OTHER = Digest.of(BOOK), Digest.of(SECOND)
OF_THE_CHAIN = (Axis.STEWARD, Axis.WITHDRAWAL, Axis.SUPERSESSION, Axis.LICENSE)


@pytest.fixture
def waiting(bench: Bench) -> Bench:
    """Return a library with a registered resource, and with the book, which waits under an anchor."""
    bench.license()
    bench.chain.act(lambda state: state.add_registrar(STEWARD.hex(), OWN, 0, 2**40))
    bench.registered(SECOND, title="Xamsa 2")
    bench.register(signed_elsewhere=True)
    bench.settle()
    bench.register(b"one more", title="More")  # so that an anchor covers the entry
    bench.settle()
    return bench


def sign(bench: Bench) -> None:
    """Relay the signature of the registrar's own key."""
    relay_intent(bench.library, LIBRARIAN, signed(bench, "Register", claim(bench.registration())))
    bench.settle()


def own_receipt(bench: Bench) -> Receipt:
    """Return the receipt that anyone can make of the public ledger."""
    index = bench.registration().accepted_entry
    with bench.store.read() as transaction:
        checkpoint = transaction.checkpoints.first_anchored_above(index)
        assert checkpoint is not None
        return receipt_under(bench.library, transaction, index, checkpoint)


def test_it_is_not_checked_until_its_registrar_has_signed(waiting: Bench) -> None:
    [verdict] = waiting.verdict().verdicts
    assert verdict.state == "waiting"
    for axis in OF_THE_CHAIN:
        assert verdict.findings[axis].outcome is Outcome.NOT_CHECKED
        assert verdict.findings[axis].reason.name == Because.SIGNATURE_AWAITED
    sign(waiting)
    assert waiting.verdict().is_wholly_positive


@pytest.mark.parametrize("prove", [receipt_of, prove_resource])
def test_it_has_no_receipt_and_no_proof(waiting: Bench, prove: Callable[..., object]) -> None:
    with pytest.raises(SignatureAwaited, match=r"signature-awaited"):
        prove(waiting.library, DIGEST)
    sign(waiting)
    prove(waiting.library, DIGEST)


@pytest.mark.parametrize(
    "act",
    [
        lambda bench: promote_resource(bench.library, LIBRARIAN, DIGEST),
        lambda bench: bench.grant(DIGEST, bench.reader()),
        lambda bench: withdraw_resource(bench.library, LIBRARIAN, DIGEST, WithdrawalReason.ERROR),
        lambda bench: supersede_resource(bench.library, LIBRARIAN, DIGEST, OTHER, Relation.VERSION),
        lambda bench: supersede_resource(bench.library, LIBRARIAN, OTHER, DIGEST, Relation.VERSION),
        lambda bench: declare_rendition(bench.library, LIBRARIAN, DIGEST, OTHER),
        lambda bench: declare_rendition(bench.library, LIBRARIAN, OTHER, DIGEST),
    ],
    ids=["promote", "grant", "withdraw", "supersede", "succeed", "rendition", "original"],
)
def test_the_librarys_own_key_does_not_register_it(
    waiting: Bench, act: Callable[[Bench], object]
) -> None:
    with pytest.raises(SignatureAwaited, match=r"signature-awaited"):
        act(waiting)
    waiting.settle()
    assert waiting.registration().state is RegistrationState.ACCEPTED
    subjects = {each.subject for each in waiting.chain.events_named("ResourceRegistered")}
    assert DIGEST.hex() not in subjects
    sign(waiting)
    act(waiting)


def test_its_entry_is_of_a_kind_that_the_contract_takes_no_proof_of(waiting: Bench) -> None:
    [entry] = waiting.entries("awaiting")
    assert entry.text("digest") == DIGEST.hex()
    assert DIGEST.hex() not in {item.text("digest") for item in waiting.entries("accepted")}
    found, receipt = waiting.registration(), own_receipt(waiting)
    checkpoint = Checkpoint.of_note(receipt.checkpoint)
    proven = RegisterProven(
        digest=DIGEST,
        steward=STEWARD,
        license=found.license,
        cid=found.cid,
        metadata=found.metadata.digest,
        ledger=waiting.library.ledger,
        size=checkpoint.size,
        at=found.accepted_at,
        index=receipt.index,
        hashes=receipt.proof,
    )
    place = receipt.index, checkpoint.size, receipt.proof, checkpoint.root
    merkle.check_inclusion(merkle.leaf_hash(receipt.entry), *place)
    with pytest.raises(InvalidInclusionProof):
        merkle.check_inclusion(accepted_leaf(proven), *place)


def test_a_verifier_offline_sees_that_it_waits(waiting: Bench) -> None:
    receipt = own_receipt(waiting)
    for view in (waiting.view(), None):
        verdict = check_receipt(DIGEST, receipt, waiting.library.key, check_ed25519, view)
        assert verdict.state == "waiting"
        assert verdict.findings[Axis.LEDGER].outcome is Outcome.PASS
        for axis in OF_THE_CHAIN:
            assert verdict.findings[axis].outcome is Outcome.NOT_CHECKED
            assert verdict.findings[axis].reason.name == Because.SIGNATURE_AWAITED
    sign(waiting)
    verdict = check_receipt(DIGEST, receipt, waiting.library.key, check_ed25519, waiting.view())
    assert verdict.is_wholly_positive


def test_the_ledger_holds_it_so_there_is_no_evidence_of_its_absence(waiting: Bench) -> None:
    with pytest.raises(ResourceInLedger):
        prove_absence(waiting.library, DIGEST)
    assert waiting.findings() == set()


def test_a_signature_that_the_chain_refused_leaves_room_for_another_claim(waiting: Bench) -> None:
    intent = signed(waiting, "Register", claim(waiting.registration()))
    relay_intent(waiting.library, LIBRARIAN, intent)
    waiting.clock.advance(2 * 3600)
    waiting.settle()
    assert waiting.registration().state is RegistrationState.REJECTED
    waiting.register()
    assert waiting.registration().route is Route.HERE
    waiting.settle()
    assert waiting.verdict().is_wholly_positive
