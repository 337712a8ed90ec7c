"""Palace's own models read what we say, and rules of EDRLab's lcpchecker hold, through the life of a loan.

The rules of lcpchecker (pkg/check/checkstatus.go of edrlab/lcp-server) are restated here. One differs by
purpose: we link no LCP license, since there is no LCP (ADR 0129).
"""

from __future__ import annotations

import json
import re
import subprocess
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest

from ledger_service.domain.people.caller import Caller, Role
from ledger_service.domain.people.permission import Permission
from ledger_service.services.people.grant_access import issue_token
from ledger_service.setup import clock
from scripts.harness.running_library import RunningLibrary
from scripts.harness.waiting import wait_until
from tests.simulators.people.borrower import STATUS, Borrower, Document, expanded, iso, link_of

DAY = 86_400
EPUB = "application/epub+zip"
READER = Path(__file__).with_name("read_as_palace.py")
MESSAGES_OF_LSD = ("id", "status", "message", "updated", "links")
FROM_LSD = ("register", "return", "renew")


class Told(BaseHTTPRequestHandler):
    """Where Palace hears of changes."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        assert self.headers["Content-Type"] == STATUS
        heard: list[tuple[str, Document]] = self.server.heard  # type: ignore[attr-defined]
        heard.append((self.path, json.loads(body)))
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def ear() -> Iterator[ThreadingHTTPServer]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Told)
    server.heard = []  # type: ignore[attr-defined]
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def lender(
    blank_home: Path, tmp_path_factory: pytest.TempPathFactory, ear: ThreadingHTTPServer
) -> Iterator[RunningLibrary]:
    """Return a library of its own, which may tell Palace at a port of this machine."""
    home = tmp_path_factory.mktemp("lender") / "home"
    running = RunningLibrary(home, blank_home, TOLD_HOSTS=f"127.0.0.1:{ear.server_port}")
    try:
        yield running.start()
    finally:
        running.stop()


@pytest.fixture(scope="module")
def palace(lender: RunningLibrary) -> Iterator[Borrower]:
    """Return Palace, with a token that may lend and nothing else, as Basic authentication sends it."""
    operator = Caller.operator(lender.opened.library.steward)
    scopes = [Permission.LOAN_DISTRIBUTE]
    token = issue_token(lender.opened.store, clock, operator, Role.SERVICE, "palace", DAY, scopes)
    with httpx.Client(base_url=lender.url, auth=("palace", token), trust_env=False) as client:
        yield Borrower(client)


@pytest.fixture(scope="module")
def device(lender: RunningLibrary) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=lender.url, trust_env=False, timeout=60) as client:
        yield client


def check_status(device: httpx.Client, address: str) -> Document:
    """Return a status document that holds the rules of lcpchecker."""
    answer = device.get(address)
    assert answer.headers["content-type"] == STATUS
    document: Document = answer.json()
    assert all(document[name] for name in MESSAGES_OF_LSD)
    assert {"license", "status"} <= document["updated"].keys()
    assert link_of(document, "self") == {"rel": "self", "href": address, "type": STATUS}
    assert device.get(link_of(document, "license")["href"]).status_code == 200
    named = {link["rel"]: link for link in document["links"]}
    for link in document["links"]:
        assert re.match(r"https?://", link["href"])
    for name in FROM_LSD:
        if name not in named:
            continue
        assert named[name]["type"] == STATUS
        assert named[name]["templated"] is True
        assert re.search(r"\{[?&].*id.*\}", named[name]["href"])
        assert re.search(r"\{[?&].*name.*\}", named[name]["href"])
    assert document["status"] != "ready" or "register" in named
    assert ("potential_rights" in document) <= ("renew" in named)
    return document


def understood(new_clients: Path, **documents: Any) -> Document:
    """Return what Palace's models make of these documents."""
    done = subprocess.run(
        [new_clients / "python", READER],
        input=json.dumps({"format": EPUB, **documents}),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    found: Document = json.loads(done.stdout)
    return found


def heard_of(ear: ThreadingHTTPServer, name: str) -> list[str]:
    heard: list[tuple[str, Document]] = ear.heard  # type: ignore[attr-defined]
    return [document["status"] for path, document in heard if path.endswith(f"/{name}")]


def test_a_loan_of_palace_goes_through_its_life(
    lender: RunningLibrary,
    palace: Borrower,
    device: httpx.Client,
    ear: ThreadingHTTPServer,
    new_clients: Path,
) -> None:
    lender.license("one-seat", seats=1, self_service=True, longest_loan_seconds=21 * DAY)
    titles = {"title": "Oʻtkan kunlar", "creator": "Qodiriy, Abdulla", "language": "uz-Latn"}
    digest = lender.register(license="one-seat", media_type=EPUB, **titles)["digest"]
    license = palace.license_of(digest)
    where = f"http://127.0.0.1:{ear.server_port}/told/first"
    until = iso(time.time() + 21 * DAY)  # as Palace asks; a moment later it would be too long
    loan = palace.borrow(license, "p-1", expires=until, notification_url=where)
    address = link_of(loan, "self")["href"]
    ready = check_status(device, address)
    told = understood(
        new_clients,
        feed=palace.client.get("/odl/").text,
        info=palace.client.get(link_of(license, "self")["href"]).text,
        status=[json.dumps(ready)],
    )
    [offered] = told["licenses"]
    assert offered["title"] == "Oʻtkan kunlar"
    assert (offered["formats"], offered["drm"]) == ([EPUB], [])
    assert offered["terms"]["concurrency"] == 1
    # Palace takes a license for unavailable if the two documents differ in that.
    assert told["info"]["terms"] == offered["terms"]
    assert (told["info"]["active"], told["info"]["available"]) == (True, 0)
    assert told["info"]["loans"] == ["p-1"]
    [status] = told["status"]
    assert (status["status"], status["active"], status["self"]) == ("ready", True, address)

    assert palace.ask(license, "p-2").json()["type"].endswith("/odl/error/checkout/unavailable")
    lender.granted(loan["id"], "issued")
    read = device.get(status["publication"], follow_redirects=True)
    assert read.headers["content-type"] == EPUB

    device.post(expanded(link_of(ready, "register"), id="d", name="Palace")).raise_for_status()
    assert check_status(device, address)["status"] == "active"
    renew = link_of(ready, "renew")
    device.put(expanded(renew, id="d", name="Palace")).raise_for_status()
    lender.at_rest()
    returned = device.put(status["return"])
    assert returned.json()["status"] == "returned"
    ended = check_status(device, address)
    [after] = understood(
        new_clients,
        feed=palace.client.get("/odl/").text,
        info=palace.client.get(link_of(license, "self")["href"]).text,
        status=[json.dumps(ended)],
    )["status"]
    assert (after["active"], after["publication"], after["return"]) == (False, None, None)
    assert after["events"] == ["register", "return"]
    lender.granted(loan["id"], "returned")
    assert palace.info(license)["checkouts"]["available"] == 1
    wait_until(lambda: heard_of(ear, "first")[-1:] == ["returned"], "Palace hears of no return")
    assert heard_of(ear, "first") in (["active", "returned"], ["returned"])


def test_palace_hears_that_a_librarian_took_a_loan_back(
    lender: RunningLibrary, palace: Borrower, device: httpx.Client, ear: ThreadingHTTPServer
) -> None:
    lender.license("two-seats", seats=2, self_service=True, longest_loan_seconds=7 * DAY)
    license = palace.license_of(lender.register(license="two-seats", media_type=EPUB)["digest"])
    where = f"http://127.0.0.1:{ear.server_port}/told/second"
    loan = palace.borrow(license, "p-3", notification_url=where)
    lender.granted(loan["id"], "issued")
    lender.registrar.post(f"/grants/{loan['id']}/revocation").raise_for_status()
    assert check_status(device, link_of(loan, "self")["href"])["status"] == "revoked"
    lender.granted(loan["id"], "revoked")
    assert [event.subject for event in lender.chain_events("GrantRevoked")] == [loan["id"]]
    wait_until(lambda: heard_of(ear, "second") == ["revoked"], "Palace hears of no revocation")


def test_palace_hears_that_a_loan_has_run_out(
    lender: RunningLibrary, palace: Borrower, device: httpx.Client, ear: ThreadingHTTPServer
) -> None:
    lender.license("short", seats=1, self_service=True, longest_loan_seconds=6)
    license = palace.license_of(lender.register(license="short", media_type=EPUB)["digest"])
    where = f"http://127.0.0.1:{ear.server_port}/told/third"
    loan = palace.borrow(license, "p-4", notification_url=where)
    wait_until(lambda: heard_of(ear, "third") == ["expired"], "Palace hears of no end")
    assert check_status(device, link_of(loan, "self")["href"])["status"] == "expired"


def test_an_audit_finds_nothing_wrong_with_what_was_lent_elsewhere(lender: RunningLibrary) -> None:
    assert [finding.name for finding in lender.audit().findings] == []
