"""The first page of what is a person's own: ways to it, what a reader is told, and where else."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from ledger_service.domain.people.notices.notice import NoticeKind
from ledger_service.services.people.notices import tell
from scripts.harness.running_library import RunningLibrary
from tests.simulators.people.browser import BrowserSimulator

NewReader = Callable[[], tuple[str, BrowserSimulator]]


def told(library: RunningLibrary, reader: str, kind: NoticeKind, about: str) -> None:
    with library.opened.store.write() as transaction:
        tell(transaction, reader, kind, about, library.opened.library.clock())


def test_nobody_is_shown_a_place_of_their_own(library: RunningLibrary) -> None:
    with BrowserSimulator(library.url) as nobody:
        page = nobody.get("/me")
    assert (page.status_code, page.headers["location"]) == (303, "/sign-in?then=/me")


@pytest.mark.parametrize("role", ["reader", "registrar", "auditor"])
def test_whoever_is_signed_in_has_a_place_that_no_cache_keeps(
    library: RunningLibrary, role: str
) -> None:
    with BrowserSimulator(library.url) as browser:
        browser.sign_in(library.token(role))
        page = browser.get("/me")
    assert page.status_code == 200
    assert "<h1>My library</h1>" in page.text
    assert page.headers["Cache-Control"] == "no-store"
    assert ('href="/me/shelf"' in page.text) is (role == "reader")


def test_the_head_of_a_part_leads_back_to_all_parts_and_names_no_other(
    library: RunningLibrary, new_reader: NewReader
) -> None:
    _, browser = new_reader()
    parts = [link for link in library.app.state.me_links if link.path != "/me"]
    first = browser.get("/me").text
    for link in parts:
        assert first.count(f'href="{link.path}"') == 1
        page = browser.get(link.path).text
        head = page[page.index('class="desk-bar"') : page.index("</nav>", page.index("desk-bar"))]
        assert re.findall(r'href="([^"]+)"', head) == ["/me", link.path]
        assert head.count("aria-current") == 1


def test_a_reader_is_told_until_they_say_that_they_saw_it(
    library: RunningLibrary, new_reader: NewReader
) -> None:
    digest = library.register(title="Told & <shown>")["digest"]
    reader, browser = new_reader()
    _, other = new_reader()
    told(library, reader, NoticeKind.TURN_CAME, digest)
    told(library, reader, NoticeKind.LOAN_ENDS, digest)
    page = browser.get("/me").text
    assert "2 new" in page
    assert "Told &amp; &lt;shown&gt;" in page
    [until] = re.findall(r'name="until" value="(\d+)"', page)
    told(library, reader, NoticeKind.WITHDRAWN, digest)
    assert browser.post("/me/notices", data={"until": until}).status_code == 303
    assert "1 new" in browser.get("/me").text
    assert browser.get("/api/v1/me/notices").json()["fresh"] == 1
    assert "new</strong>" not in other.get("/me").text
    for nonsense in ("", "-1", "1" * 30, "x"):
        assert browser.post("/me/notices", data={"until": nonsense}).status_code == 422


def test_no_form_of_another_site_changes_anything(
    library: RunningLibrary, new_reader: NewReader
) -> None:
    reader, browser = new_reader()
    told(library, reader, NoticeKind.LOAN_ENDS, "0" * 64)
    number = browser.get("/api/v1/me/notices").json()["items"][0]["number"]
    other_site = {"Sec-Fetch-Site": "cross-site"}
    for path in ("/me/notices", "/me/mail", "/me/shelf/searches"):
        answer = browser.post(path, data={"until": str(number)}, headers=other_site)
        assert answer.status_code == 403
    answer = browser.put("/api/v1/me/notices/seen", json={"until": number}, headers=other_site)
    assert answer.status_code == 403
    assert browser.get("/api/v1/me/notices").json()["fresh"] == 1


def test_where_no_server_for_mail_is_set_up_none_is_promised(new_reader: NewReader) -> None:
    _, browser = new_reader()
    assert "News by mail" not in browser.get("/me").text
    page = browser.post("/me/mail", data={"do": "on", "mail": "a@example.org"})
    assert page.status_code == 422
    assert "sends no mail" in page.text
    assert browser.get("/api/v1/me/notices/ways").json() == {"mail": None, "language": "en"}
