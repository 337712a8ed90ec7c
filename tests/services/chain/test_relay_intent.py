"""Intents that were signed elsewhere: judged, queued as they are, and told like our own."""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import text

from ledger_service.domain.chain.signed_intent import SignedIntent
from ledger_service.domain.chain_errors import (
    IntentDeadlineTooFar,
    IntentExpired,
    InvalidIntentSignature,
    NonceAlreadyUsed,
    RegistrarNotLive,
)
from ledger_service.domain.errors import (
    ChainUnavailable,
    IntentNotFound,
    InvalidInclusionProof,
    InvalidIntent,
    ResourceAlreadyRegistered,
    ResourceNotFound,
    StewardNotServed,
)
from ledger_service.domain.resources.registration import Registration, RegistrationState
from ledger_service.ports.chain import Job
from ledger_service.services.chain.relay_intent import find_intent, relay_intent
from tests.simulators.bench import BOOK, HOUR, LIBRARIAN, STEWARD, Bench
from tests.simulators.chain import DOMAIN, carry_signed, signature_by

OWN = "5a" * 20  # a registrar whose key is not ours
DAY = 86_400
_nonces = itertools.count(1)


@pytest.fixture
def served(bench: Bench) -> Bench:
    """Return a library with one more registrar, and the usual license on chain."""
    bench.license()
    bench.settle()
    bench.chain.act(lambda state: state.add_registrar(STEWARD.hex(), OWN, 0, 2**40))
    return bench


def signed(bench: Bench, kind: str, values: dict[str, Any], **given: Any) -> SignedIntent:
    signer = bytes.fromhex(given.pop("signer", OWN))
    message = {"signer": signer, "nonce": next(_nonces), "deadline": bench.clock() + HOUR}
    return SignedIntent(kind, values | message | given, signature_by(signer))


def claim(found: Registration) -> dict[str, Any]:
    return {
        "digest": found.digest.value,
        "steward": found.steward.value,
        "license": found.license.value,
        "cidCodec": found.cid.codec,
        "cidDigest": found.cid.digest,
        "metadata": found.metadata.digest.value,
    }


def registration(bench: Bench, **given: Any) -> SignedIntent:
    """Take the book in to wait for a signature, and return what registers it."""
    return signed(bench, "Register", claim(bench.register(signed_elsewhere=True)), **given)


def withdrawal(bench: Bench, **given: Any) -> SignedIntent:
    place = {"digest": bench.registration().digest.value, "steward": STEWARD.value}
    return signed(bench, "Withdraw", place | {"reason": 1}, **given)


def state_of(bench: Bench, job: Job) -> str:
    return find_intent(bench.library, LIBRARIAN, job.name.subject).state


def intents_kept(bench: Bench) -> int:
    with bench.store.engine.connect() as connection:
        return int(connection.scalar(text("SELECT count(*) FROM job WHERE kind = 'signed-intent'")))


def test_a_claim_waits_until_its_signature_is_relayed(served: Bench) -> None:
    intent = registration(served)
    served.settle()
    assert served.registration().state is RegistrationState.ACCEPTED
    job = relay_intent(served.library, LIBRARIAN, intent, DOMAIN)
    served.settle()
    assert state_of(served, job) == "done"
    assert served.registration().state is RegistrationState.REGISTERED
    told = [entry.kind for entry in served.entries() if "digest" in entry.facts]
    assert told == ["awaiting", "registered"]
    [event] = served.chain.events_named("ResourceRegistered")
    assert event.text("registrar") == OWN


def test_what_was_relayed_is_in_the_ledger_for_the_auditor(served: Bench) -> None:
    relay_intent(served.library, LIBRARIAN, registration(served))
    served.settle()
    relay_intent(served.library, LIBRARIAN, withdrawal(served))
    served.settle()
    served.anchored_twice()
    assert served.findings() == set()
    assert served.registration().state is RegistrationState.WITHDRAWN


def test_the_same_message_is_one_job_under_any_signature(served: Bench) -> None:
    served.registered()
    intent = withdrawal(served)
    first = relay_intent(served.library, LIBRARIAN, intent)
    again = replace(intent, signature=b"another form of it")
    assert relay_intent(served.library, LIBRARIAN, again).id == first.id
    served.settle()
    assert relay_intent(served.library, LIBRARIAN, intent).state == "done"
    assert len(served.chain.events_named("ResourceWithdrawn")) == 1


def test_a_claim_is_signed_once(served: Bench) -> None:
    intent = registration(served)
    relay_intent(served.library, LIBRARIAN, intent)
    second = signed(served, "Register", claim(served.registration()))
    with pytest.raises(ResourceAlreadyRegistered):
        relay_intent(served.library, LIBRARIAN, second)
    assert intents_kept(served) == 1


