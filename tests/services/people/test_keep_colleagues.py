"""Colleagues and cases: who gives what, and that what is taken away counts at the next request."""

from __future__ import annotations

import pytest

from ledger_service.domain.errors import (
    CaseNotFound,
    ColleagueNotFound,
    InvalidCase,
    InvalidHolder,
    InvalidInput,
    NotAuthenticated,
    RoleNotHeld,
)
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.people.act import ActKind
from ledger_service.domain.people.caller import Caller, Role
from ledger_service.domain.people.identity import IdentityKind
from ledger_service.ports.paging import PageRequest
from ledger_service.ports.people import ActFilter
from ledger_service.services.people.grant_access import authenticate, issue_token
from ledger_service.services.people.keep_colleagues import (
    add_colleague,
    list_colleagues,
    means_of,
    remove_colleague,
)
from ledger_service.services.people.list_acts import list_acts
from ledger_service.services.people.open_case import close_case, list_cases, open_case
from ledger_service.services.people.sign_in.invite import invite_colleague
from tests.simulators.bench import HOUR, OPERATOR, STEWARD, Bench

ADMIN = Caller.of_token(Role.ADMIN, "sayyora", STEWARD)
CONSORTIUM = Caller.of_token(Role.CONSORTIUM_ADMIN, "consortium", STEWARD)
AUDITOR = Caller.of_token(Role.AUDITOR, "state audit", STEWARD)


def add(bench: Bench, caller: Caller, name: str, role: Role) -> int:
    return add_colleague(bench.store, bench.clock, caller, name, role).number


def token(bench: Bench, role: Role, name: str) -> str:
    return issue_token(bench.store, bench.clock, OPERATOR, role, name, HOUR)


def who(bench: Bench, secret: str) -> Caller:
    return authenticate(bench.store, bench.clock, STEWARD, secret)


def test_an_admin_adds_and_removes_and_each_is_an_act(bench: Bench) -> None:
    number = add(bench, ADMIN, "dilnoza", Role.REGISTRAR)
    assert add(bench, ADMIN, "dilnoza", Role.REGISTRAR) == number
    assert add(bench, ADMIN, "dilnoza", Role.AUDITOR) == number
    [found] = list_colleagues(bench.store, ADMIN)
    assert set(found.since) == {Role.REGISTRAR, Role.AUDITOR}
    remove_colleague(bench.store, bench.clock, ADMIN, number, Role.AUDITOR)
    remove_colleague(bench.store, bench.clock, ADMIN, number)
    assert list_colleagues(bench.store, ADMIN) == []
    with pytest.raises(ColleagueNotFound):
        remove_colleague(bench.store, bench.clock, ADMIN, number)
    page = list_acts(bench.store, OPERATOR, ActFilter(holder="sayyora"), PageRequest())
    kinds = [kept.act.kind for kept in page.items]
    assert kinds == [ActKind.COLLEAGUE_REMOVED] * 2 + [ActKind.COLLEAGUE_ADDED] * 2


def test_a_role_that_is_taken_away_lets_nobody_in_at_the_next_request(bench: Bench) -> None:
    kept, lost = token(bench, Role.AUDITOR, "dilnoza"), token(bench, Role.REGISTRAR, "dilnoza")
    others = token(bench, Role.REGISTRAR, "rustam")
    number = next(item.number for item in list_colleagues(bench.store, ADMIN))
    remove_colleague(bench.store, bench.clock, ADMIN, number, Role.REGISTRAR)
    with pytest.raises(NotAuthenticated):
        who(bench, lost)
    assert who(bench, kept).roles == {Role.AUDITOR}
    assert who(bench, others).subject == "rustam"


