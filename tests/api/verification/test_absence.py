"""Evidence of absence over HTTP, checked with nothing but the ledger's key."""

import hashlib
import json
import subprocess

import pytest

from ledger_service.adapters.signer import check_ed25519
from ledger_service.domain.errors import InvalidMapProof
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.ledger.checkpoint import VerifierKey
from ledger_service.domain.verification.absence import Absence
from tests.mutations import NODE
from tests.unit.test_house_rules import PROJECT

VERIFIER = PROJECT / "ledger_service/web/static/verifier/muhr-verify.mjs"

ABSENT = hashlib.sha256(b"a file that no library has seen").hexdigest()


@pytest.fixture(scope="module")
def registration(library):
    found = library.register(license="CC0-1.0")
    library.anchored()
    return found


def test_what_is_not_registered_comes_with_evidence(library, nobody, registration):
    verdict = nobody.get(f"/resources/{ABSENT}/verdict").json()
    assert verdict["absence"] == f"/api/v1/resources/{ABSENT}/absence"
    answer = nobody.get(f"/resources/{ABSENT}/absence")
    assert "attachment" in answer.headers["content-disposition"]
    absence = Absence.parse(answer.content)
    key = VerifierKey.parse(library.opened.deployment.key)
    entry, checkpoint = absence.check(key, check_ed25519)
    assert absence.receipt.anchor is not None
    assert entry.number("size") == checkpoint.size - 1
    assert entry.number("count") >= 1
    with pytest.raises(InvalidMapProof):
        other = Digest.parse(registration["digest"])
        Absence(other, absence.proof, absence.receipt).check(key, check_ed25519)


def test_the_verifier_in_javascript_checks_it_offline(library, nobody, registration, tmp_path):
    contents = {
        "absent": b"a file that no library has seen",
        "other": b"another file",
        "deployment.json": library.opened.deployment.format().encode(),
        "absence.json": nobody.get(f"/resources/{ABSENT}/absence").content,
    }
    contents["absence.json.gz"] = Absence.parse(contents["absence.json"]).compress()
    for name, content in contents.items():
        (tmp_path / name).write_bytes(content)
    for file, kept, expected in (
        ("absent", "absence.json", (1, "not_registered")),
        ("absent", "absence.json.gz", (1, "not_registered")),
        ("other", "absence.json", (3, "not_checked")),
    ):
        pinned = ["--deployment", tmp_path / "deployment.json", "--json"]
        command = [NODE, VERIFIER, tmp_path / file, "--receipt", tmp_path / kept, *pinned]
        done = subprocess.run(command, capture_output=True, check=False, timeout=60)
        assert (done.returncode, json.loads(done.stdout)["verdict"]) == expected


def test_what_is_registered_has_no_evidence_of_absence(nobody, registration):
    digest = registration["digest"]
    assert nobody.get(f"/resources/{digest}/verdict").json()["absence"] is None
    answer = nobody.get(f"/resources/{digest}/absence")
    assert answer.status_code == 409
    assert answer.json()["type"].endswith("/problems/resource-in-ledger")


def test_a_malformed_digest_is_refused(nobody):
    answer = nobody.get("/resources/abc/absence")
    assert answer.status_code == 422
    assert answer.json()["type"].endswith("/problems/invalid-digest")


def test_the_page_offers_the_evidence_only_for_what_is_absent(library, nobody, registration):
    root = str(nobody.base_url).removesuffix("/api/v1/").removesuffix("/api/v1")
    shown = nobody.get(f"{root}/verify?digest={ABSENT}").text
    assert f"/api/v1/resources/{ABSENT}/absence" in shown
    shown = nobody.get(f"{root}/verify?digest={registration['digest']}").text
    assert "/absence" not in shown
