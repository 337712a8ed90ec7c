"""What is known of a reader on a page, and the button that ends it."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from scripts.harness.running_library import RunningLibrary
from tests.simulators.people.browser import BrowserSimulator


@pytest.fixture
def site(library: RunningLibrary) -> Iterator[httpx.Client]:
    """Return a client of a new reader, who has opened a resource."""
    made = library.registrar.post("/readers").json()
    digest = library.register()["digest"]
    library.grant(digest, reader=made["reader"])
    with BrowserSimulator(library.url) as client:
        client.sign_in(made["token"])
        client.post("/api/v1/openings", json={"digest": digest}).raise_for_status()
        yield client


def test_a_reader_sees_what_is_known_and_no_name_of_theirs(site: httpx.Client) -> None:
    page = site.get("/me/known")
    assert page.status_code == 200
    assert page.headers["Cache-Control"] == "no-store"
    assert "<dt>Openings and refusals</dt><dd>1</dd>" in page.text
    assert site.get("/api/v1/me/export").json()["reader"] not in page.text
    assert "No auditor has looked" in page.text
    assert 'href="/me/known"' in page.text  # the way to it


def test_a_reader_sees_that_an_auditor_looked(library: RunningLibrary, site: httpx.Client) -> None:
    with library.client("auditor") as auditor:
        auditor.get("/ledger/private-parts", params={"limit": 500}).raise_for_status()
    assert "an auditor saw openings and refusals" in site.get("/me/known").text
    [look, *_] = site.get("/api/v1/me/export").json()["looks"]
    assert look.keys() == {"index", "at", "actor", "shown"}


def test_a_reader_sees_what_a_program_of_theirs_did(
    library: RunningLibrary, site: httpx.Client
) -> None:
    said = "by a program with a token that you made"
    assert said not in site.get("/me/known").text
    made = site.post("/api/v1/tokens", json={"scopes": ["content:open"], "days": 1}).json()
    [grant] = site.get("/api/v1/me/export").json()["grants"]
    program = httpx.Client(
        base_url=library.url, headers={"Authorization": f"Bearer {made['token']}"}
    )
    with program:
        program.post("/api/v1/openings", json={"digest": grant["digest"]}).raise_for_status()
    assert site.get("/me/known").text.count(said) == 1


def test_nobody_is_erased_by_a_slip(site: httpx.Client) -> None:
    page = site.post("/me/known/erase", data={"sure": ""})
    assert (page.status_code, "Tick the box first" in page.text) == (422, True)
    assert site.get("/me/known").status_code == 200


def test_who_ticks_the_box_is_erased(site: httpx.Client) -> None:
    page = site.post("/me/known/erase", data={"sure": "yes"})
    assert (page.status_code, "You are forgotten" in page.text) == (200, True)
    assert "Loans given back: 1." in page.text
    assert site.get("/api/v1/me/export").status_code == 401


def test_staff_have_no_such_page(library: RunningLibrary) -> None:
    with BrowserSimulator(library.url) as client:
        client.sign_in(library.token("registrar"))
        assert client.get("/me/known").status_code == 403
