"""Tokens over the API: listed without secrets, revoked at once."""

from __future__ import annotations

import httpx

from ledger_service.services.people.grant_access import READER_TOKEN_SECONDS


def test_a_reader_lists_and_ends_their_own_token(library, registrar, problem) -> None:
    made = registrar.post("/readers").json()
    headers = {"Authorization": f"Bearer {made['token']}"}
    with httpx.Client(base_url=f"{library.url}/api/v1", headers=headers, trust_env=False) as client:
        [found] = client.get("/tokens").json()["items"]
        assert {**found, "id": ""} == {
            "id": "",
            "role": "reader",
            "subject": made["reader"],
            "expires_at": made["expires_at"],
            "way": "token",
            "made_at": made["expires_at"] - READER_TOKEN_SECONDS,
            "scopes": None,
        }
        assert client.delete(f"/tokens/{found['id']}").json() == found
        problem(client.get("/tokens"), 401, "not-authenticated")


def test_a_registrar_ends_a_readers_token_and_no_colleagues(library, registrar, problem) -> None:
    reader = registrar.post("/readers").json()["reader"]
    [found] = registrar.get("/tokens", params={"subject": reader}).json()["items"]
    assert registrar.delete(f"/tokens/{found['id']}").json()["subject"] == reader
    problem(registrar.delete(f"/tokens/{found['id']}"), 404, "token-not-found")
    assert registrar.get("/tokens", params={"role": "auditor"}).json()["items"] == []
    problem(registrar.get("/tokens", params={"role": "operator-x"}), 422, "invalid-input")


def test_a_claim_with_a_revoked_token_is_refused(library, fresh_bytes, problem) -> None:
    """The quick route looks tokens up in another way than the rest."""
    with library.client("registrar", "leaving") as client:
        [found] = client.get("/tokens", params={"subject": "leaving"}).json()["items"]
        client.delete(f"/tokens/{found['id']}")
        body = {"digest": "0" * 64, "cid": "f01551220" + "0" * 64, "size_bytes": 1}
        body |= {"title": "x", "license": "none", "media_type": "text/plain"}
        problem(client.post("/registrations", json=body), 401, "not-authenticated")
