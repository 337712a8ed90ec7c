"""Signing in by a university's account: who is let in, and every answer that lets nobody in."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

import pytest
from joserfc.jwk import OctKey, RSAKey

from ledger_service.domain.errors import (
    NotAuthenticated,
    ProviderNotFound,
    ProviderUnavailable,
    SignInRefused,
)
from ledger_service.domain.people.affiliation import CLAIM, RoleRule
from ledger_service.domain.people.caller import Caller, Role
from ledger_service.domain.people.identity_provider import IdentityProvider
from ledger_service.domain.people.session import Subject
from ledger_service.domain.people.way import Way
from ledger_service.services.lending.forgetting.erase_reader import erase_reader
from ledger_service.services.people.begin_session import begin_session, find_session
from ledger_service.services.people.connect_provider import connect_provider, remove_provider
from ledger_service.services.people.keep_colleagues import (
    add_colleague,
    list_colleagues,
    remove_colleague,
)
from ledger_service.services.people.sign_in.by_university import (
    Answer,
    LetIn,
    begin_at_university,
    end_at_university,
    sign_out_by_university,
)
from ledger_service.services.people.sign_in.carry_flow import begin_flow
from tests.simulators.bench import STEWARD, Bench
from tests.simulators.people.provider import (
    CLIENT,
    KID,
    PERSON,
    SECRET,
    SIGNING_KEY,
    ProviderSimulator,
    providing,
    signed,
    signed_by_public_key,
    unsigned,
)

URL = "http://localhost:8000"
OPERATOR = Caller.operator(STEWARD)
RULES = tuple(
    RoleRule.parse(text) for text in ("library-staff@tatu.uz=registrar", "student@tatu.uz=reader")
)


@dataclass
class University:
    """A bench with a provider that is connected."""

    bench: Bench
    provider: ProviderSimulator
    name: str = "tatu"

    def begin(self, then: str = "/me") -> tuple[dict[str, str], str]:
        """Return what the browser brings back from the university, and what it kept."""
        address, sealed = begin_at_university(self.bench.library, self.name, URL, then)
        return self.provider.consent(address), sealed

    def end(self, brought: dict[str, str], sealed: str, name: str = "") -> LetIn:
        answer = Answer(
            brought["state"],
            brought.get("code", ""),
            brought.get("iss"),
            brought.get("error", ""),
        )
        return end_at_university(self.bench.library, name or self.name, URL, answer, sealed)

    def sign_in(self, **changes: str) -> LetIn:
        brought, sealed = self.begin()
        return self.end({**brought, **changes}, sealed)

    def refused(self, part: str, **changes: str) -> None:
        with pytest.raises(SignInRefused) as refused:
            self.sign_in(**changes)
        assert refused.value.reason.name == f"sign-in-refused.{part}"


@pytest.fixture
def tatu(bench: Bench) -> Iterator[University]:
    with providing(bench.clock) as provider:
        connect(bench, provider)
        yield University(bench, provider)


def connect(bench: Bench, provider: ProviderSimulator, name: str = "tatu", **changes: Any) -> None:
    made = replace(IdentityProvider(name, name, provider.issuer, CLIENT), **changes)
    library = bench.library
    connect_provider(library.store, bench.clock, library.universities, OPERATOR, made, SECRET)


def connect_again(university: University, **changes: Any) -> None:
    library = university.bench.library
    remove_provider(library.store, library.clock, library.universities, OPERATOR, "tatu")
    connect(university.bench, university.provider, **changes)


def test_the_same_person_is_the_same_reader_and_another_is_another(tatu: University) -> None:
    first = tatu.sign_in()
    assert first.subject.role is Role.READER
    assert re.fullmatch("[0-9a-f]{32}", first.subject.name)
    assert first.then == "/me"
    assert tatu.sign_in().subject == first.subject
    tatu.provider.person = "another"
    assert tatu.sign_in().subject != first.subject


def test_who_was_erased_is_somebody_new(tatu: University) -> None:
    reader = tatu.sign_in().subject
    erase_reader(tatu.bench.library, OPERATOR, reader.name)
    assert tatu.sign_in().subject != reader


def test_nothing_of_the_person_is_kept(tatu: University) -> None:
    tatu.provider.claims = {"name": "Alisher Navoiy", "email": "navoiy@tatu.uz"}
    tatu.provider.person = "subject-that-nobody-else-has"
    tatu.sign_in()
    for file in tatu.bench.folder.rglob("*"):
        data = file.read_bytes() if file.is_file() else b""
        for word in (b"subject-that-nobody", b"Navoiy", b"navoiy"):
            assert word not in data, file


def test_userinfo_is_not_asked_where_no_rule_needs_it(tatu: University) -> None:
    tatu.sign_in()
    assert "/userinfo" not in tatu.provider.asked


def test_roles_follow_rules_and_are_taken_anew(tatu: University) -> None:
    connect_again(tatu, rules=RULES, default=None)
    tatu.provider.claims = {CLAIM: ["library-staff@tatu.uz"]}
    colleague = tatu.sign_in().subject
    assert colleague.role is Role.REGISTRAR
    assert re.fullmatch("tatu-[0-9a-f]{8}", colleague.name)
    assert tatu.sign_in().subject == colleague
    secret, _ = begin_session(tatu.bench.library, colleague, Way.UNIVERSITY)
    assert find_session(tatu.bench.library, secret).caller.subject == colleague.name
    tatu.provider.claims = {CLAIM: "student@tatu.uz"}
    reader = tatu.sign_in().subject
    assert reader.role is Role.READER
    with pytest.raises(NotAuthenticated):
        find_session(tatu.bench.library, secret)
    tatu.provider.claims = {CLAIM: ["alum@tatu.uz"]}
    tatu.refused("no-role")


def test_a_colleague_whom_an_administrator_removed_does_not_come_back(tatu: University) -> None:
    connect_again(tatu, rules=(*RULES, RoleRule.parse("audit@tatu.uz=auditor")), default=None)
    tatu.provider.claims = {CLAIM: ["library-staff@tatu.uz"]}
    name = tatu.sign_in().subject.name
    library = tatu.bench.library
    [colleague] = [each for each in list_colleagues(library.store, OPERATOR) if each.name == name]
    tatu.provider.claims = {CLAIM: ["audit@tatu.uz"]}
    assert tatu.sign_in().subject == Subject(Role.AUDITOR, name)
    [colleague] = [each for each in list_colleagues(library.store, OPERATOR) if each.name == name]
    assert set(colleague.since) == {Role.AUDITOR}
    remove_colleague(library.store, library.clock, OPERATOR, colleague.number)
    tatu.refused("removed")
    with pytest.raises(NotAuthenticated, match="role-ended"):
        begin_session(library, Subject(Role.AUDITOR, name), Way.UNIVERSITY)
    tatu.provider.claims = {CLAIM: ["library-staff@tatu.uz"]}
    tatu.refused("removed")  # nor in another role that a rule names
    tatu.provider.claims = {CLAIM: ["audit@tatu.uz"]}
    add_colleague(library.store, library.clock, OPERATOR, name, Role.AUDITOR)
    assert tatu.sign_in().subject == Subject(Role.AUDITOR, name)


def test_affiliations_may_come_by_userinfo_of_the_same_person(tatu: University) -> None:
    connect_again(tatu, rules=RULES, default=None)
    tatu.provider.userinfo = {CLAIM: ["student@tatu.uz"]}
    assert tatu.sign_in().subject.role is Role.READER
    tatu.provider.userinfo["sub"] = "somebody else"
    tatu.refused("person")


def test_a_person_of_another_university_is_somebody_else(tatu: University) -> None:
    with providing(tatu.bench.clock) as other:
        connect(tatu.bench, other, "other")
        there = University(tatu.bench, other, "other")
        assert there.sign_in().subject != tatu.sign_in().subject


def test_an_answer_of_another_provider_is_refused(tatu: University) -> None:
    """The mix-up attack: an answer of one provider is brought to the address of another, or as its own."""
    tatu.refused("issuer", iss="https://evil.example")
    brought, sealed = tatu.begin()
    del brought["iss"]
    with pytest.raises(SignInRefused, match="issuer"):
        tatu.end(brought, sealed)
    with providing(tatu.bench.clock) as other:
        connect(tatu.bench, other, "other")
        there = University(tatu.bench, other, "other")
        brought, _ = there.begin()
        with pytest.raises(SignInRefused, match="state"):
            tatu.end(brought, tatu.begin()[1])
        brought, sealed = tatu.begin()
        with pytest.raises(SignInRefused, match="issuer"):
            there.end(brought, sealed)


def test_an_issuer_need_not_be_told_where_none_is_promised(tatu: University) -> None:
    tatu.provider.document = {"authorization_response_iss_parameter_supported": False}
    brought, sealed = tatu.begin()
    del brought["iss"]
    assert tatu.end(brought, sealed).subject.role is Role.READER
    tatu.refused("issuer", iss="https://evil.example")


@pytest.mark.parametrize(
    ("changes", "part"),
    [
        ({"state": "another"}, "state"),
        ({"state": ""}, "state"),
        ({"state": "ы"}, "state"),
        ({"code": "another"}, "code"),
        ({"code": ""}, "code"),
        ({"code": "c" * 5000}, "code"),
        ({"error": "access_denied"}, "canceled"),
        ({"error": "temporarily_unavailable"}, "university"),
    ],
)
def test_a_changed_answer_is_refused(tatu: University, changes: dict[str, str], part: str) -> None:
    tatu.refused(part, **changes)


def test_an_answer_is_used_once(tatu: University) -> None:
    brought, sealed = tatu.begin()
    tatu.end(brought, sealed)
    with pytest.raises(SignInRefused, match="flow-spent"):
        tatu.end(brought, sealed)


def test_a_code_of_somebody_else_is_refused(tatu: University) -> None:
    """A code that was put into another browser's answer does not fit its verifier."""
    stolen, _ = tatu.begin()
    tatu.refused("code", code=stolen["code"])


