"""Folding chain events into who was accredited when, what is registered, and who may read."""

from __future__ import annotations

import pytest

from ledger_service.domain.chain.block import Position
from ledger_service.domain.chain.history import FOR_EVER, ChainEvent, ChainHistory
from ledger_service.domain.chain.roles import REGISTRAR, SERVICE
from ledger_service.domain.errors import ChainEvidenceMissing
from ledger_service.domain.identifiers import Digest, GrantId, LedgerId, LicenseId, StewardId
from ledger_service.domain.lending.grant import Scope
from ledger_service.domain.reasons import Reason
from ledger_service.domain.resources.license import LicenseTerms
from ledger_service.domain.resources.registration import Link, Relation
from ledger_service.domain.verification.because import Because
from ledger_service.domain.verification.verdict import Axis, Outcome, chain_findings

STEWARD, OTHER = StewardId.of_uri("https://a.example"), StewardId.of_uri("https://b.example")
DIGEST, SUCCESSOR = Digest.of(b"book"), Digest.of(b"second edition")
GRANT = GrantId(b"\x07" * 32)
LEDGER = LedgerId.of_origin("ledger.example/main")
ACCOUNT = "bb" * 20
TERMS = LicenseTerms("https://example.org/terms", 2, 100, False)
START = 1000  # the time of block 0; a block each 10 seconds


class Told:
    """Events in the order they are told, each in a block of its own."""

    def __init__(self) -> None:
        self.events: list[ChainEvent] = []

    def tell(self, name: str, subject: str, **arguments: str | int | bool) -> ChainEvent:
        block = len(self.events) + 1
        time, transaction = START + 10 * block, f"{block:064x}"
        event = ChainEvent("C", name, subject, arguments, block, time, transaction, 0)
        self.events.append(event)
        return event

    def accredit(self, steward: StewardId = STEWARD) -> ChainEvent:
        return self.tell("StewardAccredited", steward.hex())

    def add_registrar(self, starts_at: int = 0, until: int = FOR_EVER) -> ChainEvent:
        window = {"agent": ACCOUNT, "role": REGISTRAR, "from": starts_at, "until": until}
        return self.tell("AgentAdded", STEWARD.hex(), **window)

    def define(self, **changes: str | int | bool) -> ChainEvent:
        terms = {
            "uri": TERMS.uri,
            "seats": TERMS.seats,
            "longestLoanSeconds": TERMS.longest_loan_seconds,
            "selfService": TERMS.self_service,
            "policyDigest": TERMS.policy_digest.hex(),
        }
        return self.tell("LicenseDefined", TERMS.id.hex(), **{**terms, **changes})

    def register(self, digest: Digest = DIGEST) -> ChainEvent:
        return self.tell(
            "ResourceRegistered",
            digest.hex(),
            steward=STEWARD.hex(),
            registrar=ACCOUNT,
            license=TERMS.id.hex(),
            cidCodec=0x55,
            cidDigest=digest.hex(),
            metadata="cd" * 32,
        )

    def supersede(self, relation: Relation) -> ChainEvent:
        told = {"steward": STEWARD.hex(), "successor": SUCCESSOR.hex(), "relation": int(relation)}
        return self.tell("ResourceSuperseded", DIGEST.hex(), **told)

    def withdraw(self, digest: Digest = DIGEST) -> ChainEvent:
        return self.tell("ResourceWithdrawn", digest.hex(), steward=STEWARD.hex(), reason=2)

    def issue(self, until: int) -> ChainEvent:
        issued = {
            "digest": DIGEST.hex(),
            "steward": STEWARD.hex(),
            "grantee": "ef" * 32,
            "scopes": 3,
            "from": START + 10 * (len(self.events) + 1),
            "until": until,
            "seat": 1,
            "turn": 1,
        }
        return self.tell("GrantIssued", GRANT.hex(), **issued)

    @property
    def history(self) -> ChainHistory:
        return ChainHistory.of(self.events)

    def outcomes(self, digest: Digest = DIGEST) -> dict[Axis, Outcome]:
        history = self.history
        findings = chain_findings(history.registrations[digest, STEWARD], history)
        return {axis: finding.outcome for axis, finding in findings.items()}


@pytest.fixture
def told() -> Told:
    """Return a steward with a registrar and a license, all in order."""
    told = Told()
    told.accredit()
    told.add_registrar()
    told.define()
    return told


