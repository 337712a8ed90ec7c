"""A request sent again under its `Idempotency-Key` is done once, on every route that makes something."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select

from ledger_service.adapters.sql import schema
from ledger_service.api.callers import permission_of
from ledger_service.domain.people.permission import PUBLIC
from scripts.permissions import operations

BY_WHAT_THEY_NAME = {
    "/api/v1/registrations",
    "/api/v1/resources",
    "/api/v1/cohorts",
    "/api/v1/cohorts/{cohort}/leavers",
    "/odl/licenses/{digest}/{name_or_id}/checkouts",  # by what the other library calls it
    "/api/v1/me/shelf/items",  # what stands on a shelf is not put there again
    "/api/v1/events/{event}/check-ins",  # a code counts once for a place
}
"""A claim on a digest that stands is the same claim, the same list the same draft; who has left has left."""


def count(library, table) -> int:
    with library.opened.store.engine.connect() as connection:
        return connection.scalar(select(func.count()).select_from(table))


def test_every_route_that_makes_something_takes_a_key_or_is_named_by_what_it_makes() -> None:
    making = {
        path: operation
        for (method, path), operation in operations().items()
        if method == "post" and permission_of(operation) not in PUBLIC
    }
    keyed = {
        path
        for path, operation in making.items()
        if any(
            each["name"].lower() == "idempotency-key" for each in operation.get("parameters", [])
        )
    }
    assert making.keys() - keyed == BY_WHAT_THEY_NAME


def test_a_reader_is_enrolled_once_and_the_token_told_again(library, registrar) -> None:
    before = count(library, schema.people.reader)
    key = {"Idempotency-Key": "desk-1"}
    first, again = (registrar.post("/readers", headers=key) for _ in range(2))
    assert (first.status_code, first.json()) == (again.status_code, again.json())
    assert again.headers["content-type"] == "application/json"
    assert count(library, schema.people.reader) == before + 1
    other = registrar.post("/readers", headers={"Idempotency-Key": "desk-2"})
    assert other.json()["reader"] != first.json()["reader"]


def test_an_opening_is_one_entry(library, reader) -> None:
    digest = library.register()["digest"]
    library.grant(digest)
    key, body = {"Idempotency-Key": f"open {digest}".replace(" ", "-")}, {"digest": digest}
    first, again = (reader.post("/openings", json=body, headers=key) for _ in range(2))
    assert first.status_code == 201
    assert again.json() == first.json()
    assert again.headers["location"] == first.headers["location"]
    assert reader.get(again.headers["location"].removeprefix("/api/v1")).status_code == 200


def test_a_renewal_and_a_return_that_are_sent_again_are_answered_as_the_first(
    library, registrar
) -> None:
    grant = library.grant(library.register()["digest"])["grant"]
    body = {"until": int(time.time()) + 2 * 86_400}
    for path, sent in (("renewal", {"json": body}), ("return", {})):
        key = {"Idempotency-Key": f"{path}-{grant}"}
        first, again = (
            registrar.post(f"/grants/{grant}/{path}", headers=key, **sent) for _ in range(2)
        )
        assert (first.status_code, first.json()) == (again.status_code, again.json()), path
        assert first.status_code == 202


def test_a_key_names_one_request_of_one_token(library, registrar, problem) -> None:
    grant = library.grant(library.register()["digest"])["grant"]
    key = {"Idempotency-Key": "mine"}
    assert registrar.post("/readers", headers=key).status_code == 201
    problem(registrar.post(f"/grants/{grant}/return", headers=key), 422, "key-used-otherwise")
    with library.client("registrar", "a colleague") as colleague:
        assert colleague.post("/readers", headers=key).status_code == 201
        [token] = colleague.get("/tokens", params={"subject": "a colleague"}).json()["items"]
        colleague.delete(f"/tokens/{token['id']}")
        problem(colleague.post("/readers", headers=key), 401, "not-authenticated")


def test_what_was_refused_may_be_asked_again(library, registrar, problem) -> None:
    key = {"Idempotency-Key": "early"}
    name = f"later-{time.time_ns()}"
    body = {"name": name, "rights": "InC", "longest_loan_seconds": 0}
    problem(registrar.post("/licenses", json=body, headers=key), 422)
    assert registrar.post("/licenses", json=body, headers=key).status_code == 422
    body["longest_loan_seconds"] = 10**6 + time.time_ns() % 600_000  # as no other license has
    assert registrar.post("/licenses", json=body, headers=key).status_code == 202


@pytest.mark.parametrize("key", ["", "x" * 201, "a b"])
def test_a_key_of_another_form_is_refused(registrar, problem, key) -> None:
    problem(registrar.post("/readers", headers={"Idempotency-Key": key}), 422, "invalid-input")


def test_requests_at_one_time_are_done_once(library, registrar) -> None:
    before = count(library, schema.people.reader)
    key = {"Idempotency-Key": "at-once"}
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: registrar.post("/readers", headers=key), range(8)))
    assert count(library, schema.people.reader) == before + 1
    assert {answer.status_code for answer in found} == {201}
    assert len({answer.json()["token"] for answer in found}) == 1


def test_a_denial_is_an_entry_although_it_may_be_asked_again(library, reader, problem) -> None:
    digest = library.register()["digest"]
    key, body = {"Idempotency-Key": f"denied-{digest}"}, {"digest": digest}
    before = count(library, schema.ledger.private_part)
    for denials in (1, 2):
        problem(reader.post("/openings", json=body, headers=key), 403, "no-live-grant")
        assert count(library, schema.ledger.private_part) == before + denials
    library.grant(digest)
    assert reader.post("/openings", json=body, headers=key).status_code == 201


def test_a_kept_answer_is_not_readable_in_the_database(library, registrar) -> None:
    made = registrar.post("/readers", headers={"Idempotency-Key": "sealed"}).json()
    with library.opened.store.engine.connect() as connection:
        kept = connection.scalars(select(schema.people.answer.c.sealed)).all()
    assert kept
    assert not any(made["token"].encode() in (each or b"") for each in kept)
