"""A receipt of a running library, checked with no network: up to the hash of one block."""

import json
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

import ledger_service.web
from ledger_service.adapters.evm.node import Node
from ledger_service.adapters.evm.reader import EvmReader
from ledger_service.adapters.signer import check_ed25519
from ledger_service.domain.chain.chain_state import ProvenState
from ledger_service.domain.chain.keccak import keccak256
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.ledger.checkpoint import VerifierKey
from ledger_service.domain.verification.receipt import Receipt
from ledger_service.domain.verification.verdict import Axis, Outcome
from ledger_service.services.verification.check_receipt import StateView, check_receipt
from tests.mutations import NODE

VERIFIER = Path(ledger_service.web.__file__).parent / "static" / "verifier" / "muhr-verify.mjs"
CHAIN_AXES = {Axis.STEWARD, Axis.WITHDRAWAL, Axis.SUPERSESSION, Axis.LICENSE, Axis.ANCHOR}
LARGEST_BYTES = 10_000


@pytest.fixture(scope="module")
def registration(library):
    found = library.register(license="CC0-1.0")
    library.anchored()
    return found


@pytest.fixture(scope="module")
def receipt_of(nobody):
    """Return a function that gets the receipt of a digest."""

    def get(digest):
        return Receipt.parse(nobody.get(f"/resources/{digest}/receipt").content)

    return get


@pytest.fixture(scope="module")
def receipt(receipt_of, registration):
    return receipt_of(registration["digest"])


@pytest.fixture(scope="module")
def check(library):
    """Return a function that checks a receipt without any node."""
    deployment = library.opened.deployment
    key = VerifierKey.parse(deployment.key)

    def run(receipt, digest, block_hash=None):
        view = StateView(deployment, block_hash)
        return check_receipt(
            Digest.parse(digest), receipt, key, check_ed25519, None, state_view=view
        )

    return run


def outcomes(verdict):
    return {axis: finding.outcome for axis, finding in verdict.findings.items()}


def test_the_block_of_a_receipt_is_one_of_the_chain(library, receipt):
    block = ProvenState(receipt.state, library.opened.deployment).block
    asked = EvmReader(Node(library.chain.url), library.opened.deployment).block(block.number)
    assert block == asked


def test_with_the_hash_of_its_block_every_axis_is_checked(check, receipt, registration):
    block_hash = keccak256(receipt.state.header)
    assert check(receipt, registration["digest"], block_hash).state == "authentic"


def test_without_it_the_chain_is_not_checked_and_the_hash_is_told(check, receipt, registration):
    verdict = check(receipt, registration["digest"])
    assert verdict.state == "offline"
    unknown = {axis for axis, what in outcomes(verdict).items() if what is Outcome.NOT_CHECKED}
    assert unknown == CHAIN_AXES
    assert (
        verdict.findings[Axis.ANCHOR].reason.values["hash"] == keccak256(receipt.state.header).hex()
    )


def test_a_proof_of_another_block_than_the_known_one_judges_nothing(check, receipt, registration):
    verdict = check(receipt, registration["digest"], bytes(32))
    assert outcomes(verdict)[Axis.ANCHOR] is Outcome.NOT_CHECKED
    assert not verdict.is_negative
    assert not verdict.is_wholly_positive


def test_a_state_proof_that_was_changed_fails_the_anchor(check, receipt, registration):
    state = replace(receipt.state, nodes=receipt.state.nodes[1:])
    verdict = check(replace(receipt, state=state), registration["digest"])
    assert outcomes(verdict)[Axis.ANCHOR] is Outcome.FAIL


def test_the_proof_of_another_resource_says_nothing(check, receipt, receipt_of, library):
    other = library.register(license="CC0-1.0")
    library.anchored()
    verdict = check(replace(receipt_of(other["digest"]), state=receipt.state), other["digest"])
    assert verdict.is_negative


def test_a_withdrawn_resource_is_so_in_a_receipt_asked_for_later(
    check, library, registrar, receipt_of, wait
):
    digest = library.register(license="CC0-1.0")["digest"]
    library.anchored()
    before = receipt_of(digest)
    answer = registrar.post(f"/resources/{digest}/withdrawal", json={"reason": "error"})
    assert answer.status_code == 202, answer.text
    wait(lambda: library.chain_events("ResourceWithdrawn"), "not withdrawn")
    wait(lambda: registrar.get(f"/resources/{digest}").json()[0]["state"] == "withdrawn", "waiting")
    assert not check(before, digest, keccak256(before.state.header)).is_negative
    after = receipt_of(digest)
    assert outcomes(check(after, digest))[Axis.WITHDRAWAL] is Outcome.FAIL


def test_the_receipt_to_keep_is_compressed_and_the_same(library, receipt_of, registration):
    path = f"/resources/{registration['digest']}/receipt"
    answer = library.client().get(path, params={"compressed": True})
    assert answer.headers["content-type"] == "application/gzip"
    assert answer.headers["content-disposition"].endswith('.json.gz"')
    kept = Receipt.parse(answer.content)
    assert replace(kept, state=None) == replace(receipt_of(registration["digest"]), state=None)
    assert kept.state is not None
    assert len(answer.content) < 0.8 * len(kept.format())


def test_a_receipt_is_small_and_tells_its_key(receipt, library):
    assert len(receipt.format()) < LARGEST_BYTES
    assert [item.key for item in receipt.keys] == [library.opened.deployment.key]
    assert receipt.keys[0].until is None
    assert receipt.terms is not None


def test_the_verifier_in_javascript_finds_the_same(check, library, tmp_path, fresh_bytes):
    data = fresh_bytes()
    digest = library.register(data, license="CC0-1.0")["digest"]
    library.anchored()
    kept = library.client().get(f"/resources/{digest}/receipt").content
    known = keccak256(Receipt.parse(kept).state.header)
    paths = {name: tmp_path / name for name in ("book", "receipt.json", "deployment.json")}
    contents = data, kept, library.opened.deployment.format().encode()
    for path, content in zip(paths.values(), contents, strict=True):
        path.write_bytes(content)
    command = [NODE, VERIFIER, paths["book"], "--receipt", paths["receipt.json"], "--json"]
    pinned = [*command, "--deployment", paths["deployment.json"]]
    for arguments, block_hash, status in (
        ([*pinned, "--block-hash", "0x" + known.hex()], known, 0),
        ([*pinned, "--block-hash", "00" * 32], bytes(32), 3),
        (pinned, None, 3),
    ):
        done = subprocess.run(arguments, capture_output=True, check=False, timeout=60)
        assert done.returncode == status, done.stderr
        found = {axis["axis"]: axis["outcome"] for axis in json.loads(done.stdout)["axes"]}
        expected = outcomes(check(Receipt.parse(kept), digest, block_hash))
        assert found == {axis.value: outcome.value for axis, outcome in expected.items()}
    assert subprocess.run(command, capture_output=True, check=False).returncode == 3
    assert subprocess.run(command[:-3], capture_output=True, check=False).returncode == 2
