"""HEAD, OPTIONS and what else a general client expects of every address (RFC 9110, §9.3)."""

import httpx
import pytest

PATHS = ["/", "/verify", "/robots.txt", "/static/style.css", "/muhr/checkpoint"]
PATHS += ["/problems/resource-not-found", "/api/v1/resources", "/api/v1/deployment", "/api/v1/docs"]


@pytest.fixture(scope="module")
def browser(library):
    headers = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8", "Accept-Language": "en"}
    with httpx.Client(base_url=library.url, headers=headers, trust_env=False, timeout=60) as client:
        yield client


@pytest.fixture(scope="module")
def program(library):
    with httpx.Client(base_url=library.url, trust_env=False, timeout=60) as client:
        yield client


@pytest.mark.parametrize("path", PATHS)
def test_head_tells_what_get_would_and_sends_no_body(program, path):
    whole, headers = program.get(path), program.head(path)
    assert whole.status_code == headers.status_code == 200
    assert headers.content == b""
    for name in ("content-type", "content-length", "etag"):
        assert headers.headers.get(name) == whole.headers.get(name), name


def test_head_of_what_is_not_there_is_404_without_a_body(program):
    answer = program.head("/nothing")
    assert (answer.status_code, answer.content) == (404, b"")


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("/api/v1/resources", "GET, HEAD, OPTIONS, POST"),
        ("/api/v1/openings", "OPTIONS, POST"),
        ("/verify", "GET, HEAD, OPTIONS"),
    ],
)
def test_a_path_tells_all_methods_that_it_takes(program, path, allowed):
    answer = program.options(path)
    assert (answer.status_code, answer.content) == (204, b"")
    assert answer.headers["allow"] == allowed
    refused = program.delete(path)
    assert (refused.status_code, refused.headers["allow"]) == (405, allowed)


def test_options_of_what_is_not_there_is_404(program):
    assert program.options("/nothing").status_code == 404


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/nothing", 404),
        (f"/resources/{'12' * 32}/receipt.pdf", 404),
        ("/resources/12/receipt.pdf", 422),
        ("/problems/nothing", 404),
    ],
)
def test_a_person_gets_a_page_and_a_program_gets_a_document(browser, program, path, status):
    page, document = browser.get(path), program.get(path)
    assert page.status_code == document.status_code == status
    assert page.headers["content-type"].startswith("text/html")
    assert "<title>Error: " in page.text
    detail = "no page at /nothing" if path == "/nothing" else document.json()["detail"]
    assert detail in page.text.replace("&#34;", '"')
    assert document.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("path", "above"),
    [
        ("/sign-in/card?lang=ru", "/sign-in?lang=ru"),
        ("/me/sessions/tokens?lang=ru", "/me/sessions?lang=ru"),
        (f"/me/loans/{'12' * 32}/renewal", "/me/loans"),
        (f"/desk/requests/{'12' * 16}/approval", "/desk/requests"),
        ("/sign-out", "/"),
    ],
)
def test_who_gets_the_address_of_a_form_is_led_to_its_page(browser, program, path, above):
    answer = browser.get(path)
    assert (answer.status_code, answer.headers["location"]) == (303, above)
    assert program.get(path).status_code == 405


def test_below_the_api_a_browser_gets_the_document(browser):
    answer = browser.get("/api/v1/nothing")
    assert answer.headers["content-type"] == "application/problem+json"


def test_robots_see_pages_only(program):
    assert "Disallow: /api/" in program.get("/robots.txt").text


def test_whom_to_tell_of_a_weakness_is_said_once_the_operator_has_said_it(library, program):
    assert program.get("/.well-known/security.txt").status_code == 404
    library.app.state.contact = "mailto:it@library.example.uz"
    try:
        told = program.get("/.well-known/security.txt")
    finally:
        library.app.state.contact = ""
    assert told.headers["content-type"].startswith("text/plain")
    fields = dict(line.split(": ", 1) for line in told.text.splitlines())
    assert fields["Contact"] == "mailto:it@library.example.uz"
    assert fields["Expires"].endswith("Z")
    assert fields["Canonical"] == f"{library.app.state.public_url}/.well-known/security.txt"
