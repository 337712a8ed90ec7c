"""Manifests over HTTP, held to the rules of the specification; each address in them answers."""

from __future__ import annotations

import io
from typing import NamedTuple

import httpx
import pytest
from PIL import Image

from scripts.harness.running_library import RunningLibrary
from tests.browser.readers.made import book, picture, sound
from tests.reading_room.interop.iiif.presentation_rules import (
    addresses,
    check_collection,
    check_hits,
    check_image_service,
    check_manifest,
)

PAGES = 5
TITLES = [{"text": "Yulduzlar", "language": "uz-Latn"}, {"text": "Звёзды", "language": "ru"}]


class Works(NamedTuple):
    book: str
    large: str
    small: str
    sound: str
    file: str
    lent: str


@pytest.fixture(scope="module")
def library(blank_home, tmp_path_factory):
    """Return a library that reads its files at once."""
    home = tmp_path_factory.mktemp("viewed") / "home"
    running = RunningLibrary(home, blank_home, MEDIA_A_MINUTE="10000")
    try:
        yield running.start()
    finally:
        running.stop()


@pytest.fixture(scope="module")
def site(library):
    with httpx.Client(base_url=library.url, trust_env=False, timeout=60) as client:
        yield client


@pytest.fixture(scope="module")
def works(library, site, wait):
    library.license("iiif-circle", longest_loan_seconds=86_400)
    known = {"media_type": "application/pdf", "language": "uz-Cyrl", "title": "Юлдузлар"}
    found = Works(
        library.register(
            book(PAGES, 3, seed=17),
            **known,
        )["digest"],
        library.register(picture(2600, 1701), media_type="image/png", title="Large")["digest"],
        library.register(picture(301, 207), media_type="image/png", title="Small")["digest"],
        library.register(sound(2), media_type="audio/wav", title="Wind")["digest"],
        library.register(b"PK\x05\x06" + bytes(18), media_type="application/zip", title="Data")[
            "digest"
        ],
        library.register(
            picture(302, 208), media_type="image/png", title="Lent", license="iiif-circle"
        )["digest"],
    )

    record = {
        **known,
        "creator": "Beruniy",
        "titles": TITLES,
        "part_of": [{"title": "Stars & Winds", "identifier": "urn:x:1"}],
    }
    answer = library.registrar.post(f"/resources/{found.book}/descriptions", json=record)
    assert answer.status_code in (200, 201, 202), answer.text

    def is_ready(digest):
        told = site.get(f"/iiif/{digest}/manifest.json")
        return told.status_code == 200

    for digest in found:
        wait(lambda digest=digest: is_ready(digest), "it is not on chain", 120)
    for digest in found[:4]:
        path = f"/api/v1/resources/{digest}/media"
        wait(lambda path=path: site.get(path).status_code == 200, "it is not read", 120)
    library.at_rest()
    return found


def told_of(site, digest):
    answer = site.get(f"/iiif/{digest}/manifest.json")
    assert answer.status_code == 200, answer.text
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "access-control-allow-credentials" not in answer.headers
    profile = 'profile="http://iiif.io/api/presentation/3/context.json"'
    assert answer.headers["content-type"] == f"application/ld+json;{profile}"
    told = answer.json()
    assert told["id"] == str(answer.url)
    check_manifest(told)
    return told


def test_every_address_in_every_manifest_answers(site, works):
    asked: set[str] = set()
    for digest in works:
        asked.update(addresses(told_of(site, digest)))
    for address in sorted(asked):
        is_service = "/media/" in address and not address.endswith((".jpg", "/cover"))
        answer = site.get(f"{address}/info.json" if is_service else address)
        assert answer.status_code == 200, f"{address} {answer.text[:200]}"


