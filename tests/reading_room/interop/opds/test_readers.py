"""Signing in from an app, borrowing, reading and giving back; and what is refused."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from ledger_service.domain.people.identity import tag
from ledger_service.domain.people.local_account import card_identity
from ledger_service.services.people.attempts import ACCOUNT_FAILURES, Attempts
from ledger_service.services.people.sign_in import known_cards
from ledger_service.services.people.sign_in.invite import accept_invitation, invite_reader
from ledger_service.services.people.sign_in.local_accounts import change_passphrase
from scripts.harness.running_library import RunningLibrary
from scripts.harness.waiting import wait_until
from tests.simulators.bench import LIBRARIAN

PHRASE = "tut anjir behi anor"
DOCUMENT = "application/opds-authentication+json"
SHELF = "/opds/shelf"
Come = Callable[[], httpx.Client]


@pytest.fixture
def come(library: RunningLibrary, fresh_bytes: Callable[..., bytes]) -> Iterator[Come]:
    """Return a function that gives the app of a new reader, who sends card and passphrase."""
    made: list[httpx.Client] = []

    def make() -> httpx.Client:
        card = "app" + fresh_bytes(8).hex()
        secret = invite_reader(library.opened.library, LIBRARIAN, card).secret
        accept_invitation(library.opened.library, secret, card, PHRASE)
        made.append(
            httpx.Client(
                base_url=library.url,
                auth=(card, PHRASE),
                headers={"Accept-Language": "en"},
                trust_env=False,
                timeout=60,
            )
        )
        return made[-1]

    yield make
    for client in made:
        client.close()


def link_of(told: dict[str, Any], rel: str) -> dict[str, Any]:
    [found] = [one for one in told["links"] if rel == one["rel"] or rel in one["rel"]]
    return found


def shelf_of(app: httpx.Client) -> list[dict[str, Any]]:
    answer = app.get(SHELF)
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
    return list(answer.json().get("publications", []))


def file_of(app: httpx.Client, told: dict[str, Any]) -> httpx.Response:
    """Return what leads to the file, once the chain has the loan."""
    href = link_of(told, "http://opds-spec.org/acquisition")["href"]
    waits = app.get(href)
    assert waits.status_code in (302, 503), waits.text
    if waits.status_code == 503:
        assert "retry-after" in waits.headers
    return wait_until(
        lambda: (answer := app.get(href)).status_code == 302 and answer, "the loan does not come"
    )


def test_whom_the_library_does_not_know_is_told_how_to_sign_in(app: httpx.Client) -> None:
    public = app.get("/opds/authentication")
    assert public.headers["content-type"] == DOCUMENT
    answer = app.get(SHELF)
    assert (answer.status_code, answer.headers["content-type"]) == (401, DOCUMENT)
    told = answer.json()
    assert told == public.json()
    assert told["id"].endswith("/opds/authentication")
    [basic] = told["authentication"]
    assert basic["type"] == "http://opds-spec.org/auth/basic"
    assert basic["labels"] == {"login": "Number of your library card", "password": "Passphrase"}
    assert {one["rel"] for one in told["links"]} >= {
        "logo", "help", "register", "http://opds-spec.org/shelf",
    }  # fmt: skip
    assert "Basic realm=" in answer.headers["www-authenticate"]
    assert answer.headers["cache-control"] == "no-store"
    wrong = [("nobody", PHRASE), ("", PHRASE), ("nobody", ""), ("a" * 2000, "b")]
    assert [app.get(SHELF, auth=one).status_code for one in wrong] == [401] * 4
    assert app.get(SHELF, headers={"Authorization": "Basic !"}).status_code == 401
    assert app.get(SHELF, headers={"Authorization": "Bearer muhr_x"}).status_code == 401


def test_a_reader_borrows_reads_and_gives_back(come: Come, lent: str, library: Any) -> None:
    app = come()
    assert shelf_of(app) == []
    ask = link_of(app.get(f"/opds/publications/{lent}").json(), "borrow")
    before = library.status()["ledger_size"]
    assert app.head(ask["href"]).status_code == 200
    assert shelf_of(app) == []
    answer = app.get(ask["href"])
    assert answer.headers["content-type"] == "application/opds-publication+json"
    told = answer.json()
    assert app.get(ask["href"]).json()["links"] == told["links"]
    [held] = shelf_of(app)
    assert held["links"] == told["links"]
    lasts = link_of(told, "http://opds-spec.org/acquisition")["properties"]["availability"]
    assert lasts["state"] == "available"

    led = file_of(app, told)
    assert led.headers["cache-control"] == "no-store"
    place = led.headers["location"]
    with httpx.Client(trust_env=False) as nobody:
        file = nobody.get(place)
        assert (file.status_code, file.content) == (200, b"for readers of apps")
        assert file.headers["cache-control"] == "private, no-store"
        part = nobody.get(place, headers={"Range": "bytes=4-10"})
        assert (part.status_code, part.content) == (206, b"readers")
        key = place.split("/")[-2]
        assert nobody.get(place.replace(key, "0" * 64)).status_code == 404
    assert library.status()["ledger_size"] > before

    back = link_of(told, "http://librarysimplified.org/terms/rel/revoke")["href"]
    given = app.get(back)
    assert link_of(given.json(), "borrow")
    assert app.get(back).status_code == 409
    assert shelf_of(app) == []
    with httpx.Client(trust_env=False) as nobody:
        assert nobody.get(place).status_code == 403


def test_who_comes_when_all_seats_are_taken_waits_in_line(
    come: Come, library: RunningLibrary
) -> None:
    library.license("one-app", longest_loan_seconds=86_539, seats=1, self_service=True)
    digest = library.register(license="one-app", title="One seat for apps")["digest"]
    first, second = come(), come()
    ask = f"/opds/publications/{digest}/borrow"
    held = first.get(ask).json()
    file_of(first, held)
    free = link_of(second.get(f"/opds/publications/{digest}").json(), "borrow")["properties"]
    assert (free["availability"]["state"], free["copies"]["available"]) == ("unavailable", 0)
    waits = second.get(ask).json()
    properties = link_of(waits, "borrow")["properties"]
    assert properties["availability"]["state"] == "reserved"
    assert properties["holds"]["position"] == 1
    assert [one["metadata"]["title"] for one in shelf_of(second)] == ["One seat for apps"]
    leave = link_of(waits, "http://librarysimplified.org/terms/rel/revoke")["href"]
    assert second.get(leave).status_code == 200
    assert shelf_of(second) == []


def test_a_token_stands_in_place_of_the_passphrase_and_goes_as_it_is(
    app: httpx.Client, library: RunningLibrary
) -> None:
    token = library.token("reader", library.readers[0])
    assert app.get(SHELF, auth=("card", token)).status_code == 200
    assert app.get(SHELF, headers={"Authorization": f"Bearer {token}"}).status_code == 200
    assert app.get(SHELF, auth=("card", token + "x")).status_code == 401


def test_open_works_need_no_loan(come: Come, opened: str) -> None:
    told = come().get(f"/opds/publications/{opened}/borrow").json()
    assert link_of(told, "http://opds-spec.org/acquisition/open-access")


def test_a_cookie_borrows_nothing_and_neither_does_another_site(
    come: Come, lent: str, new_reader: Callable[[], Any]
) -> None:
    _, browser = new_reader()
    ask = f"/opds/publications/{lent}/borrow"
    assert browser.get(ask).status_code == 401
    app = come()
    for headers in (
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Purpose": "prefetch;prerender"},
        {"Origin": "https://elsewhere.example"},
        {"Origin": "null"},
    ):
        assert app.get(ask, headers=headers).status_code == 403, headers
    assert shelf_of(app) == []
    own = {"Origin": str(app.base_url).rstrip("/"), "Sec-Fetch-Site": "same-origin"}
    assert app.get(SHELF, headers=own).status_code == 200


def test_passphrases_that_are_wrong_are_counted_as_at_the_sign_in_page(
    come: Come, library: RunningLibrary
) -> None:
    app = come()
    assert shelf_of(app) == []
    card = f"brute{time.time_ns()}"
    wanted = tag(library.opened.library.people.key(), card_identity(card))
    for _ in range(ACCOUNT_FAILURES - 1):
        library.app.state.attempts.failed("192.0.2.9", wanted)
    codes = [app.get(SHELF, auth=(card, f"wrong {number}")).status_code for number in range(2)]
    assert codes == [401, 429]
    assert shelf_of(app) == []  # others are not locked out


def test_who_was_let_in_is_known_for_minutes_and_not_once_the_passphrase_is_another(
    library: RunningLibrary, fresh_bytes: Callable[..., bytes]
) -> None:
    now = [0.0]
    opened, known = library.opened.library, known_cards.KnownCards(lambda: now[0])
    attempts = Attempts()
    card = "known" + fresh_bytes(8).hex()
    secret = invite_reader(opened, LIBRARIAN, card).secret
    subject = accept_invitation(opened, secret, card, PHRASE)
    sent = known_cards.Card(card, PHRASE)
    assert known_cards.find_known(opened, known, sent) is None
    caller = known_cards.let_in(opened, known, attempts, "192.0.2.1", sent)
    assert caller.subject == subject.name
    assert known_cards.find_known(opened, known, sent) == caller
    assert known_cards.find_known(opened, known, known_cards.Card(card, PHRASE + "x")) is None
    assert PHRASE not in repr(sent)

    change_passphrase(opened, caller, attempts, "192.0.2.1", card, PHRASE, PHRASE + " uzum")
    assert known_cards.find_known(opened, known, sent) is None
    renewed = known_cards.Card(card, PHRASE + " uzum")
    known_cards.let_in(opened, known, attempts, "192.0.2.1", renewed)
    now[0] = known_cards.KNOWN_SECONDS + 1
    assert known_cards.find_known(opened, known, renewed) is None
