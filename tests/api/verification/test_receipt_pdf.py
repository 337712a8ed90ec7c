"""The printed receipt: one page, plain words, and a code that a phone's reader turns into evidence."""

import os
import subprocess

import httpx
import pypdfium2
import pytest
import zxingcpp

from ledger_service.adapters.signer import check_ed25519
from ledger_service.domain.ledger.checkpoint import VerifierKey
from ledger_service.domain.verification.compact_receipt import expand
from ledger_service.domain.verification.receipt import Receipt
from scripts.served_library import MUHR
from tests.mutations import NODE
from tests.unit.test_house_rules import PROJECT

VERIFIER = PROJECT / "ledger_service/web/static/verifier/muhr-verify.mjs"

BOOK = b"a book with a printed receipt"
TITLE = "<b>Xamsa</b> & O‘zbek kitobi: Ўқиган — ўзар"


@pytest.fixture(scope="module")
def site(library):
    with httpx.Client(base_url=library.url, trust_env=False, timeout=60) as client:
        yield client


@pytest.fixture(scope="module")
def registration(library):
    found = library.register(BOOK, license="CC0-1.0", title=TITLE, creator="Alisher Navoiy")
    library.anchored()
    return found


@pytest.fixture(scope="module")
def page(site, registration):
    answer = site.get(f"/resources/{registration['digest']}/receipt.pdf")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/pdf"
    document = pypdfium2.PdfDocument(answer.content)
    assert len(document) == 1
    return document[0]


@pytest.fixture(scope="module")
def file(site, registration):
    return site.get(f"/resources/{registration['digest']}/receipt.pdf").content


def test_the_receipt_is_attached_as_viewers_find_it_and_as_verifiers_do(file, registration):
    document = pypdfium2.PdfDocument(file)
    assert document.count_attachments() == 1
    attached = document.get_attachment(0)
    assert attached.get_name() == f"muhr-receipt-{registration['digest'][:16]}.json"
    receipt = Receipt.parse(file)
    assert Receipt.parse(bytes(attached.get_data())) == receipt
    assert receipt.state is not None
    assert receipt.anchor is not None
    assert registration["digest"].encode() in receipt.entry


def test_the_verifiers_take_the_pdf(file, library, tmp_path):
    contents = {"book": BOOK, "receipt.pdf": file}
    contents["deployment.json"] = library.opened.deployment.format().encode()
    for name, content in contents.items():
        (tmp_path / name).write_bytes(content)
    state = Receipt.parse(file).state
    pinned = ["--deployment", tmp_path / "deployment.json", "--block-hash", state.block_hash.hex()]
    command = [tmp_path / "book", "--receipt", tmp_path / "receipt.pdf", *pinned, "--json"]
    for verifier in ([NODE, VERIFIER], [*MUHR, "verify"]):
        done = subprocess.run(
            [*verifier, *command], capture_output=True, check=False, timeout=60, cwd=tmp_path,
            env={**os.environ, "MUHR_API": "http://127.0.0.1:9", "MUHR_HOME": str(tmp_path)},
        )  # fmt: skip
        assert done.returncode == 0, done.stderr


def test_it_says_what_was_registered_in_plain_words(page, registration):
    text = " ".join(page.get_textpage().get_text_range().split())
    digest = registration["digest"]
    for part in (TITLE, "Alisher Navoiy", "Test library", "Registered by", digest[:8], digest[-8:]):
        assert part in text, part
    assert "creativecommons.org/publicdomain/zero" in text


@pytest.mark.parametrize("scale", [1.5, 3])
def test_its_code_holds_evidence_that_is_checked_without_the_service(
    page, library, registration, scale
):
    [code] = zxingcpp.read_barcodes(page.render(scale=scale).to_pil())
    address, _, fragment = code.text.partition("#receipt=")
    assert address == f"{library.app.state.public_url}/verify"
    key = VerifierKey.parse(library.opened.deployment.key)
    entry, _ = expand(fragment).check(key, check_ed25519)
    assert entry.text("digest") == registration["digest"]


def test_the_address_of_the_code_shows_the_page_that_checks_it(site):
    page = site.get("/verify")
    assert page.status_code == 200
    assert 'src="/static/receipt.js"' in page.text
    for name in (
        "receipt.js",
        "verifier/verifier.js",
        "verifier/verification/compact.js",
        "verifier/bytes.js",
    ):
        answer = site.get(f"/static/{name}")
        assert answer.status_code == 200
        assert "javascript" in answer.headers["content-type"]


def test_there_is_no_page_for_what_is_not_registered(site):
    assert site.get(f"/resources/{'12' * 32}/receipt.pdf").status_code == 404
    assert site.get("/resources/12/receipt.pdf").status_code == 422


def test_a_verdict_offers_the_page(site, registration):
    shown = site.get("/verify", params={"digest": registration["digest"]}).text
    assert f'href="/resources/{registration["digest"]}/receipt.pdf' in shown