def test_a_book_is_shown_by_page_and_its_own_script_comes_first(site, works):
    told = told_of(site, works.book)
    assert next(iter(told["label"].items())) == ("uz-Cyrl", ["Юлдузлар"])
    assert told["label"]["uz"] == ["Юлдузлар"]
    assert told["label"]["ru"] == ["Звёзды"]
    assert told["rights"] == "http://creativecommons.org/licenses/by/4.0/"
    assert [canvas["label"]["none"] for canvas in told["items"]] == [
        [str(number)] for number in range(1, PAGES + 1)
    ]
    assert told["rendering"][0]["format"] == "application/pdf"
    part = site.get(told["items"][2]["id"]).json()
    assert part.pop("@context") == told["@context"]
    assert part == told["items"][2]


class Answer(NamedTuple):
    status_code: int
    extent: tuple[int, int] | None


def test_each_size_and_tile_that_a_service_tells_is_there(site, works):
    def get(address):
        answer = site.get(address)
        is_there = answer.status_code == 200
        extent = Image.open(io.BytesIO(answer.content)).size if is_there else None
        return Answer(answer.status_code, extent)

    for digest in (works.book, works.large):
        body = told_of(site, digest)["items"][0]["items"][0]["items"][0]["body"]
        service = body["service"][0]["id"]
        answer = site.get(f"{service}/info.json")
        assert answer.headers["access-control-allow-origin"] == "*"
        assert answer.json()["id"] == service
        check_image_service(answer.json(), get)
    assert site.get(f"{service}/0,0,9,9/9,9/0/default.jpg").status_code == 404
    path = f"/api/v1/resources/{works.book}/media/pages"
    assert site.get(f"{path}/{PAGES + 1}/info.json").status_code == 404
    assert site.get(f"{path}/0/info.json").status_code == 422


def test_sounds_last_and_small_pictures_are_the_files_themselves(site, works):
    heard = told_of(site, works.sound)["items"][0]
    assert 1.9 < heard["duration"] < 2.1
    assert "width" not in heard
    painted = told_of(site, works.small)["items"][0]
    assert (painted["width"], painted["height"]) == (301, 207)
    body = painted["items"][0]["items"][0]["body"]
    assert body["id"].endswith(f"/api/v1/resources/{works.small}/content")
    assert site.get(body["id"]).headers["access-control-allow-origin"] == "*"


def test_of_what_is_lent_no_byte_is_shown(site, works):
    told = told_of(site, works.lent)
    assert "thumbnail" not in told
    assert "rendering" not in told
    assert told["rights"] == "http://rightsstatements.org/vocab/InC/1.0/"
    assert "borrow" in told["summary"]["en"][0]
    assert told["homepage"][0]["id"].endswith(f"/resources/{works.lent}")
    body = told["items"][0]["items"][0]["items"][0]["body"]
    assert body["id"].endswith("/iiif/placeholder/lent.png")
    pictured = Image.open(io.BytesIO(site.get(body["id"]).content))
    assert pictured.size == (body["width"], body["height"])
    for path in addresses(told):
        assert "/media" not in path
        assert not path.endswith("/content")
    assert site.get(f"/iiif/{works.lent}/search?q=a").status_code == 404
    assert site.get(f"/api/v1/resources/{works.lent}/media/pages/1/info.json").status_code == 404


def test_what_no_viewer_shows_has_a_picture_in_its_place_and_its_file(site, works):
    told = told_of(site, works.file)
    assert told["rendering"][0]["type"] == "Dataset"
    body = told["items"][0]["items"][0]["items"][0]["body"]
    assert body["id"].endswith("/iiif/placeholder/file.png")


