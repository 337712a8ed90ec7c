"""Every command against services, nodes and folders that are none: no traceback, no false answer."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ipfs.car import write_car
from ipfs.cid import RAW, Cid
from ledger_service.cli import COMMANDS
from ledger_service.domain.chain.deployment import CONTRACTS, Deployment
from ledger_service.domain.ledger.checkpoint import VerifierKey
from reading_room import commands as commands_of_rooms
from tests.simulators.hostile import BODIES, answering, fill_with_oddities, hanging_up

PUBLIC_KEY = Ed25519PrivateKey.from_private_bytes(bytes(32)).public_key().public_bytes_raw()
D, G = "ab" * 32, "cd" * 32
E, U = "ab" * 8, "5f2c1c0e-7d3b-4f9a-8a55-0d5d3c1b2a10"
A_BILL = {
    "format": "muhr-cost/1",
    "invoice": "1",
    "currency": "UZS",
    "decimals": 2,
    "amount": 100,
    "months": {"from": "2026-01", "to": "2026-12"},
    "formula": {"weights": {"equal": 1000}},
    "members": [{"id": "a", "name": "A"}],
}
TOKEN = "muhr_" + "A" * 43
OWN = {
    "init",
    "serve",
    "backup",
    "restore",
    "change-password",
    "keys",
    "export",
    "content",
    "token",
    "reader",
    "colleague",
    "case",
    "acts",
    "provider",
    "retention",
    "records",
    "settle-claims",
    "consortium",
    "copies",
    "mirror",
    "witness",
    "authors",
}
"""Commands that ask no service: the library's own database and keys are not a stranger's."""
ASKING: dict[str, list[list[str]]] = {
    "license": [["list"], ["define", "x", "--uri", "https://x.example/", "--days", "1"]],
    "register": [["FILE", "--license", "x", "--no-wait"], ["FILE", "--license", "x", "--wait"]],
    "import": [["LINES", "--license", "x", "--api", "API", "--no-wait"]],
    "show": [[D]],
    "list": [[]],
    "find": [["words"], ["--rebuild"], ["words", "--members"]],
    "describe": [[D], [D, "--history"], [D, "--title", "x"], [D, "--set", "subjects=x"]],
    "promote": [[D], [D, "--no-wait"], ["--all", "--yes"]],
    "supersede": [[D, "--by", G]],
    "rendition": [[D, "--of", G]],
    "take-back": [[D, "--from", G, "--as", "version"]],
    "lcp": [["bind", D, U], ["unbind", D], ["list"]],
    "event": [["list", "--over"], ["show", E], ["export", E], ["close", E]],
    "withdraw": [[D, "--reason", "error"]],
    "intent": [["draft", D], ["relay", "DRAFT"]],
    "verify": [["FILE"], ["FILE", "--json"], ["FILE", "--complete"], ["FILE", "--near", D]],
    "receipt": [[D, "--no-wait"], [D, "--no-wait", "--tlog-proof"]],
    "absence": [[D, "--no-wait"]],
    "attest": [["report", D], ["report", "FILE", "--json"]],
    "attestations": [[], ["--statement", D], ["--format", "csv"]],
    "grants": [[], [D, "--live"], ["--format", "csv"]],
    "cost": [["check", "BILL"], ["split", "BILL", "--attest"]],
    "usage": [
        [],
        ["--hour", "2026-11-29T14"],
        ["months"],
        ["turnaways", "--from", "2026-01"],
        ["recompute", "2026-10"],
    ],
    "hook": [
        ["list"],
        ["add", "https://x.example/", "--for", "withdrawn"],
        ["rotate", "1" * 16],
        ["resume", "1" * 16],
        ["remove", "1" * 16],
    ],
    "notify": [
        ["list"],
        ["accept", "1"],
        ["refuse", "1"],
        ["peer", "add", "https://x.example/", "--inbox", "https://x.example/inbox"],
        ["peer", "list"],
        ["peer", "remove", "1" * 16],
    ],
    "recommend": [[], [D], ["--run"]],
    "fixity": [[], ["--start", "--no-wait"]],
    "media": [[D], [D, "--again"]],
    "car": [["import", "CAR"]],
    "cite": [[D], [D, "--style", "ris"]],
    "grant": [[D, "--reader", "r", "--days", "1"]],
    "request": [
        ["ask", D],
        ["list"],
        ["list", D, "--open"],
        ["pick-up", "1" * 32],
        ["withdraw", "1" * 32],
        ["approve", "1" * 32],
        ["refuse", "1" * 32, "--why", "not-lent"],
    ],
    "cohort": [
        ["grant", "FILE", "--resource", D, "--course", "x", "--days", "1", "--yes"],
        ["grant", "FILE", "--resource", D, "--course", "x", "--days", "1", "--dry-run"],
        ["list"],
        ["show", "0" * 32],
        ["leave", "0" * 32, "FILE"],
        ["close", "0" * 32, "--yes"],
    ],
    "renew": [[G, "--days", "1"]],
    "return": [[G]],
    "revoke": [[G]],
    "open": [[D, "-o", "OUT"]],
    "credential": [["verify", "FILE"], ["revoke", "1-1", "--reason", "error"], ["list"]],
    "trace": [["FILE"], ["FILE", "--json"]],
    "audit": [[], ["--public"], ["--history"]],
    "status": [[], ["--json"]],
}
JUDGING = {"verify", "audit", "receipt", "absence"}
"""Commands that a stranger's word alone must bring to no answer; the others tell what the service says."""


