"""Loans of another library with licenses of LCP, by a license server that is the test's own."""

from __future__ import annotations

import base64
import hashlib
import time
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from uuid import uuid4

import httpx
import pytest
from click.testing import CliRunner

from ledger_service.domain.ledger.entry import Entry
from ledger_service.domain.people.caller import Caller, Role
from ledger_service.domain.people.permission import Permission
from ledger_service.services.lending.forgetting.erase_reader import erase_reader
from ledger_service.services.people.grant_access import issue_token
from ledger_service.setup import clock
from reading_room.lcp.cli import lcp as command
from scripts.harness.running_library import RunningLibrary
from tests.simulators.people.borrower import Borrower, Document, expanded, iso, link_of
from tests.simulators.people.license_server import PASSWORD, LicenseServerSimulator, opened

DAY = 86_400
EPUB = "application/epub+zip"
LICENSE = "application/vnd.readium.lcp.license.v1.0+json"
KEY = hashlib.sha256(b"the passphrase").digest()
_numbers = count(1)
SAID = {
    "passphrase": base64.b64encode(KEY).decode(),  # as Palace sends it
    "hint": "What the city library gave you",
    "hint_url": "https://city.example/passphrase",
}


@pytest.fixture(scope="module")
def server() -> Iterator[LicenseServerSimulator]:
    server = LicenseServerSimulator()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def lender(
    blank_home: Path, tmp_path_factory: pytest.TempPathFactory, server: LicenseServerSimulator
) -> Iterator[RunningLibrary]:
    """Return a library of its own, which has a license server."""
    folder = tmp_path_factory.mktemp("lender")
    (folder / "password").write_text(PASSWORD + "\n")
    settings = {"LCP": server.url, "LCP_PASSWORD_FILE": str(folder / "password")}
    running = RunningLibrary(folder / "home", blank_home, **settings)
    try:
        running.start()
        yield running
    finally:
        running.stop()


@pytest.fixture(scope="module")
def borrower(lender: RunningLibrary) -> Iterator[Borrower]:
    operator = Caller.operator(lender.opened.library.steward)
    scopes = [Permission.LOAN_DISTRIBUTE]
    token = issue_token(lender.opened.store, clock, operator, Role.SERVICE, "city", DAY, scopes)
    with httpx.Client(base_url=lender.url, auth=("city", token), trust_env=False) as client:
        yield Borrower(client)


@pytest.fixture(scope="module")
def device(lender: RunningLibrary) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=lender.url, trust_env=False, timeout=60) as client:
        yield client


@pytest.fixture
def protected(lender: RunningLibrary, server: LicenseServerSimulator) -> Callable[..., str]:
    """Return a function that registers a book under a license, binds its file, and gives its digest."""

    def make(**terms: object) -> str:
        name = f"lent-{uuid4().hex[:8]}"
        wanted = {
            "seats": 1,
            "self_service": True,
            "longest_loan_seconds": 20 * DAY + next(_numbers),
            **terms,
        }
        lender.license(name, **wanted)
        digest = str(lender.register(license=name, media_type=EPUB)["digest"])
        publication = str(uuid4())
        server.publications[publication] = "Encrypted book"
        bound = lender.registrar.post(
            "/lcp/files", json={"digest": digest, "publication": publication}
        )
        assert bound.status_code == 201, bound.text
        assert bound.json()["title"] == "Encrypted book"
        return digest

    return make


def lent(lender: RunningLibrary, borrower: Borrower, digest: str, **said: str) -> Document:
    loan = borrower.borrow(borrower.license_of(digest), f"patron {uuid4()}", **(said or SAID))
    lender.granted(loan["id"], "issued")
    return loan


def address_of(loan: Document) -> str:
    [found] = [link["href"] for link in loan["links"] if link["type"] == LICENSE]
    return str(found)


