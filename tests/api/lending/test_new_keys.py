"""Closed content over HTTP: read under a grant, encrypted anew by a revocation, and gone with its key."""

import json

import pytest

from scripts.harness.running_library import RunningLibrary


@pytest.fixture(scope="module")
def closed(library):
    """Return the digest of a resource under a license that is not open, and its bytes."""
    library.license("of-keys", seats=9, longest_loan_seconds=2 * 86_401)
    data = b"a closed page. " * 200_000
    return library.register(data, license="of-keys", title="Closed")["digest"], data


def told(library: RunningLibrary, kind: str, digest: str) -> list[dict]:
    entries = map(json.loads, library.entries())
    return [
        entry
        for entry in entries
        if entry["kind"] == kind and digest in (entry.get("digest"), entry.get("statement"))
    ]


def read(reader, digest):
    opened = reader.post("/openings", json={"digest": digest})
    assert opened.status_code == 201, opened.text
    answer = reader.get(opened.json()["content"].removeprefix("/api/v1"))
    assert answer.status_code == 200
    return answer.content


def test_a_revocation_may_ask_for_a_new_key_and_others_go_on_reading(
    library, registrar, reader, other_reader, closed, wait, problem
):
    digest, data = closed
    first = library.grant(digest)
    library.grant(digest, reader=library.readers[1])
    assert read(reader, digest) == data
    assert [entry["epoch"] for entry in told(library, "stored", digest)] == [1]
    answer = registrar.post(f"/grants/{first['grant']}/revocation?new_key=true")
    assert answer.status_code == 202
    wait(lambda: len(told(library, "stored", digest)) == 2, "no new epoch")
    assert read(other_reader, digest) == data
    opened = reader.post("/openings", json={"digest": digest})
    problem(opened, 403, "no-live-grant")


def test_a_key_is_destroyed_with_a_withdrawal(library, registrar, closed, problem):
    digest, _ = closed
    open_one = library.register()["digest"]
    body = {"reason": "legal", "destroy_key": True}
    problem(
        registrar.post(f"/resources/{open_one}/withdrawal", json=body), 404, "content-not-found"
    )
    assert registrar.post(f"/resources/{digest}/withdrawal", json=body).status_code == 202
    [entry] = told(library, "attested", digest)
    assert entry["type"] == "key-destroyed"
    [shown] = registrar.get(f"/resources/{digest}").json()
    assert shown["kept"] is False
