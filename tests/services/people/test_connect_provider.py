"""Providers are connected, listed, tested and removed; their secrets stay outside the database."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ledger_service.adapters.people.universities import OpenIdUniversities
from ledger_service.domain.errors import (
    InvalidProvider,
    NotPermitted,
    ProviderKnown,
    ProviderNotFound,
    ProviderUnavailable,
)
from ledger_service.domain.people.act import ActKind
from ledger_service.domain.people.affiliation import RoleRule
from ledger_service.domain.people.caller import Caller
from ledger_service.domain.people.identity_provider import IdentityProvider
from ledger_service.ports.paging import PageRequest
from ledger_service.ports.people import ActFilter
from ledger_service.services.people.connect_provider import (
    connect_provider,
    examine_provider,
    find_provider,
    list_providers,
    remove_provider,
)
from tests.simulators.bench import LIBRARIAN, STEWARD, Bench
from tests.simulators.people.provider import CLIENT, SECRET, ProviderSimulator, providing

OPERATOR = Caller.operator(STEWARD)
PUBLIC = "http://localhost:8000"
REDIRECT = f"{PUBLIC}/sign-in/university/tatu/answer"


@pytest.fixture
def provider(bench: Bench) -> Iterator[ProviderSimulator]:
    with providing(bench.clock) as found:
        found.redirects = {REDIRECT}
        yield found


def of(provider: ProviderSimulator, **changes: Any) -> IdentityProvider:
    rules = (RoleRule.parse("staff@tatu.uz=registrar"),)
    made = IdentityProvider("tatu", "TATU", provider.issuer, CLIENT, rules=rules)
    return replace(made, **changes)


def connect(bench: Bench, made: IdentityProvider, secret: str | None = SECRET) -> None:
    library = bench.library
    connect_provider(library.store, bench.clock, library.universities, OPERATOR, made, secret)


def findings(bench: Bench) -> dict[str, bool | None]:
    library = bench.library
    found = examine_provider(
        library.store, bench.clock, library.universities, OPERATOR, "tatu", PUBLIC
    )
    return {each.reason.name: each.is_good for each in found}


def test_a_provider_is_connected_listed_and_removed(
    bench: Bench, provider: ProviderSimulator
) -> None:
    made = of(provider)
    connect(bench, made)
    assert list_providers(bench.store) == [made]
    assert find_provider(bench.store, "tatu") == made
    secret = bench.folder / "provider-tatu.secret"
    assert secret.read_text() == SECRET
    assert secret.stat().st_mode & 0o777 == 0o600
    for file in bench.folder.glob("muhr.db*"):
        assert SECRET.encode() not in file.read_bytes()
    remove_provider(bench.store, bench.clock, bench.library.universities, OPERATOR, "tatu")
    assert list_providers(bench.store) == []
    assert not secret.exists()
    with pytest.raises(ProviderNotFound):
        remove_provider(bench.store, bench.clock, bench.library.universities, OPERATOR, "tatu")
    with bench.store.read() as transaction:
        acts = transaction.acts.page(ActFilter(about="tatu"), PageRequest(limit=10)).items
    assert [each.act.kind for each in acts] == [
        ActKind.PROVIDER_REMOVED,
        ActKind.PROVIDER_CONNECTED,
    ]


def test_one_name_and_one_issuer_are_connected_once(
    bench: Bench, provider: ProviderSimulator
) -> None:
    connect(bench, of(provider))
    for again in (of(provider, issuer="https://other.uz"), of(provider, name="other")):
        with pytest.raises(ProviderKnown):
            connect(bench, again)


@pytest.mark.parametrize(
    "issuer",
    [
        "http://id.tatu.uz",
        "ftp://id.tatu.uz",
        "https://",
        "https://a@id.tatu.uz",
        "https://id.tatu.uz?x=1",
        "https://id.tatu.uz#x",
        "https://id.tatu.uz:x",
        "https://id.tatu.uz/" + "a" * 200,
        "https://id tatu.uz",
        "https://ид.уз",
    ],
)
def test_an_issuer_is_an_https_address(
    bench: Bench, provider: ProviderSimulator, issuer: str
) -> None:
    with pytest.raises(InvalidProvider):
        connect(bench, of(provider, issuer=issuer))


@pytest.mark.parametrize("secret", ["", "a\nb", "секрет", "s" * 1001])
def test_a_secret_is_one_line(bench: Bench, provider: ProviderSimulator, secret: str) -> None:
    with pytest.raises(InvalidProvider):
        connect(bench, of(provider), secret)
    assert list_providers(bench.store) == []


def test_staff_without_the_right_connects_nothing(
    bench: Bench, provider: ProviderSimulator
) -> None:
    with pytest.raises(NotPermitted):
        connect_provider(
            bench.store, bench.clock, bench.library.universities, LIBRARIAN, of(provider), None
        )


def test_a_test_of_a_good_provider_finds_no_fault(
    bench: Bench, provider: ProviderSimulator
) -> None:
    connect(bench, of(provider))
    found = findings(bench)
    assert set(found.values()) <= {True, None} | {found.pop("provider-clock")}
    assert {"provider-answers", "provider-keys", "provider-client", "provider-secret"} <= {
        name for name, is_good in found.items() if is_good
    }


def test_a_test_tells_what_is_wrong(bench: Bench, provider: ProviderSimulator) -> None:
    connect(bench, of(provider), "another secret")
    provider.redirects = {"http://localhost:8000/elsewhere"}
    provider.keys = [{"kty": "oct", "k": "c2VjcmV0", "alg": "HS256"}]
    found = findings(bench)
    # The time of the bench is not that of the server, which is a real one.
    assert {name for name, is_good in found.items() if is_good is False} == {
        "provider-no-keys",
        "provider-no-client",
        "provider-no-secret",
        "provider-clock",
    }


@pytest.mark.parametrize("what", ["status", "other issuer", "no JSON", "redirect", "away"])
def test_a_provider_that_does_not_answer_as_it_should_is_told_of(
    bench: Bench, provider: ProviderSimulator, what: str
) -> None:
    made = of(provider)
    if what == "away":
        made = of(provider, issuer="http://127.0.0.1:1")
    connect(bench, made)
    if what == "status":
        provider.status = 500
    if what == "redirect":
        provider.status = 302
    if what == "other issuer":
        provider.document = {"issuer": "https://evil.uz"}
    if what == "no JSON":
        provider.document = {"jwks_uri": "http://id.tatu.uz/keys"}
    assert list(findings(bench).values()) == [False]


def test_addresses_outside_this_machine_are_asked_by_https_only(
    bench: Bench, provider: ProviderSimulator
) -> None:
    """A provider that names an address of others without TLS is not asked there."""
    provider.document = {"token_endpoint": "http://192.0.2.1/token"}
    with pytest.raises(ProviderUnavailable):
        bench.library.universities.tells_issuer(of(provider))


def test_what_a_provider_says_is_bounded(
    bench: Bench, provider: ProviderSimulator, tmp_path: Path
) -> None:
    provider.document = {"x": "a" * 300_000}
    with pytest.raises(ProviderUnavailable):
        OpenIdUniversities(tmp_path).tells_issuer(of(provider))
    provider.document = {"x": json.loads("[" * 65 + "]" * 65)}
    with pytest.raises(ProviderUnavailable):
        OpenIdUniversities(tmp_path).tells_issuer(of(provider))
