"""The page on which a reader reads: open at once, or by a token, with a key for one browser."""

import json
import re
import time
from functools import partial
from http.cookies import SimpleCookie

import httpx
import pytest

from tests.simulators.people.browser import BrowserSimulator

MIB = 2**20
COOKIE = "muhr-opening"


@pytest.fixture
def site(library):
    with httpx.Client(
        base_url=library.url, headers={"Accept-Language": "en"}, trust_env=False, timeout=60
    ) as client:
        yield client


@pytest.fixture(scope="module")
def film(library, fresh_bytes):
    """Return a closed film that the first reader may open, and its bytes."""
    library.license("film-club", longest_loan_seconds=691_391)
    data = fresh_bytes(MIB + 99)
    digest = library.register(data, license="film-club", media_type="video/webm", title="A film")
    return digest["digest"], library.grant(digest["digest"])["grant"], data


def open_it(site, library, digest, reader=0, **changed):
    token = library.token("reader", library.readers[reader])
    return site.post(f"/read/{digest}", data={"token": token, **changed})


def cookies(answer):
    """Return the cookies that an answer sets, by the path that they are for."""
    given = [SimpleCookie(line)[COOKIE] for line in answer.headers.get_list("set-cookie")]
    return {morsel["path"]: morsel for morsel in given}


def test_a_closed_resource_asks_for_a_token_and_shows_nothing(site, film):
    page = site.get(f"/read/{film[0]}")
    assert page.status_code == 200
    assert 'type="password"' in page.text
    assert "<video" not in page.text
    assert page.headers["cache-control"] == "no-store"
    assert "form-action 'self'" in page.headers["content-security-policy"]


def test_who_is_signed_in_opens_it_without_a_token(library, film):
    digest, _, data = film
    with BrowserSimulator(library.url) as browser:
        browser.headers["Accept-Language"] = "en"
        browser.sign_in(library.token("reader", library.readers[0]))
        asked = browser.get(f"/read/{digest}").text
        assert 'name="token"' not in asked
        assert f'<form action="/read/{digest}" method="post">' in asked
        elsewhere = {"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"}
        assert browser.post(f"/read/{digest}", data={"": ""}, headers=elsewhere).status_code == 403
        assert browser.post(f"/read/{digest}", data={"": ""}).status_code == 303
        [address] = re.findall(r'src="(/api/[^"]+)"', browser.get(f"/read/{digest}").text)
        assert browser.get(address).content == data


def test_a_signed_in_reader_without_a_loan_may_ask_for_one_there(library, film):
    with BrowserSimulator(library.url) as browser:
        browser.headers["Accept-Language"] = "en"
        browser.sign_in(library.registrar.post("/readers").json()["token"])
        refused = browser.post(f"/read/{film[0]}", data={"": ""})
        assert refused.status_code == 403
        assert '<form action="/me/requests" method="post"' in refused.text


def test_a_reader_opens_it_and_its_player_gets_the_bytes_without_a_token(site, library, film):
    digest, _, data = film
    start = library.status()["ledger_size"]
    answer = open_it(site, library, digest)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/read/{digest}")
    assert any(json.loads(text)["kind"] == "opened" for text in library.entries(start))
    page = site.get(f"/read/{digest}")
    [address] = re.findall(
        r'<video class="shown" id="film" controls preload="metadata" src="([^"]+)"', page.text
    )
    whole = site.get(address)
    assert (whole.status_code, whole.content) == (200, data)
    assert whole.headers["cache-control"] == "private, no-store"
    part = site.get(address, headers={"Range": "bytes=1000000-"})
    assert (part.status_code, part.content) == (206, data[1_000_000:])
    assert whole.headers["content-disposition"].startswith("inline")


def test_what_the_browser_keeps_is_for_two_addresses_and_ends_with_the_opening(site, library, film):
    digest, _, _ = film
    answer = open_it(site, library, digest)
    kept = cookies(answer)
    assert kept.keys() == {f"/read/{digest}", f"/api/v1/resources/{digest}/content"}
    for morsel in kept.values():
        assert morsel["httponly"]
        assert morsel["samesite"] == "strict"
        assert not morsel["secure"]  # this library has no https address
        assert 0 < int(morsel["max-age"]) <= 4 * 3600
    assert len({morsel.value for morsel in kept.values()}) == 1
    token = library.token("reader", library.readers[0])
    assert token not in answer.text + str(answer.headers)


def test_with_an_https_address_the_browser_sends_it_over_https_only(site, library, film):
    was, library.app.state.public_url = library.app.state.public_url, "https://library.example.uz"
    try:
        kept = cookies(open_it(site, library, film[0]))
    finally:
        library.app.state.public_url = was
    assert all(morsel["secure"] for morsel in kept.values())


def test_it_is_closed_again_for_the_next_at_this_computer(site, library, film, problem):
    digest, _, _ = film
    open_it(site, library, digest)
    answer = site.post(f"/read/{digest}/close")
    assert answer.status_code == 303
    assert {morsel["max-age"] for morsel in cookies(answer).values()} == {"0"}
    assert "<video" not in site.get(f"/read/{digest}").text
    problem(site.get(f"/api/v1/resources/{digest}/content"), 403, "content-closed")


