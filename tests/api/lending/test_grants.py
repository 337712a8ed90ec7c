"""Granting and revoking over HTTP: terms, seats, who sees what."""

import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest

from ledger_service.domain.identifiers import GrantId

DAY = 86_400


@pytest.fixture(scope="module")
def resource(library):
    """Return a registered resource under a license of one seat and a loan of a day."""
    library.license("one-seat", seats=1, longest_loan_seconds=DAY)
    return library.register(license="one-seat")


@pytest.fixture(scope="module")
def open_resource(library):
    """Return a registered resource without a limit of seats."""
    return library.register()


@pytest.fixture
def ask(library, registrar):
    """Return a function that asks for a grant and returns the answer as it comes."""

    def send(digest, **terms):
        until = int(time.time()) + 3600
        body = {"digest": digest, "reader": library.readers[0], "until": until, **terms}
        return registrar.post("/grants", json=body)

    return send


def test_a_grant_is_accepted_at_once_and_issued_on_chain_soon(library, ask, open_resource):
    answer = ask(open_resource["digest"], scopes=["read", "print"])
    found = answer.json()
    assert answer.status_code == 202
    assert (found["state"], found["scopes"]) == ("accepted", ["read", "print"])
    issued = library.granted(found["grant"], "issued")
    [event] = [event for event in library.chain_events() if event.subject == found["grant"]]
    assert event.name == "GrantIssued"
    assert event.text("grantee") == issued["grantee"]
    assert event.number("until") == issued["until"]


def test_the_chain_never_sees_the_reader(library, open_resource, ask):
    found = library.granted(ask(open_resource["digest"]).json()["grant"], "issued")
    [event] = [event for event in library.chain_events() if event.subject == found["grant"]]
    assert library.readers[0] not in str(event)
    assert event.text("grantee") != library.readers[0]


def test_the_same_grant_again_is_the_standing_one(library, ask, open_resource):
    until = int(time.time()) + 5000
    first = ask(open_resource["digest"], until=until).json()
    assert ask(open_resource["digest"], until=until).json()["grant"] == first["grant"]
    library.granted(first["grant"], "issued")
    again = ask(open_resource["digest"], until=until + 1)
    assert (again.status_code, again.json()["grant"]) == (200, first["grant"])


def test_a_loan_whose_time_is_over_is_told_as_ended(library, ask, open_resource, registrar):
    terms = {"reader": library.readers[1]}
    grant = library.granted(ask(open_resource["digest"], **terms).json()["grant"], "issued")
    with library.opened.store.write() as transaction:
        transaction.grants.set_until(GrantId.parse(grant["grant"]), int(time.time()) - 1)
    assert registrar.get(f"/grants/{grant['grant']}").json()["state"] == "ended"
    listed = registrar.get("/grants", params={"limit": 200}).json()["items"]
    assert {row["state"] for row in listed if row["grant"] == grant["grant"]} == {"ended"}


@pytest.mark.usefixtures("unchanged")
class TestRefused:
    def test_a_grant_longer_than_the_longest_loan(self, ask, resource, problem):
        until = int(time.time()) + DAY + 60
        found = problem(ask(resource["digest"], until=until), 422, "loan-too-long")
        assert str(DAY) in found["detail"]

    def test_a_grant_that_ended_already(self, ask, resource, problem):
        problem(ask(resource["digest"], until=int(time.time())), 422, "grant-ends-in-past")
        problem(ask(resource["digest"], until=0), 422, "grant-ends-in-past")

    @pytest.mark.parametrize("name", ["nobody", "", "f" * 32, "' OR 1=1 --"])
    def test_a_grant_to_an_unknown_reader(self, ask, resource, problem, name):
        problem(ask(resource["digest"], reader=name), 422, "unknown-reader")

    def test_a_grant_of_what_is_not_registered(self, ask, problem):
        problem(ask("0" * 64), 404, "resource-not-found")

    def test_revoking_an_unknown_grant(self, registrar, problem):
        problem(registrar.post(f"/grants/{'0' * 64}/revocation"), 404, "grant-not-found")


def test_seats_cannot_be_oversubscribed_and_free_up_on_revocation(
    library, registrar, ask, resource, problem
):
    first, second = library.readers
    granted = library.grant(resource["digest"], reader=first, until=int(time.time()) + 3600)
    assert granted["seat"] == 0
    problem(ask(resource["digest"], reader=second), 409, "no-seat-free")
    registrar.post(f"/grants/{granted['grant']}/revocation")
    library.granted(granted["grant"], "revoked")
    assert library.grant(resource["digest"], reader=second, until=int(time.time()) + 60)


