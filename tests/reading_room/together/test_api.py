"""Projects over HTTP: what members get, and what nobody else does."""

from __future__ import annotations

import hashlib
import io
import json
import secrets
import zipfile
from base64 import b64encode
from typing import NamedTuple

import httpx
import pytest

from ledger_service.services.people.grant_access import enroll_reader
from scripts.harness.running_library import RunningLibrary
from tests.simulators.bench import LIBRARIAN

NOTES = "Навоий, “Хамса”".encode()
FILE = secrets.token_hex(16)


class People(NamedTuple):
    lead: httpx.Client
    other: httpx.Client
    project: str

    def path(self, rest: str = "") -> str:
        return f"/projects/{self.project}{rest}"


def new_client(library: RunningLibrary) -> httpx.Client:
    return library.client("reader", enroll_reader(library.opened.store, LIBRARIAN))


@pytest.fixture
def people(library: RunningLibrary) -> People:
    lead, other = new_client(library), new_client(library)
    made = lead.post("/projects", json={"title": "Navoiy", "name": "Ada"})
    assert made.status_code == 201
    return People(lead, other, made.json()["id"])


def problem(answer: httpx.Response) -> str:
    return str(answer.json()["type"]).rpartition("/")[2]


def joined(people: People, role: str) -> None:
    link = people.lead.post(people.path("/invitations"), json={"role": role}).json()
    assert link["address"].endswith("/join/" + link["secret"])
    shown = people.other.post("/me/links", json={"secret": link["secret"]}).json()
    assert (shown["title"], shown["role"], shown["is_member"]) == ("Navoiy", role, False)
    given = {"secret": link["secret"], "name": "Bek"}
    answer = people.other.post("/me/links/joined", json=given)
    assert answer.json() == {"project": people.project}


def test_a_project_goes_from_its_begin_to_its_end(people: People) -> None:
    lead, other = people.lead, people.other
    joined(people, "writer")
    members = other.get(people.path("/members")).json()
    assert [(one["number"], one["name"], one["role"]) for one in members] == [
        (1, "Ada", "lead"),
        (2, "Bek", "writer"),
    ]
    assert problem(other.patch(people.path(), json={"title": "x"})) == "project-right-not-held"
    assert problem(lead.delete(people.path("/membership"))) == "project-refused"
    changed = lead.patch(people.path("/members/2"), json={"role": "lead"}).json()
    assert changed[1]["role"] == "lead"
    assert lead.patch(people.path("/members/1"), json={"name": "Ada L."}).json()[0]["name"]
    assert other.patch(people.path("/members/1"), json={"name": "Eve"}).json()[0]["name"] == (
        "Ada L."
    )
    archived = other.patch(people.path(), json={"state": "archived", "title": "Navoiy 2"}).json()
    assert (archived["state"], archived["title"]) == ("archived", "Navoiy 2")
    assert problem(lead.post(people.path("/papers"), json={"title": "x"})) == "project-refused"
    assert lead.delete(people.path("/membership")).json() == {"is_destroyed": False}
    assert other.delete(people.path("/membership")).json() == {"is_destroyed": True}
    assert problem(other.get(people.path())) == "project-not-found"


def test_of_somebody_elses_project_every_route_tells_as_of_none(
    library: RunningLibrary, people: People
) -> None:
    paths = library.app.openapi()["paths"]
    about = {"file": FILE, "paper": FILE, "invitation": FILE, "member": "1", "version": "1"}
    bodies = {"title": "x", "name": "x", "role": "reader", "cards": ["1"], "number": 1}
    asked = 0
    for path, methods in paths.items():
        if not path.startswith("/api/v1/projects/{project}"):
            continue
        for method, operation in methods.items():
            content = operation.get("requestBody", {}).get("content", {})
            told = []
            for project in (people.project, "0" * 32):
                filled = library.url + path.format(project=project, **about)
                given: dict[str, object] = {}
                if "application/json" in content:
                    wanted = content["application/json"]["schema"]["$ref"].rpartition("/")[2]
                    fields = library.app.openapi()["components"]["schemas"][wanted]["properties"]
                    given = {"json": {name: bodies[name] for name in fields if name in bodies}}
                elif content:
                    given = {
                        "content": b"card\nA1\n",
                        "headers": {"Content-Type": next(iter(content))},
                    }
                    is_list = "text/csv" in content
                    given["params"] = {"role": "reader"} if is_list else {"name": "x"}
                answer = people.other.request(method, filled, **given)  # type: ignore[arg-type]
                assert answer.status_code == 404, (method, path, answer.text)
                told.append({**answer.json(), "instance": ""})
            assert told[0] == told[1]
            asked += 1
    assert asked > 20
    assert problem(httpx.get(library.url + "/api/v1" + people.path())) == "not-authenticated"
    registrar = library.client("registrar")
    assert problem(registrar.get(people.path())) == "role-not-held"


