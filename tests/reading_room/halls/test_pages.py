"""Halls over HTTP: made at the desk, shown with their proof, their shelves, and what a reader handed in."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import time
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ledger_service.adapters.signer import check_ed25519
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.ledger import merkle
from ledger_service.domain.ledger.checkpoint import VerifierKey, open_checkpoint, open_note
from reading_room.halls.models.shown import flange
from reading_room.halls.rules.lab_record import LabRecord
from reading_room.halls.rules.manifest import Manifest, Use
from reading_room.halls.sql import SqlHalls
from scripts.harness.running_library import RunningLibrary
from tests.reading_room.halls.conftest import STEPS, send
from tests.reading_room.halls.models import changed, put
from tests.simulators.people.browser import BrowserSimulator

NewReader = Callable[[], tuple[str, BrowserSimulator]]


def proved(library: RunningLibrary, hall: str) -> dict[str, Any]:
    answer = httpx.get(f"{library.url}/api/v1/halls/{hall}/manifest", trust_env=False)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_a_manifest_is_signed_attested_and_names_each_asset_by_its_digest(
    library: RunningLibrary, make: Callable[..., str]
) -> None:
    hall = make(kind="hall", title="The great hall", about="To read in")
    library.at_rest()
    told = proved(library, hall)
    manifest = Manifest.parse(told["manifest"].encode())
    assert (manifest.title, manifest.version, manifest.hall) == ("The great hall", 1, hall)
    key = VerifierKey.parse(told["key"])
    assert open_note(told["note"], key, check_ed25519) == manifest.note_text()
    entry = json.loads(told["body"])
    assert (entry["kind"], entry["type"]) == ("attested", "hall")
    assert entry["statement"] == hashlib.sha256(told["note"].encode()).hexdigest()
    checkpoint = open_checkpoint(
        told["checkpoint"], VerifierKey.parse(told["ledger"]), check_ed25519
    )
    proof = [bytes.fromhex(item) for item in told["proof"]]
    leaf = merkle.leaf_hash(told["body"].encode())
    merkle.check_inclusion(leaf, told["entry"], checkpoint.size, proof, checkpoint.root)
    for asset in manifest.assets:
        sent = httpx.get(f"{library.url}/api/v1/halls/assets/{asset.digest}", trust_env=False)
        assert sent.headers["content-type"] == asset.media_type
        assert Digest.of(sent.content) == asset.digest
        assert len(sent.content) == asset.size_bytes
    assert {asset.use for asset in manifest.assets} >= {Use.FLOOR, Use.WALL, Use.WOOD, Use.TABLE}


def test_a_new_version_is_attested_anew_and_the_key_stays(
    library: RunningLibrary, keeper: BrowserSimulator, make: Callable[..., str]
) -> None:
    hall = make(kind="hall", title="A hall")
    before = proved(library, hall)
    answer = send(keeper, f"/desk/halls/{hall}", kind="hall", title="Another name")
    assert answer.status_code == 303
    after = proved(library, hall)
    assert after["key"] == before["key"]
    assert after["entry"] > before["entry"]
    assert Manifest.parse(after["manifest"].encode()).version == 2
    listed = httpx.get(f"{library.url}/api/v1/halls", trust_env=False).json()["items"]
    assert [one["title"] for one in listed if one["hall"] == hall] == ["Another name"]


def test_a_model_of_ones_own_stays_when_only_the_steps_change(
    library: RunningLibrary, keeper: BrowserSimulator, make: Callable[..., str]
) -> None:
    steps = STEPS | {"step_part": ["bolts", "gasket"]}
    hall = make(kind="laboratory", title="A flange", model=flange(), **steps)
    first = Manifest.parse(proved(library, hall)["manifest"].encode()).asset(Use.MODEL)
    page = keeper.get(f"/desk/halls/{hall}").text
    assert "body, bolts, gasket" in page
    steps["step_title"] = ["Find the bolts", "Find the gasket"]
    again = send(keeper, f"/desk/halls/{hall}", kind="laboratory", title="A flange", **steps)
    assert again.status_code == 303
    manifest = Manifest.parse(proved(library, hall)["manifest"].encode())
    assert manifest.asset(Use.MODEL) == first
    assert manifest.steps[0].title == "Find the bolts"


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"title": ""}, "Give the hall a name"),
        ({"kind": "shop"}, "A hall stays a hall"),
        ({"collection": "x"}, "no such collection"),
        ({"kind": "laboratory"}, "needs a model"),
        ({"kind": "laboratory", "ready": "engine"}, "needs a model"),
        ({"kind": "laboratory", "ready": "eye"}, "from 1 to 20 steps"),
        ({"kind": "laboratory", "ready": "eye", **STEPS}, "the part carbon"),
        ({"kind": "laboratory", "model": b"a picture", **STEPS}, "no glTF 2.0 model"),
        (
            {
                "kind": "laboratory",
                "model": changed(put("images", [{"uri": "https://other.example/a.png"}])),
            },
            "lies at another address",
        ),
        ({"kind": "laboratory", "model": bytes(4 * 1024 * 1024 + 1)}, "larger than"),
        ({"kind": "laboratory", "model": bytes(6 * 1024 * 1024)}, "larger than"),
    ],
)
def test_what_cannot_be_published_is_told_at_the_form(
    keeper: BrowserSimulator, fields: dict[str, Any], says: str
) -> None:
    answer = send(keeper, "/desk/halls", **{"kind": "hall", "title": "A hall", **fields})
    assert answer.status_code == 422
    assert says in answer.text


def test_only_those_who_keep_halls_publish(
    library: RunningLibrary, new_reader: NewReader, laboratory: str
) -> None:
    _, reader = new_reader()
    assert send(reader, "/desk/halls", kind="hall", title="Mine").status_code == 403
    assert reader.get("/desk/halls").status_code == 403
    with BrowserSimulator(library.url) as nobody:
        assert nobody.get("/desk/halls").status_code == 303
        assert nobody.post(f"/halls/{laboratory}/records", data={}).status_code == 401
    with BrowserSimulator(library.url) as auditor:
        auditor.sign_in(library.token("auditor"))
        assert auditor.get("/desk/halls").status_code == 403


def test_shelves_follow_grants_and_a_full_license_is_told(
    library: RunningLibrary, new_reader: NewReader, make: Callable[..., str]
) -> None:
    name = f"one-seat-{time.time_ns()}"
    library.license(name, seats=1, longest_loan_seconds=86_543)
    digest = library.register(title="The only copy", license=name)["digest"]
    hall = make(kind="hall", title="All that is open")
    holder, holding = new_reader()
    _, other = new_reader()
    assert "The only copy" not in holding.get(f"/halls/{hall}").text
    library.grant(digest, reader=holder)
    page = holding.get(f"/halls/{hall}").text
    assert "The only copy" in page
    assert "Lent to you" in page
    assert "The only copy" not in other.get(f"/halls/{hall}").text
    book = f"/halls/{hall}/works/{digest}"
    assert f'action="/read/{digest}"' in holding.get(book).text
    refused = other.get(book).text
    assert "all 1 copies are lent to others" in refused
    assert f'action="/read/{digest}"' not in refused
    assert other.post(f"/read/{digest}").status_code == 403


def test_an_unknown_hall_book_or_asset_is_not_there(
    library: RunningLibrary, laboratory: str
) -> None:
    for path in ("/halls/0000000000000000", f"/halls/{laboratory}/works/{'0' * 64}"):
        assert httpx.get(library.url + path, trust_env=False).status_code == 404
    for path in ("0000000000000000/manifest", f"assets/{'0' * 64}"):
        found = httpx.get(f"{library.url}/api/v1/halls/{path}", trust_env=False)
        assert found.status_code == 404, path


def record_of(library: RunningLibrary, hall: str, **changes: Any) -> LabRecord:
    manifest = proved(library, hall)["manifest"].encode()
    now = int(time.time())
    told = {
        "hall": hall,
        "version": 1,
        "manifest": Digest.of(manifest),
        "begun_at": now - 60,
        "ended_at": now,
        "answers": ("6", "A ring"),
    }
    return LabRecord(**{**told, **changes})


def hand_in(
    browser: BrowserSimulator, hall: str, record: LabRecord, private: Ed25519PrivateKey
) -> httpx.Response:
    signature = base64.b64encode(private.sign(record.signed())).decode()
    form = {"version": "1", "record": record.format().decode(), "signature": signature}
    return browser.post(f"/halls/{hall}/records", data=form)


def test_a_record_that_the_student_signed_is_countersigned_and_names_nobody(
    library: RunningLibrary, new_reader: NewReader, laboratory: str
) -> None:
    reader, browser = new_reader()
    private = Ed25519PrivateKey.generate()
    key = private.public_key().public_bytes_raw().hex()
    record = record_of(library, laboratory, key=key)
    before = len(library.entries())
    assert hand_in(browser, laboratory, record, private).headers["location"] == "/me/laboratories"
    page = browser.get("/me/laboratories").text
    assert "A key of your browser has signed it" in page
    number = re.search(r'href="/me/laboratories/(\d+)"', page)[1]
    document = browser.get(f"/me/laboratories/{number}").json()
    assert document["record"].encode() == record.format()
    commitment = hashlib.sha256(bytes.fromhex(document["salt"]) + record.format()).hexdigest()
    [entry] = [e for e in map(json.loads, library.entries(before)) if e.get("type") == "lab-record"]
    assert entry["statement"] == commitment
    assert reader not in json.dumps([entry, document])
    receipt = open_note(document["receipt"], VerifierKey.parse(document["key"]), check_ed25519)
    assert receipt.split("\n")[2:5] == [laboratory, "1", commitment]
    _, other = new_reader()
    assert other.get(f"/me/laboratories/{number}").status_code == 404
    assert "/me/laboratories/" + number not in other.get("/me/laboratories").text


def test_a_record_signed_by_another_or_of_another_manifest_is_refused(
    library: RunningLibrary, new_reader: NewReader, laboratory: str
) -> None:
    _, browser = new_reader()
    private = Ed25519PrivateKey.generate()
    key = private.public_key().public_bytes_raw().hex()
    record = record_of(library, laboratory, key=key)
    for wrong, by in (
        (record, Ed25519PrivateKey.generate()),
        (record_of(library, laboratory), private),
        (record_of(library, laboratory, key="00" * 32), private),
        (record_of(library, laboratory, key=key, manifest=Digest.of(b"other")), private),
        (record_of(library, laboratory, key=key, answers=("7", "")), private),
        (record_of(library, laboratory, key=key, answers=("6",)), private),
    ):
        answer = hand_in(browser, laboratory, wrong, by)
        assert (answer.status_code, 'role="alert"' in answer.text) == (422, True)
    assert "You have handed in nothing yet" in browser.get("/me/laboratories").text


def test_without_scripts_the_form_alone_is_handed_in_and_kept_when_refused(
    new_reader: NewReader, laboratory: str
) -> None:
    _, browser = new_reader()
    form = {"version": "1", "begun_at": "5", "answer-0": "7", "answer-1": "my own words"}
    refused = browser.post(f"/halls/{laboratory}/records", data=form)
    assert refused.status_code == 422
    assert "my own words" in refused.text
    form |= {"answer-0": "6", "begun_at": str(int(time.time()) - 5)}
    assert browser.post(f"/halls/{laboratory}/records", data=form).status_code == 303
    assert "Only the library has signed it" in browser.get("/me/laboratories").text


def test_whoever_is_erased_leaves_no_record(
    library: RunningLibrary, new_reader: NewReader, laboratory: str
) -> None:
    reader, browser = new_reader()
    form = {"version": "1", "begun_at": str(int(time.time())), "answer-0": "6", "answer-1": ""}
    assert browser.post(f"/halls/{laboratory}/records", data=form).status_code == 303
    client = library.client("reader", reader)
    exported = client.get("/me/export").json()
    assert "answers" in json.dumps(exported)
    assert client.post("/me/erase", json={"erase": "me"}).status_code == 200
    with library.opened.store.read() as transaction:
        assert transaction.room(SqlHalls).records_of(reader) == []
