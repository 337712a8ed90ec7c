"""Each refusal of a contract that the service can meet comes back as the error of the same name."""

import secrets
import time
from dataclasses import replace

import pytest

from ledger_service.adapters.evm.abi import CONTRACTS, artifact, error_of
from ledger_service.domain import chain_errors, errors
from ledger_service.domain.chain.intent import (
    AnchorCheckpoint,
    DeclareRendition,
    DefineLicense,
    RenewGrant,
    ReturnGrant,
    RevokeGrant,
    SupersedeResource,
    TakeBackLink,
    WithdrawResource,
)
from ledger_service.domain.content.content_id import ContentId
from ledger_service.domain.errors import LedgerError, TransactionRejected
from ledger_service.domain.identifiers import Commitment, Digest, LicenseId, StewardId
from ledger_service.domain.lending.grant import Scope
from ledger_service.domain.resources.license import UNLIMITED_SEATS
from ledger_service.domain.resources.registration import Link, Relation, WithdrawalReason

ZERO = bytes(32)
OTHER = StewardId(b"\x01" * 32)


@pytest.fixture(scope="module")
def claim(bench):
    """Return a claim that stands on chain."""
    claim = bench.claim()
    assert bench.carry_out(claim).succeeded
    return claim


@pytest.fixture(scope="module")
def grant(bench, claim):
    """Return a grant that stands on chain and holds the only seat."""
    grant = bench.grant(claim.digest)
    assert bench.carry_out(grant).succeeded
    return grant


@pytest.fixture
def refused(bench):
    """Return a function that has an intent refused and returns the error."""

    def prepare(intent, chain=None):
        with pytest.raises(LedgerError) as caught:
            bench.prepared(intent, chain)
        assert caught.value.reason.name == f"{caught.value.slug()}.on-chain"
        return type(caught.value)

    return prepare


def test_refused_registrations(bench, refused, claim):
    fresh = bench.claim
    elsewhere = ContentId(0x55, ZERO[:31] + b"\1")
    assert refused(claim) is errors.ResourceAlreadyRegistered
    assert refused(fresh(license=LicenseId(ZERO))) is chain_errors.LicenseNotFound
    assert refused(fresh(cid=elsewhere)) is errors.InvalidCid
    assert refused(fresh(digest=Digest(ZERO))) is errors.InvalidDigest
    stranger = bench.chain_of(bench.signer(registrar=secrets.token_bytes(32)))
    assert refused(fresh(), stranger) is chain_errors.RegistrarNotLive
    assert refused(fresh(steward=OTHER)) in (
        chain_errors.StewardNotAccredited,
        chain_errors.RegistrarNotLive,
    )


def test_refused_licenses(bench, refused):
    assert refused(DefineLicense(bench.terms)) is chain_errors.LicenseAlreadyDefined


def test_refused_grants(bench, refused, claim, grant):
    def fresh(**changes):
        return bench.grant(claim.digest, **changes)

    now = int(time.time())
    assert refused(grant) is chain_errors.SeatTaken
    assert refused(fresh(turn=2)) is chain_errors.SeatTaken
    assert refused(fresh(seat=1)) is chain_errors.SeatOutOfRange
    assert refused(fresh(until=now - 10)) is chain_errors.GrantEndsInPast
    assert refused(fresh(until=now + 7200)) is chain_errors.LoanTooLong
    assert refused(fresh(grantee=Commitment(ZERO))) is chain_errors.GranteeIsZero
    assert refused(fresh(scopes=Scope(0))) is chain_errors.GrantWithoutScopes
    free = bench.grant(bench.registered(), turn=2)
    assert refused(free) is chain_errors.InvalidTurn
    unknown = replace(fresh(), digest=Digest(b"\2" * 32))
    assert refused(unknown) is errors.ResourceNotFound
    stranger = bench.chain_of(bench.signer(registrar=secrets.token_bytes(32)))
    assert refused(fresh(), stranger) is chain_errors.AgentNotLive


def test_refused_changes_of_grants(bench, refused):
    intent = bench.grant(bench.registered())
    held = (intent.grant, intent.digest, intent.steward, intent.seat)
    endings = (RevokeGrant(*held), ReturnGrant(*held), RenewGrant(*held, intent.until + 60))
    for ending in endings:
        assert refused(ending) is chain_errors.GrantNotLive
    assert bench.carry_out(intent).succeeded
    keys = {"registrar": secrets.token_bytes(32), "service": secrets.token_bytes(32)}
    stranger = bench.chain_of(bench.signer(**keys))
    assert refused(endings[0], stranger) is chain_errors.RegistrarNotLive
    assert refused(endings[1], stranger) is chain_errors.AgentNotLive
    assert refused(endings[2], stranger) is chain_errors.AgentNotLive
    assert refused(RenewGrant(*held, intent.until)) is chain_errors.RenewalNotLater
    assert refused(RenewGrant(*held, intent.until + 7200)) is chain_errors.LoanTooLong
    assert bench.carry_out(endings[0]).succeeded
    for ending in endings:
        assert refused(ending) is chain_errors.GrantNotLive


