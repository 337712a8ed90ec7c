"""Imports over HTTP: sent, followed, reported, canceled; and what is refused."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from ledger_service.adapters.imports import manifests
from ledger_service.domain.imports.import_report import COLUMNS

MANY = 100_000
JSON_LINES = {"Content-Type": "application/jsonl"}
ITEM_NAMES = ("registered", "duplicate", "refused", "skipped")


@pytest.fixture
def manifest(fresh_bytes):
    """Return a function that makes a manifest of as many items as told, all new."""

    def make(count, **changes):
        name = fresh_bytes().hex()
        rows = [
            {
                "digest": hashlib.sha256(f"{name} {number}".encode()).hexdigest(),
                "size_bytes": 7,
                "title": f"Kitob № {number}",
                **changes,
            }
            for number in range(count)
        ]
        return rows, "".join(json.dumps(row) + "\n" for row in rows).encode()

    return make


def send(client, body, license="CC-BY-4.0", **headers):
    return client.post(
        "/imports", params={"license": license}, content=body, headers={**JSON_LINES, **headers}
    )


def known(client):
    """Return the imports of which the service knows, newest first."""
    return [row["id"] for row in client.get("/imports").json()["items"]]


@pytest.fixture
def ended(registrar, wait):
    """Return a function that gives an import once it has ended."""

    def look(sent, *, anchored=False, client=registrar):
        def again():
            found = client.get(f"/imports/{sent['id']}").json()
            is_over = found["ended_at"] is not None and (not anchored or found["anchor"])
            return found if is_over else None

        return wait(again, "the import does not end", 120)

    return look


def test_an_import_is_sent_followed_and_reported(registrar, nobody, manifest, ended):
    rows, body = manifest(30)
    rows.append({"path": "/etc/passwd", "title": "x"})
    body += json.dumps(rows[-1]).encode() + b"\n"
    answer = send(registrar, body)
    assert answer.status_code == 202, answer.text
    sent = answer.json()
    assert answer.headers["location"] == f"/api/v1/imports/{sent['id']}"
    assert sent["manifest_digest"] == hashlib.sha256(body).hexdigest()
    found = ended(sent, anchored=True)
    assert (found["state"], found["failure"]) == ("done", None)
    assert {name: found[name] for name in ITEM_NAMES} == {
        "registered": 30,
        "duplicate": 0,
        "refused": 1,
        "skipped": 0,
    }
    assert found["read_bytes"] == found["size_bytes"] == len(body)
    assert found["items_per_second"] > 0
    assert found["seconds_left"] is None
    assert found["anchor"]["size"] > 30
    listed = registrar.get("/imports", params={"limit": 1}).json()
    assert listed["items"] == [found]
    report = [json.loads(line) for line in registrar.get(found["report"][7:]).text.splitlines()]
    assert [line["digest"] for line in report[:-1]] == [row["digest"] for row in rows[:-1]]
    assert report[-1]["reason"] == "invalid-manifest.files-not-here"
    verdict = nobody.get(f"/resources/{report[7]['digest']}/verdict").json()
    assert verdict["authentic"]
    again = ended(send(registrar, body).json())
    assert (again["registered"], again["duplicate"], again["refused"]) == (0, 30, 1)


def test_a_report_gives_its_reasons_in_the_language_that_is_asked_for(registrar, ended):
    found = ended(send(registrar, b'{"path": "a file", "title": "A book"}\n').json())
    plain = registrar.get(found["report"][7:]).json()
    answer = registrar.get(found["report"][7:], headers={"Accept-Language": "ru"})
    assert answer.headers["content-language"] == "ru"
    assert plain["detail"] == "Files cannot be named here: give digest, size_bytes and title."
    told = {**plain, "detail": "Здесь нельзя называть файлы: дайте digest, size_bytes и title."}
    assert answer.json() == told


def test_a_report_comes_as_json_lines_or_csv(registrar, manifest, ended):
    rows, _ = manifest(3)
    text = io.StringIO()
    writer = csv.DictWriter(text, rows[0])
    writer.writeheader()
    writer.writerows(rows)
    headers = {"Content-Type": "text/csv; charset=utf-8"}
    sent = registrar.post(
        "/imports", params={"license": "CC0-1.0"}, content=text.getvalue(), headers=headers
    )
    path = ended(sent.json())["report"].removeprefix("/api/v1")
    lines = registrar.get(path)
    assert lines.headers["content-type"] == "application/jsonl"
    listed = [json.loads(line) for line in lines.text.splitlines()]
    assert [line["place"] for line in listed] == [f"manifest.csv:{n}" for n in (2, 3, 4)]
    for table in (
        registrar.get(path, params={"format": "csv"}),
        registrar.get(path, headers={"Accept": "text/csv"}),
    ):
        assert table.headers["content-type"].startswith("text/csv")
        told = list(csv.DictReader(io.StringIO(table.text)))
        assert told == [{name: str(line.get(name, "")) for name in COLUMNS} for line in listed]


def test_imports_are_for_registrars(registrar, reader, auditor, nobody, manifest, problem):
    _, body = manifest(1)
    sent = send(registrar, body).json()
    for path in ("/imports", f"/imports/{sent['id']}", f"/imports/{sent['id']}/report"):
        problem(nobody.get(path), 401, "not-authenticated")
        problem(reader.get(path), 403, "role-not-held")
        problem(auditor.get(path), 403, "role-not-held")
    problem(send(nobody, body), 401, "not-authenticated")
    problem(send(reader, body), 403, "role-not-held")
    problem(nobody.delete(f"/imports/{sent['id']}"), 401, "not-authenticated")
    for name in ("0" * 32, "x", "%00"):
        problem(registrar.get(f"/imports/{name}"), 404, "import-not-found")
        problem(registrar.get(f"/imports/{name}/report"), 404, "import-not-found")
        problem(registrar.delete(f"/imports/{name}"), 404, "import-not-found")


def test_what_cannot_be_an_import_is_refused_and_leaves_nothing(
    library, registrar, manifest, problem, wait, monkeypatch
):
    _, body = manifest(2)
    wait(lambda: not list(library.config.imports.iterdir()), "earlier imports do not end")
    before = known(registrar)
    plain = {"Content-Type": "application/json"}
    params = {"license": "CC-BY-4.0"}
    answer = registrar.post("/imports", params=params, content=body, headers=plain)
    problem(answer, 415, "wrong-content-type")
    problem(registrar.post("/imports", content=body, headers=JSON_LINES), 422, "invalid-input")
    problem(send(registrar, body, license="none"), 422, "unknown-license")
    problem(send(registrar, b""), 422, "invalid-manifest")
    problem(send(registrar, body, **{"Idempotency-Key": "two words"}), 422, "invalid-input")
    table = {"Content-Type": "text/csv"}
    answer = registrar.post("/imports", params=params, content="digest,pages\n", headers=table)
    problem(answer, 422, "invalid-manifest")
    with monkeypatch.context() as patch:
        patch.setattr(manifests, "RESERVE_BYTES", 2**62)
        found = problem(send(registrar, body), 507, "storage-full")
        assert "nothing was kept" in found["detail"]
    assert known(registrar) == before
    assert len(list(library.config.imports.iterdir())) == 0


def test_an_upload_that_breaks_off_is_not_an_import(library, registrar, raw, wait):
    token = library.token("registrar")
    head = "POST /api/v1/imports?license=CC-BY-4.0 HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n"
    wait(lambda: not list(library.config.imports.iterdir()), "earlier imports do not end")
    head += f"Authorization: Bearer {token}\r\nContent-Type: application/jsonl\r\n\r\n"
    before = known(registrar)
    raw.send(head.encode() + b'{"digest":')
    wait(lambda: list(library.config.imports.iterdir()), "nothing is received")
    raw.close()
    wait(lambda: not list(library.config.imports.iterdir()), "something is kept")
    assert known(registrar) == before


def test_the_same_key_gives_the_same_import(registrar, manifest, ended, problem):
    _, body = manifest(5)
    key = {"Idempotency-Key": hashlib.sha256(body).hexdigest()}
    first = send(registrar, body, **key)
    again = send(registrar, body, **key)
    assert again.status_code == 202
    assert again.headers["location"] == first.headers["location"]
    assert ended(first.json())["registered"] == 5
    assert send(registrar, body, **key).json()["state"] == "done"
    problem(send(registrar, body * 2, **key), 422, "key-used-otherwise")
    _, body = manifest(5)
    key = {"Idempotency-Key": "at-once"}
    with ThreadPoolExecutor(8) as pool:
        at_once = list(pool.map(lambda _: send(registrar, body, **key), range(8)))
    assert {answer.status_code for answer in at_once} == {202}
    assert len({answer.headers["location"] for answer in at_once}) == 1


def test_two_colleagues_with_one_key_send_two_imports_that_both_see(library, manifest, ended):
    dilnoza, rustam = (library.client("registrar", name) for name in ("dilnoza", "rustam"))
    sent = [
        send(who, manifest(2)[1], **{"Idempotency-Key": "monday"}).json()
        for who in (dilnoza, rustam)
    ]
    assert [job["sent_by"] for job in sent] == ["dilnoza", "rustam"]
    assert known(rustam)[:2] == known(dilnoza)[:2] == [sent[1]["id"], sent[0]["id"]]
    for who, job in zip((rustam, dilnoza), sent, strict=True):
        assert ended(job, client=who)["registered"] == 2
        assert len(who.get(job["report"].removeprefix("/api/v1")).text.splitlines()) == 2
        assert who.delete(f"/imports/{job['id']}").json()["state"] == "done"


def test_bounds_are_the_operators_and_a_canceled_import_waits_no_more(
    new_library, manifest, monkeypatch
):
    library = new_library(LARGEST_MANIFEST_BYTES="2000", WAITING_IMPORTS="2")
    library.start_server()  # and no worker, so that imports wait
    registrar = library.client("registrar")
    _, body = manifest(3)
    too_large = send(registrar, body * 10)
    assert (too_large.status_code, too_large.json()["type"][-18:]) == (413, "manifest-too-large")
    chunked = send(registrar, iter([body] * 10))
    assert chunked.status_code == 413
    first, second = send(registrar, body).json(), send(registrar, body).json()
    assert (first["state"], first["seconds_left"]) == ("queued", None)
    assert library.status()["imports_under_way"] == 2
    full = send(registrar, body)
    assert (full.status_code, full.headers["retry-after"]) == (429, "60")
    canceled = registrar.delete(f"/imports/{first['id']}").json()
    assert canceled["state"] == "canceled"
    assert send(registrar, body).status_code == 202
    assert registrar.get(f"/imports/{first['id']}/report").text == ""
    pages = registrar.get("/imports", params={"limit": 2}).json()
    rest = registrar.get("/imports", params={"limit": 2, "cursor": pages["next"]}).json()
    assert [row["id"] for row in rest["items"]] == [first["id"]]
    assert pages["items"][1]["id"] == second["id"]
    library.start_worker()


@pytest.mark.slow
def test_a_hundred_thousand_items_beside_ordinary_registrations(
    new_library, manifest, ended, fresh_bytes
):
    """Registrations are answered while the import runs; the report is whole.

    In a library of its own, since tests read all of the shared one.
    """
    library = new_library().start()
    registrar = library.client("registrar")
    rows, body = manifest(MANY)
    lines = body.splitlines(keepends=True)
    spoiled = range(0, MANY, 1000)
    for number in spoiled:
        lines[number] = b'{"path": "book.pdf", "title": "x"}\n'
    over = threading.Event()

    def register(_):
        client = library.client("registrar")
        statuses = []
        while not over.is_set():
            digest = hashlib.sha256(fresh_bytes()).hexdigest()
            claim = {"digest": digest, "cid": "f01551220" + digest, "size_bytes": 1}
            told = {"title": "x", "license": "CC-BY-4.0", "media_type": "text/plain"}
            statuses.append(client.post("/registrations", json=claim | told).status_code)
            time.sleep(0.05)
        return statuses

    with ThreadPoolExecutor(4) as pool:
        others = [pool.submit(register, number) for number in range(4)]
        sent = send(registrar, b"".join(lines)).json()
        found = ended(sent, client=registrar)
        over.set()
        statuses = [status for other in others for status in other.result()]
    assert set(statuses) == {202}
    assert len(statuses) > 4
    assert (found["registered"], found["refused"]) == (MANY - len(spoiled), len(spoiled))
    with registrar.stream("GET", f"/imports/{sent['id']}/report") as answer:
        report = [json.loads(line) for line in answer.iter_lines()]
    assert [line["place"] for line in report] == [f"manifest.jsonl:{n + 1}" for n in range(MANY)]
    indices = [line["index"] for line in report if line["index"] is not None]
    assert indices == sorted(set(indices))
    good = [line["digest"] for line in report if line["result"] == "registered"]
    assert good == [row["digest"] for n, row in enumerate(rows) if n % 1000]


def test_the_description_has_examples_that_are_taken(registrar, nobody, ended):
    described = nobody.get("/openapi.json").json()["paths"]["/api/v1/imports"]["post"]
    for kind, content in described["requestBody"]["content"].items():
        answer = registrar.post(
            "/imports",
            params={"license": "CC-BY-4.0"},
            content=content["example"],
            headers={"Content-Type": kind},
        )
        found = ended(answer.json())
        assert found["registered"] + found["duplicate"] == 1
