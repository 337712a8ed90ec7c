"""The Web Annotation Protocol over HTTP: containers, pages, versions, and who is told what."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from scripts.harness.running_library import RunningLibrary

MEDIA_TYPE = 'application/ld+json; profile="http://www.w3.org/ns/anno.jsonld"'
LDP = "http://www.w3.org/ns/ldp#"
Make = Callable[..., dict[str, Any]]
Site = Callable[..., httpx.Client]


def prefer(what: str) -> dict[str, str]:
    return {"Prefer": f'return=representation;include="{what}"'}


@pytest.fixture(scope="module")
def book(library: RunningLibrary) -> str:
    digest: str = library.register(title="A book with notes")["digest"]
    return digest


@pytest.fixture
def reader(site: Site, library: RunningLibrary) -> httpx.Client:
    return site("reader", library.readers[0])


@pytest.fixture
def nobody(site: Site) -> httpx.Client:
    return site()


def test_an_annotation_is_made_read_changed_and_removed(
    site: Site,
    library: RunningLibrary,
    reader: httpx.Client,
    nobody: httpx.Client,
    book: str,
    note_on: Make,
    problem: Any,
) -> None:
    container = f"/annotations/{book}/public/"
    sent = note_on(book, creator={"name": "A. Reader"}, id="urn:uuid:7")
    made = reader.post(container, content=json.dumps(sent))
    assert made.status_code == 201, made.text
    place = made.headers["location"]
    assert place.startswith(library.url + container)
    assert made.headers["content-type"] == MEDIA_TYPE
    found = nobody.get(place)
    assert found.headers["content-type"] == MEDIA_TYPE
    assert found.headers["etag"] == made.headers["etag"]
    assert found.headers["allow"] == "DELETE, GET, HEAD, OPTIONS, PUT"
    assert f'<{LDP}Resource>; rel="type"' in found.headers["link"]
    told = found.json()
    assert told == made.json()
    assert (told["id"], told["via"], told["type"]) == (place, "urn:uuid:7", "Annotation")
    assert told["creator"] == {"type": "Person", "name": "A. Reader"}
    assert told["target"] == sent["target"]
    known = nobody.get(place, headers={"If-None-Match": found.headers["etag"]})
    assert (known.status_code, known.content) == (304, b"")
    assert nobody.head(place).headers["etag"] == found.headers["etag"]

    new = json.dumps(told | {"body": {"type": "TextualBody", "value": "better"}})
    problem(reader.put(place, content=new), 412, "annotation-changed")
    stale = {"If-Match": '"stale"'}
    problem(reader.put(place, content=new, headers=stale), 412, "annotation-changed")
    seen = {"If-Match": found.headers["etag"]}
    problem(nobody.put(place, content=new, headers=seen), 401, "not-authenticated")
    other = site("reader", library.readers[1])
    problem(other.put(place, content=new, headers=seen), 403, "role-not-held")
    changed = reader.put(place, content=new, headers=seen)
    assert changed.json()["body"]["value"] == "better"
    assert changed.headers["etag"] != found.headers["etag"]
    problem(reader.delete(place, headers=seen), 412, "annotation-changed")
    gone = reader.delete(place, headers={"If-Match": changed.headers["etag"]})
    assert gone.status_code == 204
    problem(nobody.get(place), 404, "annotation-not-found")


def test_a_container_is_read_page_by_page(
    library: RunningLibrary, reader: httpx.Client, note_on: Make, problem: Any
) -> None:
    digest = library.register(title="Much annotated")["digest"]
    container = f"/annotations/{digest}/private/"
    empty = reader.get(container)
    assert empty.json()["total"] == 0
    assert "first" not in empty.json()
    for number in range(52):
        answer = reader.post(container, content=json.dumps(note_on(digest, f"note {number}")))
        assert answer.status_code == 201
    whole = reader.get(container)
    assert f'<{LDP}BasicContainer>; rel="type"' in whole.headers["link"]
    assert f'rel="{LDP}constrainedBy"' in whole.headers["link"]
    assert whole.headers["allow"] == "GET, HEAD, OPTIONS, POST"
    assert whole.headers["accept-post"].startswith("application/ld+json")
    assert whole.headers["vary"] == "Accept, Prefer"
    assert whole.headers["content-location"] == f"{library.url}{container}?iris=0"
    told = whole.json()
    assert told["type"] == ["BasicContainer", "AnnotationCollection"]
    assert (told["total"], len(told["first"]["items"])) == (52, 50)
    assert told["first"]["items"][0]["body"]["value"] == "note 0"

    minimal = reader.get(container, headers=prefer(LDP + "PreferMinimalContainer"))
    assert minimal.headers["preference-applied"] == "return=representation"
    assert minimal.headers["etag"] != whole.headers["etag"]
    first = minimal.json()["first"]
    assert first == f"{library.url}{container}?iris=0&page=0"
    page = reader.get(first).json()
    assert (page["type"], page["startIndex"], page["partOf"]["total"]) == ("AnnotationPage", 0, 52)
    last = reader.get(page["next"]).json()
    assert [one["body"]["value"] for one in last["items"]] == ["note 50", "note 51"]
    assert (last["prev"], last["startIndex"]) == (first, 50)
    assert "next" not in last
    assert minimal.json()["last"] == last["id"]

    iris = reader.get(container, headers=prefer("http://www.w3.org/ns/oa#PreferContainedIRIs"))
    listed = iris.json()["first"]["items"]
    assert listed == [one["id"] for one in told["first"]["items"]]
    assert reader.get(listed[7]).json()["body"]["value"] == "note 7"
    problem(reader.get(f"{container}?page=9"), 422, "invalid-annotation")
    problem(reader.get(f"{container}?pages=1"), 422, "invalid-input")
    both = prefer(f"{LDP}PreferMinimalContainer http://www.w3.org/ns/oa#PreferContainedIRIs")
    assert reader.get(container, headers=both).status_code == 200
    allowed = reader.options(container).headers["allow"]
    assert allowed == "GET, HEAD, OPTIONS, POST"


def test_what_is_ones_own_is_nobody_elses(
    site: Site,
    library: RunningLibrary,
    reader: httpx.Client,
    nobody: httpx.Client,
    book: str,
    note_on: Make,
    problem: Any,
) -> None:
    container = f"/annotations/{book}/private/"
    made = reader.post(container, content=json.dumps(note_on(book)))
    other = site("reader", library.readers[1])
    problem(other.get(made.headers["location"]), 404, "annotation-not-found")
    assert other.get(container).json()["total"] == 0
    problem(nobody.get(container), 401, "not-authenticated")
    problem(nobody.post(container, content=json.dumps(note_on(book))), 401, "not-authenticated")
    staff = site("registrar")
    problem(staff.get(container), 403, "role-not-held")
    problem(staff.post(container, content=json.dumps(note_on(book))), 403, "role-not-held")
    group = f"/annotations/{book}/groups/abc/"
    problem(reader.get(group), 404, "annotation-not-found")
    problem(reader.post(group, content=json.dumps(note_on(book))), 404, "annotation-not-found")
    problem(nobody.get(f"/annotations/{book}/others/"), 404, "annotation-not-found")


def test_what_is_lent_is_closed_to_others(
    site: Site,
    library: RunningLibrary,
    reader: httpx.Client,
    nobody: httpx.Client,
    note_on: Make,
    problem: Any,
) -> None:
    library.license("lent-with-notes", longest_loan_seconds=7 * 86_400 + 11)
    digest = library.register(license="lent-with-notes", title="Lent")["digest"]
    container, sent = f"/annotations/{digest}/public/", json.dumps(note_on(digest))
    problem(reader.post(container, content=sent), 403, "content-closed")
    library.grant(digest)
    assert reader.post(container, content=sent).status_code == 201
    problem(nobody.get(container), 401, "not-authenticated")
    problem(site("reader", library.readers[1]).get(container), 403, "content-closed")


def test_what_is_sent_again_under_a_key_is_one(
    reader: httpx.Client, book: str, note_on: Make
) -> None:
    container, key = f"/annotations/{book}/private/", {"Idempotency-Key": "note-1"}
    before = reader.get(container).json()["total"]
    sent = json.dumps(note_on(book))
    first, again = (reader.post(container, content=sent, headers=key) for _ in range(2))
    assert (first.json(), first.headers["location"]) == (again.json(), again.headers["location"])
    assert reader.get(container).json()["total"] == before + 1


@pytest.mark.parametrize(
    ("body", "kind", "status", "slug"),
    [
        ("{", MEDIA_TYPE, 400, "invalid-json"),
        ("[" * 40, MEDIA_TYPE, 400, "invalid-json"),
        (" " * 40_000, MEDIA_TYPE, 400, "invalid-json"),
        ('{"type": "Annotation"}', MEDIA_TYPE, 422, "invalid-annotation"),
        ("[]", MEDIA_TYPE, 422, "invalid-annotation"),
        ("{}", "text/turtle", 415, "wrong-content-type"),
    ],
)
def test_what_is_no_annotation_is_refused(
    reader: httpx.Client, book: str, problem: Any, body: str, kind: str, status: int, slug: str
) -> None:
    container = f"/annotations/{book}/private/"
    answer = reader.post(container, content=body, headers={"Content-Type": kind})
    problem(answer, status, slug)
