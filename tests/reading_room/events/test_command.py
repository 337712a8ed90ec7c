"""`muhr event` over the shared library: what is announced, its counts, and attendance attested once."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from click.testing import CliRunner, Result

from reading_room.events import cli
from scripts.harness.running_library import RunningLibrary
from tests.reading_room.events.test_pages import desk, event, form
from tests.simulators.people.browser import BrowserSimulator

__all__ = ["desk", "event"]


@pytest.fixture
def announced(library: RunningLibrary, desk: BrowserSimulator) -> str:
    made = desk.post("/desk/events", data=form(places="9", title="Buyruq bilan"))
    name = str(made.headers["location"].rpartition("/")[2])
    desk.post(f"/desk/events/{name}/step", data={"do": "announce"})
    return name


def run(library: RunningLibrary, *arguments: str) -> Result:
    return CliRunner().invoke(cli.event, [*arguments, "--api", library.url])


def test_events_are_listed_shown_and_taken_out_without_a_name(
    library: RunningLibrary, announced: str
) -> None:
    registrar = library.client("registrar")
    reader = library.client("reader", registrar.post("/readers").json()["reader"])
    assert reader.put(f"/events/{announced}/place", json={"name": "Zulfiya"}).status_code == 200
    listed = run(library, "list")
    assert (listed.exit_code, announced in listed.output) == (0, True), listed.output
    shown = run(library, "show", announced)
    assert "1 participant" in shown.output
    assert "8/9" in shown.output
    assert "attests no attendance yet" in shown.output
    told = json.loads(run(library, "export", announced).output)
    assert (told["format"], told["id"], told["attendance"]) == ("muhr-event/1", announced, None)
    assert "Zulfiya" not in json.dumps(told)
    assert announced not in run(library, "list", "--over").output


def test_attendance_is_closed_by_who_may_and_once(
    library: RunningLibrary, announced: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MUHR_TOKEN", library.token("registrar"))
    refused = run(library, "close", announced)
    assert refused.exit_code != 0  # nobody could check in


def test_the_command_is_light_at_import() -> None:
    code = "import sys, reading_room.events.cli; print([m for m in sys.modules if m in HEAVY])"
    heavy = "HEAVY = {'fastapi', 'sqlalchemy', 'web3', 'pydantic'}; "
    told = subprocess.run(
        [sys.executable, "-c", heavy + code], capture_output=True, text=True, check=True
    )
    assert told.stdout.strip() == "[]"
