"""Receivers over HTTP, by the command and on the page."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

import httpx
import pytest
from click.testing import CliRunner

from reading_room.tidings.cli import hook as command
from scripts.harness.running_library import RunningLibrary
from tests.simulators.people.browser import BrowserSimulator

URL = "https://other.example/told"


@pytest.fixture
def registrar(library: RunningLibrary) -> Iterator[httpx.Client]:
    client = library.client("registrar")
    yield client
    for one in client.get("/hooks").json():
        client.delete(f"/hooks/{one['id']}")
    client.close()


def test_a_receiver_is_added_changed_and_removed_and_its_secret_is_shown_once(
    library: RunningLibrary, registrar: httpx.Client
) -> None:
    made = registrar.post("/hooks", json={"url": URL, "kinds": ["withdrawn"]})
    assert made.status_code == 201, made.text
    hook, secret = made.json()["hook"], made.json()["secret"]
    assert secret.startswith("whsec_")
    assert (hook["kinds"], hook["state"], hook["sent"]) == (["withdrawn"], "active", 0)
    listed = registrar.get("/hooks")
    assert [one["id"] for one in listed.json()] == [hook["id"]]
    assert secret not in listed.text
    changed = registrar.post(f"/hooks/{hook['id']}/secret").json()
    assert changed["secret"] not in ("", secret)
    assert registrar.post(f"/hooks/{hook['id']}/resumption").json()["failures"] == 0
    assert registrar.post("/hooks", json={"url": URL}).status_code == 422
    assert registrar.delete(f"/hooks/{hook['id']}").status_code == 200
    missing = registrar.delete(f"/hooks/{hook['id']}")
    assert missing.status_code == 404
    assert missing.json()["type"].endswith("/problems/hook-not-found")
    acts = {one["act"] for one in registrar.get("/acts", params={"limit": 50}).json()["items"]}
    assert {"hook-added", "hook-secret-changed", "hook-resumed", "hook-removed"} <= acts


def test_only_the_librarys_people_keep_receivers(library: RunningLibrary) -> None:
    nobody = library.client()
    assert nobody.get("/hooks").status_code == 401
    reader = library.client("reader")
    assert reader.post("/hooks", json={"url": URL}).status_code == 403


def test_the_command_adds_lists_and_removes(
    library: RunningLibrary, registrar: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MUHR_TOKEN", library.token("registrar"))
    monkeypatch.setenv("MUHR_API", library.url)

    def muhr(*arguments: str) -> str:
        done = CliRunner().invoke(command, arguments)
        assert done.exit_code == 0, done.output
        return done.output

    assert "Nobody" in muhr("list")
    made = json.loads(muhr("add", URL, "--for", "registered,withdrawn", "--json"))
    hook = made["hook"]["id"]
    assert URL in muhr("list")
    assert "whsec_" in muhr("rotate", hook)
    assert hook in muhr("resume", hook)
    assert hook in muhr("remove", hook)
    refused = CliRunner().invoke(command, ["add", "http://10.0.0.1/"])
    assert refused.exit_code != 0
    assert "MUHR_TOLD_HOSTS" in refused.output


def test_the_page_shows_who_is_told_and_tells_what_was_wrong(
    library: RunningLibrary, registrar: httpx.Client, come: Callable[[str], BrowserSimulator]
) -> None:
    browser = come(library.token("registrar"))
    assert "Nobody is told yet" in browser.get("/desk/hooks").text
    wrong = browser.post("/desk/hooks", data={"url": "http://10.0.0.1/"})
    assert (wrong.status_code, "MUHR_TOLD_HOSTS" in wrong.text) == (422, True)
    made = browser.post("/desk/hooks", data={"url": URL, "kind": ["withdrawn", "corrected"]})
    assert "whsec_" in made.text
    assert "whsec_" not in browser.get("/desk/hooks").text
    [hook] = registrar.get("/hooks").json()
    assert hook["kinds"] == ["corrected", "withdrawn"]
    assert "whsec_" in browser.post(f"/desk/hooks/{hook['id']}/secret", data={"sent": "yes"}).text
    assert browser.post(f"/desk/hooks/{hook['id']}/resume", data={"sent": "yes"}).status_code == 303
    assert browser.post(f"/desk/hooks/{hook['id']}/else", data={"sent": "yes"}).status_code == 422
    assert browser.post(f"/desk/hooks/{hook['id']}/remove", data={"sent": "yes"}).status_code == 303
    assert registrar.get("/hooks").json() == []
    with BrowserSimulator(library.url) as stranger:
        assert stranger.get("/desk/hooks").status_code == 303
