"""The printed receipt: one page, plain words, and a code that a phone's reader turns into evidence."""

import httpx
import pypdfium2
import pytest
import zxingcpp

from ledger_service.adapters.signer import check_ed25519
from ledger_service.domain.checkpoint import VerifierKey
from ledger_service.domain.compact_receipt import expand

TITLE = "<b>Xamsa</b> & O‘zbek kitobi: Ўқиган — ўзар"


@pytest.fixture(scope="module")
def site(library):
    with httpx.Client(base_url=library.url, trust_env=False, timeout=60) as client:
        yield client


@pytest.fixture(scope="module")
def registration(library):
    found = library.register(license="CC0-1.0", title=TITLE, creator="Alisher Navoiy")
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
    for name in ("receipt.js", "verifier/verifier.js", "verifier/compact.js", "verifier/bytes.js"):
        answer = site.get(f"/static/{name}")
        assert answer.status_code == 200
        assert "javascript" in answer.headers["content-type"]


def test_there_is_no_page_for_what_is_not_registered(site):
    assert site.get(f"/resources/{'12' * 32}/receipt.pdf").status_code == 404
    assert site.get("/resources/12/receipt.pdf").status_code == 422


def test_a_verdict_offers_the_page(site, registration):
    shown = site.get("/verify", params={"digest": registration["digest"]}).text
    assert f'href="/resources/{registration["digest"]}/receipt.pdf' in shown
