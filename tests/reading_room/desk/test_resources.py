"""One resource at the desk: corrected with what changes shown before, superseded, withdrawn in two steps."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from ledger_service.adapters.sql.resources import registrations
from reading_room.desk.pages import resources
from reading_room.desk.record_form import as_form, as_record, differences
from scripts.harness.running_library import RunningLibrary

Wait = Callable[..., Any]


@pytest.fixture
def book(library: RunningLibrary) -> str:
    digest: str = library.register(title="Boburnoma, misred")["digest"]
    return digest


def record_of(library: RunningLibrary, digest: str) -> dict[str, Any]:
    found: dict[str, Any] = library.client().get(f"/resources/{digest}").json()[0]
    return found


def form_of(page: str) -> dict[str, str]:
    """Return the fields of the form that corrects a record, as a browser without scripts sends them."""
    form = re.search(r'<form action="[^"]*/record".*?</form>', page, re.DOTALL)
    assert form is not None
    texts = dict(re.findall(r'<input[^>]* name="(\w+)"[^>]* value="([^"]*)"', form[0]))
    return {
        **texts,
        **dict(
            re.findall(r'<textarea[^>]* name="(\w+)"[^>]*>\n(.*?)</textarea>', form[0], re.DOTALL)
        ),
    }


def test_a_correction_is_shown_before_it_is_saved_and_leaves_history(
    librarian: httpx.Client, library: RunningLibrary, book: str
) -> None:
    path = f"/desk/resources/{book}"
    fields = {
        **form_of(librarian.get(path).text),
        "title": "Boburnoma",
        "subjects": "Tarix | udc\nAdabiyot",
    }
    looked = librarian.post(f"{path}/record", data={**fields, "act": "look"})
    assert "<del><bdi>Boburnoma, misred</bdi></del>" in looked.text
    assert "<ins><bdi>Boburnoma</bdi></ins>" in looked.text
    assert record_of(library, book)["revision"] == 0
    saved = librarian.post(f"{path}/record", data={**form_of(looked.text), "act": "save"})
    assert saved.status_code == 303
    kept = record_of(library, book)
    assert (kept["title"], kept["revision"]) == ("Boburnoma", 1)
    assert kept["subjects"] == [{"text": "Tarix", "scheme": "udc"}, {"text": "Adabiyot"}]
    assert "revision" in librarian.get(path).text
    acts = library.client("registrar").get("/acts", params={"about": book}).json()["items"]
    assert "described" in {act["act"] for act in acts}


def test_what_a_correction_leaves_alone_stays_as_it_was(
    librarian: httpx.Client, library: RunningLibrary, book: str
) -> None:
    path, lines = f"/desk/resources/{book}", "First line.\n\nSecond | line."
    record = {"title": "Boburnoma", "description": [{"text": lines, "language": "uz"}]}
    client = library.client("registrar")
    assert client.post(f"/resources/{book}/descriptions", json=record).is_success
    fields = form_of(librarian.get(path).text)
    saved = librarian.post(
        f"{path}/record", data={**fields, "title": "Boburnoma, 2", "act": "save"}
    )
    assert saved.status_code == 303
    kept = record_of(library, book)
    assert (kept["title"], kept["description"]) == ("Boburnoma, 2", record["description"])


def test_a_record_that_cannot_be_is_refused_beside_what_was_typed(
    librarian: httpx.Client, book: str
) -> None:
    path = f"/desk/resources/{book}"
    fields = {**form_of(librarian.get(path).text), "identifiers": "isbn | 123<b>"}
    page = librarian.post(f"{path}/record", data={**fields, "act": "save"})
    assert page.status_code == 422
    assert "isbn | 123&lt;b&gt;" in page.text


def test_a_resource_is_found_by_words_and_by_its_digest(librarian: httpx.Client, book: str) -> None:
    assert book in librarian.get("/desk/resources", params={"q": "boburnoma misred"}).text
    led = librarian.get("/desk/resources", params={"q": f" {book.upper()} "})
    assert led.headers["location"] == f"/desk/resources/{book}"
    assert librarian.get(f"/desk/resources/{'0' * 63}1").status_code == 404


def test_a_search_goes_on_past_what_one_look_takes(
    librarian: httpx.Client, library: RunningLibrary, book: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    late: str = library.register(title="Taken in after the others")["digest"]
    monkeypatch.setattr(registrations, "MOST_LOOKED_AT", 1)
    monkeypatch.setattr(resources, "MOST_LOOKS", 10_000)  # other tests' resources stand before it
    text = librarian.get("/desk/resources", params={"q": "after the others"}).text
    assert late in text
    assert book not in text


def test_what_was_not_looked_at_to_the_end_is_not_said_to_be_nowhere(
    librarian: httpx.Client, book: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(registrations, "MOST_LOOKED_AT", 1)
    monkeypatch.setattr(resources, "MOST_LOOKS", 1)
    text = librarian.get("/desk/resources", params={"q": "nobody wrote this"}).text
    assert "The next page looks further." in text


def test_a_resource_points_to_its_newer_version(
    librarian: httpx.Client, library: RunningLibrary, book: str, wait: Wait
) -> None:
    newer = library.register(title="Boburnoma, second printing")["digest"]
    path = f"/desk/resources/{book}"
    refused = librarian.post(
        f"{path}/supersession", data={"successor": book, "relation": "version"}
    )
    assert refused.status_code == 422
    fields = {"successor": newer, "relation": "version"}
    assert librarian.post(f"{path}/supersession", data=fields).status_code == 303
    wait(lambda: record_of(library, book)["state"] == "superseded", "it is not superseded")
    assert "Boburnoma, second printing" in librarian.get(path).text


def test_withdrawing_takes_a_second_step_and_a_reason(
    librarian: httpx.Client, library: RunningLibrary, book: str
) -> None:
    path = f"/desk/resources/{book}"
    assert f"{path}/withdrawal" in librarian.get(path).text
    asked = librarian.get(f"{path}/withdrawal").text
    assert 'name="agreed"' in asked
    for fields in ({"reason": "error"}, {"agreed": "yes"}, {"agreed": "yes", "reason": "whim"}):
        assert librarian.post(f"{path}/withdrawal", data=fields).status_code == 422
    assert record_of(library, book)["state"] == "registered"
    fields = {"agreed": "yes", "reason": "error"}
    assert librarian.post(f"{path}/withdrawal", data=fields).status_code == 303
    assert record_of(library, book)["state"] in ("withdrawing", "withdrawn")
    assert "/record" not in librarian.get(path).text


def test_an_auditor_changes_nothing(inspector: httpx.Client, book: str) -> None:
    for path in ("record", "supersession", "withdrawal"):
        assert inspector.post(f"/desk/resources/{book}/{path}", data={}).status_code == 403


def test_a_record_comes_out_of_its_form_as_it_went_in() -> None:
    record = {
        "title": "A | B",
        "creator": "",
        "language": "uz",
        "media_type": "text/plain",
        "subjects": [
            {"text": "a|b \\ c", "scheme": "udc"},
            {"text": "two", "uri": "https://x.example/"},
        ],
        "courses": ["TAR 101"],
        "part_of": [{"title": "Series", "issue": "7"}],
        "publisher": "Fan",
    }
    again = as_record(as_form(record))
    assert {name: value for name, value in again.items() if value} == {
        name: value for name, value in record.items() if value
    }


def test_only_what_differs_is_told() -> None:
    before, after = {"title": "a", "creator": "b"}, {"title": "a", "creator": ""}
    assert differences(before, after) == [("creator", "b", "")]
