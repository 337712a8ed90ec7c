"""Content under an open license: a plain address without a token, and what is not to be had there."""

import pytest

from scripts.harness.asked_library import repr_digest

MIB = 2**20
SIZE = 2 * MIB + 777


@pytest.fixture(scope="module")
def book(library, fresh_bytes):
    data = fresh_bytes(SIZE)
    digest = library.register(data, media_type="video/mp4", title="A film")["digest"]
    return f"/resources/{digest}/content", data, digest


@pytest.fixture(scope="module")
def closed(library):
    library.license("not-for-strangers", longest_loan_seconds=86_397)
    return library.register(license="not-for-strangers")["digest"]


def test_anybody_reads_it_and_may_keep_it_in_a_cache(nobody, book):
    path, data, digest = book
    answer = nobody.get(path)
    assert (answer.status_code, answer.content) == (200, data)
    assert answer.headers["cache-control"] == "public, max-age=86400, immutable"
    assert answer.headers["etag"] == f'"{digest}"'
    assert answer.headers["repr-digest"] == repr_digest(data)
    assert answer.headers["content-type"] == "video/mp4"
    assert answer.headers["content-disposition"].startswith("inline; filename=")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in answer.headers["content-security-policy"]
    assert "set-cookie" not in answer.headers


def test_a_range_a_head_and_what_is_known_are_answered_as_of_an_opening(nobody, book):
    path, data, digest = book
    part = nobody.get(path, headers={"Range": f"bytes={MIB - 5}-{MIB + 4}"})
    assert (part.status_code, part.content) == (206, data[MIB - 5 : MIB + 5])
    assert part.headers["repr-digest"] == repr_digest(data)  # of the whole (RFC 9530, §3)
    assert nobody.get(path, headers={"Range": "bytes=-7"}).content == data[-7:]
    head = nobody.head(path)
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-length"] == str(SIZE)
    assert head.headers["repr-digest"] == repr_digest(data)
    known = nobody.get(path, headers={"If-None-Match": f'"{digest}"'})
    assert (known.status_code, known.content) == (304, b"")
    assert known.headers["cache-control"] == "public, max-age=86400, immutable"
    assert {"repr-digest", "content-type", "content-length"} & known.headers.keys() == set()
    stale = nobody.get(path, headers={"Range": "bytes=5-", "If-Range": '"other"'})
    assert (stale.status_code, len(stale.content)) == (200, SIZE)


def test_thousands_of_ranges_in_one_request_are_one_whole(nobody, book):
    path, data, _ = book
    many = ",".join(f"{start}-" for start in range(5000))
    answer = nobody.get(path, headers={"Range": f"bytes={many}"})
    assert (answer.status_code, answer.content) == (200, data)


@pytest.mark.parametrize("asked", ["?download", "?download=true", "?download=1"])
def test_what_is_shown_can_be_asked_for_as_a_file(nobody, book, asked):
    told = nobody.head(book[0] + asked).headers["content-disposition"]
    assert told == "attachment; filename=\"A film.mp4\"; filename*=UTF-8''A%20film.mp4"
    assert nobody.head(book[0] + "?download=false").headers["content-disposition"].startswith("inl")


@pytest.mark.parametrize(
    ("media_type", "shown"),
    [
        ("application/pdf", "inline"),
        ("audio/mpeg", "inline"),
        ("image/png", "inline"),
        ("image/svg+xml", "attachment"),
        ("text/html", "attachment"),
        ("application/xhtml+xml", "attachment"),
        ("text/xml", "attachment"),
        ("application/epub+zip", "attachment"),
        ("application/octet-stream", "attachment"),
        ("multipart/x-mixed-replace", "attachment"),
    ],
)
def test_what_could_hold_a_script_is_a_file_to_keep(library, nobody, media_type, shown):
    digest = library.upload(b"as " + media_type.encode(), media_type=media_type).json()["digest"]
    library.registered(digest)
    told = nobody.head(f"/resources/{digest}/content").headers
    assert told["content-disposition"].partition(";")[0] == shown
    assert told["content-type"].partition(";")[0] == media_type
    assert told["content-security-policy"] == "sandbox; default-src 'none'"


def test_what_is_closed_is_not_there_for_everybody(nobody, closed, problem):
    told = problem(nobody.get(f"/resources/{closed}/content"), 403, "content-closed")
    assert "not-for-strangers" in told["detail"]


def test_what_was_withdrawn_is_handed_out_no_more(library, registrar, nobody, problem):
    digest = library.register()["digest"]
    assert nobody.get(f"/resources/{digest}/content").status_code == 200
    asked = registrar.post(f"/resources/{digest}/withdrawal", json={"reason": "error"})
    assert asked.status_code == 202
    told = problem(nobody.get(f"/resources/{digest}/content"), 403, "content-closed")
    assert told["reason"] == "content-closed.withdrawn"


def test_what_is_not_registered_or_kept_elsewhere_is_not_found(library, registrar, nobody, problem):
    problem(nobody.get(f"/resources/{'0' * 64}/content"), 404, "resource-not-found")
    claim = {
        "digest": "7" * 62 + "14",
        "cid": "f01551220" + "7" * 62 + "14",
        "size_bytes": 5,
        "title": "Elsewhere",
        "license": "CC-BY-4.0",
        "media_type": "text/plain",
    }
    assert registrar.post("/registrations", json=claim).status_code == 202
    problem(nobody.get(f"/resources/{claim['digest']}/content"), 404, "content-not-found")


def test_a_cookie_of_nobody_changes_nothing(nobody, book, closed, problem):
    for value in ("0" * 64, "", "é", "x" * 4000):
        cookie = {"Cookie": f"muhr-opening={value}".encode()}
        assert nobody.get(book[0], headers=cookie).status_code == 200
        answer = nobody.get(f"/resources/{closed}/content", headers=cookie)
        problem(answer, 404, "opening-not-found")
