"""The wheel of muhr-verify, in an environment that has nothing of the service."""

import json
import os
import subprocess
import sys

import pytest

from ledger_service.domain.identifiers import Digest
from ledger_service.services.imports.import_resources import import_into
from tests.flows.test_bulk_on_chain import claim_on
from tests.mutations import NODE
from tests.unit.test_house_rules import PROJECT
from tests.unit.verification.test_absence_vectors import FILE as ABSENCES
from tests.unit.verification.test_receipt_vectors import FILE

RUN_VECTORS = """
import json, sys
from muhr_verify import verify
from muhr_verify.domain.errors import LedgerError
value = json.load(open(sys.argv[1], encoding="utf-8"))
found = []
for case in value["cases"]:
    try:
        kept = case.get("receipt", case.get("evidence")).encode()
        verdict = verify(case["digest"], kept, json.dumps(value["deployment"]),
                         block_hash=case.get("block_hash"))
        outcomes = {axis.value: item.outcome.value for axis, item in verdict.findings.items()}
        found.append(outcomes if "receipt" in case else {"verdict": verdict.state.value, **outcomes})
    except LedgerError as exc:
        found.append(exc.slug())
print(json.dumps(found))
"""


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """Return the folder of programs of a new environment with nothing but the wheel in it."""
    subprocess.run([sys.executable, PROJECT / "scripts" / "build_verifier.py"], check=True)
    [wheel] = (PROJECT / "build" / "dist").glob("muhr_verify-*.whl")
    folder = tmp_path_factory.mktemp("verifier") / "venv"
    subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    pip = [folder / "bin" / "python", "-m", "pip", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "install", wheel], check=True)
    return folder / "bin"


@pytest.fixture(scope="module")
def kept(library, tmp_path_factory):
    """Return the paths of a file, its receipt and the deployment of a running library."""
    folder = tmp_path_factory.mktemp("kept")
    data = b"a book for muhr-verify"
    digest = library.register(data, license="CC0-1.0")["digest"]
    library.anchored()
    receipt = library.client().get(f"/resources/{digest}/receipt").content
    absent = Digest.of(b"never registered")
    absence = library.client().get(f"/resources/{absent}/absence").content
    contents = {"book": data, "receipt.json": receipt, "never": b"never registered"}
    contents["absence.json"] = absence
    contents["deployment.json"] = library.opened.deployment.format().encode()
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    return folder


def run(installed, kept, *arguments, file="book", evidence="receipt.json"):
    command = [installed / "muhr-verify", kept / file, "--receipt", kept / evidence, "--json"]
    done = subprocess.run([*command, *arguments], capture_output=True, check=False, timeout=120)
    return done.returncode, json.loads(done.stdout)


def outcome(verdict, axis):
    return next(item for item in verdict["axes"] if item["axis"] == axis)["outcome"]


def test_nothing_of_the_service_is_there(installed):
    listed = subprocess.run(
        [installed / "python", "-m", "pip", "list", "--format", "json"],
        capture_output=True,
        check=True,
    )
    names = {item["name"] for item in json.loads(listed.stdout)}
    assert names <= {"muhr-verify", "cryptography", "cffi", "pycparser", "pip", "setuptools"}


@pytest.mark.parametrize("file", [FILE, ABSENCES], ids=["receipts", "absence"])
def test_it_finds_what_is_expected_of_every_vector(installed, file):
    done = subprocess.run(
        [installed / "python", "-c", RUN_VECTORS, file], capture_output=True, check=True
    )
    expected = [case["expect"] for case in json.loads(file.read_text("utf-8"))["cases"]]
    assert json.loads(done.stdout) == expected


def test_with_a_node_every_axis_is_checked_and_without_it_those_of_the_chain_are_not(
    installed, kept, library
):
    pinned = ["--deployment", kept / "deployment.json"]
    status, verdict = run(installed, kept, *pinned, "--rpc", library.chain.url)
    assert (status, verdict["verdict"]) == (0, "authentic")
    status, verdict = run(installed, kept, *pinned, "--rpc", library.url + "/api/v1/rpc")
    assert (status, verdict["verdict"]) == (0, "authentic_as_told")
    status, verdict = run(installed, kept, *pinned)
    assert (status, verdict["verdict"]) == (3, "offline")
    status, verdict = run(installed, kept)
    assert status == 3
    assert outcome(verdict, "ledger") == "not checked"


