"""Licenses over HTTP: defined once, shown by name and id, never changed."""

import pytest


def test_a_license_is_accepted_at_once_and_defined_on_chain_soon(library, registrar, nobody):
    body = {"name": "reading-room", "rights": "InC-EDU", "longest_loan_seconds": 7200, "seats": 12}
    answer = registrar.post("/licenses", json=body)
    found = answer.json()
    assert (answer.status_code, found["state"]) == (202, "accepted")
    assert found["uri"] == "http://rightsstatements.org/vocab/InC-EDU/1.0/"
    assert (found["seats"], found["self_service"]) == (12, False)
    library.license(**body)
    [event] = [event for event in library.chain_events() if event.subject == found["license"]]
    assert (event.name, event.number("seats")) == ("LicenseDefined", 12)
    by_name, by_id = (nobody.get(f"/licenses/{key}") for key in ("reading-room", found["license"]))
    assert by_name.json() == by_id.json() == {**found, "state": "defined"}


def test_the_open_licenses_are_there_from_the_start(nobody):
    for name in ("CC0-1.0", "CC-PDM-1.0", "CC-BY-4.0", "CC-BY-SA-4.0"):
        found = nobody.get(f"/licenses/{name}").json()
        assert (found["seats"], found["self_service"]) == (None, True)
        assert found["uri"].startswith("http://creativecommons.org/")


def test_the_same_terms_again_are_the_standing_license(library, registrar, kept):
    body = {"name": "twice", "rights": "UND", "longest_loan_seconds": 60}
    first = library.license(**body)
    before = kept()
    assert registrar.post("/licenses", json=body).json() == first
    assert kept() == before


@pytest.mark.parametrize(
    "change",
    [
        {"rights": "CNE"},
        {"seats": 1},
        {"longest_loan_seconds": 61},
        {"self_service": True},
        {"checkouts": 9},
    ],
)
def test_a_name_keeps_its_terms(library, registrar, problem, change):
    body = {"name": "kept", "rights": "NKC", "longest_loan_seconds": 60}
    library.license(**body)
    problem(registrar.post("/licenses", json={**body, **change}), 409, "license-name-taken")


def test_terms_keep_their_name(library, registrar, problem):
    body = {"rights": "NoC-US", "longest_loan_seconds": 60}
    library.license("first-name", **body)
    answer = registrar.post("/licenses", json={"name": "second-name", **body})
    problem(answer, 409, "license-name-taken")


@pytest.mark.parametrize("name", ["nope", "0" * 64, "g" * 64, "%00", "x" * 5000, "é"])
def test_an_unknown_license_is_a_problem(nobody, problem, name):
    problem(nobody.get(f"/licenses/{name}"), 422)


def test_a_license_that_is_not_on_chain_yet_can_be_used(library, registrar):
    body = {"name": "at-once", "rights": "InC-RUU", "longest_loan_seconds": 60}
    assert registrar.post("/licenses", json=body).json()["state"] == "accepted"
    assert library.register(license="at-once")["state"] == "registered"
