"""Intents: what a job keeps of them is all of them; and a registration's claim."""

from __future__ import annotations

import json
from dataclasses import fields, replace

import pytest

from ledger_service.domain.chain import intent as intents
from ledger_service.domain.chain.intent import (
    AnchorCheckpoint,
    ClaimGrant,
    CloseCohort,
    DeclareRendition,
    DefineLicense,
    GrantCohort,
    Intent,
    IssueGrant,
    RegisterProven,
    RegisterResource,
    RenewGrant,
    ReturnGrant,
    RevokeGrant,
    SupersedeResource,
    TakeBackLink,
    WithdrawResource,
)
from ledger_service.domain.chain.signed_intent import SignedIntent, cohort_id
from ledger_service.domain.content.content_id import DAG_PB, RAW, ContentId
from ledger_service.domain.identifiers import (
    Commitment,
    Digest,
    GrantId,
    LedgerId,
    LicenseId,
    StewardId,
)
from ledger_service.domain.ledger.entry import Entry
from ledger_service.domain.lending.grant import Scope
from ledger_service.domain.resources.license import UNLIMITED_SEATS, LicenseTerms
from ledger_service.domain.resources.registration import (
    Link,
    Metadata,
    Registration,
    RegistrationState,
    Relation,
    Route,
    WithdrawalReason,
)

DIGEST, STEWARD = Digest.of(b"book"), StewardId.of_uri("https://a.example")
LICENSE, GRANT = LicenseId(b"\x03" * 32), GrantId(b"\x04" * 32)
EVERY_SCOPE = Scope.READ | Scope.DOWNLOAD | Scope.PRINT

AUTHORIZED = {"signer": bytes(20), "nonce": 2**255, "deadline": 2**40}
COHORT = {name: bytes(32) for name in ("digest", "steward", "root", "salt")}
COHORT |= {"size": 1, "scopes": 1, "until": 2**60}

OF_COHORT = (DIGEST, STEWARD, b"\x07" * 32, 5, EVERY_SCOPE, 2**40, b"\x08" * 32)

EXAMPLES: list[Intent] = [
    DefineLicense(LicenseTerms("https://e.org/t", UNLIMITED_SEATS, 60, True)),
    DefineLicense(LicenseTerms("https://e.org/t", 1, 60, False, b"\x01" * 32)),
    RegisterResource(DIGEST, STEWARD, LICENSE, ContentId(DAG_PB, b"\x05" * 32), Digest.of(b"m")),
    RegisterProven(
        digest=DIGEST,
        steward=STEWARD,
        license=LICENSE,
        cid=ContentId(RAW, DIGEST.value),
        metadata=Digest.of(b"m"),
        ledger=LedgerId.of_origin("a.example/muhr"),
        size=9,
        at=1_800_000_000,
        index=4,
        hashes=(bytes(32), b"\x0a" * 32),
    ),
    SupersedeResource(DIGEST, STEWARD, Digest.of(b"second"), Relation.CORRECTION),
    DeclareRendition(DIGEST, STEWARD, Digest.of(b"original")),
    TakeBackLink(DIGEST, STEWARD, Digest.of(b"second"), Link.RENDITION),
    WithdrawResource(DIGEST, STEWARD, WithdrawalReason.LEGAL),
    IssueGrant(DIGEST, STEWARD, 7, 2, Commitment(b"\x06" * 32), EVERY_SCOPE, 2**40),
    IssueGrant(DIGEST, STEWARD, 1, 1, Commitment(b"\x06" * 32), Scope.READ, 1, by_service=True),
    RenewGrant(GRANT, DIGEST, STEWARD, 7, 2**40),
    RenewGrant(GRANT, DIGEST, STEWARD, 7, 2**40, by_service=True),
    ReturnGrant(GRANT, DIGEST, STEWARD, 7),
    ReturnGrant(GRANT, DIGEST, STEWARD, 7, by_service=False),
    RevokeGrant(GRANT, DIGEST, STEWARD, 7),
    GrantCohort(*OF_COHORT),
    CloseCohort(*OF_COHORT),
    ClaimGrant(*OF_COHORT, 7, 2, Commitment(b"\x06" * 32), 4, (bytes(32), b"\x0a" * 32)),
    AnchorCheckpoint(0, 1, b"\x07" * 32, ()),
    AnchorCheckpoint(3, 9, b"\x08" * 32, (bytes(32), b"\x09" * 32)),
    SignedIntent("CloseCohort", AUTHORIZED | {"cohort": cohort_id(COHORT)}, bytes(65), COHORT),
]


@pytest.mark.parametrize("intent", EXAMPLES, ids=lambda intent: type(intent).__name__)
def test_an_intent_comes_back_from_a_job_as_it_was(intent: Intent) -> None:
    kept = json.dumps(intent.to_json())
    assert intents.from_json(intent.KIND, json.loads(kept)) == intent


def test_every_kind_of_intent_has_an_example() -> None:
    assert {intent.KIND for intent in EXAMPLES} == set(intents.KINDS)


# A proven registration that was signed elsewhere wants no more than the registration; no claim is signed.
NOT_ALIKE = RegisterProven | ClaimGrant
SIGNED_ALIKE = [intent for intent in EXAMPLES[2:-3] if not isinstance(intent, NOT_ALIKE)]


@pytest.mark.parametrize("intent", SIGNED_ALIKE, ids=lambda intent: type(intent).__name__)
def test_what_is_signed_elsewhere_wants_the_same_as_ours(intent: Intent) -> None:
    own = {field.name: field.default for field in fields(intent)}
    changes = {name: own[name] for name in ("by_service",) if name in own}
    signed = SignedIntent(intent.TYPE, intent.to_message() | AUTHORIZED, bytes(65))
    assert intents.wishes_of(intent) == (intent,)
    assert intents.wishes_of(signed) == (replace(intent, **changes),)
    assert signed.stewards == {STEWARD.value}


def test_a_batch_wants_each_of_its_registrations() -> None:
    claims = [replace(EXAMPLES[2], digest=Digest.of(name)) for name in (b"one", b"two")]
    listed = [claim.to_message() for claim in claims]
    signed = SignedIntent("RegisterMany", {"registrations": listed, **AUTHORIZED}, b"")
    assert intents.wishes_of(signed) == tuple(claims)
    assert signed.stewards == {STEWARD.value}


def test_the_end_of_a_cohort_that_was_signed_elsewhere_is_an_end_of_the_whole_cohort() -> None:
    [closing] = [one for one in EXAMPLES if isinstance(one, SignedIntent)][:1]
    [wish] = intents.wishes_of(closing)
    assert isinstance(wish, CloseCohort)
    assert wish.cohort == cohort_id(COHORT)
    assert closing.stewards == {bytes(32)}


def test_a_registration_claims_what_its_entries_say() -> None:
    registration = Registration(
        digest=DIGEST,
        steward=STEWARD,
        license=LICENSE,
        cid=ContentId(RAW, DIGEST.value),
        metadata=Metadata("Xamsa", "text/plain", 4),
        route=Route.HERE,
        state=RegistrationState.ACCEPTED,
        accepted_at=0,
        accepted_entry=1,
    )
    entry = Entry("accepted", 0, registration.claim())
    assert entry.text("cid") == "f01551220" + DIGEST.hex()
    assert entry.text("metadata") == registration.metadata.digest.hex()
