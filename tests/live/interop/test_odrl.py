"""Policies of licenses by programs that are not ours: rdflib expands them, pyshacl holds them to ODRL."""

from __future__ import annotations

import hashlib
import json
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import httpx
import pytest

from scripts.harness.running_library import RunningLibrary

HERE = Path(__file__).parent
SHAPES, OURS = HERE / "odrl_shapes.ttl", HERE / "odrl_context.json"
CHECK = HERE / "check_odrl.py"
CONTEXT = "http://www.w3.org/ns/odrl.jsonld"
NAMED = 'ld+json; profile="http://www.w3.org/ns/odrl.jsonld"'
Rules = dict[str, Any]
FAULTS: dict[str, Callable[[Rules], object]] = {
    "no rules": lambda told: [told.pop("permission"), told.pop("prohibition")],
    "no action": lambda told: told["permission"][0].pop("action"),
    "no target": lambda told: told["prohibition"][0].pop("target"),
    "no operator": lambda told: told["permission"][0]["constraint"][0].pop("operator"),
    "a word as a number": lambda told: told["permission"][-1]["constraint"][0].update(
        rightOperand="many"
    ),
    "two left operands": lambda told: told["permission"][0]["constraint"][0].update(
        leftOperand=["count", "elapsedTime"]
    ),
    "a duty of what is prohibited": lambda told: told["prohibition"][0].update(
        duty=[{"action": "attribute"}]
    ),
    "nobody offers": lambda told: told["permission"][0].pop("assigner"),
    "a word of nobody": lambda told: told["permission"][0]["action"].append("odrl:eat"),
    "two offer": lambda told: told["permission"][0].update(assigner=["urn:a", "urn:b"]),
}


@pytest.fixture(scope="module")
def lent(library: RunningLibrary) -> str:
    """Return the id of a license with every kind of rule."""
    terms = {"seats": 3, "checkouts": 26, "marked": True}
    return str(library.license("odrl-lent", rights="InC-EDU", **terms)["license"])


def asked(library: RunningLibrary, name: str, what: str) -> httpx.Response:
    answer = httpx.get(f"{library.url}/licenses/{name}/{what}", trust_env=False)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == f"application/{NAMED}"
    return answer


def judged(clients: Path, policies: Sequence[Rules]) -> list[tuple[bool, list[str]]]:
    """Return of each policy whether it is as ODRL asks, and its words that ODRL does not have."""
    assert all(policy["@context"] == CONTEXT for policy in policies)
    context = json.loads(OURS.read_bytes())["@context"]  # nothing is fetched
    text = json.dumps({"context": context, "policies": policies})
    command = [clients / "python", CHECK, SHAPES]
    done = subprocess.run(command, input=text, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return [(conforms, strange) for conforms, strange in json.loads(done.stdout)]


def test_policies_and_offers_are_as_odrl_asks_and_their_hash_is_on_chain(
    library: RunningLibrary, clients: Path, lent: str
) -> None:
    names = ("CC0-1.0", "CC-BY-4.0", lent)
    defined = {event.subject: event for event in library.chain_events("LicenseDefined")}
    policies = []
    for name in names:
        policy = asked(library, name, "policy")
        told = library.get(f"/licenses/{name}")
        assert hashlib.sha256(policy.content).hexdigest() == told["policy_digest"]
        assert defined[told["license"]].text("policyDigest") == told["policy_digest"]
        policies += [policy.json(), asked(library, name, "offer").json()]
    assert judged(clients, policies) == [(True, [])] * 2 * len(names)


def test_faults_in_policies_are_found(library: RunningLibrary, clients: Path, lent: str) -> None:
    offers = [asked(library, lent, "offer").json() for _ in FAULTS]
    for offer, spoil in zip(offers, FAULTS.values(), strict=True):
        spoil(offer)
    found = dict(zip(FAULTS, judged(clients, offers), strict=True))
    assert [name for name, answer in found.items() if answer == (True, [])] == []
    assert found["a word of nobody"][1] == ["http://www.w3.org/ns/odrl/2/eat"]