def test_a_loan_has_a_license_that_its_passphrase_opens_and_that_ends_with_it(
    lender: RunningLibrary,
    borrower: Borrower,
    device: httpx.Client,
    server: LicenseServerSimulator,
    protected: Callable[..., str],
    wait: Callable[..., None],
) -> None:
    digest = protected()
    offered = borrower.license_of(digest)
    assert offered["metadata"]["protection"] == {"format": [LICENSE], "print": False}
    assert borrower.info(offered)["protection"] == offered["metadata"]["protection"]
    until = int(time.time()) + DAY
    loan = lent(lender, borrower, digest, expires=iso(until), **SAID)
    before = len(server.asked)
    answer = device.get(address_of(loan))
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == LICENSE
    assert answer.headers["cache-control"] == "private, no-store"
    license = answer.json()
    assert opened(license, KEY)
    assert not opened(license, hashlib.sha256(b"another").digest())
    assert license["provider"] == lender.url
    rights = license["rights"]
    assert (rights["end"], rights["print"]) == (iso(until).replace("+00:00", "Z"), 0)
    assert "copy" not in rights
    asked = str(server.asked[before:])
    assert license["user"] == {"id": license["id"]}
    for private in ("patron", loan["id"], "city.example", link_of(loan, "self")["href"][-64:]):
        assert private not in asked

    # The license leads to our status, by which the reader's program registers, renews and returns.
    status = device.get(f"/odl/lcp/status/{license['id']}").json()
    assert (status["id"], status["status"]) == (license["id"], "ready")
    assert link_of(status, "license") == {
        "rel": "license",
        "href": address_of(loan),
        "type": LICENSE,
    }
    hint = device.get(f"/odl/lcp/hint/{license['id']}")
    assert (hint.status_code, hint.headers["location"]) == (302, SAID["hint_url"])
    device.post(expanded(link_of(status, "register"), id="d", name="Thorium")).raise_for_status()

    later = until + 3 * DAY
    device.put(expanded(link_of(status, "renew"), end=iso(later))).raise_for_status()
    told = iso(later).replace("+00:00", "Z")
    wait(lambda: server.licenses[license["id"]]["end"] == told, "the later end is not told")
    assert device.get(address_of(loan)).json()["rights"]["end"] == told

    device.put(expanded(link_of(status, "return"))).raise_for_status()
    ended = device.get(address_of(loan)).json()  # fetched anew, as programs do: it is over
    assert ended["rights"]["end"] <= iso(int(time.time())).replace("+00:00", "Z")
    assert device.get(f"/odl/lcp/status/{license['id']}").json()["status"] == "returned"


def test_each_license_that_is_given_is_an_opening_and_a_head_is_none(
    lender: RunningLibrary, borrower: Borrower, device: httpx.Client, protected: Callable[..., str]
) -> None:
    loan = lent(lender, borrower, protected())

    def openings() -> int:
        with lender.opened.store.read() as transaction:
            bodies = transaction.ledger.entries(0, transaction.ledger.size())
        return sum(Entry.parse(body).kind == "opened" for body in bodies)

    before = openings()
    assert device.head(address_of(loan)).headers["content-type"] == LICENSE
    assert openings() == before
    device.get(address_of(loan)).raise_for_status()
    assert openings() > before


