"""A reader's loans and requests on pages: asked, waited for, picked up, kept longer, returned."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import httpx
import pytest

from scripts.harness.running_library import RunningLibrary

Enter = Callable[..., httpx.Client]
NOTHING = {"": ""}


@pytest.fixture
def enter(library: RunningLibrary) -> Iterator[Enter]:
    """Return a function that returns a client of the pages for a new reader, or for staff."""
    with ExitStack() as stack:

        def enter_as(role: str = "reader") -> httpx.Client:
            token = library.token(role) if role != "reader" else new_token(library)
            headers = {"Authorization": f"Bearer {token}", "Accept-Language": "en"}
            client = httpx.Client(base_url=library.url, headers=headers, trust_env=False)
            return stack.enter_context(client)

        yield enter_as


def new_token(library: RunningLibrary) -> str:
    token: str = library.registrar.post("/readers").json()["token"]
    return token


@pytest.fixture(scope="module")
def lent(library: RunningLibrary) -> str:
    library.license("pages-lent", seats=1, longest_loan_seconds=864_019, self_service=True)
    digest: str = library.register(license="pages-lent", title="Lent on <pages>")["digest"]
    return digest


@pytest.fixture(scope="module")
def decided(library: RunningLibrary) -> str:
    library.license("pages-decided", seats=1, longest_loan_seconds=864_023)
    digest: str = library.register(license="pages-decided", title="Decided on pages")["digest"]
    return digest


def ask(client: httpx.Client, digest: str) -> httpx.Response:
    return client.post("/me/requests", data={"digest": digest, "days": "3"})


def request_of(client: httpx.Client) -> dict[str, Any]:
    found: dict[str, Any] = client.get("/api/v1/requests").json()["items"][-1]
    return found


def test_a_book_is_asked_for_from_its_page_read_returned_and_picked_up_by_the_next(
    library: RunningLibrary, enter: Enter, lent: str, wait: Callable[..., Any]
) -> None:
    first, second = enter(), enter()
    assert f"/me/requests/new?digest={lent}" in first.get(f"/resources/{lent}").text
    offered = first.get("/me/requests/new", params={"digest": lent})
    assert "Lent on &lt;pages&gt;" in offered.text
    assert ask(first, lent).headers["location"] == "/me/requests"
    grant = request_of(first)["grant"]
    library.granted(grant, "issued")
    assert "Yours until" in first.get("/me/loans").text

    ask(second, lent)
    assert "Your place in line: 1." in second.get("/me/requests").text
    kept = first.post(f"/me/loans/{grant}/renewal", data={"days": "5"})
    assert (kept.status_code, "wait in line" in kept.text) == (422, True)
    assert first.post(f"/me/loans/{grant}/return", data=NOTHING).status_code == 303
    request = request_of(second)["request"]
    page = wait(lambda: "It is your turn" in (text := second.get("/me/requests").text) and text, "")
    assert f"/me/requests/{request}/pick-up" in page
    assert second.post(f"/me/requests/{request}/pick-up", data=NOTHING).status_code == 303
    again = request_of(second)["grant"]
    library.granted(again, "issued")
    assert second.post(f"/me/loans/{again}/renewal", data={"days": "5"}).status_code == 303
    ended = first.get("/me/loans").text
    assert "returned" in ended
    second.post(f"/me/loans/{again}/return", data=NOTHING)


def test_a_reader_leaves_a_line(enter: Enter, decided: str) -> None:
    reader = enter()
    ask(reader, decided)
    request = request_of(reader)["request"]
    assert "The library decides" in reader.get("/me/requests").text
    assert reader.post(f"/me/requests/{request}/withdrawal", data=NOTHING).status_code == 303
    assert "withdrawn by you" in reader.get("/me/requests").text
    other = enter().post(f"/me/requests/{request}/withdrawal", data=NOTHING)
    assert other.status_code == 422  # another reader's is not there


def test_who_may_not_is_shown_nothing(enter: Enter, library: RunningLibrary) -> None:
    assert enter("auditor").get("/me/requests").status_code == 403
    with httpx.Client(base_url=library.url, trust_env=False) as nobody:
        for path in ("/me/loans", "/me/requests", "/desk/requests"):
            led = nobody.get(path, headers={"Accept": "text/html"})
            assert led.headers.get("location", "").startswith("/sign-in")


@pytest.mark.parametrize("days", ["0", "-1", "x", "99999", "1e3", ""])
def test_days_are_a_whole_number(enter: Enter, days: str) -> None:
    answer = enter().post(f"/me/loans/{'0' * 64}/renewal", data={"days": days})
    assert answer.status_code == 422


def test_who_asks_for_too_many_days_is_told_how_many_may_be(enter: Enter, lent: str) -> None:
    refused = enter().post("/me/requests", data={"digest": lent, "days": "11"})
    assert refused.status_code == 422
    assert "so many days at most: 10." in refused.text
