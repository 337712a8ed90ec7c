"""Requests at the desk: approved, refused with a reason, and lines and ends that are seen there."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from scripts.harness.running_library import RunningLibrary
from tests.simulators.people.browser import BrowserSimulator

PAGE = "/desk/requests"


def asked(library: RunningLibrary, digest: str) -> tuple[Any, str]:
    """Return a new reader's client, and the request that they made."""
    reader = library.client("reader", library.registrar.post("/readers").json()["reader"])
    made = reader.post("/requests", json={"digest": digest}).raise_for_status().json()
    return reader, made["request"]


def told(reader: Any, request: str) -> dict[str, Any]:
    found: dict[str, Any] = reader.get(f"/requests/{request}").json()
    return found


def pages_of_ends(librarian: BrowserSimulator) -> Iterator[str]:
    """Yield the pages of what ends soon: others' loans in this library may end before."""
    address: str | None = PAGE
    while address is not None:
        page = librarian.get(address).text
        yield page
        led = re.search(r'href="([^"]+[?]ends=[^"]+)"', page)
        address = None if led is None else led[1]


def test_a_registrar_decides_and_sees_what_ends_soon(
    library: RunningLibrary, librarian: BrowserSimulator
) -> None:
    library.license("desk-decides", seats=1, longest_loan_seconds=86_419)
    digest = library.register(license="desk-decides", title="<i>Decided")["digest"]
    (first, one), (second, two), (third, three) = (asked(library, digest) for _ in range(3))
    page = librarian.get(PAGE).text
    assert 'action="/sign-out"' in page
    assert 'href="/me/sessions"' in page
    assert "&lt;i&gt;Decided" in page
    assert librarian.post(f"{PAGE}/{one}/approval", data={"": ""}).status_code == 303
    library.granted(told(first, one)["grant"], "issued")
    assert librarian.post(f"{PAGE}/{two}/approval", data={"": ""}).status_code == 303
    assert told(second, two)["state"] == "waiting"
    assert librarian.post(f"{PAGE}/{three}/refusal", data={"why": "no"}).status_code == 422
    refused = librarian.post(f"{PAGE}/{three}/refusal", data={"why": "not-lent"})
    assert (refused.status_code, told(third, three)["why"]) == (303, "not-lent")
    assert librarian.post(f"{PAGE}/{three}/approval", data={"": ""}).status_code == 422
    assert any(f"/desk/grants?digest={digest}" in page for page in pages_of_ends(librarian))
    second.post(f"/requests/{two}/withdrawal")


def test_nobody_else_sees_requests_at_the_desk(
    library: RunningLibrary, inspector: BrowserSimulator, come: Callable[..., BrowserSimulator]
) -> None:
    assert inspector.get(PAGE).status_code == 403
    assert inspector.post(f"{PAGE}/{'0' * 32}/approval", data={"": ""}).status_code == 403
    assert (
        come().get(PAGE, headers={"Accept": "text/html"}).headers["location"].startswith("/sign-in")
    )