def test_a_sign_in_is_bound_to_its_browser_and_to_ten_minutes(tatu: University) -> None:
    brought, sealed = tatu.begin()
    library = tatu.bench.library
    for other in ("", "x", "ы", "A" * 5000, sealed[:-4], sealed[:40] + "AAAA" + sealed[44:]):
        with pytest.raises(SignInRefused, match="flow-missing"):
            tatu.end(brought, other)
    with pytest.raises(SignInRefused, match="flow-missing"):
        tatu.end(brought, begin_flow(library, "wallet", {"state": brought["state"]}))
    tatu.bench.clock.advance(600)
    with pytest.raises(SignInRefused, match="flow-ended"):
        tatu.end(brought, sealed)


OTHER_KEY = RSAKey.generate_key(2048, {"kid": KID})
Spoil = Callable[[dict[str, Any]], str]


@pytest.mark.parametrize(
    ("claims", "part"),
    [
        ({"nonce": "another"}, "token-nonce"),
        ({"nonce": None}, "token-nonce"),
        ({"nonce": 7}, "token-nonce"),
        ({"aud": "another"}, "token-audience"),
        ({"aud": None}, "token-audience"),
        ({"aud": [CLIENT, "another"]}, "token-audience"),
        ({"azp": "another"}, "token-audience"),
        ({"iss": "https://evil.example"}, "token-issuer"),
        ({"iss": None}, "token-issuer"),
        ({"exp": 1}, "token-ended"),
        ({"exp": None}, "token-form"),
        ({"exp": "never"}, "token-form"),
        ({"iat": 1}, "token-ended"),
        ({"iat": 2**40, "exp": 2**41}, "token-early"),
        ({"nbf": 2**40}, "token-early"),
        ({"sub": ""}, "token-form"),
        ({"sub": None}, "token-form"),
        ({"sub": 7}, "token-form"),
        ({"sub": "s" * 256}, "token-form"),
    ],
)
def test_an_id_token_that_says_otherwise_is_refused(
    tatu: University, claims: dict[str, Any], part: str
) -> None:
    tatu.provider.claims = claims
    tatu.refused(part)


