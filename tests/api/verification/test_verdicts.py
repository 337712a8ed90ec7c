"""Verifying a digest over HTTP, and its receipt, checked with nothing but key and chain."""

from dataclasses import replace

import httpx
import pytest

from ledger_service.adapters.evm.node import Node
from ledger_service.adapters.evm.reader import EvmReader
from ledger_service.adapters.signer import check_ed25519
from ledger_service.domain.chain.history import ChainHistory
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.ledger import merkle
from ledger_service.domain.ledger.checkpoint import VerifierKey, open_checkpoint
from ledger_service.domain.verification.receipt import Receipt
from ledger_service.domain.verification.verdict import Axis, Outcome
from ledger_service.services.verification.check_receipt import ChainView, check_receipt

MALFORMED = [
    "0" * 63,
    "0" * 65,
    "A" * 64,
    "g" * 64,
    "0x" + "0" * 62,
    "0" * 64 + "%0A",
    "０" * 64,
    "%00",
    "null",
    "x" * 5000,
]


@pytest.fixture(scope="module")
def registration(library):
    found = library.register(license="CC0-1.0")
    library.anchored()
    return found


@pytest.fixture(scope="module")
def receipt(nobody, registration):
    answer = nobody.get(f"/resources/{registration['digest']}/receipt")
    assert "attachment" in answer.headers["content-disposition"]
    return Receipt.parse(answer.content)


@pytest.fixture(scope="module")
def check(library, registration):
    """Return a function that checks a receipt as a student does, with a chain node or without."""
    deployment = library.opened.deployment
    chain = EvmReader(Node(library.chain.url), deployment)
    history = ChainHistory.of(library.chain_events())
    view = ChainView(chain.chain_id, chain.anchor_contract, history)

    def run(receipt, *, digest=None, view=view):
        key = VerifierKey.parse(deployment.key)
        digest = Digest.parse(digest or registration["digest"])
        return check_receipt(digest, receipt, key, check_ed25519, view)

    return run


def test_a_registered_digest_is_authentic_on_every_axis(nobody, registration):
    found = nobody.get(f"/resources/{registration['digest']}/verdict").json()
    [verdict] = found["verdicts"]
    assert found["authentic"]
    assert found["as_of"]["number"] >= registration["block"]
    assert [axis["axis"] for axis in verdict["axes"]] == [axis.value for axis in Axis]
    assert {axis["outcome"] for axis in verdict["axes"]} == {"pass"}
    assert verdict["steward"] == registration["steward"]


def test_what_is_not_registered_is_an_answer_too(nobody):
    found = nobody.get(f"/resources/{'0' * 64}/verdict").json()
    assert not found["authentic"]
    assert found["as_of"]["number"] > 0
    [verdict] = found["verdicts"]
    assert (verdict["verdict"], verdict["steward"]) == ("not_registered", None)


def test_a_receipt_is_wholly_positive_with_key_and_chain(check, receipt):
    assert check(receipt).is_wholly_positive


def test_a_receipt_without_a_chain_is_incomplete_never_positive(check, receipt):
    verdict = check(receipt, view=None)
    assert verdict.state == "offline"
    assert verdict.findings[Axis.LEDGER].outcome is Outcome.PASS
    assert verdict.findings[Axis.ANCHOR].outcome is Outcome.NOT_CHECKED


def test_a_receipt_says_nothing_of_another_file(check, receipt):
    verdict = check(receipt, digest="0" * 64)
    assert verdict.is_negative
    assert verdict.findings[Axis.BYTES].outcome is Outcome.FAIL


@pytest.mark.parametrize("step", [-1, 1, 2**40])
def test_a_receipt_with_another_index_is_refused(check, receipt, step):
    verdict = check(replace(receipt, index=receipt.index + step))
    assert verdict.is_negative
    assert verdict.findings[Axis.LEDGER].outcome is Outcome.FAIL


def test_a_proof_for_another_index_is_refused(check, receipt, library):
    size = int(receipt.checkpoint.split("\n")[1])
    with library.opened.store.read() as transaction:
        other = merkle.inclusion_proof(receipt.index - 1, size, transaction.ledger.read_nodes)
    verdict = check(replace(receipt, proof=tuple(other)))
    assert verdict.findings[Axis.LEDGER].outcome is Outcome.FAIL


