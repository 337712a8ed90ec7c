"""Another library's loan from the feed to its end, over HTTP: our grant on chain is its loan."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from ledger_service.domain.lending.loan_elsewhere import LoanStatus
from ledger_service.domain.people.caller import Caller
from ledger_service.services.exports.export_reader import export_reader
from ledger_service.services.lending.forgetting.erase_reader import erase_reader
from scripts.harness.running_library import RunningLibrary
from tests.simulators.people.borrower import STATUS, Borrower, expanded, iso, link_of

DAY = 86_400
UNAVAILABLE = "http://opds-spec.org/odl/error/checkout/unavailable"
LSD = "http://readium.org/license-status-document/error"


@pytest.fixture
def borrower(palace: httpx.Client) -> Borrower:
    return Borrower(palace)


def refused(answer: httpx.Response, status: int, kind: str) -> None:
    """Check that an answer is a problem document of this type, in words."""
    assert answer.headers["content-type"] == "application/problem+json"
    told = answer.json()
    assert (answer.status_code, told["type"]) == (status, kind), told
    assert told["title"]
    assert told["status"] == status


def grant_of(library: RunningLibrary, status: dict) -> dict:
    return library.registrar.get(f"/grants/{status['id']}").json()


def test_a_loan_goes_from_the_feed_to_the_chain_and_back(
    library: RunningLibrary, borrower: Borrower, device: httpx.Client, offered
) -> None:
    book = offered()
    license = borrower.license_of(book["digest"])
    assert license["metadata"]["terms"]["concurrency"] == 1
    before = borrower.info(license)
    assert (before["status"], before["checkouts"]) == ("available", {"available": 1, "active": []})
    assert before["terms"] == license["metadata"]["terms"]

    loan = borrower.borrow(license, "patron 1", expires=iso(time.time() + DAY))
    assert loan["status"] == "ready"
    library.granted(loan["id"], "issued")
    held = borrower.info(license)["checkouts"]
    assert held["available"] == 0
    [active] = held["active"]
    assert active["patron_id"] == "patron 1"
    assert active["href"] == link_of(loan, "self")["href"]

    registered = device.post(expanded(link_of(loan, "register"), id="d-1", name="A tablet"))
    assert registered.status_code == 200
    assert registered.headers["content-type"] == STATUS
    assert registered.json()["status"] == "active"
    assert [event["type"] for event in registered.json()["events"]] == ["register"]

    later = int(time.time()) + 5 * DAY
    renewed = device.put(
        expanded(link_of(loan, "renew"), end=iso(later), id="d-1", name="A tablet")
    )
    assert renewed.status_code == 200, renewed.text
    library.at_rest()
    assert grant_of(library, loan)["until"] == later

    back = expanded(link_of(loan, "return"), id="d-1", name="A tablet")
    returned = device.put(back)
    assert (returned.status_code, returned.json()["status"]) == (200, "returned")
    refused(device.put(back), 403, f"{LSD}/return/already")
    library.granted(loan["id"], "returned")
    assert borrower.info(license)["checkouts"]["available"] == 1
    ended = device.get(link_of(loan, "self")["href"]).json()
    assert {link["rel"] for link in ended["links"]} == {"self", "license"}
    again = borrower.borrow(license, "patron 2")
    assert again["id"] != loan["id"]


def test_what_is_lent_is_read_while_the_loan_runs(
    library: RunningLibrary, borrower: Borrower, device: httpx.Client, offered, wait
) -> None:
    book = offered(seats=2)
    loan = borrower.borrow(borrower.license_of(book["digest"]), "a reader")
    address = link_of(loan, "publication")["href"]
    library.granted(loan["id"], "issued")
    read = device.get(address, follow_redirects=True)
    assert read.status_code == 200, read.text
    assert read.headers["content-type"] == "application/epub+zip"
    assert read.headers["cache-control"] == "private, no-store"
    opened = str(read.url)
    part = device.get(opened, headers={"Range": "bytes=0-3"})
    assert (part.status_code, part.content) == (206, read.content[:4])

    told = device.get(link_of(loan, "license")["href"])
    assert told.headers["content-type"] == "application/opds-publication+json"
    assert link_of(told.json(), "http://opds-spec.org/acquisition")["href"] == address

    # The address of the content tells nothing of that of the status, where loans are returned.
    secret = address.rpartition("/")[2]
    assert device.get(f"/odl/status/{secret}").status_code == 404
    device.put(expanded(link_of(loan, "return")))
    assert device.get(address).status_code in (403, 409)
    assert device.get(opened).status_code in (403, 404)


def test_a_librarian_takes_a_loan_back_and_the_status_says_so(
    library: RunningLibrary, borrower: Borrower, device: httpx.Client, offered
) -> None:
    loan = borrower.borrow(borrower.license_of(offered()["digest"]), "a reader")
    library.granted(loan["id"], "issued")
    library.registrar.post(f"/grants/{loan['id']}/revocation").raise_for_status()
    found = device.get(link_of(loan, "self")["href"], headers={"Accept-Language": "ru"})
    assert found.json()["status"] == "revoked"
    assert found.json()["message"] == "Библиотека отозвала выдачу."
    library.granted(loan["id"], "revoked")
    refused(device.put(expanded(link_of(loan, "return"))), 403, f"{LSD}/return/already")
    refused(device.put(expanded(link_of(loan, "renew"))), 400, f"{LSD}/renew")
    register = expanded(link_of(loan, "register"), id="d", name="n")
    refused(device.post(register), 400, f"{LSD}/registration")


def test_a_loan_that_no_device_registered_is_given_up_by_its_return(
    borrower: Borrower, device: httpx.Client, offered
) -> None:
    loan = borrower.borrow(borrower.license_of(offered()["digest"]), "a reader")
    assert device.put(expanded(link_of(loan, "return"))).json()["status"] == LoanStatus.CANCELED


def test_the_same_checkout_is_one_loan_however_often_and_at_once_it_is_asked(
    borrower: Borrower, offered
) -> None:
    license = borrower.license_of(offered(seats=5)["digest"])
    with ThreadPoolExecutor(6) as threads:
        asked = [threads.submit(borrower.ask, license, "one", checkout_id="c-1") for _ in range(6)]
        answers = [each.result() for each in asked]
    assert sorted(answer.status_code for answer in answers) == [201, 303, 303, 303, 303, 303]
    assert len({answer.headers["location"] for answer in answers}) == 1
    assert borrower.info(license)["checkouts"]["available"] == 4
    # A library that never got the answer asks for the same reader by another name.
    again = borrower.ask(license, "one", checkout_id="c-2")
    assert (again.status_code, again.headers["location"]) == (303, answers[0].headers["location"])


def test_a_second_reader_of_one_seat_is_refused_and_that_is_an_entry(
    library: RunningLibrary, borrower: Borrower, offered
) -> None:
    license = borrower.license_of(offered()["digest"])
    borrower.borrow(license, "first")
    denied = len([entry for entry in library.entries() if '"denied"' in entry])
    refused(borrower.ask(license, "second"), 403, UNAVAILABLE)
    assert len([entry for entry in library.entries() if '"denied"' in entry]) == denied + 1


def test_a_license_of_one_loan_in_all_is_unavailable_after_it(
    borrower: Borrower, device: httpx.Client, offered
) -> None:
    license = borrower.license_of(offered(seats=3, checkouts=1)["digest"])
    assert license["metadata"]["terms"]["checkouts"] == 1
    loan = borrower.borrow(license, "first")
    device.put(expanded(link_of(loan, "return")))
    assert borrower.info(license)["checkouts"] == {"available": 0, "left": 0, "active": []}
    refused(borrower.ask(license, "second"), 403, UNAVAILABLE)


def test_what_is_asked_wrongly_has_the_problem_of_its_parameter(
    borrower: Borrower, device: httpx.Client, offered
) -> None:
    license = borrower.license_of(offered()["digest"])
    kind = "http://opds-spec.org/odl/error/checkout"
    refused(borrower.ask(license, "x", id="urn:uuid:other"), 400, f"{kind}/id")
    refused(borrower.ask(license, "x", checkout_id=""), 400, f"{kind}/checkout_id")
    refused(borrower.ask(license, ""), 400, f"{kind}/patron_id")
    for expires in ("tomorrow", "2001-01-01T00:00:00Z", "2099-01-01T00:00:00"):
        refused(borrower.ask(license, "x", expires=expires), 400, f"{kind}/expires")
    for url in ("ftp://x.example/", "http://127.0.0.1:9/", "https://a b/", "javascript:1"):
        refused(borrower.ask(license, "x", notification_url=url), 400, f"{kind}/notification_url")
    loan = borrower.borrow(license, "x")
    refused(device.post(expanded(link_of(loan, "register"), id="d")), 400, f"{LSD}/registration")
    renew = link_of(loan, "renew")
    refused(device.put(expanded(renew, end="soon")), 403, f"{LSD}/renew/date")


def test_only_the_library_that_lent_sees_its_loans_and_nobody_without_the_permission_any(
    library: RunningLibrary, borrower: Borrower, device: httpx.Client, distributor, offered
) -> None:
    license = borrower.license_of(offered(seats=3)["digest"])
    borrower.borrow(license, "same name")
    auth = ("", distributor("another library"))
    with httpx.Client(base_url=library.url, auth=auth, trust_env=False, timeout=60) as client:
        other = Borrower(client)
        assert other.info(license)["checkouts"] == {"available": 2, "active": []}
        other.borrow(license, "same name")  # is another reader
        assert other.info(license)["checkouts"]["available"] == 1
        assert len(other.info(license)["checkouts"]["active"]) == 1
    for headers in ({}, {"Authorization": "Basic !"}, {"Authorization": "Basic YTpi"}):
        assert device.get("/odl/", headers=headers).status_code == 401
    for role in ("reader", "registrar", "auditor"):
        bearer = {"Authorization": f"Bearer {library.token(role)}"}
        assert device.get("/odl/", headers=bearer).status_code == 403


def test_what_is_open_or_decided_by_a_registrar_is_not_offered(
    library: RunningLibrary, borrower: Borrower, offered
) -> None:
    is_open = library.register()["digest"]
    decided = offered(self_service=False)["digest"]
    offered_now = str(borrower.publications())
    assert is_open not in offered_now
    assert decided not in offered_now


def test_a_resource_that_is_withdrawn_is_not_lent_and_its_license_says_so(
    library: RunningLibrary, borrower: Borrower, offered
) -> None:
    book = offered()
    license = borrower.license_of(book["digest"])
    reason = {"reason": "error"}
    library.registrar.post(
        f"/resources/{book['digest']}/withdrawal", json=reason
    ).raise_for_status()
    assert book["digest"] not in str(borrower.publications())
    assert borrower.info(license)["status"] == "unavailable"
    assert borrower.info(license)["checkouts"]["available"] == 0
    answer = borrower.ask(license, "late")
    assert answer.status_code == 403
    assert answer.json()["type"] == "http://opds-spec.org/odl/error"


def test_an_erased_reader_has_no_loan_and_the_seat_comes_back(
    library: RunningLibrary, borrower: Borrower, device: httpx.Client, offered
) -> None:
    license = borrower.license_of(offered()["digest"])
    loan = borrower.borrow(license, "to be forgotten")
    library.granted(loan["id"], "issued")
    reader = grant_of(library, loan)["reader"]
    operator = Caller.operator(library.opened.library.steward)
    [known] = export_reader(library.opened.library, operator, reader)["loans_elsewhere"]
    assert (known["patron"], known["status"]) == ("to be forgotten", "ready")
    assert link_of(loan, "self")["href"].rpartition("/")[2] not in str(known)
    assert erase_reader(library.opened.library, operator, reader).live == 1
    assert device.get(link_of(loan, "self")["href"]).status_code == 404
    library.granted(loan["id"], "returned")
    assert borrower.info(license)["checkouts"]["available"] == 1


def test_pages_of_the_feed_hold_each_publication_once(borrower: Borrower, offered) -> None:
    digests = [offered()["digest"] for _ in range(3)]
    found = [one["metadata"]["identifier"] for one in borrower.publications(limit=2)]
    assert len(found) == len(set(found))
    assert all(any(digest in name for name in found) for digest in digests)
