"""The way from an invitation to a session, over HTTP: by the API, at the desk, and by the pages."""

from __future__ import annotations

import re
from collections.abc import Callable

import httpx
import pytest

from scripts.harness.running_library import RunningLibrary
from tests.simulators.people.browser import COOKIE, BrowserSimulator

Come = Callable[..., BrowserSimulator]
PHRASE = "olma gilos behi anor"


def path_of(link: str, library: RunningLibrary) -> str:
    assert link.startswith(library.url + "/invitation/")
    return link.removeprefix(library.url)


def test_a_reader_comes_by_a_link_and_then_by_the_card(
    library: RunningLibrary, registrar: httpx.Client, browser: BrowserSimulator, come: Come
) -> None:
    made = registrar.post("/invitations/readers", json={"card": "K-1 001"})
    assert made.status_code == 201
    invited = made.json()
    assert invited["role"] == "reader"
    path = path_of(invited["link"], library)
    page = browser.get(path)
    assert (page.status_code, page.headers["cache-control"]) == (200, "no-store")
    assert page.headers["referrer-policy"] == "same-origin"  # the link goes to no other site
    short = browser.post(path, data={"card": "K-1 001", "passphrase": "olma"})
    assert (short.status_code, 'value="K-1 001"' in short.text) == (422, True)
    answer = browser.post(path, data={"card": "k1001", "passphrase": PHRASE})
    assert (answer.status_code, bool(browser.session)) == (303, True)
    tokens = browser.get("/api/v1/tokens").json()["items"]
    assert [(item["subject"], item["way"]) for item in tokens] == [(invited["subject"], "card")]
    assert browser.get(path).status_code == 404
    other = come()
    fields = {"card": "K-1001", "passphrase": PHRASE, "then": "/licenses"}
    assert other.post("/sign-in/card", data=fields).headers["location"] == "/licenses"
    assert other.session != browser.session


def test_the_desk_makes_a_link_and_shows_it_once(
    library: RunningLibrary, browser: BrowserSimulator, come: Come
) -> None:
    browser.sign_in(library.token("registrar"))
    page = browser.post("/desk/invitations", data={"card": "K-2"})
    assert page.status_code == 201
    [link] = re.findall(library.url + r"/invitation/[\w-]{43}", page.text)
    guest = come()
    assert guest.post(
        path_of(link, library), data={"card": "K-2", "passphrase": PHRASE}
    ).is_redirect
    assert browser.post("/desk/invitations", data={"card": " "}).status_code == 422


def test_what_is_wrong_is_not_told(library: RunningLibrary, browser: BrowserSimulator) -> None:
    told = set()
    for card in ("K-1001", "nobody has this", "", "x" * 2000):
        answer = browser.post("/sign-in/card", data={"card": card, "passphrase": "no " * 8})
        assert (answer.status_code, browser.session) == (401, "")
        assert 'role="alert"' in answer.text
        told.add(answer.text)
    assert len(told) == 1


def test_a_link_or_a_form_of_another_site_sets_nothing(
    library: RunningLibrary, registrar: httpx.Client, come: Come
) -> None:
    made = registrar.post("/invitations/readers", json={"card": "K-3"}).json()
    fields = {"card": "K-3", "passphrase": PHRASE}
    for path in (path_of(made["link"], library), "/sign-in/card"):
        for sent in ({}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}):
            answer = httpx.post(library.url + path, data=fields, headers=sent)
            assert answer.status_code == 403
            assert COOKIE not in answer.headers.get("set-cookie", "")
    browser = come()
    assert browser.post(path_of(made["link"], library), data=fields).status_code == 303


def test_only_who_may_invites(
    library: RunningLibrary, registrar: httpx.Client, reader: httpx.Client, come: Come
) -> None:
    assert reader.post("/invitations/readers", json={"card": "K-4"}).status_code == 403
    body = {"name": "Rustam", "role": "registrar"}
    assert registrar.post("/invitations/colleagues", json=body).status_code == 403
    with library.client("admin") as admin:
        made = admin.post("/invitations/colleagues", json=body)
        assert made.status_code == 201
        wrong = admin.post("/invitations/colleagues", json={**body, "role": "reader"})
        assert wrong.status_code in (403, 422)
    guest = come()
    fields = {"card": "rustam", "passphrase": PHRASE}
    answer = guest.post(path_of(made.json()["link"], library), data=fields)
    assert answer.headers["location"] == "/desk"
    assert guest.get("/desk/take-in").status_code == 200


def test_too_many_attempts_are_told_and_end(
    library: RunningLibrary, browser: BrowserSimulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    attempts = library.app.state.attempts
    monkeypatch.setattr(attempts._of_account, "_most", 2)
    fields = {"card": "tried often", "passphrase": PHRASE}
    statuses = [browser.post("/sign-in/card", data=fields).status_code for _ in range(3)]
    assert statuses == [401, 401, 429]
    assert browser.post("/sign-in/card", data={**fields, "card": "another"}).status_code == 401
