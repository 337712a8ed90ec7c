"""Two authors sign a work by the pages alone, one by a wallet by hand and one by a passkey."""

from __future__ import annotations

import hashlib
import html
import json
import re
from collections.abc import Callable

import pytest
from eth_account import Account
from eth_account.messages import encode_typed_data

from ledger_service.domain.authorship.signed_statement import StatementFile
from scripts.harness.running_library import RunningLibrary
from tests.simulators.people.authenticator import AuthenticatorSimulator
from tests.simulators.people.browser import BrowserSimulator

NewReader = Callable[[], tuple[str, BrowserSimulator]]
PATH = "/me/statements"
WORK = b"%PDF-1.7 a paper by two, signed in the pages"


def begin(browser: BrowserSimulator, work: bytes, count: int = 2) -> tuple[str, list[str]]:
    """Return the path of a new statement, and of its links."""
    page = browser.post(
        PATH,
        data={"title": "Suvning <b>xotirasi</b>", "count": str(count), "own": "1"},
        files={"file": ("paper.pdf", work)},
    )
    assert page.status_code == 200, page.text
    [own] = set(re.findall(rf'"({PATH}/[0-9a-f]{{32}})"', page.text))
    return own, re.findall(rf"({PATH}/invited/[\w-]{{43}})", page.text)


def sign_by_hand(browser: BrowserSimulator, path: str, key: bytes) -> None:
    """Sign what stands on the page in another program, and paste the signature."""
    page = browser.get(path).text
    found = re.search(r'<textarea id="typed"[^>]*>\n(.*?)</textarea>', page, re.DOTALL)
    assert found is not None
    typed = json.loads(html.unescape(found[1]))
    signed = Account.from_key(key).sign_message(encode_typed_data(full_message=typed))
    answer = browser.post(path, data={"do": "sign", "signature": "0x" + signed.signature.hex()})
    assert answer.status_code == 303, answer.text


def add_passkey(browser: BrowserSimulator, url: str) -> AuthenticatorSimulator:
    device = AuthenticatorSimulator(url)
    page = browser.get("/me/sessions/passkeys").text
    options = html.unescape(re.search(r'data-options="([^"]*)"', page)[1])  # type: ignore[index]
    kept = "; ".join(f"{one.name}={one.value}" for one in browser.cookies.jar)
    data, sent = {"answer": device.make(options)}, {"cookie": kept}  # httpx keeps secure ones back
    answer = browser.post("/me/sessions/passkeys", data=data, headers=sent)
    assert answer.status_code == 303, answer.text
    return device


def decide_at_desk(library: RunningLibrary, path: str) -> None:
    """Register the work of a statement, as a registrar who looks at it first."""
    with BrowserSimulator(library.url) as desk:
        desk.sign_in(library.token("registrar"))
        page = desk.get("/desk/signed").text
        assert "Malika &lt;i&gt;K" in page
        decided = f"/desk/signed/{path.rsplit('/', 1)[-1]}"
        assert desk.get(f"{decided}/work").content == WORK
        assert desk.post(decided, data={"do": "register", "license": "none"}).status_code == 422
        answer = desk.post(decided, data={"do": "register", "license": "CC-BY-4.0"})
        assert answer.status_code == 303, answer.text
        told = desk.get(answer.headers["location"]).text
        assert f'"/resources/{hashlib.sha256(WORK).hexdigest()}"' in told
        assert desk.post(decided, data={"do": "refuse"}).status_code == 422


def check_exports(browser: BrowserSimulator, digest: str) -> None:
    """Check that forms of others which have a place for contributions tell those that were signed."""
    base = "https://credit.niso.org/contributor-roles"
    accept = {"accept": "application/ld+json"}
    told = browser.get(f"/resources/{digest}", headers=accept).json()["contributor"]
    assert [(one["contributor"]["name"], one["roleName"]) for one in told] == [
        ("Malika <i>K</i>", [f"{base}/methodology/", f"{base}/software/"]),
        ("Юсуф", [f"{base}/supervision/"]),
    ]
    found = browser.get(f"/resources/{digest}/cite.datacite.json").json()["contributors"]
    assert {"name": "Юсуф", "nameType": "Personal", "contributorType": "Supervisor"} in found
    assert [one["name"] for one in found].count("Malika <i>K</i>") == 0  # DataCite has no such word
    document = browser.get(f"/resources/{digest}/cite.datacite.xml").text
    assert '<contributor contributorType="Supervisor">' in document


