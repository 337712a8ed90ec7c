"""Registering resources over HTTP: the answer, its repetition, and what is refused."""

import base64
import hashlib
from concurrent.futures import ThreadPoolExecutor

import pytest

OCTETS = {"Content-Type": "application/octet-stream"}


def test_an_upload_is_accepted_at_once_and_registered_on_chain_soon(library, fresh_bytes):
    data = fresh_bytes()
    answer = library.upload(data, title="Boburnoma", creator="Bobur", language="uz-Latn")
    found = answer.json()
    digest = hashlib.sha256(data).hexdigest()
    assert answer.status_code == 202
    assert answer.headers["location"] == f"/api/v1/resources/{digest}"
    assert (found["digest"], found["state"], found["size_bytes"]) == (digest, "accepted", len(data))
    assert (found["title"], found["creator"], found["language"]) == (
        "Boburnoma",
        "Bobur",
        "uz-Latn",
    )
    registered = library.registered(digest)
    [event] = [event for event in library.chain_events() if event.subject == digest]
    assert event.name == "ResourceRegistered"
    assert registered["transaction"] == event.transaction
    assert registered["block"] == event.block
    assert registered["registered_entry"] > registered["accepted_entry"]


def test_a_small_resource_has_the_cid_of_its_own_digest(library, fresh_bytes, nobody):
    found = library.register(fresh_bytes())
    assert found["cid"].startswith("bafkrei")
    assert nobody.get(f"/resources/{found['digest']}").json() == [found]


def test_the_same_claim_again_gives_the_same_registration_and_no_second_transaction(
    library, fresh_bytes, kept
):
    data = fresh_bytes()
    first = library.register(data)
    before = kept()
    again = library.upload(data)
    assert again.status_code == 202
    assert again.json() == first
    assert kept() == before
    events = [event for event in library.chain_events() if event.subject == first["digest"]]
    assert len(events) == 1


def test_one_claim_sent_many_times_at_once_is_registered_once(library, fresh_bytes):
    data = fresh_bytes()
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: library.upload(data), range(8)))
    assert {answer.status_code for answer in answers} == {202}
    assert len({answer.json()["accepted_entry"] for answer in answers}) == 1
    digest = answers[0].json()["digest"]
    library.registered(digest)
    library.anchored()
    assert [event.subject for event in library.chain_events()].count(digest) == 1


@pytest.mark.parametrize(
    "other", [{"license": "CC0-1.0"}, {"title": "Another title"}, {"creator": "Another"}]
)
def test_a_registered_digest_keeps_its_license_and_metadata(library, fresh_bytes, problem, other):
    data = fresh_bytes()
    first = library.register(data)
    problem(library.upload(data, **other), 409, "resource-already-registered")
    assert library.registered(first["digest"]) == first


def test_a_license_may_be_named_by_its_id(library, fresh_bytes, nobody):
    license_id = nobody.get("/licenses/CC0-1.0").json()["license"]
    found = library.register(fresh_bytes(), license=license_id)
    assert found["license"] == license_id


@pytest.mark.usefixtures("unchanged")
class TestRefused:
    """Nothing is kept of a refused upload."""

    def test_an_empty_file(self, library, problem):
        problem(library.upload(b""), 422, "empty-resource")

    @pytest.mark.parametrize("name", ["nope", "0" * 64, "f" * 65, "CC-BY-4.0 ", "\x00"])
    def test_an_unknown_license(self, library, fresh_bytes, problem, name):
        problem(library.upload(fresh_bytes(), license=name), 422)

    @pytest.mark.parametrize(
        "kind", ["", "text/plain", "multipart/form-data; boundary=x", "application/json"]
    )
    def test_another_content_type(self, registrar, fresh_bytes, problem, kind):
        answer = registrar.post(
            "/resources",
            params={"title": "A book", "license": "CC-BY-4.0"},
            content=fresh_bytes(),
            headers={"Content-Type": kind} if kind else {},
        )
        problem(answer, 415, "wrong-content-type")

    @pytest.mark.parametrize(
        "claim",
        [
            {"title": ""},
            {"title": " "},
            {"title": "two\nlines"},
            {"title": "NUL\x00"},
            {"title": "x" * 1001},
            {"creator": "tab\t"},
            {"creator": "x" * 1001},
            {"language": "not a tag"},
            {"language": "x" * 81},
            {"media_type": "pdf"},
            {"media_type": "text/html; charset=utf-8"},
            {"media_type": "Text/HTML\r\nX: y"},
        ],
    )
    def test_metadata_that_no_catalog_could_hold(self, library, fresh_bytes, problem, claim):
        problem(library.upload(fresh_bytes(), **claim), 422)

    @pytest.mark.parametrize("missing", ["title", "license"])
    def test_a_claim_without_title_or_license(self, registrar, fresh_bytes, problem, missing):
        claim = {"title": "A book", "license": "CC-BY-4.0"}
        del claim[missing]
        answer = registrar.post("/resources", params=claim, content=fresh_bytes(), headers=OCTETS)
        found = problem(answer, 422, "invalid-input")
        assert [fault["pointer"] for fault in found["errors"]] == [f"/query/{missing}"]

    @pytest.mark.parametrize(
        "header",
        ["", "sha-256", "sha-256=:AAAA:", "sha-256=:" + "A" * 42 + "=:", "sha-512=:AAAA:", "§"],
    )
    def test_a_malformed_repr_digest(self, registrar, fresh_bytes, problem, header):
        answer = registrar.post(
            "/resources",
            params={"title": "A book", "license": "CC-BY-4.0"},
            content=fresh_bytes(),
            headers={**OCTETS, "Repr-Digest": header.encode()},
        )
        problem(answer, 422, "invalid-digest")

    def test_bytes_that_differ_from_their_announced_digest(self, registrar, fresh_bytes, problem):
        announced = "sha-256=:" + "A" * 43 + "=:"
        answer = registrar.post(
            "/resources",
            params={"title": "A book", "license": "CC-BY-4.0"},
            content=fresh_bytes(),
            headers={**OCTETS, "Repr-Digest": announced},
        )
        found = problem(answer, 422, "digest-differs")
        assert "0" * 64 in found["detail"]


def test_an_announced_digest_that_fits_is_accepted(registrar, library, fresh_bytes):
    data = fresh_bytes()
    announced = base64.b64encode(hashlib.sha256(data).digest()).decode()
    answer = registrar.post(
        "/resources",
        params={"title": "A book", "license": "CC-BY-4.0"},
        content=data,
        headers={**OCTETS, "Repr-Digest": f"sha-512=:AAAA:, sha-256=:{announced}:"},
    )
    assert answer.status_code == 202
    library.registered(answer.json()["digest"])
