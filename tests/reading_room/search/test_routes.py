"""Search over HTTP and by the command, on a library that runs."""

from __future__ import annotations

import hashlib
import os

import httpx
import pytest
from click.testing import CliRunner

from reading_room.search import cli
from scripts.harness.running_library import RunningLibrary


@pytest.fixture(scope="module")
def word(library: RunningLibrary) -> str:
    """Return a word that only these tests' books have."""
    return "q" + hashlib.sha256(os.urandom(8)).hexdigest()[:12].translate(
        str.maketrans("0123456789", "ghijklmnop")
    )


@pytest.fixture(scope="module")
def books(library: RunningLibrary, word: str) -> list[str]:
    titles = [f"Oʻzbekiston {word}", f"Ўзбекистон тарихи {word}", f"Boshqa {word}"]
    return [library.register(title=title, creator="Ahmedov")["digest"] for title in titles]


def find(nobody: httpx.Client, q: str, **asked: object) -> dict:
    answer = nobody.get("/search", params={"q": q, **asked})
    assert answer.status_code == 200, answer.text
    return answer.json()


def digests(found: dict) -> list[str]:
    return [item["digest"] for item in found["items"]]


def test_what_was_just_registered_is_found_at_once(library, nobody, books, word, wait) -> None:
    found = find(nobody, f"ozbekiston {word}")
    assert digests(found) == [books[0], books[1]]
    assert (found["total"], found["more"], found["facets"]) == (2, False, None)
    wait(lambda: find(nobody, word)["index_size"] > 0, "the index stays empty")
    assert digests(find(nobody, f"o'zbekiston {word}")) == [books[0], books[1]]


def test_pages_have_all_and_each_once(nobody, books, word) -> None:
    for sort in ("relevance", "date", "title"):
        seen, cursor = [], ""
        while cursor is not None:
            found = find(nobody, word, sort=sort, limit=1, cursor=cursor)
            seen += digests(found)
            cursor = found["next"]
        assert sorted(seen) == sorted(books)


def test_a_corrected_record_is_found_by_new_words_and_old_ones_at_once(
    nobody, registrar, books, word
) -> None:
    answer = registrar.post(f"/resources/{books[2]}/descriptions", json={"title": f"Yangi {word}"})
    assert answer.status_code == 200
    for q in (f"yangi {word}", f"boshqa {word}"):
        found = find(nobody, q)
        assert (digests(found), found["total"]) == ([books[2]], 1)
        assert found["items"][0]["title"] == f"Yangi {word}"
    assert find(nobody, word)["total"] == 3


def test_what_was_withdrawn_is_found_no_more_but_by_its_digest(
    library, nobody, registrar, word, wait
) -> None:
    digest = library.register(title=f"Qaytarilgan {word}")["digest"]
    library.anchored()
    assert digests(find(nobody, f"qaytarilgan {word}")) == [digest]
    answer = registrar.post(f"/resources/{digest}/withdrawal", json={"reason": "legal"})
    assert answer.status_code == 202, answer.text
    wait(lambda: not find(nobody, f"qaytarilgan {word}")["items"], "it is still found")
    assert find(nobody, digest)["direct"] == {"digest": digest, "sure": True}


def test_what_names_one_resource_is_told(library, nobody, books) -> None:
    shown = nobody.get(f"/resources/{books[0]}").json()[0]
    names = [books[0], books[0].upper(), books[0][:20], f"0x{books[0]}", shown["cid"]]
    names += [f"#{shown['accepted_entry']}", f"№ {shown['accepted_entry']}"]
    for name in names:
        assert find(nobody, name)["direct"] == {"digest": books[0], "sure": True}, name
    guessed = find(nobody, str(shown["accepted_entry"]))["direct"]
    assert guessed == {"digest": books[0], "sure": False}
    for name in ("f" * 64, "#999999999", "10.1234/nobody", "978-601-234-567-4", "facade"):
        assert find(nobody, name)["direct"] is None


def test_a_slip_of_the_hand_is_asked_about(nobody, books, word) -> None:
    slip = word[:4] + word[5:]
    found = find(nobody, f"ozbekston {slip}")
    assert (found["total"], found["items"]) == (0, [])
    assert found["suggestion"] == f"Oʻzbekiston {word}"
    assert find(nobody, "zzzzzzzzzzzzzz")["suggestion"] is None


def test_what_is_found_is_counted_and_narrowed(nobody, books, word) -> None:
    facets = find(nobody, word, facets=True)["facets"]
    assert facets["license"][0]["count"] >= 3
    name = facets["license"][0]["value"]
    assert len(find(nobody, word, license=name)["items"]) >= 3
    assert find(nobody, word, license="nobody's")["items"] == []
    [steward] = [one["value"] for one in facets["steward"]]
    assert len(steward) == 64
    assert find(nobody, word, steward=steward)["total"] == find(nobody, word)["total"]


def test_a_wrong_cursor_or_order_is_refused(nobody) -> None:
    for asked in ({"cursor": "x"}, {"sort": "luck"}, {"limit": 1000}, {"mood": "good"}):
        assert nobody.get("/search", params={"q": "a", **asked}).status_code == 422


def test_the_command_finds_by_words_and_by_names(library, books, word) -> None:
    def run(*words: str) -> tuple[int, str]:
        shown = CliRunner().invoke(cli.find, [*words, "--api", library.url])
        return shown.exit_code, shown.output

    status, told = run("O'ZBEKISTON", word)
    assert status == 0
    assert [line[:16] for line in told.splitlines()] == [books[0][:16], books[1][:16]]
    assert run(books[1])[1].startswith(books[1][:16])
    status, told = run("ozbekston", word)
    assert (status, told) == (1, f"Did you mean Oʻzbekiston {word}?\n")


def test_whoever_registers_may_have_the_index_made_anew(
    library, nobody, registrar, books, word, wait
) -> None:
    assert nobody.post("/search/index").status_code == 401
    before = find(nobody, word)
    assert registrar.post("/search/index").json()["ledger_size"] > 0

    def is_whole() -> bool:
        again = find(nobody, word)
        return again["index_size"] > 0 and again["items"] == before["items"]

    wait(is_whole, "the index is not made anew")
    shown = CliRunner().invoke(cli.find, ["--rebuild", "--api", library.url])
    assert shown.exit_code != 0  # without a token
    token = {"MUHR_TOKEN": library.token("registrar")}
    shown = CliRunner().invoke(cli.find, ["--rebuild", "--api", library.url], env=token)
    assert (shown.exit_code, "is made anew" in shown.output) == (0, True), shown.output
    wait(is_whole, "the index is not made anew")