def test_two_authors_sign_a_work_and_anybody_fetches_the_proof(
    library: RunningLibrary, new_reader: NewReader
) -> None:
    (_, first), (_, second) = new_reader(), new_reader()
    path, [link] = begin(first, WORK)
    asked = second.get(link).text
    assert "Suvning &lt;b&gt;xotirasi" in asked
    assert second.post(link).headers["location"] == path
    handed_out = second.get(f"{path}/work")
    assert handed_out.content == WORK
    assert handed_out.headers["content-disposition"] == 'attachment; filename="work.pdf"'
    device = add_passkey(second, library.url)
    page = second.get(path).text
    passkey = re.search(r'name="by" value="([0-9a-f]{16})"', page)[1]  # type: ignore[index]
    key = hashlib.sha256(b"a wallet in the pages").digest()
    told = {"name": "Malika <i>K</i>", "role": ["software", "methodology"], "by": "wallet"}
    told["wallet"] = Account.from_key(key).address
    assert first.post(path, data={"do": "accept", **told}).status_code == 303
    assert "Malika &lt;i&gt;K" in second.get(path).text
    assert "You have said who you are" in first.get(path).text
    assert "You have said who you are" not in second.get(path).text
    accepted = {"do": "accept", "name": "Юсуф", "role": "supervision", "by": passkey}
    assert second.post(path, data=accepted).status_code == 303
    sign_by_hand(first, path, key)
    page = second.get(path).text
    options = html.unescape(re.search(r'data-options="([^"]*)"', page)[1])  # type: ignore[index]
    answer = second.post(path, data={"do": "sign", "answer": device.show(options)})
    assert answer.status_code == 303, answer.text
    digest = hashlib.sha256(WORK).hexdigest()
    [work] = second.get(f"/api/v1/resources/{digest}/authors").json()
    assert work["signed_by_all"] is True
    assert [author["by"] for author in work["authors"]] == ["key", "passkey"]
    assert [author["signature"] for author in work["authors"]] == ["holds", "holds"]
    assert work["authors"][1]["roles"] == ["https://credit.niso.org/contributor-roles/supervision/"]
    assert f"/api/v1/statements/{work['statement']}" in first.get(path).text
    file = second.get(f"/api/v1/statements/{work['statement']}")
    assert StatementFile.parse(file.content).signed.digest.hex() == work["statement"]
    assert work["accepted"] is False
    assert "Signed by all" not in second.get(f"/verify?digest={digest}").text  # their own word
    assert f'"/resources/{digest}"' not in first.get(path).text  # which would lead to no page
    assert first.post(path, data={"do": "ask"}).status_code == 303
    decide_at_desk(library, path)
    [told] = second.get(f"/api/v1/resources/{digest}").json()
    assert (told["creator"], told["media_type"]) == ("Malika <i>K</i>; Юсуф", "application/pdf")
    assert second.get(f"{path}/work").status_code == 404
    assert f'"/resources/{digest}"' in first.get(path).text
    page = second.get(f"/verify?digest={digest}").text
    assert "Signed by all of its 2 authors" in page
    assert page.count("signature holds") == 2
    assert "Malika &lt;i&gt;K" in page
    assert "Signed by all of its 2 authors" in second.get(f"/resources/{digest}").text
    check_exports(second, digest)
    assert "Malika &lt;i&gt;K" not in first.get(PATH).text  # the list names works, not authors


def test_what_is_typed_wrong_is_told_and_nothing_is_lost(new_reader: NewReader) -> None:
    _, reader = new_reader()
    path, links = begin(reader, b"%PDF-1.7 one alone", count=1)
    assert links == []
    for wrong in (
        {"name": "", "by": "wallet", "wallet": "0x" + "1" * 40},
        {"name": "A", "by": "wallet", "wallet": "0x12"},
        {"name": "A", "by": "wallet", "wallet": ""},
        {"name": "A", "by": "0" * 16},
        {"name": "A", "by": "wallet", "wallet": "0x" + "1" * 40, "role": "coffee"},
    ):
        answer = reader.post(path, data={"do": "accept", **wrong})
        assert answer.status_code == 422
        assert 'role="alert"' in answer.text
    for data in ({"title": ""}, {"count": "0"}, {"count": "51"}, {"count": "x"}, {"own": "3"}):
        told = {"title": "A work", "count": "2", "own": "1", **data}
        answer = reader.post(PATH, data=told, files={"file": ("a", b"bytes")})
        assert answer.status_code == 422, data
    told = {"title": "A work", "count": "2", "own": "1", "digest": "no digest"}
    assert reader.post(PATH, data=told, files={"file": ("", b"")}).status_code == 422
    answer = reader.post(PATH, data={**told, "digest": ""}, files={"file": ("", b"")})
    assert (answer.status_code, "No file was chosen" in answer.text) == (422, True)
    assert reader.post(path, data={"do": "end"}).status_code == 303
    assert "x" not in reader.get(path).headers.get("location", "")


