"""Passkeys: who has one is let in, as far as what let them in when it was added, and no further."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ledger_service.domain.errors import NotAuthenticated, SignInRefused
from ledger_service.domain.people.caller import Caller, Role
from ledger_service.domain.people.permission import Permission
from ledger_service.domain.people.session import Subject
from ledger_service.domain.people.way import Way
from ledger_service.services.people.begin_session import Session, begin_session, find_session
from ledger_service.services.people.grant_access import issue_token, known_token
from ledger_service.services.people.keep_colleagues import add_colleague, remove_colleague
from ledger_service.services.people.own_tokens import make_token
from ledger_service.services.people.revoke_token import revoke_token
from ledger_service.services.people.sign_in import passkeys
from ledger_service.services.people.sign_in.passkeys import (
    add_passkey,
    ask_for_passkey,
    ask_to_add,
    let_in_by_passkey,
    own_passkeys,
    remove_passkey,
)
from tests.simulators.bench import OPERATOR, STEWARD, Bench
from tests.simulators.people.authenticator import PRESENT, AuthenticatorSimulator

HERE, ELSEWHERE = "https://library.example", "https://elsewhere.example"
NAME = "nodira"
SCOPES = (Permission.TOKEN_REVOKE.value, Permission.TOKEN_MAKE.value)
DAY = 86_400


def by_card(bench: Bench) -> Session:
    """Return a session of a colleague who signed in by themselves."""
    add_colleague(bench.store, bench.library.clock, OPERATOR, NAME, Role.REGISTRAR)
    secret, _ = begin_session(bench.library, Subject(Role.REGISTRAR, NAME), Way.CARD)
    return find_session(bench.library, secret)


def by_token(bench: Bench, *scopes: str, seconds: int = DAY) -> Session:
    """Return a session that was begun with a token."""
    clock = bench.library.clock
    token = issue_token(bench.store, clock, OPERATOR, Role.REGISTRAR, NAME, seconds, scopes)
    kept = known_token(bench.store, clock, token)
    subject = Subject(kept.token.role, kept.token.subject)
    secret, _ = begin_session(bench.library, subject, Way.BY_TOKEN, kept.digest)
    return find_session(bench.library, secret)


def added(bench: Bench, session: Session) -> AuthenticatorSimulator:
    device = AuthenticatorSimulator(HERE)
    asked = ask_to_add(bench.library, session.caller, HERE)
    answer = device.make(asked.options)
    add_passkey(bench.library, session.caller, session.secret, HERE, asked.flow, answer)
    return device


def shown(bench: Bench, device: AuthenticatorSimulator) -> Session:
    """Return the session that somebody is let into who has the device."""
    asked = ask_for_passkey(bench.library, HERE, "/me")
    who = let_in_by_passkey(bench.library, HERE, asked.flow, device.show(asked.options))
    secret, _ = begin_session(bench.library, who.subject, Way.PASSKEY, who.parent)
    return find_session(bench.library, secret)


def test_a_passkey_of_who_came_by_themselves_stands_by_itself(bench: Bench) -> None:
    session = by_card(bench)
    device = added(bench, session)
    found = shown(bench, device)
    assert found.caller == session.caller
    assert found.kept.token.parent is None
    assert len(own_passkeys(bench.library, session.caller)) == 1


def test_a_passkey_that_a_narrow_token_added_is_as_narrow(bench: Bench) -> None:
    device = added(bench, by_token(bench, *SCOPES))
    found = shown(bench, device)
    assert found.caller.scopes == frozenset(SCOPES)
    secret, _ = make_token(
        bench.store,
        bench.library.clock,
        found.caller,
        found.secret,
        [Permission.TOKEN_REVOKE.value],
        300 * DAY,
    )
    made = known_token(bench.store, bench.library.clock, secret).token
    assert made.expires_at <= bench.library.clock() + DAY  # with the token at the beginning
    assert made.parent == found.kept.token.parent


def test_a_passkey_ends_with_the_token_that_added_it(bench: Bench) -> None:
    session = by_token(bench)
    device = added(bench, session)
    token = shown(bench, device).kept.token.parent
    assert token is not None
    with bench.store.read() as transaction:
        kept = transaction.access.find_token(token)
    assert kept is not None
    revoke_token(bench.store, bench.library.clock, OPERATOR, token[:8].hex())
    with pytest.raises(NotAuthenticated):
        shown(bench, device)


def test_nobody_adds_a_passkey_by_what_was_revoked_meanwhile(bench: Bench) -> None:
    session = by_card(bench)
    asked = ask_to_add(bench.library, session.caller, HERE)
    with bench.store.write() as transaction:
        transaction.access.remove_all_of(Subject(Role.REGISTRAR, NAME))
    answer = AuthenticatorSimulator(HERE).make(asked.options)
    with pytest.raises(NotAuthenticated):
        add_passkey(bench.library, session.caller, session.secret, HERE, asked.flow, answer)


def test_who_was_removed_while_signing_in_is_not_let_in(bench: Bench) -> None:
    device = added(bench, by_card(bench))
    asked = ask_for_passkey(bench.library, HERE, "")
    who = let_in_by_passkey(bench.library, HERE, asked.flow, device.show(asked.options))
    with bench.store.read() as transaction:
        colleague = transaction.colleagues.named(NAME)
    assert colleague is not None
    remove_colleague(bench.store, bench.library.clock, OPERATOR, colleague.number)
    with pytest.raises(NotAuthenticated):
        begin_session(bench.library, who.subject, Way.PASSKEY, who.parent)


def test_a_passkey_that_is_taken_away_while_it_is_shown_does_not_come_back(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = by_card(bench)
    device = added(bench, session)
    spend = passkeys.spend

    def spend_later(library: object, name: str) -> None:
        [own] = own_passkeys(bench.library, session.caller)
        remove_passkey(bench.library, session.caller, own.id)
        spend(bench.library, name)

    monkeypatch.setattr(passkeys, "spend", spend_later)
    with pytest.raises(SignInRefused):
        shown(bench, device)
    assert own_passkeys(bench.library, session.caller) == []


def _elsewhere(device: AuthenticatorSimulator) -> None:
    device.origin = ELSEWHERE


def _unverified(device: AuthenticatorSimulator) -> None:
    device.flags = PRESENT


def _copied(device: AuthenticatorSimulator) -> None:
    device.count = 0


@pytest.mark.parametrize("change", [_elsewhere, _unverified, _copied])
def test_a_device_elsewhere_without_its_user_or_copied_lets_nobody_in(
    bench: Bench, change: Callable[[AuthenticatorSimulator], None]
) -> None:
    device = added(bench, by_card(bench))
    shown(bench, device)
    shown(bench, device)
    change(device)
    with pytest.raises(SignInRefused):
        shown(bench, device)


def test_a_colleague_of_no_such_name_begins_no_session(bench: Bench) -> None:
    with pytest.raises(NotAuthenticated):
        begin_session(bench.library, Subject(Role.ADMIN, "nobody-here"), Way.CARD)
    assert Caller.anybody(STEWARD).roles == frozenset()
