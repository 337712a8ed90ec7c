"""The pages for people: they need no script, load nothing from elsewhere and escape what they show."""

import hashlib
import json
import re

import pytest

from ledger_service.domain.verification.receipt import Receipt
from ledger_service.domain.verification.verdict_state import VerdictState
from ledger_service.web.examples import NAMES
from ledger_service.web.static_files import static


@pytest.fixture(scope="module")
def registration(library):
    found = library.register(title="<script>alert(1)</script> O‘zbek & kitob")
    library.anchored()
    return found


def test_the_first_page_asks_for_a_file_or_its_digest(site) -> None:
    page = site.get("/")
    assert page.status_code == 200
    assert 'type="file"' in page.text
    assert 'action="/verify" method="get"' in page.text


def test_pages_ask_at_once_for_the_scripts_that_they_need_first(site) -> None:
    for path in ("/", "/verify"):
        page = site.get(path).text
        listed = re.findall(r'<link rel="modulepreload" href="([^"]+)">', page)
        assert listed == [static(name) for name in ("words.js", "seals.js", "hashing.js")]
        for address in [*listed, static("verify.js")]:
            assert site.get(address).headers["content-type"].startswith("text/javascript")
            assert "/verifier/" not in address  # it comes for a receipt


NODES = {
    "https://node.example.org": True,
    "http://127.0.0.1:8545": True,
    "https://[2001:db8::1]:443": True,
    "https://node.example.org/": False,
    "https://node.example.org/v3/key": False,
    "https://a.example; script-src *": False,
    "https://a.example https://b.example": False,
    "https://*.example.org": False,
    "https://me:secret@node.example.org": False,
    "data:text/plain,1": False,
    "ws://node.example.org": False,
    "'unsafe-eval'": False,
    "https://node.example.org\r\nX-Bad: 1": False,
}


@pytest.mark.parametrize(("node", "is_origin"), NODES.items())
@pytest.mark.parametrize("digest", ["", "12" * 32, "no digest"])
def test_a_page_may_ask_the_one_origin_that_its_address_names(
    site, node: str, is_origin: bool, digest: str
) -> None:
    page = site.get("/verify", params={"node": node} | ({"digest": digest} if digest else {}))
    policy = page.headers["content-security-policy"]
    own = "default-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    assert policy == (f"{own}; connect-src 'self' {node}" if is_origin else own)
    assert "x-bad" not in page.headers


def test_the_service_worker_keeps_what_the_page_needs_and_no_answer_about_files(site) -> None:
    worker = site.get("/verify-worker.js")
    assert worker.headers["content-type"].startswith("text/javascript")
    assert worker.headers["cache-control"] == "no-cache"
    files = json.loads(re.search(r"const FILES = (\[.*\]);", worker.text)[1])
    assert len(files) == len({*files})
    assert static("verifier/verifier.js") in files
    for address in files:
        assert site.get(address).headers["cache-control"].endswith("immutable")
    assert set(re.findall(r'"(/[a-z][^"]*)"', worker.text)) - {*files} == {
        "/verify",
        "/api/v1/deployment",
    }


def test_every_state_of_a_verdict_leads_to_its_answer(site, registration) -> None:
    answers = site.get("/help").text
    for state in VerdictState:
        assert f'<section id="{state.value}"' in answers
    shown = site.get("/verify", params={"digest": registration["digest"]}).text
    assert '<a href="/help#authentic_as_told">' in shown


def test_examples_are_offered_where_the_genuine_one_is_registered(library, site) -> None:
    files = {name: site.get(static(f"examples/{name}.txt")).content for name in NAMES}
    assert len(set(files.values())) == len(NAMES)
    assert "data-file" not in site.get("/").text
    library.register(files["genuine"])
    library.at_rest()
    page = site.get("/").text
    for name, data in files.items():
        digest = hashlib.sha256(data).hexdigest()
        address = static(f"examples/{name}.txt")
        assert f'href="/verify?digest={digest}" data-file="{address}"' in page
        shown = site.get("/verify", params={"digest": digest}).text
        assert ("authentic_as_told" in shown) == (name == "genuine")


