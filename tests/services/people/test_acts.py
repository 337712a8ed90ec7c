"""What colleagues do is kept with who did it: cheap for claims, erasable, and never of a reader."""

from __future__ import annotations

import pytest

from ledger_service.domain.content.content_id import RAW, ContentId
from ledger_service.domain.errors import NotAuthenticated, RoleNotHeld
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.imports.prepared_claim import PreparedClaim
from ledger_service.domain.lending.commitment import secret_digest
from ledger_service.domain.people.act import ActKind, runs
from ledger_service.domain.people.caller import Caller, Role
from ledger_service.domain.resources.claim import Claim
from ledger_service.domain.resources.registration import Metadata, WithdrawalReason
from ledger_service.ports.paging import PageRequest
from ledger_service.ports.people import ActFilter, KeptAct
from ledger_service.services.imports.import_resources import import_claims
from ledger_service.services.lending.change_grant import revoke_grant
from ledger_service.services.lending.issue_grant import issue_grant
from ledger_service.services.people.grant_access import authenticate, issue_token
from ledger_service.services.people.list_acts import erase_colleague, list_acts
from ledger_service.services.resources.change_resource import withdraw_resource
from ledger_service.services.resources.register_claim import ClaimRequest, register_claims
from tests.simulators.bench import HOUR, LIBRARIAN, OPERATOR, STEWARD, Bench, as_reader

DILNOZA, RUSTAM = (Caller.of_token(Role.REGISTRAR, name, STEWARD) for name in ("dilnoza", "rustam"))
AUDITOR = Caller.of_token(Role.AUDITOR, "state audit", STEWARD)


def acts(bench: Bench, caller: Caller = OPERATOR, **which: object) -> list[KeptAct]:
    wished = ActFilter(**which)  # type: ignore[arg-type]
    return list_acts(bench.store, caller, wished, PageRequest()).items


def told(found: list[KeptAct]) -> list[tuple[str | None, str]]:
    return [(kept.holder, kept.act.kind.value) for kept in found]


def claim(number: int) -> Claim:
    digest = Digest.of(b"%d" % number)
    metadata = Metadata("x", "text/plain", 1 + number)
    return Claim.of(digest, ContentId(RAW, digest.value), "CC-BY-4.0", metadata)


def withdraw(bench: Bench, caller: Caller, digest: Digest) -> None:
    withdraw_resource(bench.library, caller, digest, WithdrawalReason.ERROR)


def test_runs_are_what_follows_without_a_gap() -> None:
    assert runs([]) == []
    assert runs([4, 5, 6, 9, 11, 12]) == [(4, 3), (9, 1), (11, 2)]


def test_a_change_of_a_resource_is_its_colleagues(bench: Bench) -> None:
    digest = bench.registered().digest
    withdraw(bench, DILNOZA, digest)
    withdraw(bench, RUSTAM, digest)  # which changes nothing
    assert told(acts(bench, about=str(digest))) == [
        ("dilnoza", "withdrawn"),
        (LIBRARIAN.subject, "registered"),
    ]


def test_grants_are_their_colleagues_and_what_readers_do_themselves_is_nobodys(
    bench: Bench,
) -> None:
    bench.license("self", self_service=True)
    bench.settle()
    digest = bench.registered(license_name="self").digest
    until, readers = bench.clock() + 60, [bench.reader(), bench.reader()]
    grant = issue_grant(bench.library, RUSTAM, digest=digest, reader=readers[0], until=until)
    own = as_reader(readers[1])
    issue_grant(bench.library, own, digest=digest, reader=readers[1], until=until)
    revoke_grant(bench.library, DILNOZA, grant.id)
    assert told(acts(bench, about=str(grant.id))) == [
        ("dilnoza", "grant-revoked"),
        ("rustam", "grant-issued"),
    ]
    assert told(acts(bench, kind=ActKind.GRANT_ISSUED)) == [("rustam", "grant-issued")]
    assert told(acts(bench, about="self")) == [(LIBRARIAN.subject, "license-defined")]
    assert not any(reader in repr(acts(bench)) for reader in readers)


