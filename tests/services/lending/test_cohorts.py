"""Cohorts: a class list becomes a right for many by one transaction, and each member claims once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from ledger_service.domain.chain_errors import CohortNotOpen
from ledger_service.domain.errors import (
    CohortNotFound,
    InvalidCohort,
    NoSeatFree,
    ResourceNotFound,
    RoleNotHeld,
)
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.lending.cohort import Cohort, CohortState
from ledger_service.domain.lending.grant import GrantState
from ledger_service.domain.lending.request import RequestState
from ledger_service.domain.people.local_account import card_identity
from ledger_service.services.exports.export_reader import export_reader
from ledger_service.services.lending.change_grant import return_grant
from ledger_service.services.lending.cohorts.claim_grant import claim_first, claim_grant
from ledger_service.services.lending.cohorts.close_cohort import (
    close_cohort,
    let_listed_leave,
    let_reader_leave,
)
from ledger_service.services.lending.cohorts.find_cohorts import list_rights, show_cohort
from ledger_service.services.lending.cohorts.grant_cohort import grant_cohort
from ledger_service.services.lending.cohorts.read_list import AskedCohort, SeenList, read_list
from ledger_service.services.lending.issue_grant import issue_grant
from ledger_service.services.lending.open_resource import open_resource
from ledger_service.services.lending.requests.ask_for_loan import ask_for_loan
from ledger_service.services.people.identities import find_identity
from tests.simulators.bench import (
    BOOK,
    HOUR,
    LIBRARIAN,
    Bench,
    StoreThatStops,
    WorkerKilled,
    as_reader,
)

DIGEST = Digest.of(BOOK)
CARDS = ("0017", "0018", "0019")


def table(cards: object = CARDS) -> bytes:
    return ("F.I.Sh.;Karta raqami\n" + "".join(f"Aʼzam;{card}\n" for card in cards)).encode()  # type: ignore[attr-defined]


def asked(bench: Bench, hours: int = 24, course: str = "Fizika 101") -> AskedCohort:
    return AskedCohort(course, DIGEST, bench.clock() + hours * HOUR)


def seen(bench: Bench, data: bytes | None = None, **more: object) -> SeenList:
    return read_list(bench.library, LIBRARIAN, data or table(), asked(bench, **more))  # type: ignore[arg-type]


def closed_book(bench: Bench) -> None:
    """Register the book under a license of three seats."""
    bench.license("Three-seats", seats=3, loan=2 * HOUR)
    bench.registered(license_name="Three-seats")


def granted(bench: Bench, data: bytes | None = None, **more: object) -> Cohort:
    """Register the book under a license of three seats, and grant the course."""
    closed_book(bench)
    found = grant_cohort(bench.library, LIBRARIAN, seen(bench, data, **more).cohort.name)
    bench.settle()
    return show_cohort(bench.library, LIBRARIAN, found.name).cohort


def reader_of(bench: Bench, card: str) -> str:
    found = find_identity(bench.library, card_identity(card))
    assert found is not None
    return found.name


def test_a_list_is_seen_before_anything_is_granted(bench: Bench) -> None:
    closed_book(bench)
    found = seen(bench, table(["1", "2", "2", "", "3"]))
    assert (found.members, found.new, found.already) == (3, 3, 0)
    assert (found.found.doubles, found.found.empty, found.found.ignored) == (1, 1, 1)
    assert (
        show_cohort(bench.library, LIBRARIAN, found.cohort.name).cohort.state is CohortState.DRAFT
    )
    assert not bench.open_jobs()
    assert find_identity(bench.library, card_identity("1")) is None


def test_a_card_is_the_same_however_it_is_typed_and_what_is_none_is_counted(bench: Bench) -> None:
    closed_book(bench)
    found = seen(bench, table(["AB-17", "ab 17", "9" * 100]))
    assert (found.members, found.found.doubles, found.found.too_long) == (1, 1, 1)


def test_the_same_list_again_is_the_same_draft(bench: Bench) -> None:
    closed_book(bench)
    first, again = seen(bench), seen(bench)
    assert again == first
    assert seen(bench, course="Kimyo").cohort.name != first.cohort.name


def test_what_everybody_may_read_needs_no_course(bench: Bench) -> None:
    bench.license()
    bench.registered()
    with pytest.raises(InvalidCohort) as refused:
        seen(bench)
    assert refused.value.reason.name == "invalid-cohort.open-license"


def test_a_course_is_granted_by_one_transaction_and_nothing_of_its_list_is_kept(
    bench: Bench,
) -> None:
    cards = ("20260017001701", "20260017001702", "20260017001703")
    cohort = granted(bench, table(cards))
    assert cohort.state is CohortState.OPEN
    assert len(bench.chain.events_named("CohortGranted")) == 1
    assert show_cohort(bench.library, LIBRARIAN, cohort.name).counts == (3, 0, 3, 0)
    with bench.store.read() as transaction:
        assert transaction.cohorts.listed(cohort.name) == []
    for path in bench.folder.glob("muhr.db*"):
        assert "Aʼzam".encode() not in path.read_bytes()
        assert not any(card.encode() in path.read_bytes() for card in cards)
    assert grant_cohort(bench.library, LIBRARIAN, cohort.name) == cohort  # again is the same
    assert len(bench.chain.events_named("CohortGranted")) == 1
    assert bench.findings() == set()


def test_a_member_claims_when_asking_and_then_opens(bench: Bench) -> None:
    cohort = granted(bench)
    reader = as_reader(reader_of(bench, "0018"))
    grant = claim_first(bench.library, reader, DIGEST)
    assert grant == claim_first(bench.library, reader, DIGEST)
    assert grant is not None
    assert grant.state is GrantState.ACCEPTED
    bench.settle()
    assert claim_first(bench.library, reader, DIGEST) is None
    again = claim_grant(bench.library, reader, DIGEST)
    assert again is not None
    assert (again.id, again.state) == (grant.id, GrantState.ISSUED)
    [event] = bench.chain.events_named("GrantIssued")
    assert again.until == event.number("until")
    assert len(bench.chain.events_named("CohortClaimed")) == 1
    assert [entry.text("grant") for entry in bench.entries("grant-issued")] == [grant.id.hex()]
    assert bench.entries("grant-issued")[0].number("until") == again.until
    open_resource(bench.library, reader, digest=DIGEST)
    assert show_cohort(bench.library, LIBRARIAN, cohort.name).counts == (3, 1, 2, 0)
    assert [right.member.grant for right in list_rights(bench.library, reader)] == [grant.id]
    assert bench.findings() == set()


def test_who_has_no_right_claims_nothing(bench: Bench) -> None:
    granted(bench)
    assert claim_grant(bench.library, as_reader(bench.reader()), DIGEST) is None
    with pytest.raises(RoleNotHeld):
        claim_grant(bench.library, LIBRARIAN, DIGEST)


def test_a_right_that_the_chain_does_not_have_yet_waits(bench: Bench) -> None:
    closed_book(bench)
    grant_cohort(bench.library, LIBRARIAN, seen(bench).cohort.name)
    with pytest.raises(CohortNotOpen):
        claim_grant(bench.library, as_reader(reader_of(bench, "0017")), DIGEST)


def test_a_claim_ends_with_the_course_or_the_longest_loan(bench: Bench) -> None:
    granted(bench, hours=1)
    reader = as_reader(reader_of(bench, "0017"))
    claim_grant(bench.library, reader, DIGEST)
    bench.settle()
    found = claim_grant(bench.library, reader, DIGEST)
    [right] = list_rights(bench.library, reader)
    assert found is not None
    assert found.until == right.cohort.until
    bench.clock.advance(HOUR)
    assert claim_grant(bench.library, reader, DIGEST) is None  # the course is over
    assert list_rights(bench.library, reader) == []


def test_seats_are_those_of_the_license(bench: Bench) -> None:
    granted(bench, table("abcd"))
    held = []
    for card in "abc":
        held.append(claim_grant(bench.library, as_reader(reader_of(bench, card)), DIGEST))
    last = as_reader(reader_of(bench, "d"))
    with pytest.raises(NoSeatFree):
        claim_grant(bench.library, last, DIGEST)
    bench.settle()
    assert held[0] is not None
    return_grant(bench.library, LIBRARIAN, held[0].id)
    bench.settle()
    assert claim_grant(bench.library, last, DIGEST) is not None
    bench.settle()
    assert bench.findings() == set()


def test_twenty_at_once_claim_once_each(bench: Bench) -> None:
    bench.license("Many", seats=30, loan=2 * HOUR)
    bench.registered(license_name="Many")
    cards = [str(number) for number in range(10)]
    grant_cohort(bench.library, LIBRARIAN, seen(bench, table(cards)).cohort.name)
    bench.settle()
    readers = [as_reader(reader_of(bench, card)) for card in cards] * 2
    with ThreadPoolExecutor(20) as pool:
        found = list(pool.map(lambda one: claim_grant(bench.library, one, DIGEST), readers))
    assert len({grant.id for grant in found if grant is not None}) == 10
    bench.settle()
    assert len(bench.chain.events_named("CohortClaimed")) == 10
    assert bench.findings() == set()


def test_a_member_who_holds_a_grant_already_claims_none(bench: Bench) -> None:
    granted(bench)
    name = reader_of(bench, "0017")
    held = bench.grant(DIGEST, name)
    assert claim_grant(bench.library, as_reader(name), DIGEST) == held


def test_a_member_who_asks_for_a_loan_is_granted_what_the_course_gives(bench: Bench) -> None:
    granted(bench)
    reader = as_reader(reader_of(bench, "0017"))
    request = ask_for_loan(bench.library, reader, digest=DIGEST)
    assert request.state is RequestState.GRANTED
    assert ask_for_loan(bench.library, reader, digest=DIGEST).grant == request.grant
    bench.settle()
    assert len(bench.chain.events_named("CohortClaimed")) == 1
    other = ask_for_loan(bench.library, as_reader(bench.reader()), digest=DIGEST)
    assert other.state is RequestState.ASKED  # no course, and the license is not self-service
    told = export_reader(bench.library, reader, reader.subject)["courses"]
    assert [(one["course"], one["grant"]) for one in told] == [("Fizika 101", request.grant.hex())]  # type: ignore[union-attr]


def test_five_thousand_are_listed_and_one_claims(bench: Bench) -> None:
    cohort = granted(bench, table(range(5_000)))
    assert len(bench.chain.events_named("CohortGranted")) == 1
    claim_grant(bench.library, as_reader(reader_of(bench, "4999")), DIGEST)
    bench.settle()
    assert show_cohort(bench.library, LIBRARIAN, cohort.name).counts == (5_000, 1, 4_999, 0)
    assert len(bench.chain.events_named("CohortClaimed")) == 1


def test_a_claimed_grant_is_what_a_librarian_finds_when_granting(bench: Bench) -> None:
    granted(bench)
    name = reader_of(bench, "0017")
    claimed = claim_grant(bench.library, as_reader(name), DIGEST)
    until = bench.clock() + HOUR
    found = issue_grant(bench.library, LIBRARIAN, digest=DIGEST, reader=name, until=until)
    assert claimed is not None
    assert found.id == claimed.id


def test_who_leaves_is_closed_out_and_the_others_claim_on(bench: Bench) -> None:
    cohort = granted(bench)
    first, second, third = (as_reader(reader_of(bench, card)) for card in CARDS)
    claimed = claim_grant(bench.library, first, DIGEST)
    bench.settle()
    found = let_listed_leave(bench.library, LIBRARIAN, cohort.name, table(["0017", "0018", "x"]))
    assert found == (2, 1, 1)
    assert claim_grant(bench.library, second, DIGEST) is None
    assert claim_grant(bench.library, third, DIGEST) is not None
    bench.settle()
    assert claimed is not None
    assert bench.held(claimed).state is GrantState.REVOKED
    assert show_cohort(bench.library, LIBRARIAN, cohort.name).counts == (3, 1, 0, 2)
    assert bench.findings() == set()
    with pytest.raises(CohortNotFound):
        let_reader_leave(bench.library, LIBRARIAN, "0" * 32, third.subject)
    assert let_reader_leave(bench.library, LIBRARIAN, cohort.name, third.subject) == (1, 1, 0)


def test_a_list_sent_again_adds_whom_the_course_lacks(bench: Bench) -> None:
    granted(bench)
    found = seen(bench, table([*CARDS, "0020"]))
    assert (found.members, found.new, found.already) == (1, 1, 3)
    grant_cohort(bench.library, LIBRARIAN, found.cohort.name)
    bench.settle()
    assert claim_grant(bench.library, as_reader(reader_of(bench, "0020")), DIGEST) is not None
    nobody = seen(bench, table(CARDS))
    with pytest.raises(InvalidCohort):
        grant_cohort(bench.library, LIBRARIAN, nobody.cohort.name)


def test_a_closed_course_gives_nothing_more(bench: Bench) -> None:
    cohort = granted(bench)
    claimed = claim_grant(bench.library, as_reader(reader_of(bench, "0017")), DIGEST)
    bench.settle()
    close_cohort(bench.library, LIBRARIAN, cohort.name)
    assert claim_grant(bench.library, as_reader(reader_of(bench, "0018")), DIGEST) is None
    bench.settle()
    assert len(bench.chain.events_named("CohortClosed")) == 1
    found = show_cohort(bench.library, LIBRARIAN, cohort.name).cohort
    assert found.state is CohortState.CLOSED
    assert claimed is not None
    assert bench.held(claimed).state is GrantState.ISSUED
    assert bench.findings() == set()


def test_a_draft_is_for_a_resource_that_stands_and_goes_after_a_day(bench: Bench) -> None:
    with pytest.raises(ResourceNotFound):
        seen(bench)
    closed_book(bench)
    draft = seen(bench).cohort
    bench.clock.advance(86_401)
    seen(bench, hours=48)
    with pytest.raises(CohortNotFound):
        grant_cohort(bench.library, LIBRARIAN, draft.name)
    with pytest.raises(InvalidCohort):
        read_list(bench.library, LIBRARIAN, table(), replace(asked(bench), until=bench.clock()))


@pytest.mark.parametrize("committed", [True, False])
def test_whoever_is_killed_while_granting_has_granted_all_or_nothing(
    bench: Bench, committed: bool
) -> None:
    closed_book(bench)
    draft = seen(bench).cohort
    dying = replace(bench.library, store=StoreThatStops(bench.store, 1, committed=committed))  # type: ignore[arg-type]
    with pytest.raises(WorkerKilled):
        grant_cohort(dying, LIBRARIAN, draft.name)
    grant_cohort(bench.library, LIBRARIAN, draft.name)
    bench.settle()
    assert show_cohort(bench.library, LIBRARIAN, draft.name).counts == (3, 0, 3, 0)
    assert len(bench.chain.events_named("CohortGranted")) == 1
