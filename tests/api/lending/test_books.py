"""Parts of a book over HTTP: under which policy, to whom, and counted as what."""

from __future__ import annotations

import httpx
import pytest

from tests.browser.readers.made import epub

EPUB = {"media_type": "application/epub+zip", "title": "Winds of the steppe"}


@pytest.fixture
def site(library):
    with httpx.Client(base_url=library.url, trust_env=False, timeout=60) as client:
        yield client


@pytest.fixture(scope="module")
def open_book(library):
    return library.register(epub(2), **EPUB)["digest"]


@pytest.fixture(scope="module")
def lent_book(library):
    library.license("book-club", longest_loan_seconds=500_000)
    digest = library.register(epub(3), license="book-club", **EPUB)["digest"]
    return digest, library.grant(digest)["grant"]


def test_a_part_runs_no_script_wherever_it_is_opened(site, open_book):
    answer = site.get(f"/read/{open_book}/book/text/chapter1.xhtml")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/xhtml+xml"
    policy = answer.headers["content-security-policy"].split("; ")
    assert "sandbox allow-same-origin" in policy
    assert "default-src 'none'" in policy
    assert not any(rule.startswith("script-src") for rule in policy)
    assert answer.headers["cache-control"].startswith("public")
    assert answer.headers["x-content-type-options"] == "nosniff"
    head = site.head(f"/read/{open_book}/book/text/chapter1.xhtml")
    assert head.headers["content-length"] == str(len(answer.content))
    assert head.content == b""


@pytest.mark.parametrize("path", ["text/evil.js", "text/none.xhtml", "mimetype", "%2e%2e/x.css"])
def test_what_a_book_does_not_have_is_a_problem_document(site, open_book, path):
    answer = site.get(f"/read/{open_book}/book/{path}")
    assert answer.status_code == 404


def test_the_list_of_parts_has_no_script(site, open_book):
    parts = site.get(f"/read/{open_book}/parts").json()
    assert "text/chapter2.xhtml" in parts
    assert "text/evil.js" not in parts
    assert parts["text/style.css"] == len("h1 { letter-spacing: 0.1em }")


def test_what_is_no_book_has_no_parts(site, library, fresh_bytes):
    digest = library.register(fresh_bytes(999), **EPUB)["digest"]
    assert site.get(f"/read/{digest}/parts").status_code == 404
    page = site.get(f"/read/{digest}?lang=en")
    assert page.status_code == 200
    assert "This book cannot be shown here" in page.text


def test_closed_parts_are_for_who_opened_it_and_end_with_the_grant(site, library, lent_book):
    """The last of these: it ends the loan."""
    digest, grant = lent_book
    part = f"/read/{digest}/book/text/chapter1.xhtml"
    assert site.get(part).status_code == 403
    assert site.get(f"/read/{digest}/parts").status_code == 403
    token = library.token("reader", library.readers[0])
    site.post(f"/read/{digest}", data={"token": token})
    answer = site.get(part)
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "private, no-store"
    assert library.registrar.post(f"/grants/{grant}/revocation").status_code == 202
    assert site.get(part).status_code == 403
    assert site.get(f"/read/{digest}/parts").status_code == 403
