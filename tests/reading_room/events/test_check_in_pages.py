"""The pages from the screen to a certificate, over HTTP, without scripts."""

from __future__ import annotations

import hashlib
import json
import re
import secrets

import httpx
import pytest
from click.testing import CliRunner

from ledger_service.domain import canonical_json
from ledger_service.domain.people.caller import Caller
from ledger_service.domain.people.caller import Role as Role_
from ledger_service.services.content.seal_small import new_small_key
from reading_room.events import cli
from reading_room.events.attendance.sql import SqlAttendance
from reading_room.events.attendance.verbs import open_check_in
from reading_room.events.rules.event import Event, EventKind, EventState, Told, key_bound_to
from reading_room.events.rules.place import Place, PlaceState, Role
from reading_room.events.sql import SqlEvents
from reading_room.events.verbs.events import key_of
from reading_room.events.verbs.places import NAME
from tests.simulators.people.browser import BrowserSimulator

HOUR = 3600


@pytest.fixture
def event(library):
    """Put an event into the shared library, with a place for each of its two readers."""
    own = library.opened.library
    now, name = own.clock(), secrets.token_hex(8)
    wrapped = new_small_key(own.keeper, key_bound_to(own.key.name, name))
    told = Told("Seminar of manuscripts", "About.", "en")
    made = Event(
        name, EventKind.SEMINAR, EventState.ANNOUNCED, told, now, now + HOUR, 0, now, now, wrapped
    )
    with own.store.write() as transaction:
        room = transaction.room(SqlEvents)
        room.add_event(made)
        for reader in library.readers:
            sealed = key_of(own, made).seal(b"Zulfiya", NAME)
            place = (secrets.token_hex(16), name, Role.PARTICIPANT, PlaceState.TAKEN, 0, now, now)
            room.add_place(Place(*place, reader, sealed))
    return name


@pytest.fixture
def site(library):
    headers = {"Accept-Language": "en"}
    with httpx.Client(base_url=library.url, headers=headers, trust_env=False) as client:
        yield client


@pytest.fixture
def come(library):
    made: list[BrowserSimulator] = []

    def make(role: str, subject: str | None = None) -> BrowserSimulator:
        made.append(BrowserSimulator(library.url))
        assert made[-1].sign_in(library.token(role, subject)).status_code == 303
        return made[-1]

    yield make
    for browser in made:
        browser.close()


def test_from_the_screen_to_a_certificate(library, site, come, event) -> None:
    desk, holder = come("registrar"), come("reader", library.readers[0])
    here = f"/events/{event}"
    assert "not open yet" in desk.get(f"{here}/screen").text
    opened = desk.post(f"{here}/screen", data={"do": "open", "times": "1", "minutes": "0"})
    assert opened.status_code == 303
    screen = desk.get(f"{here}/screen")
    assert 1 <= int(screen.headers["refresh"]) <= 31
    code = "".join(re.findall(r'big-code"><span>(\w+)</span> <span>(\w+)</span>', screen.text)[0])
    asked = holder.get(f"{here}/check-in?code={code}").text
    assert f'value="{code}"' in asked
    assert "seen once" not in asked  # a link alone checks nobody in
    assert holder.post(f"{here}/check-in", data={"code": code}).status_code == 303
    assert "seen once" in holder.get(f"{here}/check-in").text
    assert holder.post(f"{here}/check-in", data={"code": code}).status_code == 422
    assert holder.get(f"{here}/screen").status_code == 403
    assert desk.post(f"{here}/screen", data={"do": "close"}).status_code == 303
    assert "Attested by entry" in desk.get(f"{here}/screen").text
    told = site.get(f"/api/v1/events/{event}/attendance").json()
    assert told["attendance"]["by_role"] == {"participant": 1}

    listed = holder.get("/me/credentials").text
    path = next(
        found
        for found in re.findall(r'href="(/me/credentials/[0-9a-f]{32})"', listed)
        if "Seminar of manuscripts" in holder.get(found).text
    )
    assert holder.post(path, data={"jwk": ""}).status_code == 303
    shown = holder.get(f"{path}?show=event&show=role&make=yes").text
    text = re.search(r"<textarea[^>]*>([^<]+)</textarea>", shown)
    assert text is not None
    answer = site.post("/credentials/verify", data={"credential": text[1]})
    assert "It holds" in answer.text
    assert "Seminar of manuscripts" in answer.text
    assert "Zulfiya" not in answer.text
    assert site.post("/credentials/verify", data={"credential": "x"}).status_code == 422

    printed = holder.post(f"{path}/certificate", data={"do": "print"})
    assert printed.headers["content-type"] == "application/pdf", printed.text
    assert printed.content == holder.post(f"{path}/certificate", data={"do": "print"}).content
    digest = hashlib.sha256(printed.content).hexdigest()
    verdict = site.get(f"/verify?digest={digest}").text
    assert "is a certificate of attendance" in verdict
    number = site.get(f"/api/v1/credentials/files/{digest}").json()["number"]
    registrar = library.client("registrar")
    body = {"reason": "absent"}
    assert registrar.post(f"/credentials/{number}/revocation", json=body).status_code == 200
    assert "It was revoked" in site.get(f"/verify?digest={digest}").text
    assert "It was revoked" in site.post("/credentials/verify", data={"credential": text[1]}).text