@pytest.mark.parametrize(
    ("spoil", "part"),
    [
        (unsigned, "token-signature"),
        (signed_by_public_key, "token-signature"),
        (lambda claims: signed(claims, OTHER_KEY), "token-signature"),
        (lambda claims: signed(claims, kid="unknown"), "token-signature"),
        (lambda claims: signed(claims)[:-8] + "AAAAAAAA", "token-signature"),
        (lambda claims: signed(claims).replace(".", "..", 1), "token-form"),
        (lambda claims: "x.y.z", "token-form"),
        (lambda claims: "", "token-form"),
        (lambda claims: signed(claims | {"long": "l" * 40_000}), "token-form"),
    ],
)
def test_an_id_token_that_is_not_signed_by_the_provider_is_refused(
    tatu: University, spoil: Spoil, part: str
) -> None:
    tatu.provider.token = spoil
    tatu.refused(part)


@pytest.mark.parametrize(
    "changes",
    [
        {"use": "enc"},
        {"alg": "RS512"},
        {"kty": "EC", "crv": "P-256"},
        {"n": "AQAB"},
        {"kid": "other"},
    ],
)
def test_a_key_that_is_for_something_else_signs_nobody_in(
    tatu: University, changes: dict[str, str]
) -> None:
    tatu.provider.keys = [SIGNING_KEY.as_dict(private=False) | changes]
    tatu.refused("token-signature")