def test_a_receipt_with_one_bit_changed_is_refused(check, receipt):
    first = receipt.proof[0]
    changed = [
        replace(receipt, proof=(bytes([first[0] ^ 1]) + first[1:], *receipt.proof[1:])),
        replace(receipt, proof=receipt.proof[:-1]),
        replace(receipt, proof=(*receipt.proof, bytes(32))),
        replace(receipt, entry=receipt.entry.replace(b'"v":1', b'"v":2')),
        replace(receipt, checkpoint=receipt.checkpoint.replace("\n", "\n9", 1)),
        replace(receipt, checkpoint=receipt.checkpoint.rsplit("\n\n", 1)[0] + "\n\n"),
    ]
    for item in changed:
        verdict = check(item)
        assert verdict.is_negative
        assert not verdict.is_wholly_positive


def test_a_receipt_of_another_chain_fails_on_the_anchor(check, receipt):
    anchor = replace(receipt.anchor, chain_id=receipt.anchor.chain_id + 1)
    verdict = check(replace(receipt, anchor=anchor))
    assert verdict.findings[Axis.ANCHOR].outcome is Outcome.FAIL


def test_a_receipt_comes_once_a_checkpoint_is_anchored(library, nobody, fresh_bytes, wait):
    digest = library.upload(fresh_bytes()).json()["digest"]
    early = nobody.get(f"/resources/{digest}/receipt")
    assert early.status_code in (200, 404)
    wait(
        lambda: nobody.get(f"/resources/{digest}/receipt").status_code == 200,
        "no receipt",
    )


def test_there_is_no_receipt_of_what_is_not_registered(nobody, registration, problem):
    problem(nobody.get(f"/resources/{'0' * 64}/receipt"), 404, "resource-not-found")
    other = {"steward": "0" * 64}
    answer = nobody.get(f"/resources/{registration['digest']}/receipt", params=other)
    problem(answer, 404, "resource-not-found")


@pytest.mark.parametrize("digest", MALFORMED)
@pytest.mark.parametrize("tail", ["", "/verdict", "/receipt"])
def test_a_malformed_digest_is_refused(nobody, problem, digest, tail):
    problem(nobody.get(f"/resources/{digest}{tail}"), 422, "invalid-digest")


@pytest.mark.parametrize("steward", ["x", "A" * 64, "0" * 65])
def test_a_malformed_steward_is_refused(nobody, registration, problem, steward):
    answer = nobody.get(f"/resources/{registration['digest']}/receipt", params={"steward": steward})
    problem(answer, 422, "invalid-identifier")


@pytest.mark.parametrize("grant", MALFORMED)
def test_a_malformed_grant_is_refused(registrar, problem, grant):
    problem(registrar.get(f"/grants/{grant}"), 422, "invalid-identifier")
    problem(registrar.post(f"/grants/{grant}/revocation"), 422, "invalid-identifier")


def test_the_quick_proof_holds_against_the_signed_checkpoint(library, nobody, registration):
    answer = nobody.get(f"/resources/{registration['digest']}/proof")
    assert answer.status_code == 200
    found = answer.json()
    key = VerifierKey.parse(library.opened.deployment.key)
    checkpoint = open_checkpoint(found["checkpoint"], key, check_ed25519)
    leaf = merkle.leaf_hash(found["entry"].encode())
    proof = [bytes.fromhex(item) for item in found["proof"]]
    merkle.check_inclusion(leaf, found["index"], checkpoint.size, proof, checkpoint.root)
    assert registration["digest"] in found["entry"]


@pytest.mark.parametrize(("digest", "status"), [("0" * 64, 404), ("0" * 63, 422)])
def test_the_quick_proof_of_nothing_says_so(nobody, digest, status):
    answer = nobody.get(f"/resources/{digest}/proof")
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"


def test_what_a_file_may_have_been_is_told_if_the_library_holds_it(nobody, problem, registration):
    held, other = registration["digest"], "1" * 64
    likes = [f"lines:{held}", f"added-to:{other}"]
    found = nobody.get(f"/resources/{'0' * 64}/verdict", params={"like": likes}).json()
    [hint] = found["hints"]
    assert (hint["likeness"], hint["values"]["digest"]) == ("lines", held)
    assert registration["title"] in hint["because"]
    for wrong in (["lines"], ["lines:" + "x" * 64], likes * 40):
        problem(nobody.get(f"/resources/{'0' * 64}/verdict", params={"like": wrong}), 422)


def test_the_page_names_what_a_file_is_like(library, registration):
    held = registration["digest"]
    asked = {"digest": "0" * 64, "like": f"lines:{held}"}
    page = httpx.get(
        f"{library.url}/verify", params=asked, headers={"Accept-Language": "en"}, trust_env=False
    )
    assert f'href="/verify?digest={held}"' in page.text
    page = httpx.get(
        f"{library.url}/verify",
        params={**asked, "digest": held},
        headers={"Accept-Language": "en"},
        trust_env=False,
    )
    assert f'href="/verify?digest={held}"' not in page.text