def test_a_code_is_guessed_only_so_often(library, come, event) -> None:
    own = library.opened.library
    caller = Caller.of_token(Role_.REGISTRAR, "the registrar", own.steward)
    open_check_in(own, (SqlEvents, SqlAttendance), caller, event)
    holder = come("reader", library.readers[1])
    statuses = {
        holder.post(f"/events/{event}/check-in", data={"code": "ABCDEFGH"}).status_code
        for _ in range(10)
    }
    assert statuses == {422}
    assert holder.post(f"/events/{event}/check-in", data={"code": "ABCDEFGH"}).status_code == 429


def test_programs_check_in_by_the_same_rules(library, site, event, monkeypatch) -> None:
    desk, holder = library.client("registrar"), library.client("reader", library.readers[1])
    here = f"/events/{event}"
    assert site.get(f"/api/v1{here}/attendance").status_code == 404
    assert holder.post(f"{here}/attendance/opening", json={}).status_code == 403
    assert desk.post(f"{here}/attendance/opening", json={"least_times": 0}).status_code == 422
    assert desk.post(f"{here}/attendance/opening", json={}).json()["least_times"] == 1
    assert holder.get(f"{here}/attendance/code").status_code == 403
    told = desk.get(f"{here}/attendance/code").json()
    first = holder.post(f"{here}/check-ins", json={"code": told["code"]})
    assert first.json() == {"times": 1, "least_times": 1, "least_minutes": 0}
    again = holder.post(f"{here}/check-ins", json={"code": told["code"]})
    assert (again.status_code, again.json()["reason"]) == (409, "check-in-refused.used")
    wrong = holder.post(f"{here}/check-ins", json={"code": "ABCDEFGH"})
    assert (wrong.status_code, wrong.json()["reason"]) == (422, "invalid-code.not-now")
    assert desk.post(f"{here}/check-ins", json={"code": told["code"]}).status_code == 403
    assert holder.post(f"{here}/attendance/closing").status_code == 403
    monkeypatch.setenv("MUHR_TOKEN", library.token("registrar"))
    command = ["close", event, "--api", library.url]
    done = CliRunner().invoke(cli.event, [*command, "--json"])
    assert done.exit_code == 0, done.output
    closed = json.loads(done.output)
    assert CliRunner().invoke(cli.event, command).exit_code != 0  # once, and for good
    shown = CliRunner().invoke(cli.event, ["show", event, "--api", library.url]).output
    assert f"Attended: 1 participant. The ledger attests it as entry {closed['entry']:,}." in shown
    exported = CliRunner().invoke(cli.event, ["export", event, "--api", library.url]).output
    assert json.loads(exported)["attendance"] == closed
    assert closed == site.get(f"/api/v1{here}/attendance").json()
    data = canonical_json.canonicalize(closed["attendance"])
    assert hashlib.sha256(data).hexdigest() == closed["statement"]
    late = holder.post(f"{here}/check-ins", json={"code": told["code"]})
    assert late.json()["reason"] == "event-not-open.check-in-closed"
