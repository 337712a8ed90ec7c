"""Lists over HTTP, page by page: every item exactly once, whatever the size of a page."""

import base64
import time

import pytest

LISTS = ["/resources", "/licenses", "/grants", "/ledger/private-parts"]


def cursor_of(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


BAD_CURSORS = [
    "!",
    "x",
    "AA==",
    "%00",
    "=",
    "a" * 201,
    "é",
    "_w",
    cursor_of("\x00"),
    cursor_of("1\n"),
]
BAD_NUMBERS = [cursor_of(text) for text in ("-1", "1.5", "x", "²", "٣", "9" * 16, " 1", "1e3")]


@pytest.fixture(scope="module")
def listing(library, registrar, auditor, reader, fresh_bytes):
    """Return a function that gives (client, path) of a list, filled with at least five items."""
    digests = [library.upload(fresh_bytes()).json()["digest"] for _ in range(5)]
    grants = []
    for digest in digests:
        library.registered(digest)
        until = int(time.time()) + 1000
        body = {"digest": digest, "reader": library.readers[0], "until": until}
        grants.append(registrar.post("/grants", json=body).json()["grant"])
    for digest, grant in zip(digests, grants, strict=True):
        library.granted(grant, "issued")
        reader.post("/openings", json={"digest": digest})

    def choose(path):
        return (auditor if "private" in path else registrar), path

    return choose


def pages(client, path, limit):
    cursor, found = "", []
    while cursor is not None:
        page = client.get(path, params={"limit": limit, "cursor": cursor}).json()
        assert len(page["items"]) <= limit
        found.append(page["items"])
        cursor = page["next"]
    return found


def is_look(item):
    """Return whether an item came by looking at private parts: each page that is looked at adds one."""
    return '"kind":"looked"' in (item.get("body") or "")


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize("limit", [1, 2, 5, 200])
def test_pages_hold_every_item_once(listing, path, limit):
    client, path = listing(path)
    whole = [item for page in pages(client, path, 200) for item in page if not is_look(item)]
    found = [item for page in pages(client, path, limit) for item in page if not is_look(item)]
    assert len(whole) >= 4
    assert found == whole
    assert len({str(item) for item in found}) == len(found)


@pytest.mark.parametrize("path", LISTS)
def test_only_the_last_page_is_without_a_next(listing, path):
    client, path = listing(path)
    found = pages(client, path, 2)
    assert all(len(page) == 2 for page in found[:-1])
    assert found[-1]


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize("cursor", BAD_CURSORS)
def test_a_cursor_that_no_list_handed_out_is_refused(listing, problem, path, cursor):
    client, path = listing(path)
    problem(client.get(path, params={"cursor": cursor}), 422)


@pytest.mark.parametrize("path", [path for path in LISTS if path != "/licenses"])
@pytest.mark.parametrize("cursor", BAD_NUMBERS)
def test_a_cursor_that_is_no_number_is_refused(listing, problem, path, cursor):
    client, path = listing(path)
    problem(client.get(path, params={"cursor": cursor}), 422, "invalid-cursor")


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize("limit", ["0", "-1", "501", "x", "", "9" * 50, "1.5"])
def test_a_malformed_limit_is_refused(listing, problem, path, limit):
    client, path = listing(path)
    problem(client.get(path, params={"limit": limit}), 422, "invalid-input")


def test_what_is_registered_meanwhile_comes_after_the_pages_seen(library, registrar):
    first = registrar.get("/resources", params={"limit": 1}).json()
    new = library.register()
    rest = registrar.get("/resources", params={"limit": 200, "cursor": first["next"]}).json()
    assert rest["items"][-1]["digest"] == new["digest"]
    assert first["items"][0] not in rest["items"]


def test_a_search_goes_on_over_pages_without_a_hit(library, registrar, monkeypatch):
    monkeypatch.setattr("ledger_service.adapters.sql.resources.registrations.MOST_LOOKED_AT", 3)
    word = f"w{time.monotonic_ns()}"
    wanted = [library.upload(bytes(f"{word}{n}", "ascii"), title=f"Of {word}") for n in range(5)]
    found, cursor, counts = [], "", []
    while cursor is not None:
        page = registrar.get("/resources", params={"q": word, "limit": 2, "cursor": cursor}).json()
        found += [item["digest"] for item in page["items"]]
        counts.append(len(page["items"]))
        cursor = page["next"]
    assert found == [answer.json()["digest"] for answer in wanted]
    assert max(counts) <= 2


def test_digests_are_found_by_how_they_begin(library, registrar, problem):
    digest = library.register()["digest"]
    for length in (4, 15, 16, 64):
        found = registrar.get("/resources", params={"prefix": digest[:length]}).json()["items"]
        assert digest in {item["digest"] for item in found}
        assert all(item["digest"].startswith(digest[:length]) for item in found)
    for typed in ("abc", "zzzz"):
        problem(registrar.get("/resources", params={"prefix": typed}), 422, "invalid-digest")