def test_claims_of_one_commit_are_a_row_a_colleague(bench: Bench) -> None:
    bench.license()
    tokens = [
        secret_digest(issue_token(bench.store, bench.clock, OPERATOR, Role.REGISTRAR, name, HOUR))
        for name in ("dilnoza", "rustam")
    ]
    asked = [ClaimRequest(tokens[number // 100], claim(number)) for number in range(200)]
    with bench.store.write() as transaction:
        first = transaction.ledger.size()
        register_claims(bench.library, transaction, [*asked, asked[0]])  # which stands already
    found = [kept.act for kept in acts(bench, kind=ActKind.REGISTERED)]
    assert [(act.first_entry, act.entries) for act in found] == [(first + 100, 100), (first, 100)]
    assert told(acts(bench, entry=first + 99)) == [("dilnoza", "registered")]
    assert told(acts(bench, entry=first + 100)) == [("rustam", "registered")]
    assert told(acts(bench, entry=first + 200)) == []
    by_digest = acts(bench, about=str(Digest(asked[150].claim.digest)))
    assert told(by_digest) == [("rustam", "registered")]


def test_an_import_is_a_row_a_transaction(bench: Bench) -> None:
    bench.license()
    prepared = [PreparedClaim(f"x:{number}", "", "", *claim(number)) for number in range(50)]
    import_claims(bench.library, OPERATOR, "import-1", prepared)
    import_claims(bench.library, OPERATOR, "import-1", prepared, is_last=True)  # duplicates all
    [kept] = acts(bench, about="import-1")
    assert (kept.holder, kept.act.entries) == ("operator", 50)


def test_a_registrar_sees_their_own_and_an_auditor_all_but_asks_by_no_name(bench: Bench) -> None:
    withdraw(bench, DILNOZA, bench.registered().digest)
    assert told(acts(bench, DILNOZA)) == [("dilnoza", "withdrawn")]
    assert acts(bench, DILNOZA, holder=LIBRARIAN.subject) == acts(bench, DILNOZA)
    assert acts(bench, AUDITOR) == acts(bench)
    with pytest.raises(RoleNotHeld):
        acts(bench, AUDITOR, holder="dilnoza")
    with pytest.raises(RoleNotHeld):
        acts(bench, as_reader(bench.reader()))
    with pytest.raises(NotAuthenticated):
        acts(bench, Caller.anybody(STEWARD))


def test_acts_are_listed_by_time_and_page_by_page(bench: Bench) -> None:
    digests = [bench.registered(b"%d" % number).digest for number in range(3)]
    bench.clock.advance(HOUR)
    noon = bench.clock()
    for digest in digests:
        withdraw(bench, DILNOZA, digest)
    late = acts(bench, since=noon)
    assert told(late) == [("dilnoza", "withdrawn")] * 3
    assert [*late, *acts(bench, until=noon)] == acts(bench)
    first = list_acts(bench.store, OPERATOR, ActFilter(since=noon), PageRequest(limit=2))
    assert first.next is not None
    rest = list_acts(bench.store, OPERATOR, ActFilter(since=noon), PageRequest(first.next, 2))
    assert [*first.items, *rest.items] == late


def test_an_erased_name_is_gone_and_its_acts_still_tell_two_people_apart(bench: Bench) -> None:
    secret = issue_token(bench.store, bench.clock, OPERATOR, Role.REGISTRAR, "dilnoza", HOUR)
    withdraw(bench, DILNOZA, bench.registered(b"1").digest)
    withdraw(bench, RUSTAM, bench.registered(b"2").digest)
    with pytest.raises(RoleNotHeld):
        erase_colleague(bench.store, DILNOZA, "rustam")
    assert erase_colleague(bench.store, OPERATOR, "dilnoza")
    assert not erase_colleague(bench.store, OPERATOR, "dilnoza")
    rustams, nobodys = acts(bench, kind=ActKind.WITHDRAWN)
    assert (rustams.holder, nobodys.holder) == ("rustam", None)
    assert rustams.colleague != nobodys.colleague
    with pytest.raises(NotAuthenticated):
        authenticate(bench.store, bench.clock, STEWARD, secret)
    withdraw(bench, DILNOZA, bench.registered(b"3").digest)
    assert acts(bench)[0].colleague not in (rustams.colleague, nobodys.colleague)
