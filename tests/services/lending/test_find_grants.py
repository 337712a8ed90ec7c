"""Who sees which grants, and asks for which."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ledger_service.domain.errors import GrantNotFound, NoCaseStands, RoleNotHeld
from ledger_service.domain.identifiers import GrantId
from ledger_service.domain.lending.grant import GrantState
from ledger_service.domain.people.caller import Caller, Role
from ledger_service.ports.lending import GrantFilter
from ledger_service.ports.paging import PageRequest
from ledger_service.services.lending.find_grants import list_grants, show_grant
from ledger_service.services.lending.issue_grant import issue_grant
from tests.simulators.auditors import auditor
from tests.simulators.bench import HOUR, LIBRARIAN, OPERATOR, STEWARD, Granted, as_reader

AUDITOR = auditor()
EVERYTHING = PageRequest()


def test_a_reader_sees_their_own_grants_and_staff_sees_all(granted: Granted) -> None:
    bench, reader, grant = granted
    another = bench.reader()
    other = bench.grant(grant.digest, another, HOUR)
    for caller in (LIBRARIAN, AUDITOR):
        assert list_grants(bench.library, caller, EVERYTHING).items == [grant, other]
        assert show_grant(bench.library, caller, other.id) == other
    for name, held in ((reader, grant), (another, other)):
        assert list_grants(bench.library, as_reader(name), EVERYTHING).items == [held]
        assert show_grant(bench.library, as_reader(name), held.id) == held


def test_another_readers_grant_is_not_there(granted: Granted) -> None:
    bench, _, grant = granted
    stranger = as_reader(bench.reader())
    assert list_grants(bench.library, stranger, EVERYTHING).items == []
    for name in (grant.id, GrantId(bytes(32))):
        with pytest.raises(GrantNotFound):
            show_grant(bench.library, stranger, name)


def test_a_colleague_named_like_a_reader_is_no_reader(granted: Granted) -> None:
    bench, reader, grant = granted
    namesake = Caller.of_token(Role.AUDITOR, reader, STEWARD)
    with pytest.raises(RoleNotHeld):
        issue_grant(bench.library, namesake, digest=grant.digest, reader=reader, until=grant.until)


def test_whoever_may_see_no_grant_is_not_told_whether_it_is_there(granted: Granted) -> None:
    bench, _, grant = granted
    for name in (grant.id, GrantId(bytes(32))):
        with pytest.raises(RoleNotHeld):
            show_grant(bench.library, OPERATOR, name)
    with pytest.raises(RoleNotHeld):
        list_grants(bench.library, OPERATOR, EVERYTHING)


def test_a_reader_asks_for_grants_in_their_own_name_only(granted: Granted) -> None:
    bench, reader, grant = granted
    stranger = as_reader(bench.reader())
    with pytest.raises(RoleNotHeld):
        issue_grant(bench.library, stranger, digest=grant.digest, reader=reader, until=grant.until)


def test_a_loan_whose_time_is_over_is_told_as_ended(granted: Granted) -> None:
    bench, _, grant = granted
    assert grant.state_at(grant.until - 1) is GrantState.ISSUED
    assert grant.state_at(grant.until) is GrantState.ENDED
    bench.clock.advance(HOUR)
    assert bench.held(grant).state is GrantState.ISSUED


@pytest.mark.parametrize("state", [GrantState.REVOKED, GrantState.RETURNED, GrantState.REJECTED])
def test_what_else_ended_a_grant_is_told_for_ever(granted: Granted, state: GrantState) -> None:
    _, _, grant = granted
    assert replace(grant, state=state).state_at(grant.until + HOUR) is state


def test_grants_are_listed_by_resource_and_by_when_they_were_asked_for(granted: Granted) -> None:
    bench, reader, grant = granted
    bench.clock.advance(60)
    other = bench.grant(bench.registered(b"another book").digest, reader, HOUR)
    for which, found in (
        (GrantFilter(digest=grant.digest), [grant]),
        (GrantFilter(digest=other.digest), [other]),
        (GrantFilter(until=other.accepted_at), [grant]),
        (GrantFilter(since=other.accepted_at), [other]),
        (GrantFilter(digest=grant.digest, since=other.accepted_at), []),
    ):
        for caller in (LIBRARIAN, as_reader(reader)):
            assert list_grants(bench.library, caller, EVERYTHING, which).items == found
        stranger = as_reader(bench.reader())
        assert list_grants(bench.library, stranger, EVERYTHING, which).items == []


def test_grants_are_listed_by_the_state_that_is_told_of_them(granted: Granted) -> None:
    bench, reader, grant = granted
    for state, is_live, found in (
        (GrantState.ISSUED, True, [grant]),
        (GrantState.ENDED, False, []),
        (None, True, [grant]),
        (None, False, []),
    ):
        which = GrantFilter(state=state, is_live=is_live)
        assert list_grants(bench.library, LIBRARIAN, EVERYTHING, which).items == found
    bench.clock.advance(grant.until - bench.clock())
    for state in GrantState:
        told = list_grants(bench.library, LIBRARIAN, EVERYTHING, GrantFilter(state=state)).items
        assert told == ([grant] if state is GrantState.ENDED else [])
    for is_live, found in ((True, []), (False, [grant])):
        which = GrantFilter(is_live=is_live)
        assert list_grants(bench.library, as_reader(reader), EVERYTHING, which).items == found


def test_whose_grants_they_are_is_asked_by_the_name_that_the_caller_knows(granted: Granted) -> None:
    bench, reader, grant = granted
    bench.grant(grant.digest, bench.reader(), HOUR)
    by_reader, by_pseudonym = GrantFilter(reader=reader), GrantFilter(pseudonym=grant.pseudonym)
    for caller, which in (
        (LIBRARIAN, by_reader),
        (as_reader(reader), by_reader),
        (AUDITOR, by_pseudonym),
    ):
        assert list_grants(bench.library, caller, EVERYTHING, which).items == [grant]
    for caller, which in (
        (LIBRARIAN, by_pseudonym),
        (AUDITOR, by_reader),
        (as_reader(bench.reader()), by_reader),
        (as_reader(reader), by_pseudonym),
    ):
        with pytest.raises(RoleNotHeld):
            list_grants(bench.library, caller, EVERYTHING, which)


def test_a_pseudonym_leads_an_auditor_no_further_than_their_case(granted: Granted) -> None:
    bench, reader, grant = granted
    elsewhere = bench.registered(b"another book").digest
    other = bench.grant(elsewhere, reader, HOUR)
    assert other.pseudonym == grant.pseudonym
    which = GrantFilter(pseudonym=grant.pseudonym)
    for caller, found in (
        (AUDITOR, [grant, other]),
        (auditor(grant.digest), [grant]),
        (auditor(elsewhere), [other]),
    ):
        assert list_grants(bench.library, caller, EVERYTHING, which).items == found
    ended = auditor(grant.digest, until=bench.clock())
    for caller, digest in ((auditor(grant.digest), elsewhere), (ended, None)):
        with pytest.raises(NoCaseStands):
            list_grants(bench.library, caller, EVERYTHING, replace(which, digest=digest))
