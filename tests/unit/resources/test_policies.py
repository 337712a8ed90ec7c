"""Policies of licenses: what they say, that their bytes stay, and what older licenses commit to."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from ledger_service.domain.errors import InvalidLicenseTerms
from ledger_service.domain.resources.license import (
    KNOWN_RIGHTS,
    LARGEST_LOAN_SECONDS,
    UNLIMITED_SEATS,
    LicenseTerms,
    policy_digest,
)
from ledger_service.domain.resources.policies.commitments import (
    PolicyForm,
    digests_of,
    policy_form,
)
from ledger_service.domain.resources.policies.odrl import format_policy, odrl_digest, policy_of
from ledger_service.domain.resources.policies.offer import offer_of
from reading_room.catalog.rules.policy_words import Condition, said_rules
from tests.unit.test_house_rules import PROJECT

LENT = LicenseTerms("https://licenses.example.uz/bought", 5, 30 * 86_400, False)
NUMBERS = st.none() | st.integers(1, 2**53 - 1)


def open_terms(name: str) -> LicenseTerms:
    return LicenseTerms(KNOWN_RIGHTS[name], UNLIMITED_SEATS, 315_360_000, True)


NC_SA, ZERO = open_terms("CC-BY-NC-SA-4.0"), open_terms("CC0-1.0")


@st.composite
def terms(draw: st.DrawFn) -> LicenseTerms:
    uri = draw(st.sampled_from([*KNOWN_RIGHTS.values(), "https://licenses.example.uz/a'\"<>"]))
    seats = draw(st.integers(1, 2**32 - 1))
    loan = draw(st.integers(1, LARGEST_LOAN_SECONDS))
    return LicenseTerms(uri, seats, loan, draw(st.booleans()))


@pytest.mark.parametrize(
    ("made", "digest"),
    [
        ((LENT,), "151ba1f8000b5a33e39b32734c6b31a86574851268198058115f638ea0434877"),
        ((LENT, 26, True), "85c557cad85cce46e3e1aa3f7e6e76f2a76f995c506daec64067de3967ec7ddf"),
        (
            (open_terms("CC-BY-NC-SA-4.0"),),
            "4774d303a43b36192aa7c3d532698f8b5c5f19b137e1a73009ab7aba7fdd7caf",
        ),
        (
            (open_terms("CC0-1.0"),),
            "7cb68ebc8365b96c0dff8854983775442517106c299f06cee7215b82c774717e",
        ),
    ],
)
def test_the_bytes_of_a_policy_never_change(
    made: tuple[LicenseTerms, int, bool], digest: str
) -> None:
    assert odrl_digest(*made).hex() == digest


@given(terms(), NUMBERS, st.booleans())
def test_a_policy_is_canonical_and_named_by_its_own_hash(
    made: LicenseTerms, checkouts: int | None, is_marked: bool
) -> None:
    policy = policy_of(made, checkouts, is_marked)
    data = format_policy(policy)
    assert data == rfc8785.dumps(json.loads(data))
    assert hashlib.sha256(data).digest() == odrl_digest(made, checkouts, is_marked)
    named = policy.pop("uid").removeprefix("hash://sha256/")
    assert hashlib.sha256(rfc8785.dumps(policy)).hexdigest() == named
    assert policy_of(replace(made, policy_digest=bytes(range(32))), checkouts, is_marked) == (
        policy | {"uid": f"hash://sha256/{named}"}
    )


@given(terms(), NUMBERS, st.booleans(), NUMBERS, st.booleans())
def test_terms_commit_to_their_rules_and_to_no_others(
    made: LicenseTerms, one: int | None, marked: bool, other: int | None, other_marked: bool
) -> None:
    for digest, forms in zip(
        digests_of(made, one, marked),
        ({PolicyForm.ODRL_1}, {PolicyForm.RULES, PolicyForm.NONE}),
        strict=True,
    ):
        committed = replace(made, policy_digest=digest)
        assert policy_form(committed, one, marked) in forms
        if (one, marked) != (other, other_marked):
            assert policy_form(committed, other, other_marked) is None


def test_the_page_on_formats_has_the_digests_of_a_license() -> None:
    page = (PROJECT / "docs" / "formats.md").read_text(encoding="utf-8")
    shown = LicenseTerms(KNOWN_RIGHTS["InC"], 1, 1_209_600, False)
    digests = [odrl_digest(shown, *rules) for rules in ((), (26,), (26, True))]
    digests.append(replace(shown, policy_digest=digests[0]).id.value)
    assert [digest.hex() for digest in digests if digest.hex() not in page] == []


def test_licenses_from_before_are_told_by_their_form() -> None:
    assert policy_form(LENT, None) is PolicyForm.NONE
    assert policy_form(replace(LENT, policy_digest=policy_digest(26)), 26) is PolicyForm.RULES
    assert policy_form(replace(LENT, policy_digest=b"\x01" * 32), 26) is None
    with pytest.raises(InvalidLicenseTerms):
        policy_of(LENT, 0)


def test_what_creative_commons_says_is_in_the_rules() -> None:
    permitted = {
        name: {
            action
            for rule in policy_of(open_terms(name))["permission"]
            for action in rule["action"]
        }
        for name in ("CC-BY-4.0", "CC-BY-ND-4.0", "CC0-1.0")
    }
    assert {"read", "distribute", "derive"} <= permitted["CC-BY-4.0"]
    assert "derive" not in permitted["CC-BY-ND-4.0"]
    assert permitted["CC0-1.0"] == permitted["CC-BY-4.0"]
    assert all("duty" not in rule for rule in policy_of(open_terms("CC0-1.0"))["permission"])
    prohibited = [
        rule["action"] for rule in policy_of(open_terms("CC-BY-NC-ND-4.0"))["prohibition"]
    ]
    assert prohibited == [["derive"], ["cc:CommercialUse"]]
    derived = policy_of(open_terms("CC-BY-SA-4.0"))["permission"][1]
    assert [duty["action"] for duty in derived["duty"]] == ["attribute", "cc:ShareAlike"]


def test_a_lent_book_is_read_for_a_time_by_so_many_and_so_often() -> None:
    policy = policy_of(LENT, 26, True)
    read, copied, at_once, in_all = said_rules(policy, "permission")
    assert read.actions == ("annotate", "display", "read")
    assert read.conditions == (Condition("elapsed-time", 30), Condition("recipient-grantee"))
    assert read.duties == ("obtain-consent", "watermark")
    assert copied.actions == ("print", "reproduce")
    assert copied.conditions[1] == Condition("recipient-grantee-to-print")  # one text for both
    assert at_once.conditions == (Condition("count-concurrent-use", 5),)
    assert in_all.conditions == (Condition("count-grant-use", 26),)
    assert [rule.actions for rule in said_rules(policy, "prohibition")] == [("distribute",)]
    free = said_rules(
        policy_of(replace(LENT, seats=UNLIMITED_SEATS, self_service=True)), "permission"
    )
    assert [rule.duties for rule in free] == [(), ()]


def test_statements_on_rights_limit_purposes() -> None:
    for name, limited in (("InC-EDU", "purpose-education"), ("InC", "")):
        [read, *_] = said_rules(policy_of(replace(LENT, uri=KNOWN_RIGHTS[name])), "permission")
        assert (Condition(limited) in read.conditions) is bool(limited)
    for name in ("InC-NC", "NoC-NC"):
        rules = said_rules(policy_of(replace(LENT, uri=KNOWN_RIGHTS[name])), "prohibition")
        assert [rule.actions for rule in rules] == [("distribute", "commercial-use")]


def test_an_offer_is_the_policy_with_who_offers_what() -> None:
    policy, page = policy_of(LENT), "https://library.test/licenses/" + "ab" * 32
    offer = offer_of(policy, page, "https://library.test/stewards/1", is_committed=True)
    assert (offer["@type"], offer["inheritFrom"]) == ("Offer", policy["uid"])
    for kind in ("permission", "prohibition"):
        for rule, offered in zip(policy[kind], offer[kind], strict=True):
            assert offered["assigner"] == "https://library.test/stewards/1"
            assert offered["action"] == rule["action"]
    assert "inheritFrom" not in offer_of(policy, page, "x:y", is_committed=False)
