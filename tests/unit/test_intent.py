"""Intents: what a job keeps of them is all of them; and a registration's claim."""

from __future__ import annotations

import json

import pytest

from ledger_service.domain import intent as intents
from ledger_service.domain.content_id import DAG_PB, RAW, ContentId
from ledger_service.domain.entry import Entry
from ledger_service.domain.grant import Scope
from ledger_service.domain.identifiers import Commitment, Digest, GrantId, LicenseId, StewardId
from ledger_service.domain.intent import (
    AnchorCheckpoint,
    DeclareRendition,
    DefineLicense,
    Intent,
    IssueGrant,
    RegisterResource,
    RenewGrant,
    ReturnGrant,
    RevokeGrant,
    SupersedeResource,
    WithdrawResource,
)
from ledger_service.domain.license import UNLIMITED_SEATS, LicenseTerms
from ledger_service.domain.registration import (
    Metadata,
    Registration,
    RegistrationState,
    Relation,
    WithdrawalReason,
)

DIGEST, STEWARD = Digest.of(b"book"), StewardId.of_uri("https://a.example")
LICENSE, GRANT = LicenseId(b"\x03" * 32), GrantId(b"\x04" * 32)
EVERY_SCOPE = Scope.READ | Scope.DOWNLOAD | Scope.PRINT

EXAMPLES: list[Intent] = [
    DefineLicense(LicenseTerms("https://e.org/t", UNLIMITED_SEATS, 60, True)),
    DefineLicense(LicenseTerms("https://e.org/t", 1, 60, False, b"\x01" * 32)),
    RegisterResource(DIGEST, STEWARD, LICENSE, ContentId(DAG_PB, b"\x05" * 32), Digest.of(b"m")),
    SupersedeResource(DIGEST, STEWARD, Digest.of(b"second"), Relation.CORRECTION),
    DeclareRendition(DIGEST, STEWARD, Digest.of(b"original")),
    WithdrawResource(DIGEST, STEWARD, WithdrawalReason.LEGAL),
    IssueGrant(DIGEST, STEWARD, 7, 2, Commitment(b"\x06" * 32), EVERY_SCOPE, 2**40),
    IssueGrant(DIGEST, STEWARD, 1, 1, Commitment(b"\x06" * 32), Scope.READ, 1, by_service=True),
    RenewGrant(GRANT, DIGEST, STEWARD, 7, 2**40),
    RenewGrant(GRANT, DIGEST, STEWARD, 7, 2**40, by_service=True),
    ReturnGrant(GRANT, DIGEST, STEWARD, 7),
    ReturnGrant(GRANT, DIGEST, STEWARD, 7, by_service=False),
    RevokeGrant(GRANT, DIGEST, STEWARD, 7),
    AnchorCheckpoint(0, 1, b"\x07" * 32, ()),
    AnchorCheckpoint(3, 9, b"\x08" * 32, (bytes(32), b"\x09" * 32)),
]


@pytest.mark.parametrize("intent", EXAMPLES, ids=lambda intent: type(intent).__name__)
def test_an_intent_comes_back_from_a_job_as_it_was(intent: Intent) -> None:
    kept = json.dumps(intent.to_json())
    assert intents.from_json(intents.kind_of(intent), json.loads(kept)) == intent


def test_every_kind_of_intent_has_an_example() -> None:
    assert {intents.kind_of(intent) for intent in EXAMPLES} == set(intents.KINDS)


def test_a_registration_claims_what_its_entries_say() -> None:
    registration = Registration(
        digest=DIGEST,
        steward=STEWARD,
        license=LICENSE,
        cid=ContentId(RAW, DIGEST.value),
        metadata=Metadata("Xamsa", "text/plain", 4),
        state=RegistrationState.ACCEPTED,
        accepted_at=0,
        accepted_entry=1,
    )
    entry = Entry("accepted", 0, registration.claim())
    assert entry.text("cid") == "f01551220" + DIGEST.hex()
    assert entry.text("metadata") == registration.metadata.digest.hex()
