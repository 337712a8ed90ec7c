"""A version of a paper is sealed: its authors are asked to sign the PDF, with what each wrote."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from typing import NamedTuple

import pytest

from scripts.harness.running_library import RunningLibrary
from tests.simulators.people.browser import BrowserSimulator

NewReader = Callable[[], tuple[str, BrowserSimulator]]
API = "/api/v1"


class Two(NamedTuple):
    lead: BrowserSimulator
    other: BrowserSimulator
    base: str

    def save(self, browser: BrowserSimulator, text: str) -> None:
        page = browser.get(self.base).text
        version = re.search(r'name="version"[^>]*value="([^"]*)"', page)[1]  # type: ignore[index]
        answer = browser.post(f"{self.base}/text", data={"text": text, "version": version})
        assert answer.status_code == 303, answer.text

    def seal(self, browser: BrowserSimulator, **fields: str) -> tuple[int, str]:
        answer = browser.post(f"{self.base}/seal", data={"title": "Xamsa", **fields})
        return answer.status_code, answer.headers.get("location", answer.text)


@pytest.fixture
def two(new_reader: NewReader) -> Two:
    lead, other = new_reader()[1], new_reader()[1]
    made = lead.post(f"{API}/projects", json={"title": "Navoiy", "name": "Ada"}).json()
    projects = f"{API}/projects/{made['id']}"
    paper = lead.post(f"{projects}/papers", json={"title": "Xamsa"}).json()
    link = lead.post(f"{projects}/invitations", json={"role": "writer"}).json()
    given = {"secret": link["secret"], "name": "Bek"}
    assert other.post(f"{API}/me/links/joined", json=given).status_code == 200
    return Two(lead, other, f"/me/projects/{made['id']}/papers/{paper['id']}")


def test_who_wrote_is_asked_to_sign_the_pdf_of_the_version(two: Two) -> None:
    first, second = "a" * 299 + "\n", "b" * 99 + "\n"
    two.save(two.lead, first)
    two.save(two.other, first + second)
    page = two.lead.get(f"{two.base}/seal").text
    assert re.findall(r'name="place-(\d+)"[^>]*value="(\d+)"', page) == [("1", "1"), ("2", "2")]
    status, path = two.seal(two.lead, **{"place-1": "2", "place-2": "1", "shares": "yes"})
    assert (status, path.startswith("/me/statements/")) == (303, True)
    pdf = two.other.get(f"{path}/work").content
    assert pdf.startswith(b"%PDF-")
    shown = two.other.get(path).text
    assert hashlib.sha256(pdf).hexdigest() in shown
    assert shown.index("25 %") < shown.index("75 %")
    two.save(two.lead, "another text")
    assert two.other.get(f"{path}/work").content == pdf


def test_shares_are_told_only_if_the_authors_want_it(two: Two) -> None:
    two.save(two.lead, "a" * 10)
    _, path = two.seal(two.lead, **{"place-1": "1"})
    assert "% of the text" not in two.lead.get(path).text


def test_what_cannot_be_sealed_is_told(library: RunningLibrary, two: Two) -> None:
    two.save(two.lead, "a")
    for fields in (
        {},
        {"place-1": "1", "place-2": "1"},
        {"place-1": "x"},
        {"place-1": "0"},
        {"place-1": "1" + "0" * 5_000},
        {"place-1": "1", "title": "a" * 600},
    ):
        assert two.seal(two.lead, **fields)[0] == 422, fields
    with BrowserSimulator(library.url) as stranger:
        stranger.sign_in(library.token("reader"))
        assert stranger.get(f"{two.base}/seal").status_code == 404
        assert two.seal(stranger, **{"place-1": "1"})[0] == 404