def test_a_secret_among_the_keys_is_no_key(tatu: University) -> None:
    shared = OctKey.import_key(SECRET)
    tatu.provider.keys = [shared.as_dict() | {"kid": KID}]
    tatu.provider.token = signed_by_public_key
    tatu.refused("token-signature")


def test_a_provider_that_was_removed_or_is_away_lets_nobody_in(tatu: University) -> None:
    brought, sealed = tatu.begin()
    tatu.provider.status = 500
    with pytest.raises(ProviderUnavailable):
        tatu.end(brought, sealed)
    tatu.provider.status = None
    brought, sealed = tatu.begin()
    library = tatu.bench.library
    remove_provider(library.store, library.clock, library.universities, OPERATOR, "tatu")
    with pytest.raises(ProviderNotFound):
        tatu.end(brought, sealed)
    with pytest.raises(ProviderNotFound):
        tatu.begin()


def test_the_library_says_who_it_is_by_its_secret(tatu: University) -> None:
    tatu.bench.library.universities.keep_secret("tatu", "another")
    tatu.refused("client")
    tatu.provider.secret = None
    tatu.bench.library.universities.forget_secret("tatu")
    assert tatu.sign_in().subject.role is Role.READER


def test_who_signs_out_at_the_university_is_signed_out_here(tatu: University) -> None:
    library = tatu.bench.library
    subject = tatu.sign_in().subject
    secret, _ = begin_session(library, subject, Way.UNIVERSITY)
    token = tatu.provider.logout_token()
    for spoiled in (
        tatu.provider.logout_token(sub="another"),
        tatu.provider.logout_token(aud="another"),
    ):
        with suppress(SignInRefused):
            sign_out_by_university(library, "tatu", spoiled)
        find_session(library, secret)
    for changes in ({"nonce": "n"}, {"events": {}}, {"jti": ""}, {"exp": 1}):
        with pytest.raises(SignInRefused):
            sign_out_by_university(library, "tatu", tatu.provider.logout_token(**changes))
    sign_out_by_university(library, "tatu", token)
    with pytest.raises(NotAuthenticated):
        find_session(library, secret)
    with pytest.raises(SignInRefused, match="flow-spent"):
        sign_out_by_university(library, "tatu", token)


def test_an_id_token_is_no_logout_token(tatu: University) -> None:
    claims = {"iss": tatu.provider.issuer, "sub": PERSON, "aud": CLIENT, "iat": tatu.bench.clock()}
    with pytest.raises(SignInRefused, match="token-form"):
        sign_out_by_university(
            tatu.bench.library, "tatu", signed(claims | {"exp": tatu.bench.clock() + 60})
        )