@pytest.fixture(autouse=True)
def short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """A service that says for ever that work is under way is waited for, but not by a test."""
    for module in (
        "resources.resources",
        "lending.grants",
        "lending.cohorts",
        "verification.verify",
        "verification.absence",
    ):
        monkeypatch.setattr(f"ledger_service.cli.{module}.WAIT_SECONDS", 0)
    monkeypatch.setattr("ledger_service.cli.output.JOB_WAIT_SECONDS", 0)


@pytest.fixture
def kept(tmp_path: Path) -> dict[str, str]:
    """Return the files that arguments name."""
    (tmp_path / "book").write_bytes(b"a book")
    cid = Cid.of(RAW, b"a book")
    (tmp_path / "book.car").write_bytes(b"".join(write_car(lambda _: b"a book", cid)))
    (tmp_path / "draft.json").write_text("{}")
    (tmp_path / "lines.jsonl").write_text(json.dumps({"digest": D, "title": "a", "size": 1}) + "\n")
    (tmp_path / "bill.json").write_text(json.dumps(A_BILL))
    names = {
        "FILE": "book",
        "DRAFT": "draft.json",
        "LINES": "lines.jsonl",
        "BILL": "bill.json",
        "OUT": "out",
        "CAR": "book.car",
    }
    return {word: str(tmp_path / name) for word, name in names.items()}


@pytest.fixture
def pinned(tmp_path: Path) -> Path:
    """Return a deployment file of a chain that no node here serves."""
    zeros = dict.fromkeys(CONTRACTS, "00" * 20)
    key = VerifierKey("example.org/x", PUBLIC_KEY).format()
    made = Deployment(1, D, 0, zeros, dict.fromkeys(CONTRACTS, D), D, D, key)
    path = tmp_path / "deployment.json"
    path.write_text(made.format())
    return path


def test_the_matrix_has_every_command() -> None:
    known = set(COMMANDS) | {command.name for command in commands_of_rooms()}
    assert set(ASKING) | OWN == known


def runs(kept: dict[str, str], api: str) -> Iterator[list[str]]:
    for name, forms in ASKING.items():
        for form in forms:
            yield [name, *(kept.get(word, api if word == "API" else word) for word in form)]


def check(answer: Any, told: list[str]) -> None:
    assert answer.status in ({2, 3, 4} if told[0] in JUDGING else {0, 1, 2, 3, 4}), (told, answer)
    assert "Traceback" not in answer.err, told
    for text in (answer.out, answer.err):
        assert not set(text) & set("\x1b\x07\r\x9b\u202e"), told
        assert "\nmuhr: ok" not in text, told


@pytest.mark.parametrize("body", BODIES)
def test_a_service_that_is_none(
    muhr: Callable, kept: dict[str, str], tmp_path: Path, body: str
) -> None:
    with answering(BODIES[body]) as api:
        for arguments in runs(kept, api):
            settings = {"MUHR_HOME": str(tmp_path / "home"), "MUHR_API": api, "MUHR_TOKEN": TOKEN}
            check(muhr(settings, *arguments), arguments)


