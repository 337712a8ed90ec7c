"""The reading page for who is signed in: one button, a place in line, and an end by signing out."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from ledger_service.domain.people.local_account import card_identity
from ledger_service.services.people.identities import find_identity
from scripts.harness.running_library import RunningLibrary
from tests.simulators.people.browser import BrowserSimulator

DAY = 86_400
KEY = "muhr-opening"
BUTTON = '<form action="/read/'
Enter = Callable[[], tuple[str, BrowserSimulator]]


@pytest.fixture
def enter(library: RunningLibrary) -> Iterator[Enter]:
    """Return a function that enrolls a reader, and gives the name and a browser that is signed in."""
    browsers: list[BrowserSimulator] = []

    def make() -> tuple[str, BrowserSimulator]:
        reader = library.registrar.post("/readers").json()
        browsers.append(BrowserSimulator(library.url))
        assert browsers[-1].sign_in(reader["token"]).status_code == 303
        return reader["reader"], browsers[-1]

    yield make
    for browser in browsers:
        browser.close()


@pytest.fixture(scope="module")
def film(library: RunningLibrary, fresh_bytes: Callable[[int], bytes]) -> tuple[str, bytes]:
    """Return the digest of a closed film, and its bytes."""
    library.license("film-club-in", seats=90, longest_loan_seconds=8 * DAY)
    data = fresh_bytes(9_000)
    made = library.register(data, license="film-club-in", media_type="video/webm", title="A film")
    return made["digest"], data


def bytes_of(browser: httpx.Client, digest: str) -> httpx.Response:
    return browser.get(f"/api/v1/resources/{digest}/content", headers={"Accept": "*/*"})


def test_who_is_signed_in_opens_with_one_button_and_no_token(
    library: RunningLibrary, enter: Enter, film: tuple[str, bytes]
) -> None:
    digest, data = film
    reader, browser = enter()
    library.grant(digest, reader=reader)
    page = browser.get(f"/read/{digest}")
    assert BUTTON + digest in page.text
    assert 'type="password"' not in page.text
    answer = browser.post(f"/read/{digest}")
    assert (answer.status_code, answer.headers["location"]) == (303, f"/read/{digest}")
    assert "<video" in (shown := browser.get(f"/read/{digest}")).text
    assert "Signing out closes it, too." in shown.text
    assert bytes_of(browser, digest).content == data
    foreign = {"Sec-Fetch-Site": "cross-site"}
    refused = browser.post(f"/read/{digest}", headers=foreign)
    assert (refused.status_code, "set-cookie" in refused.headers) == (403, False)


@pytest.mark.parametrize("ends_by", ["sign-out", "revocation", "another sign-in"])
def test_what_was_opened_ends_with_the_session(
    library: RunningLibrary,
    enter: Enter,
    film: tuple[str, bytes],
    ends_by: str,
    problem: Callable[..., Any],
) -> None:
    digest, _ = film
    reader, browser = enter()
    library.grant(digest, reader=reader)
    browser.post(f"/read/{digest}")
    key, session = browser.cookies.get(KEY, path=f"/read/{digest}"), browser.session
    assert bytes_of(browser, digest).status_code == 200
    if ends_by == "sign-out":
        assert browser.post("/sign-out").status_code == 303
    elif ends_by == "revocation":
        [mine] = [
            one for one in browser.get("/api/v1/tokens").json()["items"] if one["way"] != "token"
        ]
        browser.delete(f"/api/v1/tokens/{mine['id']}").raise_for_status()
    else:
        browser.sign_in(library.token("reader", library.readers[0]))
    problem(bytes_of(browser, digest), 404, "opening-not-found")
    assert "<video" not in browser.get(f"/read/{digest}").text
    if ends_by != "another sign-in":
        both = {"Cookie": f"__Host-muhr={session}; {KEY}={key}"}
        kept = httpx.get(
            f"{library.url}/api/v1/resources/{digest}/content", headers=both, trust_env=False
        )
        problem(kept, 404, "opening-not-found")


def test_a_key_of_a_session_opens_nothing_without_it(
    library: RunningLibrary, enter: Enter, film: tuple[str, bytes], problem: Callable[..., Any]
) -> None:
    digest, _ = film
    (reader, browser), (_, other) = enter(), enter()
    library.grant(digest, reader=reader)
    browser.post(f"/read/{digest}")
    key = browser.cookies.get(KEY, path=f"/read/{digest}") or ""
    address = f"{library.url}/api/v1/resources/{digest}/content"
    for cookies in (
        f"{KEY}={key}",
        f"{KEY}={key.partition('_')[2]}",
        f"{KEY}={key}; __Host-muhr={other.session}",
    ):
        answer = httpx.get(address, headers={"Cookie": cookies}, trust_env=False)
        problem(answer, 404, "opening-not-found")


def test_who_has_no_grant_is_told_why_and_asks_there(
    library: RunningLibrary, enter: Enter, wait: Callable[..., Any]
) -> None:
    library.license("reading-asks", seats=1, longest_loan_seconds=9 * DAY, self_service=True)
    digest = library.register(license="reading-asks", media_type="image/png")["digest"]
    (_, first), (_, second) = enter(), enter()
    page = first.get(f"/read/{digest}")
    assert page.status_code == 200
    assert "You cannot open it now:" in page.text
    assert "you have no grant for it" in page.text
    assert BUTTON not in page.text
    asked = {"digest": digest, "days": "3", "then": f"/read/{digest}"}
    assert first.post("/me/requests", data=asked).headers["location"] == f"/read/{digest}"
    wait(lambda: BUTTON in first.get(f"/read/{digest}").text, "the grant does not come")
    assert first.post(f"/read/{digest}").status_code == 303
    assert "<img" in first.get(f"/read/{digest}").text

    second.post("/me/requests", data=asked)
    waits = second.get(f"/read/{digest}").text
    assert "Your place in line: 1." in waits
    assert BUTTON not in waits
    assert 'action="/me/requests"' not in waits
    elsewhere = second.post("/me/requests", data=asked | {"then": "//evil.example/"})
    assert elsewhere.headers["location"] == "/me/requests"


def test_what_a_course_gives_is_claimed_by_the_button(
    library: RunningLibrary, wait: Callable[..., Any]
) -> None:
    library.license("reading-signed-in-course", seats=3, longest_loan_seconds=8 * DAY + 7)
    digest = library.register(license="reading-signed-in-course", media_type="image/png")["digest"]
    asked = {"digest": digest, "course": "Reading 1", "until": int(time.time()) + 9 * DAY}
    csv = {"Content-Type": "text/csv"}
    seen = library.registrar.post(
        "/cohorts", params=asked, content=b"card\nreads-1", headers=csv
    ).json()
    library.registrar.post(f"/cohorts/{seen['cohort']}/grant").raise_for_status()
    found = find_identity(library.opened.library, card_identity("reads-1"))
    assert found is not None
    with BrowserSimulator(library.url) as browser:
        browser.sign_in(library.token("reader", found.name))
        assert BUTTON in browser.get(f"/read/{digest}").text
        first = browser.post(f"/read/{digest}")
        assert (first.status_code, "Look again" in first.text) == (202, True)
        wait(lambda: browser.post(f"/read/{digest}").status_code == 303, "it is not claimed")
        assert "<img" in browser.get(f"/read/{digest}").text


def test_who_is_not_signed_in_is_led_there_first_and_may_use_a_token(
    library: RunningLibrary, film: tuple[str, bytes]
) -> None:
    digest, _ = film
    with BrowserSimulator(library.url) as browser:
        text = browser.get(f"/read/{digest}").text
        assert text.index(f'href="/sign-in?then=/read/{digest}"') < text.index('type="password"')
        assert '<details id="by-token" class="fold">' in text
        assert browser.post(f"/read/{digest}").status_code == 401
        wrong = browser.post(f"/read/{digest}", data={"token": "muhr_" + "A" * 43})
        assert '<details id="by-token" class="fold" open>' in wrong.text


def test_a_colleague_is_told_that_readers_open_it(
    library: RunningLibrary, film: tuple[str, bytes]
) -> None:
    with BrowserSimulator(library.url) as browser:
        browser.sign_in(library.token("registrar"))
        text = browser.get(f"/read/{film[0]}").text
        assert "Sign in as a reader." in text
        assert BUTTON not in text
        assert browser.post(f"/read/{film[0]}").status_code == 403


@pytest.mark.parametrize(
    "path",
    ["", "/known", "/loans", "/requests", "/courses", "/shelf", "/sessions", "/sessions/passkeys"],
)
def test_every_page_of_ones_own_leads_to_the_sign_in_page(
    library: RunningLibrary, path: str
) -> None:
    with BrowserSimulator(library.url) as browser:
        answer = browser.get(f"/me{path}")
        assert answer.status_code == 303
        assert answer.headers["location"] == f"/sign-in?then=/me{path}"
