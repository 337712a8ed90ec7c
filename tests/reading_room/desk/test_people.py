"""People at the desk: colleagues added, invited, removed; tokens ended; cases; and who did what."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from scripts.harness.running_library import RunningLibrary
from tests.simulators.people.browser import BrowserSimulator

PAGE, CASES, ACTS = "/desk/people", "/desk/people/cases", "/desk/people/acts"
PHRASE = "sakkizta qizil olma va nok"
Come = Callable[..., BrowserSimulator]


@pytest.fixture(scope="module")
def admin(library: RunningLibrary, come: Come) -> BrowserSimulator:
    return come(library.token("admin"))


def named(what: str) -> str:
    """Return a name that no other test gives."""
    return f"{what} <b>{secrets.token_hex(4)}"


def number_of(admin: BrowserSimulator, name: str) -> str:
    """Return the number by which the page of a colleague is found."""
    shown = name.replace("<", "&lt;").replace(">", "&gt;")
    at = 0
    while True:
        page = admin.get(f"{PAGE}?from={at}").text
        found = re.search(rf'href="/desk/people/(\d+)"><bdi>{re.escape(shown)}<', page)
        if found:
            return found[1]
        assert 'rel="next"' in page, name
        at += 25


def added(admin: BrowserSimulator, name: str, role: str) -> str:
    answer = admin.post(PAGE, data={"name": name, "role": role, "do": "add"})
    assert answer.status_code == 303, answer.text
    return number_of(admin, name)


def test_a_colleague_is_invited_signs_in_and_is_removed(
    library: RunningLibrary, admin: BrowserSimulator, come: Come
) -> None:
    name = named("registrar")
    answer = admin.post(PAGE, data={"name": name, "role": "registrar", "do": "invite"})
    assert answer.status_code == 201
    assert "<b>" + name[-8:] not in answer.text
    [link] = re.findall(r"(/invitation/[\w-]+)", answer.text)
    number = number_of(admin, name)
    assert "link that is not used yet" in admin.get(f"{PAGE}/{number}").text
    there = come()
    fields = {"card": name, "passphrase": PHRASE, "again": PHRASE}
    assert there.post(link, data=fields).status_code in (200, 303)
    assert there.post("/sign-in/card", data={"card": name, "passphrase": PHRASE}).is_redirect
    assert there.get("/desk/take-in").status_code == 200
    page = admin.get(f"{PAGE}/{number}").text
    assert "passphrase" in page
    assert "browsers that are signed in: 1" in page.replace("\u2068", "").replace("\u2069", "")
    assert admin.post(f"{PAGE}/{number}/removal", data={"role": "registrar"}).status_code == 422
    assert there.get("/desk/take-in").status_code == 200
    gone = admin.post(f"{PAGE}/{number}/removal", data={"role": "registrar", "sure": "yes"})
    assert gone.status_code == 303
    assert there.get("/desk/take-in").status_code in (303, 401)
    again = there.post("/sign-in/card", data={"card": name, "passphrase": PHRASE})
    assert not again.is_redirect
    assert admin.get(f"{PAGE}/{number}").status_code == 404


def test_a_token_is_ended_at_once(library: RunningLibrary, admin: BrowserSimulator) -> None:
    name = secrets.token_hex(8)
    client = httpx.Client(base_url=f"{library.url}/api/v1", trust_env=False)
    client.headers["Authorization"] = f"Bearer {library.token('registrar', name)}"
    number = number_of(admin, name)
    [token] = re.findall(r"/tokens/([0-9a-f]{16})/end", admin.get(f"{PAGE}/{number}").text)
    assert client.get("/imports").status_code == 200
    assert admin.post(f"{PAGE}/{number}/tokens/{token}/end", data={"": ""}).status_code == 303
    assert client.get("/imports").status_code == 401
    client.close()
    ended = admin.post(f"{PAGE}/{number}/tokens/{token}/end", data={"": ""})
    assert ended.status_code == 422
    acts = admin.get(ACTS, params={"kind": "token-revoked", "about": token}).text
    assert "Ended a token or a sign-in" in acts


def test_an_admin_gives_no_role_beyond_their_own(admin: BrowserSimulator) -> None:
    for role in ("consortium-admin", "reader", "operator", ""):
        answer = admin.post(PAGE, data={"name": named("x"), "role": role, "do": "add"})
        assert answer.status_code == 422, role
    assert 'value="consortium-admin"' not in admin.get(PAGE).text
    assert admin.post(PAGE, data={"name": "", "role": "auditor"}).status_code == 422


def test_a_case_is_opened_and_closed(library: RunningLibrary, admin: BrowserSimulator) -> None:
    auditor, why = named("auditor"), named("complaint")
    added(admin, auditor, "auditor")
    digest = library.register(title="Looked at")["digest"]
    until = (datetime.now(UTC) + timedelta(days=9)).date().isoformat()
    asked = {"name": why, "auditor": auditor, "until": until, "about": f"{digest.upper()}\r\n"}
    for wrong in ({"until": "2020-01-01"}, {"until": "soon"}, {"about": "x"}, {"auditor": "no"}):
        refused = admin.post(CASES, data=asked | wrong)
        assert refused.status_code == 422, wrong
        assert f'value="{why.replace("<", "&lt;").replace(">", "&gt;")}"' in refused.text
    assert admin.post(CASES, data=asked).status_code == 303
    page = admin.get(CASES).text
    row = next(one for one in page.split("<tr>") if why[-8:] in one)
    assert digest in row
    assert auditor[-8:] in row
    [case] = re.findall(r"/cases/([0-9a-f]{64})/close", row)
    assert admin.post(f"{CASES}/{case}/close", data={"": ""}).status_code == 303
    row = next(one for one in admin.get(CASES).text.split("<tr>") if why[-8:] in one)
    assert "Closed" in row
    assert admin.post(f"{CASES}/{'0' * 64}/close", data={"": ""}).status_code == 404


def test_who_did_what_is_told_by_name_to_whom_it_may(
    library: RunningLibrary, admin: BrowserSimulator, inspector: BrowserSimulator, come: Come
) -> None:
    name = secrets.token_hex(8)
    registrar = come(library.token("registrar", name))
    registrar.post("/desk/grants/readers", data={"": ""}).raise_for_status()
    assert f"<bdi>{name}</bdi>" in admin.get(ACTS, params={"holder": name}).text
    theirs = registrar.get(ACTS).text
    assert f"<bdi>{name}</bdi>" in theirs
    assert "Made an access token" in theirs
    unnamed = inspector.get(ACTS).text
    assert name not in unnamed
    assert re.search(r"Colleague .?\d", unnamed)
    assert inspector.get(ACTS, params={"holder": name}).status_code == 403
    assert admin.get(ACTS, params={"cursor": "x"}).status_code == 422


def test_only_who_may_sees_and_changes_people(
    librarian: BrowserSimulator, inspector: BrowserSimulator, admin: BrowserSimulator
) -> None:
    for browser in (librarian, inspector):
        assert f'href="{PAGE}"' not in browser.get("/desk").text
        for path in (PAGE, f"{PAGE}/1"):
            assert browser.get(path).status_code == 403
        for path in (PAGE, f"{PAGE}/1/removal", f"{PAGE}/1/tokens/{'0' * 16}/end", CASES):
            assert browser.post(path, data={"sure": "yes"}).status_code == 403, path
    assert inspector.get(CASES).status_code == 200
    assert 'name="until"' not in inspector.get(CASES).text
    assert librarian.get(CASES).status_code == 403
    assert PAGE in admin.get("/desk").text


def test_an_auditor_finds_the_way_to_their_cases(inspector: BrowserSimulator) -> None:
    assert 'href="/desk/people/cases"' in inspector.get("/desk/audit").text
    assert inspector.get(CASES).status_code == 200