def test_what_a_page_loads_is_kept_under_its_version_and_asked_anew_without(site) -> None:
    page = site.get(static("style.css"))
    assert page.headers["cache-control"] == "public, max-age=31536000, immutable"
    for address in ("/static/style.css", "/static/v-0123456789ab/style.css"):
        answer = site.get(address)
        assert (answer.text, answer.headers["cache-control"]) == (page.text, "no-cache")
        again = site.get(address, headers={"If-None-Match": answer.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")
    assert site.get("/static/v-0123456789ab").status_code == 404
    assert site.get("/static/v-0123456789ab/../pages.py").status_code == 404


def test_the_page_tells_of_an_open_license_and_of_what_is_kept_elsewhere(library, site) -> None:
    library.license("closed-page", longest_loan_seconds=4_321)
    is_open, is_elsewhere = "everybody may read it and pass it on", "it is kept elsewhere"
    closed = library.register(license="closed-page")["digest"]
    page = site.get("/verify", params={"digest": closed}).text
    assert (is_open in page, is_elsewhere in page) == (False, False)
    assert site.get(f"/api/v1/resources/{closed}").json()[0]["kept"] is True
    data = b"kept by somebody else"
    digest = hashlib.sha256(data).hexdigest()
    claim = {
        "digest": digest,
        "cid": "f01551220" + digest,
        "title": "A book elsewhere",
        "license": "CC-BY-4.0",
        "media_type": "text/plain",
        "size_bytes": len(data),
    }
    assert library.registrar.post("/registrations", json=claim).status_code == 202
    library.anchored()
    page = site.get("/verify", params={"digest": digest}).text
    assert (is_open in page, is_elsewhere in page) == (True, True)
    assert site.get(f"/api/v1/resources/{digest}").json()[0]["kept"] is False


def test_an_authentic_file_is_shown_axis_by_axis(site, registration) -> None:
    page = site.get("/verify", params={"digest": registration["digest"]})
    assert page.status_code == 200
    assert re.search(r'<h1 class="state authentic_as_told">Authentic', page.text)
    for axis in ("bytes", "ledger", "steward", "withdrawal", "supersession", "license", "anchor"):
        assert f'data-axis="{axis}"' in page.text
    receipt = re.search(r'href="(/api/v1/resources/[^"]+)"', page.text)
    assert receipt is not None
    kept = Receipt.parse(site.get(receipt[1].replace("&amp;", "&")).content)
    assert registration["digest"].encode() in kept.entry


def test_a_title_cannot_become_markup(site, registration) -> None:
    page = site.get("/verify", params={"digest": registration["digest"]})
    assert "<script>alert" not in page.text
    assert "&lt;script&gt;alert(1)&lt;/script&gt; O‘zbek &amp; kitob" in page.text


def test_a_file_that_nobody_registered_is_said_to_be_so(site) -> None:
    page = site.get("/verify", params={"digest": "12" * 32})
    assert page.status_code == 200
    assert re.search(r'<h1 class="state not_registered">This library has not registered', page.text)
    assert "Keep the receipt" not in page.text


@pytest.mark.parametrize("digest", ["", "12", '"><script>alert(1)</script>', "g" * 64])
def test_a_malformed_digest_is_asked_for_again(site, digest: str) -> None:
    page = site.get("/verify", params={"digest": digest})
    assert page.status_code == 422
    assert 'role="alert"' in page.text
    assert "<script>alert" not in page.text


def test_a_digest_may_be_pasted_with_spaces_and_capitals(site, registration) -> None:
    pasted = f" {registration['digest'].upper()}\n"
    assert "Authentic" in site.get("/verify", params={"digest": pasted}).text


@pytest.mark.parametrize("path", ["/", "/verify?digest=" + "12" * 32, "/problems/no-live-grant"])
def test_a_page_loads_nothing_from_elsewhere(site, path: str) -> None:
    page = site.get(path)
    assert page.headers["Content-Security-Policy"].startswith("default-src 'self'")
    loaded = re.findall(r'(?:src|href)="([^"]+)"', page.text)
    assert loaded
    assert all(link.startswith(("/", "#", "data:,")) for link in loaded)
    for link in loaded:
        if link.startswith("/static/"):
            assert site.get(link).status_code == 200


def test_static_files_cannot_be_escaped_from(site) -> None:
    assert site.get("/static/..%2fpages.py").status_code == 404
    assert site.get("/static/nothing.js").status_code == 404