def test_refused_changes_of_resources(bench, refused, claim):
    digest, steward, other = claim.digest, claim.steward, bench.registered()
    unknown = Digest(b"\2" * 32)

    def supersede(one, another):
        return SupersedeResource(one, steward, another, Relation.VERSION)

    reason = WithdrawalReason.ERROR
    assert refused(supersede(digest, digest)) is chain_errors.SuccessorIsSame
    assert refused(supersede(digest, unknown)) is errors.ResourceNotFound
    assert refused(DeclareRendition(digest, steward, digest)) is chain_errors.OriginalIsSame
    assert refused(DeclareRendition(digest, steward, unknown)) is errors.ResourceNotFound
    assert refused(WithdrawResource(unknown, steward, reason)) is errors.ResourceNotFound
    stranger = bench.chain_of(bench.signer(registrar=secrets.token_bytes(32)))
    for intent in (
        supersede(digest, other),
        DeclareRendition(digest, steward, other),
        WithdrawResource(digest, steward, reason),
    ):
        assert refused(intent, stranger) is chain_errors.RegistrarNotLive
    assert bench.carry_out(DeclareRendition(digest, steward, other)).succeeded
    again = DeclareRendition(digest, steward, other)
    assert refused(again) is chain_errors.ResourceIsRendition
    taking_back = TakeBackLink(digest, steward, other, Link.RENDITION)
    assert bench.carry_out(taking_back).succeeded
    assert refused(taking_back) is chain_errors.LinkNotFound
    assert refused(again) is chain_errors.LinkWasTakenBack
    assert bench.carry_out(supersede(other, digest)).succeeded
    assert refused(supersede(other, digest)) is chain_errors.ResourceAlreadySuperseded
    assert bench.carry_out(WithdrawResource(other, steward, reason)).succeeded
    withdrawn = WithdrawResource(other, steward, reason)
    assert refused(withdrawn) is chain_errors.ResourceIsWithdrawn


def test_refused_anchors(bench, refused):
    key = replace_origin(bench.deployment, "another.example/ledger")
    elsewhere = bench.chain_of(bench.signer(key))
    anchor = AnchorCheckpoint(0, 10**6, b"\1" * 32, ())
    assert refused(anchor, elsewhere) is chain_errors.LedgerNotFound
    assert refused(replace(anchor, size=0)) is chain_errors.CheckpointSizeNotLarger
    ledger = bench.running.opened.library.ledger
    if bench.chain.anchored(ledger)[0] == 0:
        assert bench.carry_out(replace(anchor, size=1)).succeeded
    assert refused(anchor) is errors.InvalidConsistencyProof
    assert refused(replace(anchor, proof=(ZERO,) * 5)) is errors.InvalidConsistencyProof


def replace_origin(deployment, origin):
    return replace(deployment, key=f"{origin}+{deployment.key.split('+', 1)[1]}")


def test_a_limitless_license_has_as_many_seats_as_numbers(bench):
    terms = replace(bench.terms, uri="https://license.example/all", seats=UNLIMITED_SEATS)
    assert bench.carry_out(DefineLicense(terms)).succeeded
    claim = bench.claim(license=terms.id)
    assert bench.carry_out(claim).succeeded
    for seat in (0, UNLIMITED_SEATS - 1):
        assert bench.carry_out(bench.grant(claim.digest, seat=seat)).succeeded


@pytest.mark.parametrize("contract", CONTRACTS)
def test_every_error_of_a_contract_has_its_twin(contract):
    for item in artifact(contract).errors.values():
        if item.name.startswith(("AccessControl", "CheckpointUnordered", "SafeCast")):
            continue  # OpenZeppelin's own, of what the service never does
        values = b"".join(bytes(32) for _ in item.types)
        error = error_of(item.hash[:4] + values)
        assert type(error).__name__ == item.name
        assert error.reason.name == f"{error.slug()}.on-chain"


@pytest.mark.parametrize("revert", [b"\xff" * 4, b"\xff" * 100, b"\0\0\0\0"])
def test_an_error_that_nobody_knows_is_a_rejection(revert):
    assert type(error_of(revert)) is TransactionRejected


def test_a_known_error_with_broken_values_keeps_its_name():
    item = next(
        item for item in artifact("AccessGrants").errors.values() if item.name == "SeatTaken"
    )
    assert type(error_of(item.hash[:4] + b"\xff")) is chain_errors.SeatTaken


def test_the_values_of_a_refusal_are_told(bench, claim, grant):
    with pytest.raises(chain_errors.SeatTaken) as caught:
        bench.prepared(bench.grant(claim.digest))
    assert f"seat 0, until {grant.until}" in str(caught.value.reason.values["values"])