def test_a_claim_that_we_sign_ourselves_is_not_taken_from_elsewhere(served: Bench) -> None:
    served.register()
    intent = signed(served, "Register", claim(served.registration()))
    with pytest.raises(ResourceAlreadyRegistered):
        relay_intent(served.library, LIBRARIAN, intent)


def test_a_claim_that_differs_from_the_one_taken_in_is_refused(served: Bench) -> None:
    intent = registration(served)
    other = replace(intent, message={**intent.message, "metadata": bytes(32)})
    with pytest.raises(ResourceNotFound, match=r"resource-not-found.other-claim"):
        relay_intent(served.library, LIBRARIAN, other)
    unknown = {"digest": bytes(31) + b"\1", "cidDigest": bytes(31) + b"\1"}
    with pytest.raises(ResourceNotFound, match=r"resource-not-found.not-taken-in"):
        relay_intent(
            served.library, LIBRARIAN, replace(intent, message={**intent.message, **unknown})
        )
    assert intents_kept(served) == 0


def test_an_intent_that_expires_on_its_way_is_not_tried_again(served: Bench) -> None:
    job = relay_intent(served.library, LIBRARIAN, registration(served))
    served.clock.advance(2 * HOUR)
    served.settle()
    assert state_of(served, job) == "rejected"
    assert served.registration().state is RegistrationState.REJECTED
    assert [entry.kind for entry in served.entries() if "digest" in entry.facts] == [
        "awaiting",
        "rejected",
    ]
    relay_intent(served.library, LIBRARIAN, registration(served))  # sent and signed again
    served.settle()
    assert served.registration().state is RegistrationState.REGISTERED


def test_a_change_that_expires_on_its_way_changes_nothing_and_may_be_signed_again(
    served: Bench,
) -> None:
    served.registered()
    job = relay_intent(served.library, LIBRARIAN, withdrawal(served))
    served.clock.advance(2 * HOUR)
    served.settle()
    assert state_of(served, job) == "rejected"
    assert served.registration().state is RegistrationState.REGISTERED
    relay_intent(served.library, LIBRARIAN, withdrawal(served))
    served.settle()
    assert served.registration().state is RegistrationState.WITHDRAWN


def test_what_another_relayer_carried_first_is_told_once(served: Bench) -> None:
    intent = registration(served)
    job = relay_intent(served.library, LIBRARIAN, intent)
    ledger = served.library.ledger.hex()
    served.chain.act(lambda state: carry_signed(state, intent, ledger))
    served.settle()
    assert state_of(served, job) == "done"
    assert [entry.kind for entry in served.entries("registered")] == ["registered"]
    served.anchored_twice()
    assert served.findings() == set()


def test_a_nonce_that_went_to_something_else_ends_the_intent(served: Bench) -> None:
    served.registered()
    intent = withdrawal(served)
    job = relay_intent(served.library, LIBRARIAN, intent)
    served.chain.act(lambda state: state.intent_nonces.update({intent.nonce << 32: True}))
    served.settle()
    assert state_of(served, job) == "rejected"
    with pytest.raises(NonceAlreadyUsed):
        relay_intent(served.library, LIBRARIAN, intent)


class TestRefused:
    @pytest.mark.parametrize(
        ("given", "refusal"),
        [
            ({"deadline": 1}, IntentExpired),
            ({"deadline": 2**40}, IntentDeadlineTooFar),
            ({"signer": "77" * 20}, RegistrarNotLive),
            ({"steward": bytes(32)}, StewardNotServed),
        ],
    )
    def test_by_what_it_says(
        self, served: Bench, given: dict[str, Any], refusal: type[Exception]
    ) -> None:
        served.registered()
        with pytest.raises(refusal):
            relay_intent(served.library, LIBRARIAN, withdrawal(served, **given))
        assert intents_kept(served) == 0

    def test_by_its_signature_and_its_domain(self, served: Bench) -> None:
        served.registered()
        intent = withdrawal(served)
        with pytest.raises(InvalidIntentSignature):
            relay_intent(served.library, LIBRARIAN, replace(intent, signature=b""))
        with pytest.raises(InvalidIntent):
            relay_intent(served.library, LIBRARIAN, intent, {"chainId": 1})
        with pytest.raises(IntentNotFound):
            find_intent(served.library, LIBRARIAN, bytes(32))
        assert intents_kept(served) == 0

    def test_by_a_proof_that_does_not_hold(self, served: Bench) -> None:
        def refuse() -> None:
            raise InvalidInclusionProof("too-short")

        served.registered()
        served.chain.interrupt["check_signed"] = refuse
        with pytest.raises(InvalidIntent, match=r"invalid-intent."):
            relay_intent(served.library, LIBRARIAN, withdrawal(served))

    def test_while_the_chain_does_not_answer(self, served: Bench) -> None:
        served.registered(BOOK)
        intent = withdrawal(served)
        served.chain.is_away = True
        with pytest.raises(ChainUnavailable):
            relay_intent(served.library, LIBRARIAN, intent)
        assert intents_kept(served) == 0
