"""Tokens of one's own: fewer permissions, an end, a list, and gone at once when they are ended."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable

import httpx
import pytest

from ledger_service.domain.people.caller import Role
from ledger_service.domain.people.session import Subject
from ledger_service.services.people.begin_session import end_sessions_of
from scripts.harness.running_library import RunningLibrary
from scripts.harness.waiting import wait_until
from tests.simulators.people.browser import COOKIE, BrowserSimulator

Come = Callable[..., BrowserSimulator]
HAMMERS = 4
MANY = 10
AFTER_SECONDS = 0.5


def bearer(library: RunningLibrary, token: str) -> httpx.Client:
    headers = {"Authorization": f"Bearer {token}"}
    return httpx.Client(base_url=f"{library.url}/api/v1", headers=headers, trust_env=False)


def test_a_token_of_ones_own_does_what_it_was_made_for_and_nothing_else(
    library: RunningLibrary, registrar: httpx.Client
) -> None:
    made = registrar.post("/tokens", json={"scopes": ["import:read"], "days": 7})
    assert made.status_code == 201
    with bearer(library, made.json()["token"]) as narrow:
        assert narrow.get("/imports").status_code == 200
        assert narrow.get("/licenses").status_code == 200  # as anybody
        refused = narrow.post("/readers")
        assert (refused.status_code, refused.json()["type"][-13:]) == (403, "role-not-held")
        again = {"scopes": ["import:read"], "days": 1}
        assert narrow.post("/tokens", json=again).status_code == 403
    assert registrar.delete(f"/tokens/{made.json()['id']}").status_code == 200


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"scopes": ["token:issue"], "days": 7}, 403),
        ({"scopes": ["no:such"], "days": 7}, 403),
        ({"scopes": [], "days": 7}, 422),
        ({"scopes": ["import:read"], "days": 0}, 422),
        ({"scopes": ["import:read"], "days": 400}, 422),
        ({"days": 7}, 422),
    ],
)
def test_nobody_makes_a_token_of_more_than_they_may(
    registrar: httpx.Client, body: dict[str, object], status: int
) -> None:
    assert registrar.post("/tokens", json=body).status_code == status


def test_what_a_token_made_ends_with_it_and_no_later(library: RunningLibrary, come: Come) -> None:
    first = library.token("registrar", "who lost a token", 3600)
    browser = come(first)
    made = browser.post("/api/v1/tokens", json={"scopes": ["import:read"], "days": 300}).json()
    own_only = {"subject": "who lost a token"}
    kept = browser.get("/api/v1/tokens", params=own_only).json()["items"]
    ends = {item["id"]: item["expires_at"] for item in kept}
    [root] = [item for item in kept if item["way"] == "token" and item["scopes"] is None]
    assert ends[made["id"]] <= root["expires_at"]
    with bearer(library, made["token"]) as below, bearer(library, first) as own:
        assert below.get("/imports").status_code == 200
        assert own.delete(f"/tokens/{root['id']}").status_code == 200
        assert below.get("/imports").status_code == 401
    assert browser.get("/api/v1/imports").status_code == 401


def hammer(
    library: RunningLibrary, headers: dict[str, str], end: Callable[[], int]
) -> tuple[int, list[int]]:
    """Return how many were let in before the end, and what was answered to what was asked after it."""
    asked: list[tuple[float, int]] = []
    stop = threading.Event()

    def ask() -> None:
        with httpx.Client(base_url=library.url, headers=headers, trust_env=False) as client:
            while not stop.is_set():
                begun = time.monotonic()
                asked.append((begun, client.get("/api/v1/grants").status_code))

    threads = [threading.Thread(target=ask) for _ in range(HAMMERS)]
    for thread in threads:
        thread.start()
    try:
        wait_until(lambda: sum(status == 200 for _, status in [*asked]) > MANY, "few are let in")
        assert end() in (200, 303)
        ended = time.monotonic()
        wait_until(lambda: sum(begun > ended for begun, _ in [*asked]) > MANY, "few ask after it")
        time.sleep(AFTER_SECONDS)
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    before = sum(status == 200 for begun, status in asked if begun < ended)
    return before, [status for begun, status in asked if begun > ended]


@pytest.mark.parametrize("by", ["token", "cookie"])
def test_not_one_request_after_the_end_is_let_in(
    library: RunningLibrary, come: Come, registrar: httpx.Client, by: str
) -> None:
    made = registrar.post("/readers").json()
    browser = come(made["token"])
    [kept] = [
        item
        for item in browser.get("/api/v1/tokens").json()["items"]
        if (item["way"] == "token") == (by == "token")
    ]
    cookie = {"Cookie": f"{COOKIE}={browser.session}"}
    headers = cookie if by == "cookie" else {"Authorization": f"Bearer {made['token']}"}
    before, after = hammer(
        library, headers, lambda: registrar.delete(f"/tokens/{kept['id']}").status_code
    )
    assert before > MANY
    assert len(after) > MANY
    assert set(after) == {401}  # 0 of them were let in


def test_a_role_that_is_taken_away_is_refused_at_the_next_request(
    library: RunningLibrary, come: Come
) -> None:
    name = "whose role goes"
    token = library.token("registrar", name)
    browser = come(token)
    assert browser.get("/desk/take-in").status_code == 200
    with library.opened.store.write() as transaction:
        end_sessions_of(transaction, Subject(Role.REGISTRAR, name))
    assert browser.get("/desk/take-in").status_code == 303
    with bearer(library, token) as own:
        assert own.get("/imports").status_code == 401


def test_the_page_lists_what_acts_for_one_and_ends_it(
    library: RunningLibrary, come: Come, registrar: httpx.Client
) -> None:
    made = registrar.post("/readers").json()
    browser, other = come(made["token"]), come(made["token"])
    page = browser.get("/me/sessions")
    assert (page.status_code, page.headers["cache-control"]) == (200, "no-store")
    assert page.text.count("By an access token") == 2
    assert page.text.count("this browser") == 1
    assert 'href="/me/sessions/new-token"' in page.text
    asked = browser.get("/me/sessions/new-token").text
    assert 'value="grant:read-own"' in asked
    assert 'value="grant:read"' not in asked
    fields = {"scope": ["grant:read-own"], "days": "7"}
    shown = browser.post("/me/sessions/tokens", data=fields)
    assert shown.status_code == 201
    [secret] = re.findall(r"muhr_[\w-]{43}", shown.text)
    assert secret not in browser.get("/me/sessions").text
    with bearer(library, secret) as narrow:
        assert narrow.get("/grants").status_code == 200
        assert browser.post("/me/sessions/end-others").status_code == 303
        assert narrow.get("/grants").status_code == 401
    assert other.get("/me/sessions").status_code == 303
    assert browser.get("/me/sessions").status_code == 200
    wrong = browser.post("/me/sessions/tokens", data={"days": "7"})
    assert (wrong.status_code, 'role="alert"' in wrong.text) == (422, True)
    [mine] = [
        item for item in browser.get("/api/v1/tokens").json()["items"] if item["way"] == "by-token"
    ]
    assert browser.post("/me/sessions/end", data={"id": mine["id"]}).status_code == 303
    assert browser.get("/me/sessions").status_code == 303


def test_a_passphrase_is_changed_at_the_page(
    library: RunningLibrary, come: Come, registrar: httpx.Client
) -> None:
    card, old, new = "P-1", "olma gilos behi anor", "qovun tarvuz bodring"
    link = registrar.post("/invitations/readers", json={"card": card}).json()["link"]
    browser, other = come(), come()
    path = link.removeprefix(library.url)
    assert browser.post(path, data={"card": card, "passphrase": old}).status_code == 303
    assert other.post("/sign-in/card", data={"card": card, "passphrase": old}).status_code == 303
    fields = {"card": card, "old": new, "new": new}
    assert browser.post("/me/sessions/passphrase", data=fields).status_code == 422
    fields = {"card": card, "old": old, "new": new}
    assert browser.post("/me/sessions/passphrase", data=fields).status_code == 303
    assert browser.get("/me/sessions").status_code == 200
    assert other.get("/me/sessions").status_code == 303
    assert other.post("/sign-in/card", data={"card": card, "passphrase": new}).status_code == 303
