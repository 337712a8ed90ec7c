"""Terms of use and permissions at the desk."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from scripts.harness.running_library import RunningLibrary

GRANT = re.compile(r'action="/desk/grants/([0-9a-f]{64})/renewal"')
Wait = Callable[..., Any]


@pytest.fixture(scope="module")
def lent(library: RunningLibrary) -> str:
    library.license("desk-lends", longest_loan_seconds=30 * 86_400 + 7)
    digest: str = library.register(b"lent at the desk", license="desk-lends", title="<i>Lent")[
        "digest"
    ]
    return digest


def state(library: RunningLibrary, grant: str) -> str:
    told: str = library.client("registrar").get(f"/grants/{grant}").json()["state"]
    return told


def test_terms_are_defined_and_listed(librarian: httpx.Client, library: RunningLibrary) -> None:
    fields = {
        "name": "two-readers",
        "rights": "InC",
        "seats": "2",
        "days": "9",
        "self_service": "yes",
    }
    assert librarian.post("/desk/licenses", data=fields).status_code == 303
    kept = library.client().get("/licenses/two-readers").json()
    assert (kept["seats"], kept["longest_loan_seconds"], kept["self_service"]) == (
        2,
        9 * 86_400,
        True,
    )
    assert "two-readers" in librarian.get("/desk/licenses").text


@pytest.mark.parametrize(
    "change",
    [
        {"days": "0"},
        {"days": "many"},
        {"seats": "-1"},
        {"name": "no spaces"},
        {"rights": "other", "uri": "ftp://x"},
    ],
)
def test_terms_that_cannot_be_are_told_beside_what_was_typed(
    librarian: httpx.Client, change: dict[str, str]
) -> None:
    fields = {"name": "wrong-terms", "rights": "InC", "days": "9", **change}
    page = librarian.post("/desk/licenses", data=fields)
    assert page.status_code == 422
    assert 'role="alert"' in page.text
    assert f'value="{fields["name"]}"' in page.text


def test_a_reader_is_enrolled_and_lent_a_book_until_it_is_taken_back(
    librarian: httpx.Client, library: RunningLibrary, lent: str, wait: Wait
) -> None:
    enrolled = librarian.post("/desk/grants/readers")
    assert enrolled.headers["cache-control"] == "no-store"
    reader = re.search(r'class="digest">([0-9a-f]{32})<', enrolled.text)
    assert reader is not None
    assert "muhr_" in enrolled.text
    asked = {"asked_digest": lent, "asked_live": "yes"}
    fields = {"digest": lent, "reader": reader[1], "days": "7", **asked}
    answer = librarian.post("/desk/grants", data=fields)
    assert answer.headers["location"] == f"/desk/grants?digest={lent}&live=yes"
    page = librarian.get(answer.headers["location"]).text
    assert "&lt;i&gt;Lent" in page
    [grant] = GRANT.findall(page)
    wait(lambda: state(library, grant) == "issued", "it is not issued")
    before = library.client("registrar").get(f"/grants/{grant}").json()["until"]
    assert librarian.post(f"/desk/grants/{grant}/renewal", data={"days": "20"}).status_code == 303
    wait(
        lambda: library.client("registrar").get(f"/grants/{grant}").json()["until"] > before,
        "it is not longer",
    )
    assert (
        librarian.post(f"/desk/grants/{grant}/revocation", data={"new_key": ""}).status_code == 303
    )
    assert state(library, grant) in ("revoking", "revoked")


def test_what_the_terms_do_not_allow_is_told(
    librarian: httpx.Client, library: RunningLibrary, lent: str
) -> None:
    for change in ({"days": "31"}, {"days": ""}, {"reader": "nobody"}, {"digest": "x"}):
        fields = {"digest": lent, "reader": library.readers[0], "days": "7", **change}
        page = librarian.post("/desk/grants", data=fields)
        assert page.status_code == 422
        assert 'role="alert"' in page.text


def test_an_auditor_gives_no_permissions(inspector: httpx.Client, lent: str) -> None:
    assert inspector.get("/desk/grants").status_code == 403
    assert inspector.post("/desk/grants", data={"digest": lent}).status_code == 403
    assert inspector.post("/desk/grants/readers").status_code == 403
    assert inspector.get("/desk/licenses").status_code == 403
