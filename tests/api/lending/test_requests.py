"""Requests over HTTP and by the commands: who may ask, who decides, and who sees what."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest


@pytest.fixture(scope="module")
def lent(library: Any) -> str:
    """Return a book of one seat that readers take themselves."""
    library.license("requests-one", seats=1, longest_loan_seconds=86_411, self_service=True)
    digest: str = library.register(license="requests-one")["digest"]
    return digest


@pytest.fixture(scope="module")
def decided(library: Any) -> str:
    """Return a book of one seat that a registrar lends."""
    library.license("requests-decided", seats=1, longest_loan_seconds=86_413)
    digest: str = library.register(license="requests-decided")["digest"]
    return digest


@pytest.fixture
def readers(library: Any, registrar: Any) -> list[Any]:
    """Return clients of three new readers."""
    made = [registrar.post("/readers").json()["reader"] for _ in range(3)]
    return [library.client("reader", reader) for reader in made]


def ask(client: Any, digest: str, **more: Any) -> Any:
    return client.post("/requests", json={"digest": digest, **more})


def test_a_line_is_told_with_places_and_a_returned_seat_is_picked_up(
    library: Any, registrar: Any, readers: list[Any], lent: str, wait: Callable[..., Any]
) -> None:
    answers = [ask(client, lent) for client in readers]
    assert [answer.status_code for answer in answers] == [202] * 3
    first, second, third = (answer.json() for answer in answers)
    assert [found["state"] for found in (first, second, third)] == ["granted", "waiting", "waiting"]
    assert [found["place"] for found in (first, second, third)] == [None, 1, 2]
    assert ask(readers[2], lent).json()["request"] == third["request"]
    line = registrar.get("/requests", params={"digest": lent, "open": "true"}).json()["items"]
    assert [row["request"] for row in line] == [second["request"], third["request"]]
    [own] = readers[1].get("/requests").json()["items"]
    assert own["request"] == second["request"]
    assert readers[0].get(f"/requests/{second['request']}").status_code == 404
    assert readers[2].post(f"/requests/{second['request']}/pick-up").status_code == 404
    early = readers[1].post(f"/requests/{second['request']}/pick-up")
    assert (early.status_code, early.json()["type"].rsplit("/")[-1]) == (409, "request-not-ready")

    library.granted(first["grant"], "issued")
    renewal = {"until": 2**40}
    refused = readers[0].post(f"/grants/{first['grant']}/renewal", json=renewal)
    assert refused.json()["type"].endswith("others-wait")
    readers[0].post(f"/grants/{first['grant']}/return").raise_for_status()
    shown = f"/requests/{second['request']}"
    ready = wait(
        lambda: (row := readers[1].get(shown).json())["state"] == "ready" and row, "no turn"
    )
    assert ready["held_until"] > ready["changed_at"]
    taken = readers[1].post(f"{shown}/pick-up").json()
    assert taken["state"] == "granted"
    library.granted(taken["grant"], "issued")
    assert (
        readers[2].post(f"/requests/{third['request']}/withdrawal").json()["state"] == "withdrawn"
    )


def test_a_registrar_approves_and_refuses(
    registrar: Any, readers: list[Any], decided: str, library: Any
) -> None:
    one, two = (ask(client, decided).json()["request"] for client in readers[:2])
    assert readers[0].post(f"/requests/{one}/approval").status_code == 403
    assert registrar.post(f"/requests/{one}/approval").json()["state"] == "granted"
    assert registrar.post(f"/requests/{two}/refusal", json={"why": "too ugly"}).status_code == 422
    refused = registrar.post(f"/requests/{two}/refusal", json={"why": "not-lent"})
    assert refused.json()["why"] == "not-lent"
    ended = registrar.post(f"/requests/{two}/approval")
    assert (ended.status_code, ended.json()["type"].rsplit("/")[-1]) == (409, "request-ended")
    acts = registrar.get("/acts", params={"kind": "request-refused"}).json()["items"]
    assert two in str(acts)


def test_who_wants_it_now_or_never_is_told_the_entry(readers: list[Any], lent: str) -> None:
    ask(readers[0], lent)
    found = ask(readers[1], lent, wait=False)
    assert found.status_code == 403
    values = found.json()["values"]
    assert values["entry"] > 0
    assert values["why"]["reason"] in ("denied.seats-taken", "denied.seats-kept")


def test_a_request_that_is_sent_again_under_a_key_is_one(readers: list[Any], lent: str) -> None:
    key = {"Idempotency-Key": uuid.uuid4().hex}
    body = {"digest": lent}
    first, again = (readers[0].post("/requests", json=body, headers=key).json() for _ in range(2))
    assert first == again


@pytest.mark.parametrize("name", ["x", "0" * 31, "0" * 33, "A" * 32])
def test_a_name_of_another_form_names_no_request(readers: list[Any], name: str) -> None:
    assert readers[0].get(f"/requests/{name}").status_code == 422


def test_nobody_asks_but_readers(library: Any, registrar: Any, auditor: Any, lent: str) -> None:
    assert [ask(client, lent).status_code for client in (registrar, auditor)] == [403, 403]
    assert [client.get("/requests").status_code for client in (registrar, auditor)] == [200, 403]
    assert library.client("reader").get("/requests", params={"reader": "0" * 32}).status_code == 403