def test_while_the_server_is_away_the_loan_stands_and_its_end_is_told_later(
    lender: RunningLibrary,
    borrower: Borrower,
    device: httpx.Client,
    server: LicenseServerSimulator,
    protected: Callable[..., str],
    wait: Callable[..., None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("reading_room.lcp.verbs.license_loan.WAITS", (1,))
    loan, other = (lent(lender, borrower, protected()) for _ in range(2))
    license = device.get(address_of(loan)).json()
    server.is_away = True
    try:
        refused = device.get(address_of(other))
        assert refused.status_code == 503, refused.text
        assert refused.headers["retry-after"] == "60"
        assert refused.json()["type"].endswith("/problems/license-server-unavailable")
        assert "503" in refused.json()["detail"]
        assert borrower.client.get(link_of(other, "self")["href"]).json()["status"] == "ready"
        lender.registrar.post(f"/grants/{loan['id']}/revocation").raise_for_status()
        lender.granted(loan["id"], "revoked")
    finally:
        server.is_away = False
    wait(lambda: server.licenses[license["id"]]["status"] == "revoked", "its end is not told")
    assert device.get(address_of(other)).status_code == 200


def test_who_is_erased_has_no_license_any_more(
    lender: RunningLibrary,
    borrower: Borrower,
    device: httpx.Client,
    server: LicenseServerSimulator,
    protected: Callable[..., str],
    wait: Callable[..., None],
) -> None:
    loan = lent(lender, borrower, protected())
    license = device.get(address_of(loan)).json()
    reader = lender.registrar.get(f"/grants/{loan['id']}").json()["reader"]
    erase_reader(lender.opened.library, Caller.operator(lender.opened.library.steward), reader)
    assert device.get(address_of(loan)).status_code == 404
    assert device.get(f"/odl/lcp/status/{license['id']}").status_code == 404
    wait(lambda: server.licenses[license["id"]]["status"] == "revoked", "its end is not told")


def test_without_a_passphrase_a_mark_or_a_file_there_is_no_license(
    lender: RunningLibrary, borrower: Borrower, device: httpx.Client, protected: Callable[..., str]
) -> None:
    digest = protected(seats=3)
    plain = lent(lender, borrower, digest, hint="no passphrase")
    assert [link["type"] for link in plain["links"] if link["rel"] == "license"] != [LICENSE]
    assert device.get(link_of(plain, "self")["href"] + "/license.lcpl").status_code == 404
    assert lender.registrar.delete(f"/lcp/files/{digest}").status_code == 200
    assert lender.registrar.delete(f"/lcp/files/{digest}").status_code == 404
    assert borrower.license_of(digest)["metadata"]["protection"] == {"print": False}
    marked = protected(marked=True)
    assert borrower.license_of(marked)["metadata"]["protection"] == {"print": False}
    assert device.get(f"/odl/lcp/status/{uuid4()}").status_code == 404


@pytest.mark.parametrize(
    ("said", "named"),
    [
        ({"passphrase": "the passphrase itself"}, "passphrase"),
        ({"passphrase": "00" * 31}, "passphrase"),
        ({"hint": ""}, "hint"),
        ({"hint": "two\nlines"}, "hint"),
        ({"hint_url": "javascript:alert(1)"}, "hint_url"),
    ],
)
def test_a_passphrase_comes_as_its_hash_and_with_a_hint(
    borrower: Borrower, protected: Callable[..., str], said: dict[str, str], named: str
) -> None:
    answer = borrower.ask(borrower.license_of(protected()), "patron", **{**SAID, **said})
    assert answer.status_code == 400, answer.text
    assert answer.json()["type"] == f"http://opds-spec.org/odl/error/checkout/{named}"


def test_files_are_bound_by_the_command_and_only_those_that_the_server_has(
    lender: RunningLibrary, protected: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    digest = protected()
    for given in ("not a uuid", str(uuid4())):
        asked = {"digest": digest, "publication": given}
        assert lender.registrar.post("/lcp/files", json=asked).status_code == 422
    unknown = {"digest": "0" * 64, "publication": str(uuid4())}
    assert lender.registrar.post("/lcp/files", json=unknown).status_code == 404
    reader = lender.client("reader")
    assert reader.get("/lcp/files").status_code == 403
    monkeypatch.setenv("MUHR_API", lender.url)
    monkeypatch.setenv("MUHR_TOKEN", lender.token("registrar"))
    listed = CliRunner().invoke(command, ["list"])
    assert digest in listed.output
    ended = CliRunner().invoke(command, ["unbind", digest])
    assert ended.exit_code == 0, ended.output
    assert digest not in CliRunner().invoke(command, ["list"]).output
    acts = {one["act"] for one in lender.registrar.get("/acts?limit=20").json()["items"]}
    assert {"file-bound", "file-unbound"} <= acts
