"""Taking in: raw bytes from the page's script, a form without scripts, and how far each has come."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from reading_room.desk.rules import title_of
from scripts.harness.running_library import RunningLibrary

RAW = {"Content-Type": "application/octet-stream"}
TERMS = "CC0-1.0"


def digest_of(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def states(browser: httpx.Client, *digests: str) -> list[dict[str, Any]]:
    answer = browser.post("/desk/take-in/states", json={"digests": list(digests)})
    assert answer.status_code == 200
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


def test_a_file_is_taken_in_and_followed_until_it_is_anchored(
    librarian: httpx.Client,
    library: RunningLibrary,
    fresh_bytes: Callable[..., bytes],
    wait: Callable[..., Any],
) -> None:
    data = fresh_bytes(5000)
    record = {"title": "Oʻtkan kunlar", "license": TERMS, "creator": "Abdulla Qodiriy"}
    answer = librarian.post("/desk/take-in/file", params=record, content=data, headers=RAW)
    assert answer.status_code == 202
    assert answer.json()["title"] == "Oʻtkan kunlar"
    wait(lambda: states(librarian, digest_of(data))[0]["final"], "it is not anchored")
    [state] = states(librarian, digest_of(data))
    assert (state["state"], state["anchored"]) == ("registered", True)
    acts = library.client("registrar").get(
        "/acts", params={"entry": answer.json()["accepted_entry"]}
    )
    [act] = acts.json()["items"]
    assert (act["act"], act["holder"]) == ("registered", "the registrar")


def test_a_file_that_changed_since_it_was_hashed_is_not_taken(
    librarian: httpx.Client, fresh_bytes: Callable[..., bytes]
) -> None:
    told = base64.b64encode(hashlib.sha256(b"as it was").digest()).decode()
    headers = {**RAW, "Repr-Digest": f"sha-256=:{told}:"}
    record = {"title": "Changed", "license": TERMS}
    answer = librarian.post(
        "/desk/take-in/file", params=record, content=fresh_bytes(99), headers=headers
    )
    assert answer.status_code == 422


@pytest.mark.parametrize(
    ("change", "status"),
    [({"license": "none-such"}, 422), ({"title": ""}, 422), ({"language": "ўзбек"}, 422)],
)
def test_what_the_library_refuses_is_told_as_its_problem(
    librarian: httpx.Client, fresh_bytes: Callable[..., bytes], change: dict[str, str], status: int
) -> None:
    record = {"title": "A book", "license": TERMS, **change}
    headers = {**RAW, "Accept": "*/*"}
    answer = librarian.post(
        "/desk/take-in/file", params=record, content=fresh_bytes(99), headers=headers
    )
    assert answer.status_code == status
    assert answer.json()["detail"]


def test_a_form_without_scripts_takes_one_file_with_a_title_from_its_name(
    librarian: httpx.Client, library: RunningLibrary, fresh_bytes: Callable[..., bytes]
) -> None:
    data = fresh_bytes(3_000_000)  # in several pieces
    answer = librarian.post(
        "/desk/take-in",
        data={"license": TERMS, "title": "", "creator": "Navoiy", "language": "uz"},
        files={"file": ("Lison_ut-tayr.pdf", data)},
    )
    assert answer.status_code == 202
    assert digest_of(data) in answer.text
    [kept] = library.client().get(f"/resources/{digest_of(data)}").json()
    assert (kept["title"], kept["creator"], kept["size_bytes"]) == (
        "Lison ut-tayr",
        "Navoiy",
        len(data),
    )


def test_a_form_without_a_file_or_with_unknown_terms_is_shown_again_with_what_was_typed(
    librarian: httpx.Client,
) -> None:
    fields = {"license": TERMS, "creator": "<b>Navoiy"}
    for files in ({"file": ("", b"")}, {"other": ("x.txt", b"")}):
        answer = librarian.post("/desk/take-in", data=fields, files=files)
        assert answer.status_code == 422
        assert 'role="alert"' in answer.text
        assert 'value="&lt;b&gt;Navoiy"' in answer.text
    unknown = librarian.post(
        "/desk/take-in", data={"license": "none"}, files={"file": ("x.txt", b"x")}
    )
    assert unknown.status_code == 422


@pytest.mark.parametrize(
    "body",
    [
        b'--x\r\nContent-Disposition: form-data; name="license"\r\n\r\nCC0',
        b"no parts at all",
        b"--x\r\n" + b"A: b\r\n" * 50 + b"\r\n\r\n--x--\r\n",
        b'--x\r\nContent-Disposition: form-data; name="t"\r\n\r\n'
        + b"t" * 200_000
        + b"\r\n--x--\r\n",
        b'--x\r\nContent-Disposition: form-data; name="t"\r\n\r\nt\r\n' * 300 + b"--x--\r\n",
    ],
)
def test_a_malformed_form_is_refused(librarian: httpx.Client, body: bytes) -> None:
    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    answer = librarian.post("/desk/take-in", content=body, headers=headers)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text


@pytest.mark.parametrize("asked", [[], {"digests": "x"}, {"digests": ["0" * 64] * 201}, {}])
def test_states_are_asked_for_in_one_way(librarian: httpx.Client, asked: object) -> None:
    assert librarian.post("/desk/take-in/states", json=asked).status_code == 422


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("Oʻtkan_kunlar.pdf", "Oʻtkan kunlar"),
        ("C:\\books\\a  b.tar.gz", "a b.tar"),
        (".hidden", ".hidden"),
        ("noending", "noending"),
    ],
)
def test_a_title_is_guessed_from_a_name(name: str, title: str) -> None:
    assert title_of(name) == title


def test_what_is_the_same_for_all_files_is_in_each_record(
    librarian: httpx.Client, library: RunningLibrary, fresh_bytes: Callable[..., bytes]
) -> None:
    shared = {"subjects": "Tarix | udc\nAdabiyot", "publisher": "Fan", "courses": ""}
    sent, formed = fresh_bytes(70), fresh_bytes(71)
    record = {"title": "With subjects", "license": TERMS, **shared}
    answer = librarian.post("/desk/take-in/file", params=record, content=sent, headers=RAW)
    assert answer.status_code == 202
    page = librarian.post("/desk/take-in", data=record, files={"file": ("x.txt", formed)})
    assert page.status_code == 202
    for data in (sent, formed):
        [kept] = library.client().get(f"/resources/{digest_of(data)}").json()
        assert kept["subjects"] == [{"text": "Tarix", "scheme": "udc"}, {"text": "Adabiyot"}]
        assert kept["publisher"] == "Fan"
        assert "courses" not in kept


def test_a_record_that_cannot_be_is_refused_before_the_file_comes(
    librarian: httpx.Client, fresh_bytes: Callable[..., bytes]
) -> None:
    record = {"title": "T", "license": TERMS, "dates": "published | not a date at all"}
    answer = librarian.post(
        "/desk/take-in/file", params=record, content=fresh_bytes(9), headers=RAW
    )
    assert answer.status_code == 422


def test_two_files_of_one_form_do_not_become_one(
    librarian: httpx.Client, library: RunningLibrary, fresh_bytes: Callable[..., bytes]
) -> None:
    first, second = fresh_bytes(60), fresh_bytes(61)
    files = [("file", ("a.txt", first)), ("file", ("b.txt", second))]
    answer = librarian.post("/desk/take-in", data={"license": TERMS}, files=files)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    digest = digest_of(first + second)
    assert library.client().get(f"/resources/{digest}").status_code == 404
