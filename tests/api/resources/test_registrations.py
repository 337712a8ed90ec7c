"""Registering claims over HTTP: the answer, many at once, and what is refused."""

import hashlib
from concurrent.futures import ThreadPoolExecutor

import pytest

from ledger_service.domain.content.content_id import RAW, ContentId

CLAIM = {"title": "Boburnoma", "license": "CC-BY-4.0", "media_type": "application/pdf"}


@pytest.fixture
def claim(fresh_bytes):
    """Return a function that makes a claim about bytes that nobody sends."""

    def make(**changes):
        data = fresh_bytes()
        digest = hashlib.sha256(data).digest()
        cid = ContentId(RAW, digest).base32()
        return {**CLAIM, "digest": digest.hex(), "cid": cid, "size_bytes": len(data), **changes}

    return make


def test_a_claim_is_an_entry_when_it_is_answered(library, registrar, nobody, claim):
    new = claim(creator="Bobur", language="uz-Latn")
    answer = registrar.post("/registrations", json=new)
    assert answer.status_code == 202, answer.text
    assert answer.headers["location"] == f"/api/v1/resources/{new['digest']}"
    found = answer.json()
    assert (found["digest"], found["state"]) == (new["digest"], "accepted")
    text = library.entries(found["entry"])[0]
    [shown] = nobody.get(f"/resources/{new['digest']}").json()
    assert {name: shown[name] for name in new if name != "license"} == {
        name: value for name, value in new.items() if name != "license"
    }
    assert f'"digest":"{new["digest"]}"' in text
    assert registrar.post("/registrations", json=new).json() == found


def test_many_at_once_have_an_entry_each(library, registrar, claim):
    news = [claim() for _ in range(64)]
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda new: registrar.post("/registrations", json=new), news))
    assert {answer.status_code for answer in answers} == {202}
    assert len({answer.json()["entry"] for answer in answers}) == len(news)
    assert [answer.json()["digest"] for answer in answers] == [new["digest"] for new in news]


@pytest.mark.usefixtures("unchanged")
@pytest.mark.parametrize(
    ("changes", "status", "slug"),
    [
        ({"digest": "AB" * 32}, 422, "invalid-input"),
        ({"size_bytes": 0}, 422, "empty-resource"),
        ({"size_bytes": 2**53 - 1}, 413, "resource-too-large"),
        ({"size_bytes": True}, 422, "invalid-input"),
        ({"note": "x"}, 422, "invalid-input"),
        ({"title": " "}, 422, "invalid-metadata"),
        ({"cid": "bafkreia"}, 422, "invalid-cid"),
        ({"cid": "f01551220" + "00" * 32}, 422, "invalid-cid"),
        ({"cid": "Qm" + "a" * 44}, 422, "invalid-cid"),
        ({"license": "none"}, 422, "unknown-license"),
    ],
    ids=str,
)
def test_a_claim_that_cannot_be_is_refused(registrar, claim, problem, changes, status, slug):
    found = problem(registrar.post("/registrations", json=claim(**changes)), status, slug)
    if slug == "invalid-input":
        assert found["errors"][0]["pointer"] == "/body/" + next(iter(changes))


@pytest.mark.usefixtures("unchanged")
def test_a_body_that_is_not_strict_json_is_refused(registrar, problem):
    send = {"headers": {"Content-Type": "application/json"}}
    problem(registrar.post("/registrations", content=b'{"size_bytes": NaN}', **send), 400)
    problem(registrar.post("/registrations", content=b"[]", **send), 422)
    problem(registrar.post("/registrations", content=b" " * 70_000, **send), 400)
    problem(registrar.post("/registrations", content=b"{}"), 415, "wrong-content-type")


def test_another_claim_on_the_same_digest_is_refused(registrar, claim, problem):
    new = claim()
    assert registrar.post("/registrations", json=new).status_code == 202
    other = {**new, "title": "Another title"}
    problem(registrar.post("/registrations", json=other), 409, "resource-already-registered")