def test_the_secret_in_an_openings_address_is_no_key(site, library, reader, film, problem):
    digest, _, _ = film
    opening = reader.post("/openings", json={"digest": digest}).json()
    secret = opening["content"].split("/")[-2]
    answer = site.get(
        f"/api/v1/resources/{digest}/content", headers={"Cookie": f"{COOKIE}={secret}"}
    )
    problem(answer, 404, "opening-not-found")


def test_a_key_opens_no_other_resource(site, library, film, problem):
    other = library.register(license="film-club")["digest"]
    [key] = {morsel.value for morsel in cookies(open_it(site, library, film[0])).values()}
    answer = site.get(f"/api/v1/resources/{other}/content", headers={"Cookie": f"{COOKIE}={key}"})
    problem(answer, 404, "opening-not-found")


@pytest.mark.parametrize("token", ["", "muhr_" + "A" * 43, "x" * 150, "é \x00"])
def test_a_token_that_is_none_is_told_and_asked_for_again(site, film, token):
    page = site.post(f"/read/{film[0]}", data={"token": token})
    assert page.status_code == 401
    assert 'role="alert"' in page.text
    assert 'type="password"' in page.text
    assert not token or token not in page.text


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"token=" + b"x" * 5000, "application/x-www-form-urlencoded"),
        (b"token=a&token=b", "application/x-www-form-urlencoded"),
        (b'{"token": "a"}', "application/json"),
        (b"", "multipart/form-data"),
    ],
)
def test_a_body_that_is_no_such_form_opens_nothing(site, film, body, kind):
    answer = site.post(f"/read/{film[0]}", content=body, headers={"Content-Type": kind})
    assert answer.status_code == 401
    assert "set-cookie" not in answer.headers


def test_a_reader_without_a_grant_and_a_colleague_are_told_why(site, library, film):
    page = open_it(site, library, film[0], reader=1)
    assert page.status_code == 403
    assert "you have no grant for it" in page.text
    assert "set-cookie" not in page.headers
    staff = site.post(f"/read/{film[0]}", data={"token": library.token("registrar")})
    assert staff.status_code == 403


def test_after_a_revocation_the_page_and_the_player_are_told_why(
    site, library, registrar, fresh_bytes, problem
):
    digest = library.register(fresh_bytes(50), license="film-club", media_type="audio/mpeg")[
        "digest"
    ]
    grant = library.grant(digest)["grant"]
    open_it(site, library, digest)
    assert "<audio" in site.get(f"/read/{digest}").text
    assert registrar.post(f"/grants/{grant}/revocation").status_code == 202
    page = site.get(f"/read/{digest}")
    assert page.status_code == 403
    assert "your grant was revoked" in page.text
    assert "<audio" not in page.text
    problem(site.get(f"/api/v1/resources/{digest}/content"), 403, "no-live-grant")


def test_what_the_browser_kept_ends_with_its_time(site, library, opened_until, wait, problem):
    opens = partial(open_it, site, library)
    digest, until, _ = opened_until(opens, license="film-club")
    key = site.cookies.get(COOKIE, path=f"/read/{digest}")
    wait(lambda: time.time() > until, "time does not pass", seconds=90)
    answer = site.get(f"/api/v1/resources/{digest}/content", headers={"Cookie": f"{COOKIE}={key}"})
    problem(answer, 404, "opening-not-found")
    assert 'type="password"' in site.get(f"/read/{digest}").text


@pytest.mark.parametrize(
    ("media_type", "shown"),
    [
        ("video/mp4", "<video "),
        ("audio/ogg", "<audio "),
        ("image/png", "<img "),
        ("application/pdf", "Read the PDF in the browser&#39;s own viewer</a>"),
        ("image/svg+xml", "are not shown in the page"),
        ("text/html", "are not shown in the page"),
    ],
)
def test_what_is_open_is_shown_at_once(site, library, fresh_bytes, media_type, shown):
    digest = library.register(fresh_bytes(30), media_type=media_type, title="<b>Open</b>")["digest"]
    page = site.get(f"/read/{digest}")
    assert page.status_code == 200
    assert shown in page.text
    assert "&lt;b&gt;Open" in page.text
    assert "password" not in page.text
    library.anchored()
    assert f'href="/read/{digest}"' in site.get("/verify", params={"digest": digest}).text


def test_what_is_withdrawn_or_not_registered_leads_to_its_verdict(site, library, registrar):
    digest = library.register()["digest"]
    registrar.post(f"/resources/{digest}/withdrawal", json={"reason": "error"})
    for wanted in (digest, "0" * 64):
        answer = site.get(f"/read/{wanted}")
        assert (answer.status_code, answer.headers["location"]) == (303, f"/verify?digest={wanted}")
    assert site.get("/read/12", headers={"Accept": "text/html"}).status_code == 422
