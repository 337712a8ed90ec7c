"""Claims about bytes kept elsewhere: one entry each, many a transaction, each with its own outcome."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from sqlalchemy import update

from ledger_service.adapters.sql.resources.schema import registration
from ledger_service.domain.content.content_id import DAG_PB, RAW, ContentId
from ledger_service.domain.errors import (
    InvalidCid,
    LedgerError,
    NotAuthenticated,
    ResourceAlreadyRegistered,
    RoleNotHeld,
    UnknownLicense,
)
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.lending.commitment import secret_digest
from ledger_service.domain.people.caller import Role
from ledger_service.domain.resources.claim import LARGEST_RAW_BYTES, Claim, check_cid
from ledger_service.domain.resources.registration import Metadata, RegistrationState, Route
from ledger_service.ports.paging import PageRequest
from ledger_service.services.people.grant_access import issue_token
from ledger_service.services.resources.accept_claims import Taken
from ledger_service.services.resources.register_claim import ClaimRequest, register_claims
from tests.simulators.bench import LIBRARIAN, OPERATOR, Bench

SECONDS = 60


@pytest.fixture
def token(bench: Bench) -> bytes:
    bench.license()
    return secret_digest(
        issue_token(bench.store, bench.clock, OPERATOR, Role.REGISTRAR, "x", SECONDS)
    )


def claim_of(
    token: bytes, number: int, title: str = "Boburnoma", license_name: str = "CC-BY-4.0"
) -> ClaimRequest:
    digest = Digest.of(b"%d" % number)
    metadata = Metadata(title, "application/pdf", 1 + number)
    claim = Claim.of(digest, ContentId(RAW, digest.value), license_name, metadata)
    return ClaimRequest(token, claim)


def registered(bench: Bench, claims: Sequence[ClaimRequest]) -> list[Taken | LedgerError]:
    with bench.store.write() as transaction:
        return register_claims(bench.library, transaction, claims)


def test_claims_of_one_batch_are_entries_one_after_the_other(bench: Bench, token: bytes) -> None:
    size = len(bench.entries())
    claims = [claim_of(token, number) for number in range(300)]
    found = registered(bench, claims)
    entries = bench.entries()[size:]
    assert found == [Taken(index, "accepted", True) for index in range(size, size + 300)]
    with bench.store.read() as transaction:
        stored = transaction.registrations.page(PageRequest(limit=400)).items
    for request, item, entry in zip(claims, stored, entries, strict=True):
        assert (entry.kind, dict(entry.facts)) == ("accepted", item.claim())
        assert item.route is Route.BULK
        assert Claim.of(item.digest, item.cid, "CC-BY-4.0", item.metadata) == request.claim
    with bench.store.read() as transaction:
        assert transaction.jobs.count_by_state() == {"queued": 1}  # the license's


def test_the_same_claim_again_is_the_same_entry(bench: Bench, token: bytes) -> None:
    one = claim_of(token, 1)
    first, second = registered(bench, [one, one])
    assert first == Taken(first.entry, "accepted", True)
    assert second == registered(bench, [one])[0] == first._replace(is_new=False)
    assert len(bench.entries("accepted")) == 1


def test_each_refusal_is_its_own_and_the_others_stand(bench: Bench, token: bytes) -> None:
    subject = bench.reader()
    secret = issue_token(bench.store, bench.clock, LIBRARIAN, Role.READER, subject, SECONDS)
    reader = secret_digest(secret)
    registered(bench, [claim_of(token, 1)])
    outcomes = registered(
        bench,
        [
            claim_of(b"unknown", 2),
            claim_of(reader, 3),
            claim_of(token, 4, license_name="none"),
            claim_of(token, 1, title="Another title"),
            claim_of(token, 5),
            claim_of(token, 5, title="Another title"),
        ],
    )
    errors = [NotAuthenticated, RoleNotHeld, UnknownLicense, ResourceAlreadyRegistered]
    assert [type(item) for item in outcomes] == [*errors, Taken, ResourceAlreadyRegistered]
    assert len(bench.entries("accepted")) == 2


def test_a_token_whose_time_is_over_registers_nothing(bench: Bench, token: bytes) -> None:
    bench.clock.advance(SECONDS)
    [outcome] = registered(bench, [claim_of(token, 1)])
    assert isinstance(outcome, NotAuthenticated)
    assert bench.entries("accepted") == []


def test_a_claim_that_the_chain_rejected_may_be_made_again(bench: Bench, token: bytes) -> None:
    one = claim_of(token, 1)
    [first] = registered(bench, [one])
    digest = Digest(one.claim.digest)
    with bench.store.write() as transaction:
        transaction.registrations.set_state(
            digest, bench.library.steward, RegistrationState.REJECTED, rejection="no"
        )
    fresh, again = registered(bench, [claim_of(token, 2), one])
    assert again.entry == fresh.entry + 1 == first.entry + 2
    with bench.store.read() as transaction:
        found = transaction.registrations.find(digest, bench.library.steward)
    assert (found.state, found.rejection) == (RegistrationState.ACCEPTED, None)


def test_a_cid_that_such_bytes_do_not_have_is_refused(bench: Bench, token: bytes) -> None:
    digest, raw = Digest.of(b"x"), ContentId(RAW, Digest.of(b"x").value)
    tree = ContentId(DAG_PB, bytes(32))
    for size, good, bad in (
        (LARGEST_RAW_BYTES, raw, (tree, ContentId(RAW, bytes(32)))),
        (LARGEST_RAW_BYTES + 1, tree, (raw,)),
    ):
        check_cid(digest, good, size)
        for cid in bad:
            with pytest.raises(InvalidCid):
                check_cid(digest, cid, size)
    with pytest.raises(InvalidCid):
        ClaimRequest.of(bench.library, token, digest, tree, "x", Metadata("x", "text/plain", 1))


def test_a_cid_is_read_as_it_was_claimed_whichever_way_it_is_kept(
    bench: Bench, token: bytes
) -> None:
    small, digest = claim_of(token, 1), Digest.of(b"large")
    tree, metadata = ContentId(DAG_PB, bytes(32)), Metadata("x", "text/plain", 5)
    large = ClaimRequest(token, Claim.of(digest, tree, "CC-BY-4.0", metadata))
    registered(bench, [small, large])

    def cids() -> list[str]:
        with bench.store.read() as transaction:
            items = transaction.registrations.page(PageRequest()).items
        return [item.cid.base16() for item in items]

    assert cids() == [small.claim.cid, large.claim.cid]
    quick = bench.store.quick.claim(Digest(small.claim.digest), bench.library.steward)
    assert quick is not None
    assert quick.cid == small.claim.cid
    with bench.store.engine.begin() as connection:  # as earlier versions kept it
        kept = update(registration).where(registration.c.cid == "")
        assert connection.execute(kept.values(cid=small.claim.cid)).rowcount == 1
    assert cids() == [small.claim.cid, large.claim.cid]
