"""Credentials over the API: taken, shown, checked and revoked."""

from __future__ import annotations

import hashlib

import pytest

from ledger_service.adapters.audit.audited_service import AuditedService
from ledger_service.adapters.remote import RemoteService
from ledger_service.domain.credentials.compact_jws import Token
from ledger_service.domain.credentials.sd_jwt import Presentation
from ledger_service.domain.credentials.status_list import ListState, is_set, unpack
from ledger_service.domain.ledger.entry import Entry
from ledger_service.domain.reasons import Reason
from ledger_service.services.audit.attested.check_credentials import check_credentials

NOT_TAKEN = "1-" + "9" * 5


@pytest.fixture
def taken(guest):
    """Return a guest, and the credential that they took."""
    found = guest()
    answer = found.client.post(f"/me/credentials/{found.id}", json={})
    assert answer.status_code == 200, answer.text
    return found, answer.json()


def test_a_holder_takes_a_credential_once_and_shows_two_fields(library, site, taken) -> None:
    found, told = taken
    again = found.client.post(f"/me/credentials/{found.id}", json={}).json()
    assert again == told
    shown = Presentation.parse(told["credential"]).show(["event", "role"]).format()
    checked = site.post("/api/v1/credentials/check", json={"credential": shown}).json()
    assert checked["shown"] == {"event": "Seminar on manuscripts", "role": "speaker"}
    assert checked["stands"] is True
    attested = {
        (row["type"], row["entry"])
        for kind in ("issuer-key", "status-list", "attendance")
        for row in library.client().get("/ledger/statements", params={"type": kind}).json()["items"]
    }
    assert ("issuer-key", checked["key_entry"]) in attested
    assert ("attendance", checked["attendance_entry"]) in attested
    assert ("status-list", checked["status_entry"]) in attested


def test_a_revocation_is_in_the_list_that_everybody_fetches(
    library, site, registrar, taken, problem
) -> None:
    _, told = taken
    number = told["number"]
    list_number, place = number.split("-")
    path = f"/api/v1/credentials/{number}"
    assert site.get(f"{path}/status").json()["stands"] is True
    body = {"reason": "absent"}
    problem(taken[0].client.post(f"/credentials/{number}/revocation", json=body), 403)
    assert registrar.post(f"/credentials/{number}/revocation", json=body).status_code == 200
    again = registrar.post(f"/credentials/{number}/revocation", json=body)
    problem(again, 409, "credential-revoked")
    assert site.get(f"{path}/status").json()["reason"] == "absent"
    answer = site.get(f"/credentials/status/{list_number}")
    assert answer.headers["content-type"] == "application/statuslist+jwt"
    token = Token.parse(answer.text)
    data = unpack(token.payload["status_list"]["lst"])
    assert is_set(data, int(place))
    newest = site.get(f"/api/v1/credentials/lists/{list_number}").json()[0]
    assert hashlib.sha256(newest["body"].encode()).hexdigest() == newest["statement"]
    assert hashlib.sha256(data).hexdigest() in newest["body"]
    checked = site.post("/api/v1/credentials/check", json={"credential": told["credential"]}).json()
    assert (checked["stands"], checked["reason"]) == (False, "absent")
    check_as_an_auditor(library, int(list_number), newest["body"])
    listed = registrar.get("/credentials", params={"limit": 100}).json()["items"]
    assert number in [row["number"] for row in listed]
    assert "Zulfiya" not in str(listed)


def check_as_an_auditor(library, list_number: int, newest: str) -> None:
    """Check that an auditor's own process reads what stands behind the list, and finds nothing."""
    service = RemoteService(library.url)
    source = AuditedService(service)
    assert source.list_states(list_number, None)[0] == newest
    last = ListState.parse(newest.encode()).number
    older = source.list_states(list_number, last)
    assert [ListState.parse(one.encode()).number for one in older] == [*range(last)][::-1]
    rows = list(service.pages("/ledger/statements"))
    told = [(row["entry"], row) for row in rows if row["type"] in ("attendance", "status-list")]
    entries = {
        at: Entry(
            "attested", row["at"], {name: row[name] for name in ("type", "statement", "attester")}
        )
        for at, row in told
    }
    found: list[Reason] = []
    check_credentials(source, entries, library.opened.library.steward, found.append)
    assert (found, len(entries) > 1) == ([], True)
    service.close()


def test_what_is_nobodys_or_malformed_is_refused(site, registrar, reader, taken, problem) -> None:
    found, told = taken
    problem(reader.get(f"/me/credentials/{found.id}"), 404, "credential-not-found")
    problem(reader.post(f"/me/credentials/{found.id}", json={}), 404, "credential-not-found")
    problem(reader.get("/me/credentials/none"), 422, "invalid-credential")
    problem(registrar.get("/me/credentials"), 403)
    secret = {"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA", "d": "AA"}
    wrong = found.client.post(f"/me/credentials/{found.id}", json={"jwk": secret})
    problem(wrong, 422, "invalid-credential")
    problem(site.get("/api/v1/credentials/1-131072/status"), 422, "invalid-credential")
    problem(site.get(f"/api/v1/credentials/{NOT_TAKEN}-/status"), 422)
    problem(site.get("/credentials/status/999"), 404, "credential-not-found")
    problem(site.get(f"/api/v1/credentials/files/{'0' * 63}1"), 404, "credential-not-found")
    problem(site.get(f"/api/v1/credentials/attendances/{'1' * 64}"), 404)
    for text in ("", "~", "a.b.c~", told["credential"][:-20], "x" * 40_000):
        problem(site.post("/api/v1/credentials/check", json={"credential": text}), 422)


def test_the_issuer_tells_its_keys_and_types(site, taken) -> None:
    told = site.get("/.well-known/jwt-vc-issuer").json()
    token = Token.parse(Presentation.parse(taken[1]["credential"]).issued)
    assert told["issuer"] == token.payload["iss"]
    assert token.header["kid"] in [key["kid"] for key in told["jwks"]["keys"]]
    kept = site.get("/api/v1/credentials/keys").json()
    assert token.header["kid"] in [row["jwk"]["kid"] for row in kept]
    vct = token.payload["vct"].partition("/credentials/")[2]
    assert site.get(f"/credentials/{vct}").json()["vct"] == token.payload["vct"]
    statement = token.payload["attendance"]["statement"]
    assert statement["by_role"] == {"speaker": 3}


def test_what_is_known_of_a_reader_has_their_credentials(guest) -> None:
    found = guest()
    told = found.client.get("/me/export").json()
    assert told["credentials"][0]["fields"]["name"] == "Zulfiya"
