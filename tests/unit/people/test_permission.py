"""Who may do what, as a pure function decides."""

import pytest

from ledger_service import messages
from ledger_service.domain.errors import InvalidHolder, NotAuthenticated, RoleNotHeld
from ledger_service.domain.identifiers import StewardId
from ledger_service.domain.people.caller import (
    LONGEST_HOLDER,
    TOKEN_ROLES,
    UNNAMED,
    Actor,
    Caller,
    Role,
    check_holder,
)
from ledger_service.domain.people.permission import (
    HELD,
    OWN,
    PUBLIC,
    Permission,
    Reach,
    Thing,
    check_permitted,
    reach,
    roles_with,
)

STEWARD = StewardId(b"\x01" * 32)
READER = Caller.of_token(Role.READER, "0" * 32, STEWARD)
ADMIN = Caller.of_token(Role.ADMIN, "b.salimov", STEWARD)
CONSORTIUM = Caller.of_token(Role.CONSORTIUM_ADMIN, "consortium", STEWARD)
SERVICE = Caller.of_token(Role.SERVICE, "catalog sync", STEWARD)
LIBRARIAN = Caller.of_token(Role.REGISTRAR, "d.karimova", STEWARD)
AUDITOR = Caller.of_token(Role.AUDITOR, "state audit", STEWARD)
OPERATOR = Caller.operator(STEWARD)
ANYBODY = Caller.anybody(STEWARD)


def test_every_permission_says_what_may_be_done():
    for permission in Permission:
        name = "page.may." + permission.value.replace(":", "-")
        assert messages.said(name, "en") != name


def test_every_permission_is_held_by_some_role_or_by_anybody():
    held = frozenset().union(PUBLIC, *HELD.values())
    assert held == set(Permission)


def test_a_permission_for_what_is_the_callers_own_is_named_so():
    assert {own: f"{whole}-own" for whole, own in OWN.items()} == {own: own for own in OWN.values()}
    assert {item for item in Permission if item.endswith("-own")} == set(OWN.values())


@pytest.mark.parametrize("permission", sorted(PUBLIC))
def test_what_is_public_needs_no_token_and_no_role(permission):
    for caller in (ANYBODY, READER, LIBRARIAN, AUDITOR, ADMIN, CONSORTIUM, SERVICE, OPERATOR):
        check_permitted(caller, permission)


@pytest.mark.parametrize("permission", sorted(set(Permission) - PUBLIC))
def test_whoever_sent_no_token_is_asked_for_one(permission):
    with pytest.raises(NotAuthenticated, match=r"not-authenticated.no-token"):
        reach(ANYBODY, permission)


def test_a_reader_reaches_their_own_and_a_registrar_everybodys():
    for permission in (Permission.GRANT_RETURN, Permission.GRANT_READ):
        assert reach(READER, permission) is Reach.OWN
        assert reach(LIBRARIAN, permission) is Reach.ALL
    assert reach(AUDITOR, Permission.GRANT_READ) is Reach.ALL


def test_what_reaches_the_own_only_does_not_permit_everything():
    with pytest.raises(RoleNotHeld, match=r"role-not-held.own"):
        check_permitted(READER, Permission.GRANT_RETURN)
    check_permitted(LIBRARIAN, Permission.GRANT_RETURN)


def test_a_refusal_names_the_permission_the_roles_that_hold_it_and_the_callers():
    told = r"permission=grant:renew roles=reader, registrar held=auditor"
    with pytest.raises(RoleNotHeld, match=told):
        reach(AUDITOR, Permission.GRANT_RENEW)


def test_roles_add_up():
    both = Caller(Actor.STAFF, "x", frozenset({Role.AUDITOR, Role.REGISTRAR}), STEWARD)
    check_permitted(both, Permission.REPORT_ATTEST)
    check_permitted(both, Permission.GRANT_REVOKE)
    with pytest.raises(RoleNotHeld, match=r"held=auditor, registrar"):
        reach(both, Permission.CONTENT_OPEN)


def test_the_roles_with_a_permission_are_those_that_the_function_lets_in():
    for permission in set(Permission) - PUBLIC:
        let_in = []
        for role in Role:
            try:
                reach(Caller(Actor.STAFF, "x", frozenset({role}), STEWARD), permission)
                let_in.append(role)
            except RoleNotHeld:
                pass
        assert let_in == roles_with(permission)


def test_a_callers_kind_says_how_the_subject_is_read():
    assert READER.actor is Actor.READER
    assert Thing.of_reader("0" * 32).is_of(READER)
    assert not Thing.of_reader("1" * 32).is_of(READER)
    assert LIBRARIAN.actor is AUDITOR.actor is Actor.STAFF
    namesake = Caller.of_token(Role.REGISTRAR, READER.subject, STEWARD)
    assert not Thing.of_reader(READER.subject).is_of(namesake)


def test_no_token_is_an_operators():
    assert set(TOKEN_ROLES) == set(Role) - {Role.OPERATOR}


@pytest.mark.parametrize("name", ["d.karimova", "Каримова Д.", "x", "x" * LONGEST_HOLDER])
def test_a_holder_has_a_short_printable_name(name):
    check_holder(name)


@pytest.mark.parametrize(
    "name", ["", " ", " x", "x ", "a\nb", "a\tb", "\x7f", "x" * (LONGEST_HOLDER + 1), UNNAMED]
)
def test_other_names_for_a_holder_are_refused(name):
    with pytest.raises(InvalidHolder):
        check_holder(name)