def test_nobody_else_sees_a_statement(library: RunningLibrary, new_reader: NewReader) -> None:
    (_, first), (_, second) = new_reader(), new_reader()
    path, _ = begin(first, b"%PDF-1.7 closed")
    for way in (path, f"{path}/work", f"{PATH}/{'0' * 32}", f"{PATH}/invited/guessed"):
        assert second.get(way).status_code == 404
    assert second.post(path, data={"do": "end"}).status_code == 404
    with BrowserSimulator(library.url) as nobody:
        answer = nobody.get(path)
        assert (answer.status_code, "/sign-in" in answer.headers["location"]) == (303, True)
        nobody.sign_in(library.token("registrar"))
        assert nobody.get(PATH).status_code == 403
    elsewhere = {"Sec-Fetch-Site": "cross-site"}
    assert first.post(path, data={"do": "end"}, headers=elsewhere).status_code == 403


@pytest.mark.parametrize("way", ["statements/" + "0" * 64, "resources/" + "0" * 64 + "/authors"])
def test_a_work_that_nobody_signed(library: RunningLibrary, way: str) -> None:
    with BrowserSimulator(library.url) as browser:
        answer = browser.get(f"/api/v1/{way}")
        assert answer.status_code == (404 if way.startswith("st") else 200)
        if answer.status_code == 200:
            assert answer.json() == []


def test_a_report_is_written_blind_and_opened_later(
    library: RunningLibrary, new_reader: NewReader
) -> None:
    _, reader = new_reader()
    digest = library.register(title="A work that is reviewed")["digest"]
    page = reader.get(f"/me/reviews?resource={digest}").text
    assert f'value="{digest}"' in page
    told = {"do": "write", "resource": digest, "name": "Prof. <A>", "text": "Good.\nVery <b>."}
    assert reader.post("/me/reviews", data={**told, "text": " "}).status_code == 422
    assert reader.post("/me/reviews", data={**told, "resource": "0" * 64}).status_code == 422
    assert reader.post("/me/reviews", data={**told, "blind": "yes"}).status_code == 303
    [blind] = reader.get(f"/api/v1/resources/{digest}/reviews").json()
    assert (blind["text"], blind["name"], blind["opened_at"]) == (None, None, None)
    assert reader.get(f"/api/v1/reviews/{blind['digest']}").status_code == 404
    assert "Very &lt;b&gt;." in reader.get("/me/reviews").text
    page = reader.get(f"/resources/{digest}").text
    assert "only who wrote it can read it until they open it" in page
    assert f'href="/entries/{blind["entry"]}"' in page
    assert f"/api/v1/reviews/{blind['digest']}" not in page
    data = {"do": "open", "review": blind["digest"]}
    assert reader.post("/me/reviews", data=data).status_code == 303
    [opened] = reader.get(f"/api/v1/resources/{digest}/reviews").json()
    assert (opened["text"], opened["name"]) == ("Good.\nVery <b>.", "Prof. <A>")
    body = reader.get(f"/api/v1/reviews/{blind['digest']}").content
    assert hashlib.sha256(body).hexdigest() == blind["digest"]
    page = reader.get(f"/resources/{digest}").text
    assert (
        "and opened on" in page or "open to everybody" in page
    )  # within one second it is the same
    assert f'href="/api/v1/reviews/{blind["digest"]}"' in page
    assert "Very &lt;b&gt;." not in page
    assert "Prof." not in page


def test_who_has_no_passkey_is_led_to_one_and_back(
    library: RunningLibrary, new_reader: NewReader
) -> None:
    _, browser = new_reader()
    path, _ = begin(browser, b"%PDF-1.7 of somebody without a passkey")
    there = f"/me/sessions/passkeys?then={path}"
    assert f'href="{there}"' in browser.get(path).text
    assert f'action="{there}"' in browser.get(there).text
    device = AuthenticatorSimulator(library.url)
    page = browser.get(there).text
    options = html.unescape(re.search(r'data-options="([^"]*)"', page)[1])  # type: ignore[index]
    kept = "; ".join(f"{one.name}={one.value}" for one in browser.cookies.jar)
    answer = browser.post(there, data={"answer": device.make(options)}, headers={"cookie": kept})
    assert (answer.status_code, answer.headers["location"]) == (303, path)
    assert there not in browser.get(path).text
    for elsewhere in ("https://muhr.example/", "//muhr.example/", "\\\\muhr.example"):
        page = browser.get("/me/sessions/passkeys", params={"then": elsewhere}).text
        assert 'action="/me/sessions/passkeys"' in page
        assert f'href="{elsewhere}' not in page
