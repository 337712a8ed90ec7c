"""Signing in by a token: then a cookie that only this library's pages use and that ends with the token."""

from __future__ import annotations

from collections.abc import Callable
from http.cookies import SimpleCookie
from typing import Any

import httpx
import pytest

from scripts.harness.running_library import RunningLibrary
from tests.simulators.people.browser import COOKIE, BrowserSimulator

Come = Callable[..., BrowserSimulator]
HOURS = 3600


def morsel(answer: httpx.Response) -> Any:
    return SimpleCookie(answer.headers["set-cookie"])[COOKIE]


def test_a_token_gives_a_cookie_that_stands_for_it_nowhere(
    library: RunningLibrary, come: Come
) -> None:
    token = library.token("registrar")
    answer = come().sign_in(f" {token} ")
    assert (answer.status_code, answer.headers["location"]) == (303, "/desk")
    kept = morsel(answer)
    assert (kept["path"], kept["samesite"], kept["httponly"]) == ("/", "lax", True)
    assert kept["secure"]  # or no browser would take it under this name
    assert not kept["domain"]
    assert 7 * HOURS < int(kept["max-age"]) <= 8 * HOURS
    assert token not in answer.text + str(answer.headers)
    assert answer.headers["cache-control"] == "no-store"


def test_a_reader_stays_signed_in_for_a_day_and_has_no_desk(
    library: RunningLibrary, come: Come
) -> None:
    browser = come()
    answer = browser.sign_in(library.token("reader", seconds=90 * 24 * HOURS))
    assert 23 * HOURS < int(morsel(answer)["max-age"]) <= 24 * HOURS
    refused = browser.get("/desk")
    assert refused.status_code == 403
    assert "registrar, auditor" in refused.text


def test_nobody_signs_in_where_others_could_take_the_cookie(
    library: RunningLibrary, come: Come, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(library.app.state._state, "public_url", "http://library.example")
    page = come().get("/sign-in")
    assert "Nobody can sign in at this address" in page.text
    assert '<form action="/sign-in' not in page.text
    answer = come().sign_in(library.token("registrar"))
    assert (answer.status_code, COOKIE in answer.headers.get("set-cookie", "")) == (401, False)
    monkeypatch.setitem(library.app.state._state, "public_url", "https://library.example")
    assert come().sign_in(library.token("registrar")).status_code == 303


def test_a_session_ends_before_its_token(library: RunningLibrary, come: Come) -> None:
    answer = come().sign_in(library.token("registrar", "soon gone", 60))
    assert int(morsel(answer)["max-age"]) <= 60


def test_who_is_not_signed_in_is_asked_and_led_back(library: RunningLibrary, come: Come) -> None:
    browser = come()
    asked = browser.get("/desk/take-in?x=1")
    assert asked.status_code == 303
    form = browser.get(asked.headers["location"])
    assert 'name="then" value="/desk/take-in?x=1"' in form.text
    fields = {"token": library.token("registrar"), "then": "/desk/take-in?x=1"}
    answer = browser.post("/sign-in/token", data=fields)
    assert answer.headers["location"] == "/desk/take-in?x=1"
    assert browser.get("/sign-in").headers["location"] == "/desk"  # they are signed in already


@pytest.mark.parametrize(
    "wanted",
    ["https://evil.example/", "//evil.example", "/desk\\x", "/\tx", "/sign-in?then=/", "x", "/ы"],
)
def test_nobody_is_led_away_from_the_library(
    library: RunningLibrary, come: Come, wanted: str
) -> None:
    fields = {"token": library.token("registrar"), "then": wanted}
    assert come().post("/sign-in/token", data=fields).headers["location"] == "/desk"


@pytest.mark.parametrize("token", ["", "muhr_nobody", "x" * 3000])
def test_a_wrong_token_is_told_on_the_form_and_gives_no_cookie(come: Come, token: str) -> None:
    answer = come().sign_in(token)
    assert answer.status_code == 401
    assert 'role="alert"' in answer.text
    assert COOKIE not in answer.headers.get("set-cookie", "")


def test_a_session_begins_no_other_session(library: RunningLibrary, come: Come) -> None:
    browser = come(library.token("registrar"))
    assert come().sign_in(browser.session).status_code == 401


def test_a_token_in_the_cookie_lets_nobody_in(library: RunningLibrary, come: Come) -> None:
    browser = come()
    browser.cookies.set(COOKIE, library.token("registrar"))
    assert browser.get("/desk/take-in").status_code == 303
    assert browser.get("/api/v1/imports").status_code == 401


def test_the_secret_is_new_at_each_sign_in_and_the_old_one_is_dead(
    library: RunningLibrary, come: Come
) -> None:
    browser = come(library.token("registrar"))
    old = browser.session
    assert browser.sign_in(library.token("registrar")).status_code == 303
    assert browser.session not in ("", old)
    assert browser.get("/desk/take-in").status_code == 200
    with_old = come()
    with_old.cookies.set(COOKIE, old)
    assert with_old.get("/desk/take-in").status_code == 303
    assert with_old.get("/api/v1/imports").status_code == 401


def test_a_secret_that_somebody_planted_is_not_what_a_person_signs_in_to(
    library: RunningLibrary, come: Come
) -> None:
    planted = "muhr-session_" + "x" * 43
    browser = come()
    browser.cookies.set(COOKIE, planted)
    browser.sign_in(library.token("registrar"))
    other = come()
    other.cookies.set(COOKIE, planted)
    assert other.get("/desk/take-in").status_code == 303


def test_the_api_takes_the_session_of_a_page(library: RunningLibrary, come: Come) -> None:
    browser = come(library.token("registrar"))
    assert browser.get("/api/v1/imports").status_code == 200
    new = browser.post("/api/v1/readers")
    assert new.status_code == 201
    refused = browser.post("/api/v1/readers", headers={"Sec-Fetch-Site": "same-site"})
    assert refused.status_code == 403
    assert refused.json()["type"].endswith("/form-of-another-site")


def test_a_cookie_that_has_ended_does_not_hide_what_everybody_may_read(come: Come) -> None:
    browser = come()
    browser.cookies.set(COOKIE, "muhr-session_" + "x" * 43)
    assert browser.get("/api/v1/licenses").status_code == 200
    assert browser.get("/").status_code == 200
    assert browser.get("/api/v1/imports").status_code == 401


def test_revoking_the_token_ends_the_session_at_once(library: RunningLibrary, come: Come) -> None:
    token = library.token("registrar", "who leaves")
    browser = come(token)
    assert browser.get("/desk/take-in").status_code == 200
    with library.client("registrar", "who leaves") as own:
        mine = own.get("/tokens", params={"subject": "who leaves"}).json()["items"]
        [kept] = [item for item in mine if item["way"] == "token"]
        assert own.delete(f"/tokens/{kept['id']}").status_code == 200
    asked = browser.get("/desk/take-in")
    assert asked.status_code == 303
    assert "You are no longer signed in" in browser.get(asked.headers["location"]).text
    assert browser.get("/api/v1/imports").status_code == 401


def test_signing_out_ends_the_session_also_for_whoever_kept_the_cookie(
    library: RunningLibrary, come: Come
) -> None:
    browser = come(library.token("registrar"))
    kept = browser.session
    out = browser.post("/sign-out")
    assert morsel(out)["max-age"] == "0"
    assert out.headers["clear-site-data"] == '"storage"'
    other = come()
    other.cookies.set(COOKIE, kept)
    assert other.get("/desk/take-in").status_code == 303


def test_the_oldest_of_many_sessions_of_one_person_ends(
    library: RunningLibrary, come: Come
) -> None:
    token = library.token("registrar", "of many browsers")
    browsers = [come(token) for _ in range(22)]
    standing = [b.get("/desk/take-in").status_code == 200 for b in browsers]
    assert standing.count(True) == 20
    assert standing[-1]
    with library.client("registrar", "of many browsers") as own:
        assert own.get("/imports").status_code == 200  # the token itself is none of them


@pytest.mark.parametrize(
    "sent",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {},
    ],
)
@pytest.mark.parametrize(
    "path", ["/sign-in/token", "/sign-out", "/desk/take-in", "/api/v1/readers"]
)
def test_a_page_of_another_site_gets_nothing_done(
    library: RunningLibrary, come: Come, path: str, sent: dict[str, str]
) -> None:
    librarian = come(library.token("registrar"))
    headers = {"Cookie": f"{COOKIE}={librarian.session}", **sent}
    answer = httpx.post(
        library.url + path, headers=headers, data={"token": library.token("registrar")}
    )
    assert answer.status_code == 403
    assert COOKIE not in answer.headers.get("set-cookie", "")
    assert librarian.get("/desk/take-in").status_code == 200