def test_a_registration_in_order_passes_on_all_axes_of_the_chain(told: Told) -> None:
    event = told.register()
    assert set(told.outcomes().values()) == {Outcome.PASS}
    fact = told.history.registrations[DIGEST, STEWARD]
    assert (fact.block, fact.time, fact.transaction) == (
        event.block,
        event.block_time,
        event.transaction,
    )
    assert (fact.cid, fact.registrar) == ("f01551220" + DIGEST.hex(), ACCOUNT)


def test_events_are_folded_in_chain_order_however_they_come(told: Told) -> None:
    told.register()
    backwards = ChainHistory.of(reversed(told.events))
    assert backwards.registrations == told.history.registrations


def test_a_steward_suspended_before_was_not_accredited(told: Told) -> None:
    told.tell("StewardSuspended", STEWARD.hex())
    told.register()
    assert told.outcomes()[Axis.STEWARD] is Outcome.FAIL


def test_a_steward_suspended_later_was_accredited_then(told: Told) -> None:
    told.register()
    told.tell("StewardSuspended", STEWARD.hex())
    assert told.outcomes()[Axis.STEWARD] is Outcome.PASS


def test_a_steward_accredited_again_counts_from_then_on(told: Told) -> None:
    told.tell("StewardSuspended", STEWARD.hex())
    suspended = told.register()
    told.tell("StewardReinstated", STEWARD.hex())
    later = told.register(SUCCESSOR)
    history = told.history
    assert not history.was_accredited(STEWARD, suspended.position)
    assert history.was_accredited(STEWARD, later.position)
    assert not history.was_accredited(OTHER, later.position)


def test_accreditation_in_the_same_place_is_not_before_it() -> None:
    told = Told()
    at = told.accredit().position
    assert not told.history.was_accredited(STEWARD, at)
    assert told.history.was_accredited(STEWARD, Position(at.block, at.log_index + 1))


def test_a_registrar_closed_from_a_stated_time_loses_what_came_after_it(told: Told) -> None:
    event = told.register()
    told.tell("AgentClosed", STEWARD.hex(), agent=ACCOUNT, at=event.block_time + 1)
    assert told.outcomes()[Axis.STEWARD] is Outcome.PASS
    told.tell("AgentClosed", STEWARD.hex(), agent=ACCOUNT, at=event.block_time)
    assert told.outcomes()[Axis.STEWARD] is Outcome.FAIL


def test_a_key_closed_as_of_an_earlier_time_was_compromised_then(told: Told) -> None:
    event = told.register()
    told.tell("AgentClosed", STEWARD.hex(), agent=ACCOUNT, at=event.block_time)
    history = told.history
    finding = chain_findings(history.registrations[DIGEST, STEWARD], history)[Axis.STEWARD]
    assert finding.outcome is Outcome.FAIL
    assert finding.reason == Reason(Because.KEY_STOLEN, {"block": event.block})
    window = history.agents[ACCOUNT]
    assert window.closed_at == event.block_time + 10
    assert not window.is_compromised(event.block_time - 1)
    assert not window.is_compromised(window.closed_at)


def test_a_service_is_no_registrar(told: Told) -> None:
    told.events.clear()
    told.accredit()
    window = {"agent": ACCOUNT, "role": SERVICE, "from": 0, "until": FOR_EVER}
    told.tell("AgentAdded", STEWARD.hex(), **window)
    told.register()
    assert told.outcomes()[Axis.STEWARD] is Outcome.FAIL


def test_a_registrar_lives_only_in_its_window_and_for_its_steward(told: Told) -> None:
    told.events.clear()
    told.accredit()
    told.add_registrar(starts_at=2000, until=3000)
    at = Position(9, 0)
    live = told.history.was_live_registrar
    assert live(ACCOUNT, STEWARD, at, 2000)
    assert live(ACCOUNT, STEWARD, at, 2999)
    assert not live(ACCOUNT, STEWARD, at, 1999)
    assert not live(ACCOUNT, STEWARD, at, 3000)
    assert not live(ACCOUNT, OTHER, at, 2500)
    assert not live("cc" * 20, STEWARD, at, 2500)
    assert not live(ACCOUNT, STEWARD, Position(2, 0), 2500)


