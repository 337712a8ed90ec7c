"""Notes for a project, over HTTP: its members see them, and nobody learns more of it who is none."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import httpx

from reading_room.together.sql import SqlTogether
from reading_room.together.verbs.projects import make_project
from scripts.harness.running_library import RunningLibrary
from tests.simulators.bench import as_reader
from tests.simulators.people.browser import BrowserSimulator

Site = Callable[..., httpx.Client]


def test_members_of_a_project_share_notes(
    library: RunningLibrary,
    new_reader: Callable[[], tuple[str, BrowserSimulator]],
    site: Site,
    note_on: Callable[..., dict[str, Any]],
    problem: Callable[[httpx.Response, int, str], None],
) -> None:
    digest = library.register(title="Read together")["digest"]
    member, browser = new_reader()
    project = make_project(
        library.opened.library, SqlTogether, as_reader(member), "A seminar on it"
    ).id
    page = browser.get(f"/notes/{digest}").text
    assert f'value="g-{project}"' in page
    assert "A seminar on it" in page
    typed = {"for": f"g-{project}", "text": "for the seminar", "name": "Ali"}
    assert browser.post(f"/notes/{digest}", data=typed).status_code == 303
    assert "A seminar on it</bdi>" in browser.get(f"/notes/{digest}").text
    container = f"/annotations/{digest}/groups/{project}/"
    told = site("reader", member).get(container).json()
    assert told["first"]["items"][0]["body"]["value"] == "for the seminar"
    other = site("reader", library.readers[1])
    problem(other.get(container), 404, "annotation-not-found")
    sent = json.dumps(note_on(digest))
    problem(other.post(container, content=sent), 404, "annotation-not-found")
    problem(other.get(told["first"]["items"][0]["id"]), 404, "annotation-not-found")
    problem(site().get(container), 401, "not-authenticated")
    _, stranger = new_reader()
    assert "for the seminar" not in stranger.get(f"/notes/{digest}").text