def test_an_older_browser_names_the_library_as_the_origin(
    library: RunningLibrary, come: Come
) -> None:
    page = come().get("/sign-in")
    assert page.headers["referrer-policy"] == "same-origin"  # else it would name none
    headers = {"Origin": library.url}
    fields = {"token": library.token("registrar")}
    answer = httpx.post(f"{library.url}/sign-in/token", headers=headers, data=fields)
    assert answer.status_code == 303


def test_pages_of_the_desk_are_kept_by_nobody_and_show_what_a_role_may(
    library: RunningLibrary, come: Come
) -> None:
    librarian, inspector = come(library.token("registrar")), come(library.token("auditor"))
    page = librarian.get("/desk")
    assert page.headers["cache-control"] == "no-store"
    assert "/desk/take-in" in page.text
    assert "/desk/take-in" not in inspector.get("/desk").text
    refused = inspector.get("/desk/take-in")
    assert refused.status_code == 403


def test_every_page_says_who_looks_at_it_and_is_then_kept_by_nobody(
    library: RunningLibrary, come: Come
) -> None:
    anybody, librarian = come().get("/"), come(library.token("registrar")).get("/")
    assert ('href="/sign-in"' in anybody.text, 'action="/sign-out"' in anybody.text) == (
        True,
        False,
    )
    assert ('href="/sign-in"' in librarian.text, "/sign-out" in librarian.text) == (False, True)
    assert librarian.headers["cache-control"] == "no-store"
    assert "Cookie" in anybody.headers["vary"]


def test_no_answer_to_somebody_known_is_kept_by_their_computer_or_a_proxy(
    library: RunningLibrary, come: Come
) -> None:
    token = library.token("reader")
    browser = come(token)
    private = ["grants", "requests", "tokens", "looks", "me/shelf", "me/notices", "me/courses"]
    for path in [f"/api/v1/{name}" for name in [*private, "status"]]:
        by_cookie = browser.get(path, headers={"Accept": "application/json"})
        bearer = {"Authorization": f"Bearer {token}"}
        by_token = httpx.get(library.url + path, headers=bearer, trust_env=False)
        for answer in (by_cookie, by_token):
            assert (answer.status_code, answer.headers.get("cache-control")) == (200, "no-store")
    nobody = httpx.get(f"{library.url}/api/v1/status", trust_env=False)
    assert "cache-control" not in nobody.headers
