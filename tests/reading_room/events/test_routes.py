"""The routes of events at the shared library: a rush by programs, questions, and what nobody is told."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from scripts.harness.running_library import RunningLibrary
from tests.reading_room.events.test_pages import desk, event, form

__all__ = ["desk", "event"]
PLACES, PEOPLE = 5, 16


def problem(answer: httpx.Response, status: int, slug: str = "") -> None:
    """Check that an answer is a problem of this kind."""
    assert answer.status_code == status, answer.text
    assert answer.json()["type"].endswith(slug)


@pytest.fixture
def rush(library: RunningLibrary, desk) -> str:
    """Return the id of an event with few places."""
    made = desk.post("/desk/events", data=form(places=str(PLACES)))
    name = made.headers["location"].rpartition("/")[2]
    desk.post(f"/desk/events/{name}/step", data={"do": "announce"})
    return name


@pytest.fixture
def people(library: RunningLibrary) -> Iterator[list[httpx.Client]]:
    registrar = library.client("registrar")
    tokens = [registrar.post("/readers").json()["token"] for _ in range(PEOPLE)]
    clients = [
        httpx.Client(
            base_url=f"{library.url}/api/v1",
            headers={"Authorization": f"Bearer {token}"},
            trust_env=False,
            timeout=60,
        )
        for token in tokens
    ]
    yield clients
    for client in clients:
        client.close()


def test_a_rush_gives_each_place_once(
    library: RunningLibrary, people: list[httpx.Client], rush: str
) -> None:
    path = f"/events/{rush}/place"

    def press(client: httpx.Client) -> dict[str, object]:
        answer = client.put(path, json={"name": "N"})
        assert answer.status_code == 200, answer.text
        told: dict[str, object] = answer.json()
        return told

    with ThreadPoolExecutor(8) as pool:
        first = list(pool.map(press, [*people, *people]))
    assert [one["id"] for one in first[:PEOPLE]] == [one["id"] for one in first[PEOPLE:]]
    assert [one["state"] for one in first[:PEOPLE]].count("taken") == PLACES
    told = library.client().get(f"/events/{rush}").json()
    assert (told["free"], told["waiting"]) == (0, PEOPLE - PLACES)
    assert told["taking_part"] == {"participant": PLACES}
    before = sorted(one.get(path).json()["before"] for one in people)
    assert before == [0] * PLACES + list(range(PEOPLE - PLACES))


def test_who_has_no_place_is_told_nothing_of_those_who_have(
    library: RunningLibrary, people: list[httpx.Client], rush: str
) -> None:
    one, other = people[:2]
    assert one.put(f"/events/{rush}/place", json={"name": "Anvar"}).json()["state"] == "taken"
    asked = f"/events/{rush}/questions"
    made = one.post(asked, json={"text": "Qachon?", "is_named": True})
    assert (made.status_code, made.json()["items"][0]["by"]) == (201, "Anvar")
    number = made.json()["items"][0]["number"]
    for _ in range(2):
        told = one.put(f"{asked}/{number}/vote").json()["items"][0]
        assert (told["votes"], told["is_voted"], told["is_own"]) == (1, True, True)
    problem(other.get(asked), 403, "no-place-held")
    problem(other.put(f"{asked}/{number}/vote"), 403, "no-place-held")
    problem(other.get(f"/events/{rush}/place"), 404, "place-not-found")
    problem(library.client().put(f"/events/{rush}/place", json={"name": "A"}), 401)
    problem(library.client("registrar").put(f"/events/{rush}/place", json={"name": "A"}), 403)
    assert one.delete(f"/events/{rush}/place").json()["state"] == "left"
    problem(one.get(asked), 403, "no-place-held")
    assert rush in library.client().get("/events/announced").text


@pytest.mark.parametrize("body", [{}, {"name": ""}, {"name": "x" * 321}, {"name": "a", "more": 1}])
def test_a_wish_of_another_form_is_refused(
    people: list[httpx.Client], rush: str, body: dict[str, object]
) -> None:
    problem(people[0].put(f"/events/{rush}/place", json=body), 422)


def test_an_event_says_what_its_page_says(library: RunningLibrary, rush: str) -> None:
    told = library.client().get(f"/events/{rush}").json()
    assert told["title"] == "Navoiy <gʻazallari>"
    assert told["speakers"] == [{"name": "Anvar Karimov", "of": "SamDU"}]
    assert told["begins_at"] > time.time()