def test_a_withdrawn_resource_fails_on_its_axis_and_says_why(told: Told) -> None:
    told.register()
    told.withdraw()
    fact = told.history.registrations[DIGEST, STEWARD]
    assert (fact.state, fact.withdrawal_reason) == ("withdrawn", 2)
    assert told.outcomes()[Axis.WITHDRAWAL] is Outcome.FAIL
    assert told.outcomes()[Axis.SUPERSESSION] is Outcome.PASS


def test_a_superseded_resource_names_its_successor(told: Told) -> None:
    told.register()
    told.supersede(Relation.VERSION)
    history = told.history
    finding = chain_findings(history.registrations[DIGEST, STEWARD], history)[Axis.SUPERSESSION]
    assert finding.outcome is Outcome.FAIL
    assert finding.reason == Reason(Because.SUPERSEDED, {"successor": SUCCESSOR.hex()})


@pytest.mark.parametrize(
    ("relation", "outcome", "reason"),
    [
        (Relation.VERSION, Outcome.FAIL, Because.SUPERSEDED),
        (Relation.CORRECTION, Outcome.FAIL, Because.CORRECTED),
        (Relation.TRANSLATION, Outcome.PASS, Because.TRANSLATED),
    ],
)
def test_how_a_successor_relates_decides_what_it_means(
    told: Told, relation: Relation, outcome: Outcome, reason: str
) -> None:
    told.register()
    told.supersede(relation)
    history = told.history
    finding = chain_findings(history.registrations[DIGEST, STEWARD], history)[Axis.SUPERSESSION]
    assert finding.outcome is outcome
    assert finding.reason.name == reason


@pytest.mark.parametrize("link", Link)
def test_a_link_that_was_taken_back_means_nothing_any_more(told: Told, link: Link) -> None:
    told.register()
    to = {"steward": STEWARD.hex()}
    if link is Link.RENDITION:
        told.tell("RenditionDeclared", DIGEST.hex(), **to, original=SUCCESSOR.hex())
    else:
        told.supersede(Relation(link))
    told.tell("LinkTakenBack", DIGEST.hex(), **to, other=SUCCESSOR.hex(), relation=int(link))
    fact = told.history.registrations[DIGEST, STEWARD]
    assert (fact.state, fact.successor, fact.original) == ("registered", None, None)
    assert fact.translations == []
    finding = chain_findings(fact, told.history)[Axis.SUPERSESSION]
    assert finding.reason == Reason(Because.NOT_SUPERSEDED)


def test_a_link_that_nothing_made_is_not_taken_back(told: Told) -> None:
    told.register()
    said = {"steward": STEWARD.hex(), "other": SUCCESSOR.hex(), "relation": 3}
    told.tell("LinkTakenBack", DIGEST.hex(), **said)
    with pytest.raises(ChainEvidenceMissing):
        assert told.history


def test_a_rendition_falls_with_its_original(told: Told) -> None:
    told.register()
    told.register(SUCCESSOR)
    told.tell("RenditionDeclared", SUCCESSOR.hex(), steward=STEWARD.hex(), original=DIGEST.hex())
    assert told.outcomes(SUCCESSOR)[Axis.WITHDRAWAL] is Outcome.PASS
    told.withdraw()
    assert told.outcomes(SUCCESSOR)[Axis.WITHDRAWAL] is Outcome.FAIL


def test_a_rendition_whose_original_was_not_looked_up_is_not_checked(told: Told) -> None:
    told.register()
    told.tell("RenditionDeclared", DIGEST.hex(), steward=STEWARD.hex(), original=SUCCESSOR.hex())
    assert told.outcomes()[Axis.WITHDRAWAL] is Outcome.NOT_CHECKED


def test_a_registration_proven_from_a_ledger_says_since_when(told: Told) -> None:
    told.register()
    proven = {"steward": STEWARD.hex(), "ledger": LEDGER.hex(), "index": 4, "anchoredAt": 5}
    told.tell("ResourceProven", DIGEST.hex(), **proven)
    assert told.history.registrations[DIGEST, STEWARD].anchored_at == 5


def test_a_license_that_the_chain_does_not_have_fails() -> None:
    told = Told()
    told.accredit()
    told.add_registrar()
    told.register()
    assert told.outcomes()[Axis.LICENSE] is Outcome.FAIL