@pytest.mark.parametrize("body", ["too deep within", "a list", "all forged"])
def test_a_node_that_is_none(
    muhr: Callable[..., Any], kept: dict[str, str], pinned: Path, tmp_path: Path, body: str
) -> None:
    unknown = {
        "type": "x/resource-not-found",
        "title": "t",
        "reason": "resource-not-found",
        "values": {},
    }
    with answering(json.dumps(unknown).encode(), 404) as api, answering(BODIES[body]) as node:
        settings = {"MUHR_HOME": str(tmp_path / "home"), "MUHR_API": api}
        chosen = ["--rpc", node, "--deployment", str(pinned)]
        for form in ([], ["--complete"], ["--json"]):
            arguments = ["verify", kept["FILE"], *form, *chosen]
            found = muhr(settings, *arguments)
            assert found.status == 1, found  # the service says that it is not registered
            assert "Traceback" not in found.err


@pytest.mark.parametrize("body", ["too deep", "a list", "all forged", "not UTF-8", "nothing"])
def test_a_deployment_or_a_receipt_that_is_none(
    muhr: Callable[..., Any], kept: dict[str, str], tmp_path: Path, body: str
) -> None:
    path = tmp_path / "given"
    path.write_bytes(BODIES[body])
    settings = {"MUHR_HOME": str(tmp_path / "home"), "MUHR_API": "http://127.0.0.1:9"}
    for option in ("--deployment", "--receipt"):
        arguments = ["verify", kept["FILE"], option, str(path)]
        check(muhr(settings, *arguments), arguments)


@pytest.mark.parametrize("body", BODIES)
def test_an_act_that_is_none(muhr: Callable[..., Any], tmp_path: Path, body: str) -> None:
    """What is to be signed off line is a stranger's file, and so is what comes back signed."""
    for name in ("given", "given.signed", "charter", "key"):
        (tmp_path / name).write_bytes(BODIES[body])
    settings = {"MUHR_HOME": str(tmp_path / "home"), "MUHR_CHAIN_URL": "http://127.0.0.1:9"}
    key = ["--key", str(tmp_path / "key"), "--password-file", str(tmp_path / "key"), "--yes"]
    charter = ["--charter", str(tmp_path / "charter")]
    for arguments in (
        ["sign", str(tmp_path / "given"), *key],
        ["send", str(tmp_path / "given.signed")],
        ["rotate", str(tmp_path / "given"), *key],
        ["rotate", str(tmp_path / "given"), "--joined", str(tmp_path / "given"), *key],
        ["rotate", str(tmp_path / "missing"), *key],
    ):
        check(muhr(settings, "consortium", *arguments, *charter), arguments)
    for arguments in (["show"], ["rotate", "registrar"], ["rotate", "relayer", "--yes"]):
        check(muhr(settings, "keys", *arguments), arguments)


def test_a_service_that_hangs_up(
    muhr: Callable[..., Any], kept: dict[str, str], tmp_path: Path
) -> None:
    with hanging_up() as api:
        for arguments in runs(kept, api):
            settings = {"MUHR_HOME": str(tmp_path / "home"), "MUHR_API": api, "MUHR_TOKEN": TOKEN}
            assert muhr(settings, *arguments).status in (2, 4), arguments


@pytest.mark.parametrize(
    "settings",
    [
        {"MUHR_PORT": "²"},
        {"MUHR_PORT": "99999"},
        {"MUHR_PORT": "9" * 5000},
        {"MUHR_API": "http://[::1"},
        {"MUHR_API": "http://a:b"},
        {"MUHR_API": "ftp://127.0.0.1"},
        {"MUHR_RPC": "http://[", "MUHR_API": "http://127.0.0.1:9"},
        {"MUHR_API": "http://" + "a" * 300},
        {"MUHR_API": "http://a\nb"},
    ],
)
def test_settings_that_are_none(
    muhr: Callable[..., Any], kept: dict[str, str], settings: dict[str, str]
) -> None:
    arguments = ["verify", kept["FILE"]]
    check(muhr({"MUHR_HOME": "/nonexistent", **settings}, *arguments), arguments)


