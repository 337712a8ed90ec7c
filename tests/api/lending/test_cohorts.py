"""Courses over HTTP, on a real chain: a list is seen, granted, claimed by opening, left and closed."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from ledger_service.domain.people.local_account import card_identity
from ledger_service.services.people.identities import find_identity
from scripts.harness.waiting import wait_until

DAY = 86_400
CSV = {"Content-Type": "text/csv"}


@pytest.fixture(scope="module")
def book(library) -> str:
    """Return the digest of a closed book of thirty seats."""
    library.license("of-courses", seats=30, longest_loan_seconds=7 * DAY)
    return library.register(license="of-courses")["digest"]


def table(cards) -> bytes:
    return (
        "Talaba;Karta raqami;Guruh\n" + "".join(f"Oʻktam;{card};7\n" for card in cards)
    ).encode()


def read(registrar, book, cards, course="Fizika", **more):
    asked = {"digest": book, "course": course, "until": int(time.time()) + 30 * DAY, **more}
    return registrar.post("/cohorts", params=asked, content=table(cards), headers=CSV)


def granted(registrar, book, cards, course):
    """Return a course whose members may claim."""
    name = read(registrar, book, cards, course).json()["cohort"]
    assert registrar.post(f"/cohorts/{name}/grant").status_code == 202

    def found():
        shown = registrar.get(f"/cohorts/{name}").json()
        return shown if shown["state"] == "open" else None

    return wait_until(found, "the course is not granted")


def member(library, card):
    """Return a client of the reader who has this card, signed in some way."""
    mine = library.opened.library
    found = find_identity(mine, card_identity(card))
    return library.client("reader", found.name)


def opened(client, book):
    return wait_until(
        lambda: (
            answer
            if (answer := client.post("/openings", json={"digest": book})).status_code == 201
            else None
        ),
        "the claim does not come to the chain",
    )


def test_a_list_is_understood_before_it_is_granted(registrar, book):
    answer = read(registrar, book, ["a1", "a2", "a2", ""], "Seen")
    seen = answer.json()
    assert answer.status_code == 201
    assert answer.headers["location"] == f"/api/v1/cohorts/{seen['cohort']}"
    told = {name: seen[name] for name in ("members", "rows", "doubles", "empty", "ignored", "new")}
    assert told == {"members": 2, "rows": 4, "doubles": 1, "empty": 1, "ignored": 2, "new": 2}
    assert seen["columns"] == ["card"]
    assert "ktam" not in answer.text
    assert read(registrar, book, ["a1", "a2", "a2", ""], "Seen").json() is not None
    shown = registrar.get(f"/cohorts/{seen['cohort']}").json()
    assert (shown["state"], shown["on_chain"], shown["members"]) == ("draft", None, 2)
    assert registrar.delete(f"/cohorts/{seen['cohort']}").json() is None
    assert registrar.get(f"/cohorts/{seen['cohort']}").status_code == 404


def test_a_member_opens_and_so_claims(library, registrar, book):
    course = granted(registrar, book, ["b1", "b2", "b3"], "Opens")
    assert len(course["on_chain"]) == 64
    student = member(library, "b2")
    [right] = student.get("/me/courses").json()
    assert (right["course"], right["state"], right["grant"]) == ("Opens", "open", None)
    first = student.post("/openings", json={"digest": book})
    assert first.status_code == 202
    assert int(first.headers["retry-after"]) > 0
    waiting = first.json()
    assert waiting["content"] is None
    opening = opened(student, book).json()
    assert opening["grant"] == waiting["grant"]
    assert student.get(opening["content"].removeprefix("/api/v1")).status_code == 200
    [right] = student.get("/me/courses").json()
    assert right["grant"] == opening["grant"]
    shown = registrar.get(f"/cohorts/{course['cohort']}").json()
    assert (shown["claimed"], shown["unclaimed"], shown["left"]) == (1, 2, 0)
    found = registrar.get("/cohorts", params={"digest": book}).json()["items"]
    assert course["cohort"] in {item["cohort"] for item in found}


def test_who_asks_for_the_book_claims_what_the_course_gives(library, registrar, book):
    granted(registrar, book, ["c1"], "Asks")
    student = member(library, "c1")
    asked = {"digest": book, "reader": "", "until": int(time.time()) + DAY}
    mine = library.opened.library
    asked["reader"] = find_identity(mine, card_identity("c1")).name
    answer = student.post("/grants", json=asked)
    assert answer.status_code == 202
    [right] = student.get("/me/courses").json()
    assert right["grant"] == answer.json()["grant"]


def test_twenty_requests_at_once_claim_once_each(library, registrar, book):
    cards = [f"d{number}" for number in range(10)]
    course = granted(registrar, book, cards, "Many")
    students = [member(library, card) for card in cards] * 2
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda one: one.post("/openings", json={"digest": book}), students))
    assert {answer.status_code for answer in answers} <= {201, 202}
    assert len({answer.json()["grant"] for answer in answers}) == 10
    assert registrar.get(f"/cohorts/{course['cohort']}").json()["claimed"] == 10
    for student in students[:10]:
        opened(student, book)


def test_who_leaves_opens_no_more(library, registrar, book, problem):
    course = granted(registrar, book, ["e1", "e2", "e3"], "Leaves")
    claimed, other = member(library, "e1"), member(library, "e2")
    opened(claimed, book)
    path = f"/cohorts/{course['cohort']}/leavers"
    answer = registrar.post(path, content=table(["e1", "e2", "x9"]), headers=CSV)
    assert answer.json() == {"left": 2, "revoked": 1, "strangers": 1}
    problem(claimed.post("/openings", json={"digest": book}), 403, "no-live-grant")
    problem(other.post("/openings", json={"digest": book}), 403, "no-live-grant")
    nobody = registrar.delete(f"/cohorts/{course['cohort']}/members/nobody").json()
    assert nobody == {"left": 0, "revoked": 0, "strangers": 1}
    closed = registrar.delete(f"/cohorts/{course['cohort']}")
    assert (closed.status_code, closed.json()["state"]) == (202, "closing")
    problem(member(library, "e3").post("/openings", json={"digest": book}), 403, "no-live-grant")


def test_what_is_no_list_is_refused(registrar, reader, book, problem):
    asked = {"digest": book, "course": "x", "until": int(time.time()) + DAY}
    other = registrar.post(
        "/cohorts", params=asked, content=b"{}", headers={"Content-Type": "application/json"}
    )
    problem(other, 415, "wrong-content-type")
    long = registrar.post("/cohorts", params=asked, content=b"x" * 5_000_000, headers=CSV)
    problem(long, 422, "invalid-cohort")
    names = registrar.post("/cohorts", params=asked, content=b"name\nA", headers=CSV)
    assert problem(names, 422, "invalid-cohort")["reason"] == "invalid-cohort.no-column"
    account = registrar.post("/cohorts", params=asked, content=b"login\na", headers=CSV)
    assert problem(account, 422, "invalid-cohort")["reason"] == "invalid-cohort.no-issuer"
    past = registrar.post("/cohorts", params={**asked, "until": 1}, content=b"card\n1", headers=CSV)
    assert problem(past, 422, "invalid-cohort")["reason"] == "invalid-cohort.until"
    problem(reader.post("/cohorts", params=asked, content=b"card\n1", headers=CSV), 403)
    problem(registrar.post(f"/cohorts/{'0' * 32}/grant"), 404, "cohort-not-found")
    problem(registrar.get("/me/courses"), 403)


def test_the_page_of_a_book_claims_and_says_kindly_to_wait(site, library, registrar, book):
    granted(registrar, book, ["f1"], "Page")
    mine = library.opened.library
    name = find_identity(mine, card_identity("f1")).name
    token = library.token("reader", name)
    first = site.post(f"/read/{book}", data={"token": token})
    assert first.status_code == 202
    assert 'role="status"' in first.text
    assert "Your course gives you this" in first.text

    def let_in():
        answer = site.post(f"/read/{book}", data={"token": token}, follow_redirects=False)
        return answer if answer.status_code == 303 else None

    wait_until(let_in, "the claim does not come to the chain")