@pytest.mark.parametrize(
    "terms",
    [{"uri": "ftp://example.org"}, {"longestLoanSeconds": 2**63}, {"seats": 0}],
)
def test_terms_that_only_the_contract_takes_stop_nobody_from_reading_the_chain(
    terms: dict[str, str | int],
) -> None:
    told = Told()
    told.accredit()
    told.add_registrar()
    told.define(**terms)
    told.register()
    assert told.history.licenses == {}
    assert told.outcomes()[Axis.LICENSE] is Outcome.FAIL


def test_a_license_is_known_with_its_terms(told: Told) -> None:
    license_id = LicenseId.parse(TERMS.id.hex())
    assert told.history.licenses[license_id] == TERMS


def test_a_grant_is_live_from_its_block_until_its_end(told: Told) -> None:
    issued = told.issue(until=START + 100)
    fact = told.history.grants[GRANT]
    assert fact.scopes == Scope.READ | Scope.DOWNLOAD
    assert fact.seat == 1
    assert fact.is_live(issued.block, issued.block_time)
    assert not fact.is_live(issued.block - 1, issued.block_time)
    assert not fact.is_live(issued.block, issued.block_time - 1)
    assert fact.is_live(99, START + 99)
    assert not fact.is_live(99, START + 100)


def test_a_revoked_grant_never_permits_again(told: Told) -> None:
    told.issue(until=FOR_EVER)
    revoked = told.tell("GrantRevoked", GRANT.hex())
    fact = told.history.grants[GRANT]
    assert fact.is_live(revoked.block - 1, revoked.block_time)
    assert not fact.is_live(revoked.block, revoked.block_time)
    assert not fact.is_live(revoked.block + 1, revoked.block_time)


def test_a_renewed_grant_ends_later_from_that_block_on(told: Told) -> None:
    issued = told.issue(until=START + 100)
    renewed = told.tell("GrantRenewed", GRANT.hex(), until=START + 300)
    fact = told.history.grants[GRANT]
    assert not fact.is_live(issued.block, START + 100)
    assert fact.is_live(renewed.block, START + 299)
    assert not fact.is_live(renewed.block, START + 300)


def test_a_returned_grant_is_over(told: Told) -> None:
    told.issue(until=FOR_EVER)
    returned = told.tell("GrantReturned", GRANT.hex())
    fact = told.history.grants[GRANT]
    assert fact.is_live(returned.block - 1, returned.block_time)
    assert not fact.is_live(returned.block, returned.block_time)


def test_a_claim_from_a_cohort_is_told_of_its_grant(told: Told) -> None:
    told.issue(until=FOR_EVER)
    assert not told.history.grants[GRANT].claimed
    told.tell("CohortClaimed", "cc" * 32, grant=GRANT.hex(), index=4)
    assert told.history.grants[GRANT].claimed


def test_anchors_are_kept_in_order_by_ledger(told: Told) -> None:
    told.tell("LedgerOpened", LEDGER.hex(), steward=STEWARD.hex(), anchorer=ACCOUNT)
    assert told.history.ledger_stewards == {LEDGER: STEWARD}
    assert told.history.anchors == {LEDGER: []}
    for size in (3, 8):
        told.tell("CheckpointAnchored", LEDGER.hex(), size=size, root="12" * 32)
    told.tell("AnchorerChanged", LEDGER.hex(), anchorer="cc" * 20)
    assert [anchor.size for anchor in told.history.anchors[LEDGER]] == [3, 8]


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("StewardSuspended", {}),
        ("AgentClosed", {"agent": ACCOUNT, "at": 1}),
        ("ResourceWithdrawn", {"steward": STEWARD.hex(), "reason": 1}),
        ("ResourceSuperseded", {"steward": STEWARD.hex(), "successor": "12" * 32}),
        ("RenditionDeclared", {"steward": STEWARD.hex(), "original": "12" * 32}),
        ("LinkTakenBack", {"steward": STEWARD.hex(), "other": "12" * 32, "relation": 3}),
        ("ResourceProven", {"steward": STEWARD.hex(), "anchoredAt": 1}),
        ("StewardReinstated", {}),
        ("GrantRenewed", {"until": 1}),
        ("GrantReturned", {}),
        ("GrantRevoked", {}),
        ("ResourceRegistered", {"steward": STEWARD.hex()}),
        ("Transferred", {}),
    ],
)
def test_an_event_about_something_unknown_means_that_events_are_missing(
    name: str, arguments: dict[str, str | int]
) -> None:
    told = Told()
    told.tell(name, "ab" * 32, **arguments)
    with pytest.raises(ChainEvidenceMissing):
        _ = told.history
