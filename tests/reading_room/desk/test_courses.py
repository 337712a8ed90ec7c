"""Courses at the desk: what a list says is shown first, then it is granted, followed, left and closed."""

from __future__ import annotations

import re

import httpx
import pytest

from scripts.harness.running_library import RunningLibrary
from scripts.harness.waiting import wait_until


@pytest.fixture(scope="module")
def book(library: RunningLibrary) -> str:
    library.license("desk-courses", seats=9, longest_loan_seconds=345_600)
    digest: str = library.register(license="desk-courses", title="Algebra")["digest"]
    return digest


def send(
    browser: httpx.Client, digest: str, *cards: str, path: str = "/desk/cohorts"
) -> httpx.Response:
    data = "Ism;Karta raqami\n" + "".join(f"Sirli ism;{card}\n" for card in cards)
    fields = {"course": "<b>Algebra</b> 2", "digest": digest, "days": "90", "issuer": ""}
    return browser.post(path, data=fields, files={"file": ("list.csv", data.encode())})


def test_a_list_is_shown_as_it_was_understood_and_granted_by_a_button(
    librarian: httpx.Client, book: str
) -> None:
    page = send(librarian, book, "m1", "m2", "m2")
    assert page.status_code == 200
    assert "2 readers:" in page.text
    assert "Algebra" in page.text
    assert "Sirli" not in page.text
    assert "<b>Algebra</b>" not in page.text
    [act] = re.findall(r'action="(/desk/cohorts/[0-9a-f]{32}/grant)"', page.text)
    answer = librarian.post(act)
    assert answer.status_code == 303
    course = answer.headers["location"]

    def opened() -> str | None:
        text = librarian.get(course).text
        return text if "members may claim" in text else None

    text = wait_until(opened, "the course is not granted")
    assert "Whoever opens the book" in text
    assert course in librarian.get("/desk/cohorts").text
    left = send(librarian, book, "m1", "m9", path=f"{course}/leavers")
    assert "1 have left, 0 of them" in left.text
    unsure = librarian.post(f"{course}/close", data={"sure": ""})
    assert (unsure.status_code, "Tick the box first" in unsure.text) == (422, True)
    assert librarian.post(f"{course}/close", data={"sure": "yes"}).headers["location"] == course
    assert "closed" in librarian.get(course).text


def test_a_list_that_was_only_read_is_forgotten(librarian: httpx.Client, book: str) -> None:
    page = send(librarian, book, "n1")
    [act] = re.findall(r'action="(/desk/cohorts/[0-9a-f]{32}/close)"', page.text)
    assert librarian.post(act, data={"sure": ""}).headers["location"] == "/desk/cohorts"
    assert librarian.get(act.removesuffix("/close")).status_code == 404


def test_what_is_no_list_is_told_above_the_form_which_is_kept(
    librarian: httpx.Client, book: str
) -> None:
    fields = {"course": "Kimyo", "digest": book, "days": "90"}
    bad = librarian.post("/desk/cohorts", data=fields, files={"file": ("x.csv", b"name\na")})
    assert bad.status_code == 422
    assert "No column of the list" in bad.text
    assert 'value="Kimyo"' in bad.text
    nothing = librarian.post("/desk/cohorts", data=fields, files={"file": ("", b"")})
    assert nothing.status_code == 422
    days = {**fields, "days": "x"}
    assert (
        librarian.post(
            "/desk/cohorts", data=days, files={"file": ("x.csv", b"card\na")}
        ).status_code
        == 422
    )


def test_auditors_and_strangers_see_no_courses(
    inspector: httpx.Client, library: RunningLibrary, book: str
) -> None:
    assert inspector.get("/desk/cohorts").status_code == 403
    assert "/desk/cohorts" not in inspector.get("/desk").text
    with httpx.Client(base_url=library.url, trust_env=False) as nobody:
        assert nobody.get("/desk/cohorts", headers={"Accept": "text/html"}).status_code == 303
    assert send(inspector, book, "1").status_code == 403