def test_a_license_may_count_how_often_each_resource_is_lent(library, registrar, ask, problem):
    terms = library.license("bought", longest_loan_seconds=DAY, checkouts=1)
    assert (terms["checkouts"], terms["seats"]) == (1, None)
    first, second = library.readers
    digest = library.register(license="bought")["digest"]
    grant = library.grant(digest, reader=first)
    registrar.post(f"/grants/{grant['grant']}/return")
    library.granted(grant["grant"], "returned")
    found = problem(ask(digest, reader=second), 409, "no-checkout-left")
    assert found["values"] == {"checkouts": 1, "license": "bought"}


def settled(registrar, path) -> str:
    """Return the state of a grant that the chain has decided on, nothing before."""
    state = registrar.get(path).json()["state"]
    return state if state in ("issued", "rejected", "ended") else ""


def settled_or_over(registrar, path, until) -> bool:
    return settled(registrar, path) != "" or time.time() > until


def test_a_seat_is_free_again_when_its_grant_has_ended(library, registrar, ask, problem, wait):
    library.license("one-short-seat", seats=1, longest_loan_seconds=120)
    first, second = library.readers
    for seconds in (3, 12, 60):  # longer where a machine is too slow to ask twice before the end
        digest = library.register(license="one-short-seat")["digest"]
        until = int(time.time()) + seconds
        held = ask(digest, reader=first, until=until)
        if held.status_code != 202:
            continue
        path = f"/grants/{held.json()['grant']}"
        wait(partial(settled_or_over, registrar, path, until), "it stays asked for")
        refused = ask(digest, reader=second, until=until + 60)
        if settled(registrar, path) == "issued" and time.time() < until:
            break
    problem(refused, 409, "no-seat-free")
    wait(lambda: time.time() > until, "time does not pass", seconds=90)
    assert library.grant(digest, reader=second, until=int(time.time()) + 60)["seat"] == 0


def test_many_askers_at_once_get_no_more_than_the_seats(library, registrar, ask):
    library.license("three-seats", seats=3, longest_loan_seconds=DAY)
    digest = library.register(license="three-seats")["digest"]
    readers = [registrar.post("/readers").json()["reader"] for _ in range(8)]
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda reader: ask(digest, reader=reader), readers))
    taken = [answer.json() for answer in answers if answer.status_code == 202]
    assert sorted(grant["seat"] for grant in taken) == [0, 1, 2]
    assert {answer.status_code for answer in answers} == {202, 409}
    for grant in taken:
        library.granted(grant["grant"], "issued")


def test_a_grant_is_revoked_once(library, registrar, open_resource, problem):
    until = int(time.time()) + 7777
    grant = library.grant(open_resource["digest"], until=until)["grant"]
    answer = registrar.post(f"/grants/{grant}/revocation")
    assert (answer.status_code, answer.json()["state"]) == (202, "revoking")
    problem(registrar.post(f"/grants/{grant}/revocation"), 409, "grant-already-revoked")
    library.granted(grant, "revoked")
    problem(registrar.post(f"/grants/{grant}/revocation"), 409, "grant-already-revoked")
    names = [event.name for event in library.chain_events() if event.subject == grant]
    assert names == ["GrantIssued", "GrantRevoked"]


def test_a_grant_revoked_before_the_chain_has_it_ends_revoked(library, registrar, ask):
    digest = library.register()["digest"]
    grant = ask(digest).json()["grant"]
    assert registrar.post(f"/grants/{grant}/revocation").status_code == 202
    library.granted(grant, "revoked")


def test_a_reader_sees_its_own_grants_only(library, reader, other_reader, auditor, ask, problem):
    digest = library.register()["digest"]
    grant = library.grant(digest)["grant"]
    assert reader.get(f"/grants/{grant}").json()["grant"] == grant
    assert auditor.get(f"/grants/{grant}").json()["grant"] == grant
    problem(other_reader.get(f"/grants/{grant}"), 404, "grant-not-found")
    shown = other_reader.get("/grants", params={"limit": 200}).json()["items"]
    assert {item["reader"] for item in shown} <= {library.readers[1]}
    assert grant in {item["grant"] for item in reader.get("/grants?limit=200").json()["items"]}