def test_nobody_gives_or_ends_a_role_beyond_their_own(bench: Bench) -> None:
    boss = add(bench, CONSORTIUM, "sayyora", Role.ADMIN)
    librarian = add(bench, ADMIN, "dilnoza", Role.REGISTRAR)
    top = add(bench, OPERATOR, "consortium", Role.CONSORTIUM_ADMIN)
    with pytest.raises(RoleNotHeld):
        add(bench, CONSORTIUM, "x", Role.REGISTRAR)
    with pytest.raises(RoleNotHeld):
        add(bench, ADMIN, "x", Role.CONSORTIUM_ADMIN)
    for caller, number in ((CONSORTIUM, librarian), (ADMIN, top)):
        with pytest.raises(RoleNotHeld):
            remove_colleague(bench.store, bench.clock, caller, number)
    assert [item.number for item in list_colleagues(bench.store, CONSORTIUM)] == [boss]
    with pytest.raises(InvalidInput):
        add(bench, OPERATOR, "x", Role.READER)
    with pytest.raises(InvalidHolder):
        add(bench, OPERATOR, " ", Role.ADMIN)


def test_by_what_a_colleague_acts_is_told_for_the_roles_that_one_ends(bench: Bench) -> None:
    token(bench, Role.REGISTRAR, "dilnoza")
    token(bench, Role.ADMIN, "dilnoza")
    token(bench, Role.READER, bench.reader())
    invite_colleague(bench.library, ADMIN, "dilnoza", Role.ADMIN)
    [found] = list_colleagues(bench.store, OPERATOR)
    told = means_of(bench.store, bench.clock, CONSORTIUM, found)
    assert told.keys() == {Role.ADMIN}
    assert told[Role.ADMIN].known_by == {IdentityKind.INVITATION: 1}
    assert [kept.token.role for kept in told[Role.ADMIN].tokens] == [Role.ADMIN]
    assert means_of(bench.store, bench.clock, ADMIN, found).keys() == {Role.ADMIN, Role.REGISTRAR}
    bench.clock.advance(HOUR)
    told = means_of(bench.store, bench.clock, CONSORTIUM, found)
    assert told[Role.ADMIN].tokens == []
    with pytest.raises(RoleNotHeld):
        means_of(bench.store, bench.clock, AUDITOR, found)


def test_a_case_lets_an_auditor_look_until_it_ends_or_is_closed(bench: Bench) -> None:
    secret = token(bench, Role.AUDITOR, "state audit")
    assert who(bench, secret).cases == ()
    until = bench.clock() + HOUR // 2
    about = frozenset({Digest.of(b"a"), Digest.of(b"b")})
    asked = bench.store, bench.clock, ADMIN, "2026-7", "state audit", until
    narrow, whole = open_case(*asked, about), open_case(*asked)
    assert who(bench, secret).cases == (narrow, whole)
    assert list_cases(bench.store, AUDITOR, PageRequest()).items == [whole, narrow]
    assert list_cases(bench.store, ADMIN, PageRequest("", 1)).next is not None
    assert close_case(bench.store, bench.clock, ADMIN, whole.id).closed_at == bench.clock()
    assert who(bench, secret).cases == (narrow,)
    bench.clock.advance(HOUR // 2)
    assert who(bench, secret).cases == ()


def test_a_case_is_for_an_auditor_and_for_a_time(bench: Bench) -> None:
    add(bench, ADMIN, "dilnoza", Role.REGISTRAR)
    add(bench, ADMIN, "state audit", Role.AUDITOR)
    now = bench.clock()
    for name, auditor, until, error in (
        ("x", "dilnoza", now + 1, ColleagueNotFound),
        ("x", "nobody", now + 1, ColleagueNotFound),
        ("x", "state audit", now, InvalidCase),
        ("x", "state audit", now + 367 * 86_400, InvalidCase),
        (" ", "state audit", now + 1, InvalidCase),
    ):
        with pytest.raises(error):
            open_case(bench.store, bench.clock, ADMIN, name, auditor, until)
    with pytest.raises(RoleNotHeld):
        open_case(bench.store, bench.clock, AUDITOR, "x", "state audit", now + 1)
    for unknown in ("0" * 64, "x"):
        with pytest.raises(CaseNotFound):
            close_case(bench.store, bench.clock, ADMIN, unknown)
