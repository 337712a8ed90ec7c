"""Signing in: a token once, then a cookie that only this library's pages use and that ends with the token."""

from __future__ import annotations

from collections.abc import Callable
from http.cookies import SimpleCookie
from typing import Any

import httpx
import pytest

from scripts.harness.running_library import RunningLibrary

COOKIE = "muhr-desk"
Come = Callable[..., httpx.Client]
HOURS = 3600


def morsel(answer: httpx.Response) -> Any:
    return SimpleCookie(answer.headers["set-cookie"])[COOKIE]


def test_a_token_gives_a_cookie_for_the_desk_alone_and_stands_nowhere(
    library: RunningLibrary, come: Come
) -> None:
    token = library.token("registrar")
    answer = come().post("/desk", data={"token": f" {token} "})
    assert (answer.status_code, answer.headers["location"]) == (303, "/desk")
    kept = morsel(answer)
    assert (kept["path"], kept["samesite"], kept["httponly"]) == ("/desk", "strict", True)
    assert not kept["secure"]  # this library has no https address
    assert 0 < int(kept["max-age"]) <= 8 * HOURS
    assert token not in answer.text + str(answer.headers)


def test_behind_https_the_cookie_is_secure(
    library: RunningLibrary, come: Come, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(library.app.state._state, "public_url", "https://library.example")
    assert morsel(come().post("/desk", data={"token": library.token("registrar")}))["secure"]


def test_a_session_ends_before_its_token(library: RunningLibrary, come: Come) -> None:
    answer = come().post("/desk", data={"token": library.token("registrar", "soon gone", 60)})
    assert int(morsel(answer)["max-age"]) <= 60


def test_who_is_not_signed_in_is_asked_for_a_token_and_led_back(
    library: RunningLibrary, come: Come
) -> None:
    browser = come()
    asked = browser.get("/desk/take-in?x=1")
    assert asked.status_code == 303
    form = browser.get(asked.headers["location"])
    assert 'name="next" value="/desk/take-in?x=1"' in form.text
    fields = {"token": library.token("registrar"), "next": "/desk/take-in?x=1"}
    assert browser.post("/desk", data=fields).headers["location"] == "/desk/take-in?x=1"


@pytest.mark.parametrize(
    "wanted", ["https://evil.example/", "//evil.example", "/desk\\x", "/read/x"]
)
def test_nobody_is_led_away_from_the_desk(library: RunningLibrary, come: Come, wanted: str) -> None:
    fields = {"token": library.token("registrar"), "next": wanted}
    assert come().post("/desk", data=fields).headers["location"] == "/desk"


@pytest.mark.parametrize("token", ["", "muhr_nobody", "x" * 3000])
def test_a_wrong_token_is_told_on_the_form_and_gives_no_cookie(come: Come, token: str) -> None:
    answer = come().post("/desk", data={"token": token})
    assert answer.status_code == 401
    assert 'role="alert"' in answer.text
    assert "set-cookie" not in answer.headers or COOKIE not in answer.headers["set-cookie"]


def test_a_reader_has_no_desk(library: RunningLibrary, come: Come) -> None:
    answer = come().post("/desk", data={"token": library.token("reader")})
    assert answer.status_code == 403
    assert "registrar, auditor" in answer.text


def test_revoking_the_token_ends_the_session_at_once(library: RunningLibrary, come: Come) -> None:
    token = library.token("registrar", "who leaves")
    browser = come(token)
    assert browser.get("/desk/take-in").status_code == 200
    with library.client("registrar", "who leaves") as own:
        [mine] = own.get("/tokens", params={"subject": "who leaves"}).json()["items"]
        assert own.delete(f"/tokens/{mine['id']}").status_code in (200, 204)
    assert browser.get("/desk/take-in").status_code == 303
    told = browser.get("/desk").text
    assert "You are no longer signed in" in told


def test_signing_out_ends_the_session_also_for_whoever_kept_the_cookie(
    library: RunningLibrary, come: Come
) -> None:
    browser = come(library.token("registrar"))
    kept = {"Cookie": f"{COOKIE}={browser.cookies[COOKIE]}"}
    assert morsel(browser.post("/desk/leave"))["max-age"] == "0"
    assert come().get("/desk/take-in", headers=kept).status_code == 303


def test_the_oldest_of_many_sessions_of_one_token_ends(library: RunningLibrary, come: Come) -> None:
    token = library.token("registrar", "of many browsers")
    browsers = [come(token) for _ in range(22)]
    standing = [b.get("/desk/take-in").status_code == 200 for b in browsers]
    assert standing.count(True) == 20
    assert standing[-1]


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
@pytest.mark.parametrize("path", ["/desk", "/desk/leave", "/desk/take-in", "/desk/take-in/states"])
def test_a_page_of_another_site_gets_nothing_done(
    library: RunningLibrary, librarian: httpx.Client, path: str, sent: dict[str, str]
) -> None:
    headers = {"Cookie": f"{COOKIE}={librarian.cookies[COOKIE]}", **sent}
    answer = httpx.post(
        library.url + path, headers=headers, data={"token": library.token("registrar")}
    )
    assert answer.status_code == 403
    assert COOKIE not in answer.headers.get("set-cookie", "")
    assert librarian.get("/desk/take-in").status_code == 200


def test_an_older_browser_names_the_library_as_the_origin(
    library: RunningLibrary, come: Come
) -> None:
    page = come(library.token("registrar")).get("/desk/take-in")
    assert page.headers["referrer-policy"] == "same-origin"  # else it would name none
    headers = {"Origin": library.url}
    answer = httpx.post(
        f"{library.url}/desk", headers=headers, data={"token": library.token("registrar")}
    )
    assert answer.status_code == 303


def test_pages_of_the_desk_are_kept_by_nobody_and_show_what_a_role_may(
    librarian: httpx.Client, inspector: httpx.Client
) -> None:
    page = librarian.get("/desk")
    assert page.headers["cache-control"] == "no-store"
    assert "/desk/take-in" in page.text
    assert "/desk/take-in" not in inspector.get("/desk").text
    refused = inspector.get("/desk/take-in")
    assert refused.status_code == 403
