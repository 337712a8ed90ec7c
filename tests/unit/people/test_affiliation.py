"""Which role an affiliation gives, and what a provider may be told to give."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ledger_service.domain.errors import InvalidProvider
from ledger_service.domain.people.affiliation import RoleRule, affiliations_in, role_by
from ledger_service.domain.people.caller import Role
from ledger_service.domain.people.identity_provider import IdentityProvider, check_provider

RULES = tuple(
    RoleRule.parse(text)
    for text in ("library-staff@tatu.uz=registrar", "*@tatu.uz=reader", "audit@min.uz=auditor")
)
TATU = IdentityProvider("tatu", "TATU", "https://id.tatu.uz", "muhr")


@pytest.mark.parametrize(
    ("told", "role"),
    [
        ([], None),
        (["student@tatu.uz"], Role.READER),
        (["Library-Staff@TATU.uz", "member@tatu.uz"], Role.REGISTRAR),
        (["member@tatu.uz", "library-staff@tatu.uz"], Role.REGISTRAR),
        (["library-staff@evil.uz"], None),
        (["library-staff@tatu.uz.evil.uz"], None),
        (["x@library-staff@tatu.uz"], Role.READER),
        (["@tatu.uz"], None),
        (["tatu.uz"], None),
        ("audit@min.uz student@tatu.uz", Role.READER),
        ({"audit@min.uz": 1}, None),
        ([7, None, ["audit@min.uz"]], None),
        (["a" * 200 + "@tatu.uz"], None),
    ],
)
def test_the_first_rule_that_fits_decides(told: object, role: Role | None) -> None:
    assert role_by(RULES, None, affiliations_in(told)) is role
    assert role_by(RULES, Role.READER, affiliations_in(told)) is (role or Role.READER)


@pytest.mark.parametrize(
    "text",
    [
        "student=reader",
        "student@uni=reader",
        "a@b.uz",
        "a@b.uz=operator",
        "a@b.uz=",
        "@b.uz=reader",
    ],
)
def test_what_is_no_rule_is_refused(text: str) -> None:
    with pytest.raises(InvalidProvider):
        RoleRule.parse(text)


def test_a_rule_is_written_as_it_is_read() -> None:
    for rule in RULES:
        assert RoleRule.parse(rule.format()) == rule


@pytest.mark.parametrize(
    "changes",
    [
        {"name": "TATU"},
        {"name": ""},
        {"name": "-a"},
        {"name": "a" * 33},
        {"name": "a/../b"},
        {"title": " "},
        {"title": "a\x07"},
        {"client_id": ""},
        {"client_id": "ид"},
        {"scopes": ("openid", "a b")},
        {"rules": RULES * 20},
        {"default": Role.REGISTRAR},
    ],
)
def test_what_a_provider_cannot_be_is_refused(changes: dict) -> None:
    check_provider(TATU)
    with pytest.raises(InvalidProvider):
        check_provider(replace(TATU, **changes))
