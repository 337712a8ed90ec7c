"""Checks on what is kept, over HTTP and by the command."""

from __future__ import annotations

import hashlib
import json

from click.testing import CliRunner

from ledger_service.domain.ledger.merkle import Frontier, leaf_hash
from reading_room.fixity import cli


class Still:
    """A service whose check makes three steps, and no other."""

    def __init__(self):
        self.asked = 0

    def get(self, path):
        self.asked += 1
        return {"number": 1, "checked": min(self.asked, 3), "of": 9, "ended_at": None}


def test_a_check_that_makes_no_step_is_not_waited_for(monkeypatch):
    clock = iter(range(0, 10_000, 100))
    monkeypatch.setattr(cli.time, "sleep", lambda seconds: None)
    monkeypatch.setattr(cli.time, "monotonic", lambda: next(clock))
    service = Still()
    run = cli._followed(service, {**service.get("/fixity/1"), "checked": 0}, True)
    assert (run["checked"], run["ended_at"]) == (3, None)
    assert service.asked < 20


def test_anybody_sees_what_a_check_found_that_a_registrar_asked_for(
    library, registrar, nobody, wait
):
    library.register()
    assert nobody.post("/fixity").status_code == 401
    started = registrar.post("/fixity")
    assert started.status_code == 202
    number = started.json()["number"]
    path = f"/fixity/{number}"
    wait(lambda: nobody.get(path).json()["ended_at"], "the check does not end")
    run = nobody.get(path).json()
    assert nobody.get("/fixity").json()["items"][0] == run
    assert run["checked"] == run["of"] == run["outcomes"]["match"] > 0
    found, cursor = [], ""
    while cursor is not None:
        page = nobody.get(path + "/findings", params={"limit": 200, "cursor": cursor}).json()
        found, cursor = found + page["items"], page["next"]
    frontier = Frontier()
    for item in found:
        frontier.append(leaf_hash(item["line"].encode()))
    assert frontier.root().hex() == run["root"] == json.loads(run["statement"])["root"]
    body = json.loads(library.entries()[run["entry"]])
    assert body["statement"] == hashlib.sha256(run["statement"].encode()).hexdigest()
    assert nobody.get(path + "/findings", params={"outcome": "missing"}).json()["items"] == []
    assert nobody.get(path + "/findings", params={"outcome": "lost"}).status_code == 422


def test_a_check_that_is_asked_for_again_under_one_key_is_one(library, registrar, nobody, wait):
    key = {"Idempotency-Key": "this-month"}
    first = registrar.post("/fixity", headers=key).json()
    wait(lambda: nobody.get(f"/fixity/{first['number']}").json()["ended_at"], "it does not end")
    assert registrar.post("/fixity", headers=key).json() == first


def test_a_check_that_nobody_made_is_not_found(nobody):
    for path in ("/fixity/9999", "/fixity/9999/findings"):
        answer = nobody.get(path)
        assert answer.status_code == 404
        assert answer.json()["type"].endswith("/problems/fixity-run-not-found")
    assert nobody.get("/fixity/0").status_code == 422


def test_the_command_starts_a_check_and_tells_what_is_not_whole(library, tmp_path, monkeypatch):
    monkeypatch.setenv("MUHR_TOKEN", library.token("registrar"))
    data = b"soon damaged"
    library.register(data)
    whole = CliRunner().invoke(cli.fixity, ["--start", "--api", library.url])
    assert (whole.exit_code, "match" in whole.output) == (0, True), whole.output
    name = "f01551220" + hashlib.sha256(data).hexdigest()
    [path] = library.config.blocks.rglob(name)
    path.chmod(0o644)
    path.write_bytes(b"!" + data[1:])
    try:
        damaged = CliRunner().invoke(cli.fixity, ["--start", "--api", library.url])
        assert damaged.exit_code == 1
        assert f"mismatch    folder    {name}" in damaged.output
        shown = CliRunner().invoke(cli.fixity, ["--api", library.url, "--json"])
        assert shown.exit_code == 1
        told = json.loads(shown.output)
        assert [item["outcome"] for item in told["findings"]] == ["mismatch"]
    finally:
        path.write_bytes(data)
    CliRunner().invoke(cli.fixity, ["--start", "--api", library.url])
