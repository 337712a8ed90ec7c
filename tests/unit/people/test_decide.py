"""The one function, about whose a thing is and what is known of it: it denies by default and says why."""

from __future__ import annotations

import pytest

from ledger_service.domain.chain_errors import NotSelfService
from ledger_service.domain.errors import NoLiveGrant, NotAuthenticated, RoleNotHeld
from ledger_service.domain.identifiers import StewardId
from ledger_service.domain.people.caller import TOKEN_ROLES, Actor, Caller, Role
from ledger_service.domain.people.permission import (
    ENDS,
    GIVES,
    HELD,
    OWN,
    PUBLIC,
    Permission,
    Thing,
    decide,
    roles_ended_by,
)
from ledger_service.domain.reasons import Reason

STEWARD = StewardId(b"\x01" * 32)
OF_ROLE = {role: Caller.of_token(role, "x", STEWARD) for role in TOKEN_ROLES}
OF_ROLE[Role.OPERATOR] = Caller.operator(STEWARD)
READER, REGISTRAR, ADMIN = (OF_ROLE[role] for role in (Role.READER, Role.REGISTRAR, Role.ADMIN))
OTHERS = Thing.of_reader("y")
OWN_THING = Thing.of_reader("x")


@pytest.mark.parametrize("role", Role)
def test_what_no_table_gives_is_denied_and_the_refusal_says_what_is_missing(role: Role) -> None:
    for permission in set(Permission) - PUBLIC - HELD[role]:
        if OWN.get(permission) not in HELD[role]:
            found = decide(OF_ROLE[role], permission)
            assert not found.allowed
            assert found.why.values["permission"] == permission
            assert found.why.values["held"] == role


def test_nobody_without_a_token_gets_more_than_what_is_public() -> None:
    for permission in Permission:
        found = decide(Caller.anybody(STEWARD), permission)
        assert found.allowed == (permission in PUBLIC)
        assert found.allowed or isinstance(found.refusal, NotAuthenticated)
    assert decide(Caller.anybody(STEWARD), Permission.RESOURCE_READ).why == Reason(
        "allowed.anybody"
    )


@pytest.mark.parametrize("permission", sorted(OWN))
def test_what_is_ones_own_is_reached_and_what_is_anothers_is_not(permission: Permission) -> None:
    for role, caller in OF_ROLE.items():
        if OWN[permission] not in HELD[role] or permission in HELD[role]:
            continue
        own = Thing("x", caller.actor)
        assert decide(caller, permission, own).why == Reason("allowed.own")
        for other in (Thing("y", caller.actor), Thing()):
            assert isinstance(decide(caller, permission, other).refusal, RoleNotHeld)
        namesake = Actor.STAFF if caller.actor is Actor.READER else Actor.READER
        assert not decide(caller, permission, Thing("x", namesake)).allowed


def test_a_reader_decides_where_the_license_lets_them_and_a_registrar_always() -> None:
    for permission in (Permission.GRANT_ISSUE, Permission.GRANT_RENEW):
        asked = Thing.of_reader("x", self_service=False, license="loans")
        refused = decide(READER, permission, asked)
        assert isinstance(refused.refusal, NotSelfService)
        assert refused.why.values == {"license": "loans"}
        assert decide(REGISTRAR, permission, asked).allowed
        assert decide(READER, permission, Thing.of_reader("x", self_service=True)).allowed


def test_what_stands_against_a_thing_stands_against_everybody() -> None:
    gone = Reason("denied.withdrawn")
    for caller in (READER, REGISTRAR):
        refused = decide(caller, Permission.GRANT_ISSUE, Thing.of_reader("x", obstacle=gone))
        assert refused.why.values == {"why": gone}
    opened = decide(READER, Permission.CONTENT_OPEN, Thing.of_reader("x", obstacle=gone))
    assert isinstance(opened.refusal, NoLiveGrant)
    assert not decide(READER, Permission.CONTENT_OPEN, OTHERS).allowed
    assert decide(READER, Permission.CONTENT_OPEN, OWN_THING).allowed


@pytest.mark.parametrize("role", TOKEN_ROLES)
def test_a_role_is_given_by_the_table_only(role: Role) -> None:
    for by, caller in OF_ROLE.items():
        action = Permission.READER_ENROLL if role is Role.READER else Permission.TOKEN_ISSUE
        found = decide(caller, action, Thing.of_token(role, "y"))
        assert found.allowed == (role in GIVES.get(by, ()))


@pytest.mark.parametrize("role", TOKEN_ROLES)
def test_a_token_is_ended_by_the_table_or_by_whoever_has_it(role: Role) -> None:
    for by, caller in OF_ROLE.items():
        others = decide(caller, Permission.TOKEN_REVOKE, Thing.of_token(role, "y"))
        assert others.allowed == (role in ENDS.get(by, ())) == (role in roles_ended_by(caller))
    own = Thing.of_token(role, "x")
    assert decide(OF_ROLE[role], Permission.TOKEN_REVOKE, own).allowed


def test_no_administrator_makes_themself_a_reader_or_an_admin_of_the_consortium() -> None:
    for role in (Role.READER, Role.CONSORTIUM_ADMIN):
        assert not decide(ADMIN, Permission.TOKEN_ISSUE, Thing.of_token(role, "y")).allowed
        assert not decide(ADMIN, Permission.COLLEAGUE_ADD, Thing.of_token(role, "y")).allowed


def test_a_token_that_was_made_for_less_reaches_no_more() -> None:
    scoped = Caller.of_token(Role.REGISTRAR, "x", STEWARD, frozenset({"grant:read"}))
    assert decide(scoped, Permission.GRANT_READ).allowed
    assert not decide(scoped, Permission.GRANT_REVOKE).allowed
    beyond = Caller.of_token(Role.READER, "x", STEWARD, frozenset({"grant:revoke"}))
    assert not decide(beyond, Permission.GRANT_REVOKE).allowed