def test_a_file_is_sent_read_and_brought_back(people: People) -> None:
    lead = people.lead
    path, kind = people.path(f"/files/{FILE}"), {"Content-Type": "application/octet-stream"}
    digest = hashlib.sha256(NOTES)
    sound = {**kind, "Repr-Digest": f"sha-256=:{b64encode(digest.digest()).decode()}:"}
    for _ in range(2):
        sent = lead.put(path, params={"name": "Қайд.txt"}, content=NOTES, headers=sound)
        assert sent.json()["newest"] == {
            "number": 1,
            "digest": digest.hexdigest(),
            "size_bytes": len(NOTES),
            "made_by": 1,
            "made_at": sent.json()["newest"]["made_at"],
            "restored": None,
        }
    assert problem(lead.put(path, content=b"other", headers=sound)) == "digest-differs"
    assert lead.put(path, content=b"other", headers=kind).json()["newest"]["number"] == 2
    assert lead.put(f"{path}/newest", json={"number": 1}).json()["newest"]["restored"] == 1
    assert [one["number"] for one in lead.get(f"{path}/versions").json()] == [3, 2, 1]
    got = lead.get(f"{path}/versions/3/content")
    assert got.content == NOTES
    assert got.headers["content-disposition"].startswith("attachment; ")
    assert "%D2%9A" in got.headers["content-disposition"]
    assert got.headers["content-security-policy"] == "sandbox; default-src 'none'"
    assert got.headers["cache-control"] == "private, no-store"
    joined(people, "reader")
    assert people.other.get(f"{path}/versions/1/content").content == NOTES
    refused = people.other.put(path, content=b"x", headers=kind)
    assert problem(refused) == "project-right-not-held"
    wrong = lead.put(path, content=b"x", headers={"Content-Type": "text/plain"})
    assert problem(wrong) == "wrong-content-type"
    nameless = lead.put(people.path(f"/files/{'b' * 32}"), content=b"x", headers=kind)
    assert problem(nameless) == "project-part-not-found"


def test_a_project_is_taken_out_as_one_file(people: People) -> None:
    kind = {"Content-Type": "application/octet-stream"}
    for name in ("a.txt", "A.TXT", "Қайд"):
        people.lead.put(
            people.path(f"/files/{secrets.token_hex(16)}"),
            params={"name": name},
            content=NOTES,
            headers=kind,
        ).raise_for_status()
    people.lead.post(people.path("/papers"), json={"title": "Xamsa"}).raise_for_status()
    got = people.lead.get(people.path("/export"))
    with zipfile.ZipFile(io.BytesIO(got.content)) as archive:
        assert archive.testzip() is None
        assert sorted(archive.namelist()) == [
            "files/A.TXT",
            "files/a (2).txt",
            "files/Қайд",
            "papers/Xamsa.md",
            "project.json",
        ]
        assert archive.read("files/Қайд") == NOTES
        told = json.loads(archive.read("project.json"))
    assert (told["format"], told["title"], told["members"][0]["name"]) == (
        "muhr-project/1",
        "Navoiy",
        "Ada",
    )
    assert [one["title"] for one in told["papers"]] == ["Xamsa"]


def test_a_class_list_is_sent_as_csv(people: People) -> None:
    path, kind = people.path("/invitations/list"), {"Content-Type": "text/csv"}
    table = b"card,name\nKX1,Dilnoza\nKX2,Bek\n"
    answer = people.lead.put(path, params={"role": "reader"}, content=table, headers=kind)
    assert answer.json() == {
        "invited": 2,
        "total": 2,
        "ignored": 1,
        "empty": 0,
        "too_long": 0,
        "doubles": 0,
    }
    named = {"role": "reader", "cards": ["KX1", "KX3"]}
    sent = people.lead.post(people.path("/invitations/named"), json=named)
    assert sent.json() == {"invited": 2}
    shown = people.lead.get(people.path("/invitations")).json()
    assert {one["about"] for one in shown} == {"KX1", "KX2", "KX3"}
    ended = people.lead.delete(people.path(f"/invitations/{shown[0]['id']}"))
    assert ended.status_code == 204
    leads = {"role": "lead", "cards": ["KX1"]}
    refused = people.lead.post(people.path("/invitations/named"), json=leads)
    assert refused.status_code == 422