def test_words_are_found_by_page_in_every_spelling(site, works):
    told = told_of(site, works.book)
    service = told["service"][0]["id"]
    canvases = {canvas["id"] for canvas in told["items"]}
    answer = site.get(service, params={"q": "LIGHTHOUSE keep"})
    assert answer.status_code == 200
    check_hits(answer.json(), canvases)
    items = answer.json()["items"]
    assert [item["target"].partition("#")[0] for item in items] == [told["items"][2]["id"]]
    quote = answer.json()["annotations"][0]["items"][0]["target"]["selector"][0]
    assert quote["exact"] == "lighthouse keeper"
    first = site.get(told["service"][1]["@id"], params={"q": "lighthouse", "user": "x"}).json()
    assert first["within"] == {"@type": "sc:Layer", "total": 1, "ignored": ["user"]}
    canvas = told["items"][2]
    whole = f"{canvas['id']}#xywh=0,0,{canvas['width']},{canvas['height']}"
    assert [one["on"] for one in first["resources"]] == [whole]
    assert first["hits"][0]["annotations"] == [first["resources"][0]["@id"]]
    many = site.get(service, params={"q": "leaf", "user": "x"}).json()
    check_hits(many, canvases)
    assert {item["target"].partition("#")[0] for item in many["items"]} == canvases
    assert many["ignored"] == ["user"]
    for words in ("lighthouse nobody", "", "<b>", "' OR 1=1"):
        none = site.get(service, params={"q": words})
        assert none.status_code == 200
        assert none.json()["items"] == []
    assert site.get(service, params={"q": "x" * 201}).status_code == 422
    assert site.get(service, params={"q": "x", "page": "0"}).status_code == 422


def test_the_library_is_listed_in_collections_that_lead_on(site, works):
    wanted, address, pages = set(works), "/iiif/collection.json", 0
    while wanted and address and pages < 500:
        answer = site.get(address)
        assert answer.status_code == 200
        told = answer.json()
        check_collection(told)
        assert told["id"] == str(answer.url)
        assert len(told["items"]) <= 101
        wanted -= {one["id"].split("/")[-2] for one in told["items"] if one["type"] == "Manifest"}
        further = [one["id"] for one in told["items"] if one["type"] == "Collection"]
        address, pages = next(iter(further), None), pages + 1
    assert not wanted
    assert site.get("/iiif/collection.json?cursor=x").status_code == 422


def test_collections_that_records_name_are_listed_with_their_works(site, works, wait):
    def listed(address):
        told = site.get(address).json()
        check_collection(told)
        return {item["id"]: item for item in told["items"]}

    first = site.get("/iiif/collection.json").json()["items"][0]
    assert first["id"].endswith("/iiif/collections.json")
    wait(lambda: site.get(first["id"]).json()["items"], "the collection is not listed", 30)
    (found,) = listed(first["id"]).values()
    assert found["label"] == {"none": ["Stars & Winds"]}
    assert [*listed(found["id"])] == [told_of(site, works.book)["id"]]
    assert site.get(site.get(found["id"]).json()["homepage"][0]["id"]).status_code == 200
    for path in ("collections/xyz.json", f"collections/{'0' * 32}.json"):
        assert site.get(f"/iiif/{path}").status_code == 404
    assert site.get("/iiif/collections.json?cursor=%20").status_code == 422


def test_what_was_withdrawn_is_gone_and_what_nobody_knows_is_not_there(library, site, wait):
    digest = library.register(picture(303, 209), media_type="image/png", title="Gone")["digest"]
    path = f"/iiif/{digest}/manifest.json"
    wait(lambda: site.get(path).status_code == 200, "it is not on chain", 60)
    answer = library.registrar.post(f"/resources/{digest}/withdrawal", json={"reason": "error"})
    assert answer.status_code in (200, 202), answer.text
    wait(lambda: site.get(path).status_code == 410, "it is not gone", 60)
    problem = site.get(path)
    assert problem.headers["content-type"] == "application/problem+json"
    assert problem.headers["access-control-allow-origin"] == "*"
    assert site.get(f"/iiif/{digest}/canvas/1").status_code == 410
    assert site.get(f"/iiif/{digest}/search?q=a").status_code == 410
    assert site.get(f"/iiif/{'ab' * 32}/manifest.json").status_code == 404
    assert site.get("/iiif/xyz/manifest.json").status_code == 422
    assert site.get("/iiif/placeholder/other.png").status_code == 404


def test_the_page_of_a_work_has_a_link_to_be_dragged_into_a_viewer(site, works):
    page = site.get(f"/resources/{works.small}?lang=en").text
    manifest = told_of(site, works.small)["id"]
    assert f'href="{manifest}?manifest=' in page
    assert "/manifest.json" not in site.get(f"/resources/{works.lent}?lang=en").text
