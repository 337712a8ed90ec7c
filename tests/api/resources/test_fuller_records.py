"""Records with further fields over HTTP: registered, corrected, kept in receipts, and audited."""

import hashlib
import json
import sqlite3

import pytest

from ledger_service.domain.content.content_id import RAW, ContentId
from ledger_service.domain.resources.record import FIELDS
from ledger_service.domain.verification.receipt import Receipt

OCTETS = {"Content-Type": "application/octet-stream"}
RECORD = {
    "title": "Oʻtgan kunlar",
    "creator": "Qodiriy, Abdulla",
    "language": "uz",
    "titles": [{"text": "Минувшие дни", "language": "ru"}],
    "contributors": [{"name": "Qodiriy, Abdulla", "role": "aut"}],
    "subjects": [{"text": "821.512.133", "scheme": "udc"}],
    "dates": [{"kind": "issued", "edtf": "1926?", "text": "1344 hijriy"}],
    "identifiers": [{"scheme": "isbn", "value": "0-306-40615-2"}],
    "languages": ["uz", "ru"],
    "publisher": "Oʻzdavnashr",
}
KEPT = RECORD | {"identifiers": [{"scheme": "isbn", "value": "9780306406157"}]}


@pytest.fixture
def send(registrar):
    """Return a function that uploads a file with its record before it."""

    def send(record, data, **query):
        ahead = record if isinstance(record, bytes) else json.dumps(record).encode()
        claim = {"license": "CC-BY-4.0", "record_bytes": len(ahead), **query}
        return registrar.post("/resources", params=claim, content=ahead + data, headers=OCTETS)

    return send


def told(shown):
    return {name: shown[name] for name in RECORD}


def test_a_record_goes_before_its_file(library, send, nobody, fresh_bytes):
    data = fresh_bytes()
    answer = send(RECORD, data)
    assert answer.status_code == 202, answer.text
    digest = hashlib.sha256(data).hexdigest()
    assert (answer.json()["digest"], answer.json()["size_bytes"]) == (digest, len(data))
    assert told(answer.json()) == KEPT
    library.registered(digest)
    [shown] = nobody.get(f"/resources/{digest}").json()
    assert told(shown) == KEPT
    assert "place" not in shown
    library.anchored()
    receipt = Receipt.parse(nobody.get(f"/resources/{digest}/receipt").content)
    assert {name: receipt.metadata[name] for name in RECORD} == KEPT
    assert send(RECORD, data, title="Not this").json()["digest"] == digest


def test_what_has_none_says_none(library, nobody):
    digest = library.register(title="A plain book")["digest"]
    [shown] = nobody.get(f"/resources/{digest}").json()
    assert not shown.keys() & set(FIELDS)


def test_a_claim_by_reference_has_the_record_and_a_proof(library, registrar, nobody, fresh_bytes):
    data = fresh_bytes()
    digest = hashlib.sha256(data).digest()
    about = {"digest": digest.hex(), "cid": ContentId(RAW, digest).base32()}
    claim = {
        **RECORD,
        **about,
        "size_bytes": len(data),
        "license": "CC-BY-4.0",
        "media_type": "text/plain",
    }
    found = registrar.post("/registrations", json=claim)
    assert found.status_code == 202, found.text
    assert registrar.post("/registrations", json=claim).json() == found.json()
    other = registrar.post("/registrations", json={**claim, "publisher": "Another"})
    assert other.json()["type"].endswith("resource-already-registered")
    [shown] = nobody.get(f"/resources/{digest.hex()}").json()
    assert told(shown) == KEPT
    library.anchored()
    assert nobody.get(f"/resources/{digest.hex()}/tlog-proof").status_code == 200


def test_a_correction_takes_fields_and_the_history_keeps_them(library, registrar, nobody):
    path = f"/resources/{library.register(title='Hamsa')['digest']}"
    first = registrar.post(f"{path}/descriptions", json=RECORD)
    assert first.status_code == 200, first.text
    assert told(first.json()) == KEPT
    registrar.post(
        f"{path}/descriptions", json={"subjects": [], "publisher": "", "place": "Samarqand"}
    )
    [shown] = nobody.get(path).json()
    assert (shown["revision"], shown["place"], shown["titles"]) == (2, "Samarqand", KEPT["titles"])
    assert not shown.keys() & {"subjects", "publisher"}
    history = nobody.get(f"{path}/descriptions").json()
    assert [item.get("publisher") for item in history] == ["Oʻzdavnashr", None]
    library.anchored()
    receipt = Receipt.parse(nobody.get(f"{path}/receipt").content)
    assert receipt.described["place"] == "Samarqand"


@pytest.mark.parametrize("other", ["Somebody", "Oʻz\\n", '"]'])
def test_the_audit_finds_a_further_field_that_was_changed(library, registrar, nobody, other):
    digest = library.register(title="Devon")["digest"]
    registrar.post(f"/resources/{digest}/descriptions", json=RECORD)
    assert library.audit().is_clean
    set_further = "UPDATE description SET further = ? WHERE digest = ?"
    mine = bytes.fromhex(digest)
    with sqlite3.connect(library.home / "muhr.db") as database:
        query = "SELECT further FROM description WHERE digest = ?"
        [[kept]] = database.execute(query, (mine,)).fetchall()
        database.execute(set_further, (kept.replace("Oʻzdavnashr", other), mine))
    try:
        assert nobody.get(f"/resources/{digest}").json()["type"].endswith("metadata-mismatch")
        assert not library.audit().is_clean
    finally:
        with sqlite3.connect(library.home / "muhr.db") as database:
            database.execute(set_further, (kept, mine))
    assert library.audit().is_clean


@pytest.mark.usefixtures("unchanged")
class TestRefused:
    @pytest.mark.parametrize(
        ("record", "status", "slug"),
        [
            (RECORD | {"color": "red"}, 422, "invalid-metadata"),
            (RECORD | {"size_bytes": 7}, 422, "invalid-metadata"),
            (RECORD | {"identifiers": [{"scheme": "isbn", "value": "1"}]}, 422, "invalid-metadata"),
            ([], 422, "invalid-metadata"),
            (b"{", 400, "invalid-json"),
            (b'{"title": "a", "title": "b"}', 400, "invalid-json"),
            ({"publisher": "A"}, 422, "invalid-metadata"),
        ],
    )
    def test_a_record_that_no_file_has(self, send, fresh_bytes, problem, record, status, slug):
        problem(send(record, fresh_bytes()), status, slug)

    def test_a_body_that_ends_within_its_record(self, send, problem):
        problem(send(b"{}", b"", record_bytes=7), 422, "empty-resource")
        problem(send(b"{}", b"file", record_bytes=70_000), 422, "invalid-input")

    def test_a_record_of_the_wrong_shape(self, registrar, library, problem):
        path = f"/resources/{'0' * 64}/descriptions"
        problem(registrar.post(path, json={"subjects": [{"color": "red"}]}), 422, "invalid-input")
        problem(
            registrar.post(path, json={"subjects": [{"text": "x"}] * 101}), 422, "invalid-input"
        )
