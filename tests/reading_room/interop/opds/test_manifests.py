"""Manifests of books and sounds: what they name is there, and what is lent is there under an opening only."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import urljoin

import httpx
import pytest

from reading_room.interop.opds.rules.addresses import Addresses
from reading_room.interop.opds.rules.manifest import manifest_of_sound
from scripts.harness.running_library import RunningLibrary
from tests.browser.readers.made import epub
from tests.reading_room.catalog.works import PLAIN
from tests.reading_room.media.made_files import wav

EPUB = {"media_type": "application/epub+zip", "title": "Winds of the steppe, for apps"}
WEBPUB, AUDIOBOOK = "application/webpub+json", "application/audiobook+json"


@pytest.fixture(scope="module")
def book(library: RunningLibrary) -> str:
    return str(library.register(epub(4), **EPUB)["digest"])


@pytest.fixture(scope="module")
def reader(library: RunningLibrary) -> Iterator[httpx.Client]:
    """Return the app of a reader who has a token."""
    headers = {"Authorization": f"Bearer {library.token('reader', library.readers[0])}"}
    with httpx.Client(base_url=library.url, headers=headers, trust_env=False, timeout=60) as client:
        yield client


def read(app: httpx.Client, address: str, media_type: str) -> dict[str, Any]:
    answer = app.get(address)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == media_type
    told: dict[str, Any] = answer.json()
    [own] = [one for one in told["links"] if one["rel"] == "self"]
    assert own["href"].endswith(address.removeprefix(str(app.base_url)))
    assert own["type"] == media_type
    return told


def follow(app: httpx.Client, address: str, told: dict[str, Any]) -> int:
    """Follow all that a manifest names; return how many those are."""
    named = [*told["readingOrder"], *told["resources"]]
    base = urljoin(str(app.base_url), address)
    for one in named:
        answer = app.get(urljoin(base, one["href"]))
        assert answer.status_code == 200, one
        assert answer.headers["content-type"].split(";")[0] == one["type"], one
    return len(named)


def test_an_open_book_is_read_part_by_part(app: httpx.Client, book: str) -> None:
    publication = app.get(f"/opds/publications/{book}").json()
    [address] = [one["href"] for one in publication["links"] if one["type"] == WEBPUB]
    told = read(app, address, WEBPUB)
    assert told["@context"] == "https://readium.org/webpub-manifest/context.jsonld"
    assert told["metadata"]["title"] == EPUB["title"]
    assert told["metadata"]["conformsTo"] == "https://readium.org/webpub-manifest/profiles/epub"
    assert told["readingOrder"]
    assert [one["rel"] for one in told["resources"] if "rel" in one] == ["cover"]
    assert {one["href"] for one in told["toc"]} <= {one["href"] for one in told["readingOrder"]}
    assert follow(app, address, told) > 2
    assert not [one for one in told["resources"] if one["href"].endswith((".js", ".opf", ".ncx"))]


def test_a_part_runs_no_script_and_other_sites_may_read_it(app: httpx.Client, book: str) -> None:
    address = f"/opds/publications/{book}/manifest.json"
    first = app.get(address).json()["readingOrder"][0]["href"]
    answer = app.get(f"/opds/publications/{book}/{first}")
    policy = answer.headers["content-security-policy"].split("; ")
    assert "sandbox allow-same-origin" in policy
    assert not any(rule.startswith("script-src") for rule in policy)
    assert answer.headers["access-control-allow-origin"] == "*"
    assert app.get(f"/opds/publications/{book}/book/none.xhtml").status_code == 404


def test_a_sound_is_one_file_also_while_nobody_knows_how_long_it_lasts(
    library: RunningLibrary, app: httpx.Client
) -> None:
    digest = library.register(wav(2), media_type="audio/wav", title="Two seconds")["digest"]
    address = f"/opds/publications/{digest}/manifest.json"
    told = read(app, address, AUDIOBOOK)
    assert told["metadata"]["conformsTo"].endswith("/profiles/audiobook")
    assert follow(app, address, told) == 2


def test_a_sound_tells_how_long_it_lasts_and_what_comes_a_second() -> None:
    work = replace(PLAIN, media_type="audio/wav", size_bytes=32_044)
    addresses = Addresses("https://library.test", "en")
    told = manifest_of_sound(addresses, work, "https://library.test/m", "content", 2.0)
    [one] = told["readingOrder"]
    assert (one["href"], one["duration"], one["bitrate"]) == ("content", 2.0, 128)
    assert told["metadata"]["duration"] == 2.0


def test_what_is_neither_a_book_nor_a_sound_has_no_manifest(
    app: httpx.Client, opened: str, withdrawn: str
) -> None:
    assert app.get(f"/opds/publications/{opened}/manifest.json").status_code == 404
    assert app.get(f"/opds/publications/{withdrawn}/manifest.json").status_code == 410


def test_a_lent_book_is_read_under_an_opening_only_and_as_long_as_its_grant_stands(
    library: RunningLibrary, app: httpx.Client, reader: httpx.Client
) -> None:
    library.license("books-for-apps", longest_loan_seconds=500_011)
    digest = library.register(epub(5), license="books-for-apps", **EPUB)["digest"]
    below = f"/opds/publications/{digest}"
    for address in ("/manifest.json", "/book/text/chapter1.xhtml"):
        assert app.get(below + address).status_code == 403
    assert app.get(f"{below}/manifest").status_code == 401
    assert reader.get(f"{below}/manifest").status_code == 403

    grant = library.grant(digest)["grant"]
    led = reader.get(f"{below}/manifest")
    assert led.status_code == 302
    place = led.headers["location"]
    told = read(app, place, WEBPUB)
    assert app.get(place).headers["cache-control"] == "no-store"
    assert follow(app, place, told) > 2
    forged = place.replace(place.split("/")[-2], "1" * 64)
    assert app.get(forged).status_code == 404

    returned = library.registrar.post(f"/grants/{grant}/revocation")
    assert returned.status_code == 202
    assert app.get(place).status_code == 403
    assert app.get(urljoin(place, told["readingOrder"][0]["href"])).status_code == 403