def test_another_file_is_not_the_one_of_the_receipt(installed, kept, library):
    pinned = ["--deployment", kept / "deployment.json", "--rpc", library.chain.url]
    status, verdict = run(installed, kept, *pinned, file="deployment.json")
    assert (status, verdict["verdict"]) == (1, "altered")


def test_a_node_proves_every_axis_of_a_claim_in_bulk(installed, kept, library):
    claim, opened = claim_on(3), library.opened
    with opened.store.write() as transaction:
        import_into(opened.library, transaction, [claim])
    library.anchored()
    receipt = library.client().get(f"/resources/{claim.digest.hex()}/receipt").content
    (kept / "bulk.json").write_bytes(receipt)
    (kept / "bulk").write_bytes(b"book 3 of the test of bulk")
    pinned = ["--deployment", kept / "deployment.json", "--rpc", library.chain.url]
    status, verdict = run(installed, kept, *pinned, file="bulk", evidence="bulk.json")
    assert (status, verdict["verdict"]) == (0, "authentic")


def test_evidence_of_absence_is_for_its_file_alone(installed, kept, library):
    pinned = ["--deployment", kept / "deployment.json"]
    status, verdict = run(installed, kept, *pinned, file="never", evidence="absence.json")
    assert (status, verdict["verdict"]) == (1, "not_registered")
    assert outcome(verdict, "anchor") == "not checked"
    node = ["--rpc", library.chain.url]
    status, verdict = run(installed, kept, *pinned, *node, file="never", evidence="absence.json")
    assert (status, verdict["verdict"]) == (1, "not_registered")
    assert outcome(verdict, "anchor") == "pass"
    status, verdict = run(installed, kept, *pinned, file="book", evidence="absence.json")
    assert (status, verdict["verdict"]) == (3, "not_checked")


def test_what_cannot_be_asked_or_read_is_said_so(installed, kept):
    pinned = ["--deployment", kept / "deployment.json"]
    assert run(installed, kept, *pinned, "--rpc", "http://127.0.0.1:9")[0] == 4
    assert run(installed, kept, "--rpc", "http://127.0.0.1:9")[0] == 2
    assert run(installed, kept, "--deployment", kept / "book")[0] == 2
    assert run(installed, kept, *pinned, "--block-hash", "0x12")[0] == 2
    assert run(installed, kept, file="nothing")[0] == 2


def test_evidence_without_an_end_or_a_writer_is_not_waited_for(installed, kept):
    os.mkfifo(kept / "pipe")
    assert run(installed, kept, evidence="/dev/zero")[0] == 2
    assert run(installed, kept, evidence="pipe")[0] == 2
    assert run(installed, kept, "--deployment", "/dev/zero")[0] == 2
    assert run(installed, kept, file="pipe")[0] == 1


def test_the_npm_package_installs_alone_and_finds_the_same(installed, kept, tmp_path):
    home = NODE.parents[1]
    environment = {**os.environ, "PATH": f"{NODE.parent}:{os.environ['PATH']}"}
    [package] = (PROJECT / "build" / "dist").glob("muhr-verify-*.tgz")
    npm = [NODE, home / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js", "install"]
    options = ["--offline", "--no-audit", "--no-fund", "--prefix", tmp_path, package]
    subprocess.run([*npm, *options], env=environment, capture_output=True, check=True)
    assert [path.name for path in (tmp_path / "node_modules").glob("[!.]*")] == ["muhr-verify"]
    pinned = ["--deployment", kept / "deployment.json", "--json"]
    for file, evidence in (("book", "receipt.json"), ("never", "absence.json")):
        program = tmp_path / "node_modules" / ".bin" / "muhr-verify"
        command = [program, kept / file, "--receipt", kept / evidence, *pinned]
        done = subprocess.run(command, env=environment, capture_output=True, check=False)
        status, verdict = run(installed, kept, *pinned[:-1], file=file, evidence=evidence)
        assert (done.returncode, json.loads(done.stdout)["verdict"]) == (status, verdict["verdict"])
