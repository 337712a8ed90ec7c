"""A reader's own data over the API: all of it is told to them, and they are erased when they say so."""

from __future__ import annotations

import base64
import hashlib
import json

import httpx
import pytest

from ledger_service.domain import canonical_json
from ledger_service.domain.ledger import merkle


@pytest.fixture
def reader(library, registrar):
    """Return a client of a new reader, the name, and a resource that was opened."""
    made = registrar.post("/readers").json()
    digest = library.register()["digest"]
    grant = library.grant(digest, reader=made["reader"])["grant"]
    headers = {"Authorization": f"Bearer {made['token']}"}
    with httpx.Client(base_url=f"{library.url}/api/v1", headers=headers, trust_env=False) as client:
        client.post("/openings", json={"digest": digest}).raise_for_status()
        library.anchored()
        yield client, made["reader"], grant


def test_a_reader_takes_out_all_that_is_known_and_can_prove_it(reader) -> None:
    client, name, grant = reader
    answer = client.get("/me/export")
    assert "attachment" in answer.headers["content-disposition"]
    assert answer.headers["cache-control"] == "no-store"
    told = answer.json()
    assert canonical_json.canonicalize(told) == answer.content
    assert (told["format"], told["reader"]) == ("muhr-reader/1", name)
    assert [one["grant"] for one in told["grants"]] == [grant]
    assert len(told["tokens"]) == 1
    [decision] = told["decisions"]
    salt, body = bytes.fromhex(decision["salt"]), decision["private_part"].encode()
    entry = json.loads(decision["entry"])
    assert hashlib.sha256(salt + body).hexdigest() == entry["commitment"]
    _, size, root = decision["checkpoint"].splitlines()[:3]
    proof = [bytes.fromhex(one) for one in decision["proof"]]
    leaf = merkle.leaf_hash(decision["entry"].encode())
    merkle.check_inclusion(leaf, decision["index"], int(size), proof, base64.b64decode(root))
    assert [one["pseudonym"] for one in told["pseudonyms"]] == [json.loads(body)["reader"]]


def test_a_reader_is_erased_when_they_say_so(reader, registrar, problem) -> None:
    client, name, grant = reader
    problem(client.post("/me/erase", json={}), 422, "invalid-input")
    answer = client.post("/me/erase", json={"erase": "me"})
    assert answer.json() == {"grants": 1, "live": 1, "decisions": 1, "tokens": 1}
    problem(client.get("/me/export"), 401, "not-authenticated")
    found = registrar.get(f"/grants/{grant}").json()
    assert found["reader"] == "erased"
    assert name not in registrar.get("/grants", params={"limit": 500}).text


def test_staff_have_nothing_to_take_out_here(registrar, problem) -> None:
    problem(registrar.get("/me/export"), 403, "role-not-held")
    problem(registrar.post("/me/erase", json={"erase": "me"}), 403, "role-not-held")