@pytest.mark.parametrize("days", ["nan", "inf", "-1", "1e300", "²"])
def test_days_that_are_none(muhr: Callable[..., Any], days: str) -> None:
    for arguments in (
        ["grant", D, "--reader", "r"],
        ["renew", G],
        ["license", "define", "x", "--uri", "u"],
    ):
        assert muhr({}, *arguments, "--days", days).status == 2


def test_what_was_typed_acts_on_no_terminal(muhr: Callable[..., Any]) -> None:
    for arguments in (["show", "\x9b2J"], ["show", D, "a\nmuhr: ok"], ["no\x1b[2J"], ["--\x9b=1"]):
        found = muhr({"MUHR_API": "http://127.0.0.1:9"}, *arguments)
        check(found, arguments)
        assert found.status == 2
    chosen = muhr({}, "supersede", D, "--by", G)
    assert chosen.err.count("\n") > 4  # the choices of what is missing keep their lines


@pytest.mark.parametrize("option", ["--receipt", "--deployment", "--token-file"])
def test_a_pipe_that_nobody_writes_to_is_no_file(
    muhr: Callable[..., Any], kept: dict[str, str], tmp_path: Path, option: str
) -> None:
    os.mkfifo(tmp_path / "pipe")
    given = ["revoke", G] if option == "--token-file" else ["verify", kept["FILE"]]
    settings = {"MUHR_API": "http://127.0.0.1:9", "MUHR_HOME": str(tmp_path / "home")}
    check(muhr(settings, *given, option, str(tmp_path / "pipe")), given)


def test_what_is_not_utf_8_is_no_name(muhr: Callable[..., Any], blank_home: Path) -> None:
    arguments = ["acts", "--holder", "\udcff\udcfe"]
    found = muhr({"MUHR_HOME": str(blank_home)}, *arguments)
    check(found, arguments)
    assert found.status == 2, found
    assert r"\xff\xfe" in found.err


@pytest.mark.parametrize("number", ["9223372036854775808", "9" * 400])
def test_numbers_beyond_all_that_is_counted(muhr: Callable[..., Any], number: str) -> None:
    for arguments in (["list", "--limit", number], ["acts", "--entry", number]):
        assert muhr({"MUHR_API": "http://127.0.0.1:9"}, *arguments).status == 2, arguments


def test_a_folder_of_oddities_is_read_to_its_end(
    muhr: Callable[..., Any], pinned: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "odd"
    real = fill_with_oddities(folder)
    unknown = {
        "type": "x/resource-not-found",
        "title": "t",
        "reason": "resource-not-found",
        "values": {},
    }
    with answering(json.dumps(unknown).encode(), 404) as api:
        settings = {"MUHR_HOME": str(tmp_path / "home"), "MUHR_API": api}
        found = muhr(settings, "verify", str(folder), "--deployment", str(pinned))
    assert found.status != 70
    assert str(real) in found.out
    assert r"f \xff\xfe" in found.out
    left_out = [line for line in found.err.splitlines() if "left out" in line]
    assert len(left_out) == 5
    assert not set(found.out + found.err) & {"\x1b"}
    assert not any(line.startswith("muhr: ok") for line in found.out.splitlines())


def test_a_fault_of_our_own_ends_with_70_and_says_how_to_report_it(
    muhr: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("nobody\nforesaw")

    monkeypatch.setattr("ledger_service.cli.lending.grants.remote", fail)
    found = muhr({}, "revoke", G)
    assert found.status == 70
    assert found.err.count("\n") == 1
    assert "MUHR_DEBUG=1" in found.err
    explained = muhr({"MUHR_DEBUG": "1"}, "revoke", G)
    assert explained.status == 70
    assert "Traceback" in explained.err


def test_a_reader_of_the_output_that_goes_away_is_no_answer() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    command = [sys.executable, "-m", "ledger_service", "--help"]
    done = subprocess.run(command, stdout=writing, stderr=subprocess.PIPE, check=False)
    os.close(writing)
    assert done.returncode == 141
    assert b"Traceback" not in done.stderr
