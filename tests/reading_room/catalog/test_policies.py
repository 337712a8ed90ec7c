"""The policy of a license: its bytes, the offer, and the words on the page in each language."""

from __future__ import annotations

import hashlib
import json
import re

import httpx
import pytest

from ledger_service.domain.resources.license import NO_POLICY
from ledger_service.messages.languages import LANGUAGES
from scripts.harness.running_library import RunningLibrary


@pytest.fixture(scope="module")
def lent(library: RunningLibrary) -> str:
    terms = {"seats": 4, "checkouts": 9, "marked": True, "longest_loan_seconds": 5 * 86_400}
    return str(library.license("policy-in-words", rights="InC-EDU", **terms)["license"])


def test_the_policys_bytes_are_what_the_license_commits_to(
    site: httpx.Client, library: RunningLibrary, lent: str
) -> None:
    told = library.get(f"/licenses/{lent}")
    assert told["policy_form"] == "odrl-1"
    answer = site.get(f"/licenses/{lent}/policy")
    assert answer.headers["content-type"] == (
        'application/ld+json; profile="http://www.w3.org/ns/odrl.jsonld"'
    )
    assert hashlib.sha256(answer.content).hexdigest() == told["policy_digest"]
    for same in ("/licenses/policy-in-words/policy", f"/api/v1/licenses/{lent}/policy"):
        assert site.get(same).content == answer.content
    offer = site.get(f"/licenses/{lent}/offer").json()
    assert offer["inheritFrom"] == json.loads(answer.content)["uid"]
    assert offer["uid"] == f"{library.url}/licenses/{lent}/offer"
    [assigner] = {rule["assigner"] for rule in offer["permission"] + offer["prohibition"]}
    assert site.get(assigner).status_code == 200


def test_the_page_says_the_rules_in_words_and_whose_words_hold(
    site: httpx.Client, library: RunningLibrary, lent: str
) -> None:
    page = site.get(f"/licenses/{lent}").text
    for words in (
        "make notes, show, read",
        "for a loan no longer than this: 5 days",
        "for education",
        "a librarian agrees first",
        "each copy carries a number of its own",
        "to no more readers than: 4",
        "loans of each work in all, at most: 9",
        "The words in English are authoritative",
        library.get(f"/licenses/{lent}")["policy_digest"],
    ):
        assert words in page, words
    for language in LANGUAGES:
        told = site.get(f"/licenses/{lent}", params={"lang": language}).text
        assert "page.policy." not in told
        assert (f"/licenses/{lent}?lang=en#policy" in told) is (language != "en")
    site.cookies.clear()


def test_an_open_license_lets_everybody_do_what_its_text_says(site: httpx.Client) -> None:
    page = site.get("/licenses/CC-BY-4.0").text
    assert "make other works of it" in page
    assert "the author is named" in page
    assert "Not permitted" not in page


def test_a_license_from_before_has_an_offer_and_no_policy(
    site: httpx.Client, library: RunningLibrary, lent: str
) -> None:
    made = library.opened.store
    with made.engine.connect() as connection:
        ask = "SELECT policy_digest FROM license WHERE name = 'policy-in-words'"
        [[digest]] = connection.exec_driver_sql(ask)
    with made.engine.begin() as connection:  # which writes at once: the worker writes, too
        change = "UPDATE license SET policy_digest = ? WHERE name = 'policy-in-words'"
        connection.exec_driver_sql(change, (NO_POLICY,))
    try:
        assert library.get(f"/licenses/{lent}")["policy_form"] is None  # it tells 9 checkouts
        assert site.get(f"/licenses/{lent}/policy").status_code == 404
        assert "inheritFrom" not in site.get(f"/licenses/{lent}/offer").json()
        page = site.get(f"/licenses/{lent}").text
        assert "defined before policies were part of it" in page
        assert not re.search(f'href="/licenses/{lent}/policy"', page)
    finally:
        with made.engine.begin() as connection:
            connection.exec_driver_sql(change, (digest,))


def test_what_is_no_license_has_no_policy(site: httpx.Client) -> None:
    for path in ("policy", "offer"):
        assert site.get(f"/licenses/nothing/{path}").status_code == 422
