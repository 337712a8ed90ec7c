"""Feeds of the catalog: where it begins, its lists, search and facets, pages and languages."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import httpx

FEED = "application/opds+json"
PUBLICATION = "application/opds-publication+json"


def read(app: httpx.Client, address: str) -> dict[str, Any]:
    answer = app.get(address)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == FEED
    told: dict[str, Any] = answer.json()
    assert [one["href"] for one in told["links"] if one["rel"] == "self"]
    assert told.keys() & {"navigation", "publications", "groups"}
    return told


def by_rel(told: dict[str, Any], rel: str) -> list[dict[str, Any]]:
    return [one for one in told["links"] if rel in one["rel"]]


def publications(app: httpx.Client, address: str) -> Iterator[dict[str, Any]]:
    """Yield what a list has on all its pages."""
    while True:
        told = read(app, address)
        yield from told.get("publications", [])
        following = [one["href"] for one in told["links"] if one["rel"] == "next"]
        if not following:
            return
        [address] = following


def digests(app: httpx.Client, address: str) -> list[str]:
    return [one["metadata"]["identifier"][-64:] for one in publications(app, address)]


def test_the_catalog_begins_with_what_is_new_and_ways_to_the_rest(
    app: httpx.Client, opened: str, listed: Callable[[], None]
) -> None:
    listed()
    told = read(app, "/opds")
    [search] = by_rel(told, "search")
    assert search["templated"]
    assert search["href"].endswith("/opds/search{?query}")
    assert by_rel(told, "http://opds-spec.org/shelf")
    assert len(told["navigation"]) == 4
    assert all(group.get("publications") or group.get("navigation") for group in told["groups"])
    newest = told["groups"][0]["publications"]
    assert opened in [one["metadata"]["identifier"][-64:] for one in newest] or len(newest) == 10


def test_lists_go_page_by_page_and_tell_how_many_there_are(
    library: Any, app: httpx.Client, listed: Callable[[], None]
) -> None:
    listed()
    there = len(digests(app, "/opds/works"))
    library.register_all([f"Page {number:02}" for number in range(there, 54)])
    listed()
    first = read(app, "/opds/works?by=title")
    assert len(first["publications"]) == first["metadata"]["itemsPerPage"] == 50
    assert first["metadata"]["numberOfItems"] > 0
    [following] = by_rel(first, "next")
    second = read(app, following["href"])
    assert by_rel(second, "first")[0]["href"] == by_rel(first, "self")[0]["href"]
    [back] = by_rel(second, "previous")
    assert read(app, back["href"])["publications"] == first["publications"]
    everything = digests(app, "/opds/works?by=title")
    assert len(everything) == len(set(everything)) > 50
    assert sorted(everything) == sorted(digests(app, "/opds/works"))


def test_a_collection_a_license_and_a_steward_have_lists(
    library: Any, app: httpx.Client, lent: str, listed: Callable[[], None]
) -> None:
    listed()
    assert lent in digests(app, "/opds/licenses/lent-to-apps")
    steward = library.get(f"/resources/{lent}")[0]["steward"]
    assert lent in digests(app, f"/opds/stewards/{steward}")
    named = read(app, "/opds/collections")["navigation"]
    for one in named[:3]:
        assert (
            read(app, one["href"])["metadata"]["title"] == one.get("title", "")
            or one["rel"] == "start"
        )
    assert app.get("/opds/collections/" + "0" * 32).status_code == 404
    assert app.get("/opds/licenses/nobody").status_code in (404, 422)


def test_what_is_found_is_narrowed_by_facets(
    app: httpx.Client, opened: str, listed: Callable[[], None]
) -> None:
    listed()
    told = read(app, "/opds/search?query=open+apps")
    assert opened in [one["metadata"]["identifier"][-64:] for one in told["publications"]]
    assert all(len(facet["links"]) > 1 for facet in told.get("facets", []))
    narrowed = read(app, "/opds/search?query=apps&access=open")
    chosen = [
        one["href"]
        for facet in narrowed["facets"]
        for one in facet["links"]
        if one["rel"] == "self"
    ]
    assert chosen
    assert "access=open" in chosen[0]
    nothing = read(app, "/opds/search?query=zzzzzqqqq")
    assert "publications" not in nothing
    assert nothing["navigation"][0]["rel"] == "start"


def test_feeds_are_told_in_the_language_that_is_asked_for(app: httpx.Client) -> None:
    assert read(app, "/opds/works")["metadata"]["title"] == "Newest"
    uzbek = read(app, "/opds/works?lang=uz")
    assert uzbek["metadata"]["title"] == "Yangi kelganlar"
    assert by_rel(uzbek, "search")[0]["href"].endswith("/opds/search?lang=uz{&query}")
    russian = app.get("/opds/works", headers={"Accept-Language": "ru-RU, en;q=0.5"})
    assert russian.json()["metadata"]["title"] == "Новые поступления"
    assert russian.headers["content-language"] == "ru"
    assert "Accept-Language" in russian.headers["vary"]


def test_a_feed_that_is_known_is_not_sent_again_and_other_sites_may_read_it(
    app: httpx.Client,
) -> None:
    first = app.get("/opds/collections")
    again = app.get("/opds/collections", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert first.headers["access-control-allow-origin"] == "*"
    assert first.headers["cache-control"] == "public, max-age=60"


def test_what_a_feed_does_not_know_is_refused(app: httpx.Client) -> None:
    for address in (
        "/opds/works?page=2",
        "/opds/works?by=size",
        "/opds/works?cursor=!!!",
        "/opds/search?query=" + "a" * 600,
        "/opds/stewards/xyz",
        "/opds/publications/xyz",
    ):
        assert app.get(address).status_code == 422, address
    assert app.get("/opds/publications/" + "0" * 64).status_code == 404


def test_a_work_is_a_publication_by_itself(app: httpx.Client, opened: str, lent: str) -> None:
    answer = app.get(f"/opds/publications/{opened}")
    assert answer.headers["content-type"] == "application/opds-publication+json"
    told = answer.json()
    [free] = by_rel(told, "http://opds-spec.org/acquisition/open-access")
    assert app.get(free["href"]).status_code == 200
    assert told["metadata"]["author"][0]["name"] == "Alisher Navoiy"

    told = app.get(f"/opds/publications/{lent}").json()
    [ask] = by_rel(told, "borrow")
    assert "http://opds-spec.org/acquisition/borrow" in ask["rel"]
    assert ask["properties"]["availability"]["state"] in ("available", "unavailable")
    assert ask["properties"]["copies"]["total"] == 2
    assert ask["properties"]["authenticate"]["href"].endswith("/opds/authentication")
    assert not by_rel(told, "open-access")


def test_what_was_withdrawn_is_in_no_feed_and_its_publication_is_gone(
    app: httpx.Client, withdrawn: str, listed: Callable[[], None]
) -> None:
    listed()
    assert withdrawn not in digests(app, "/opds/works")
    assert withdrawn not in digests(app, "/opds/search?query=withdrawn+apps")
    for address in (f"/opds/publications/{withdrawn}", f"/opds/covers/{withdrawn}.jpg"):
        answer = app.get(address)
        assert answer.status_code == 410
        assert answer.json()["type"].endswith("/problems/resource-gone")


def test_every_publication_has_a_cover_in_jpeg(app: httpx.Client, opened: str, lent: str) -> None:
    for digest in (opened, lent):
        [image] = app.get(f"/opds/publications/{digest}").json()["images"]
        answer = app.get(image["href"])
        assert answer.headers["content-type"] == image["type"] == "image/jpeg"
        assert answer.content.startswith(b"\xff\xd8\xff")
        headers = {"If-None-Match": answer.headers["etag"]}
        assert app.get(image["href"], headers=headers).status_code == 304


def test_pages_lead_apps_to_the_catalog_and_to_the_publication(
    app: httpx.Client, opened: str, withdrawn: str
) -> None:
    html = {"Accept": "text/html"}
    page = app.get("/resources", headers=html).text
    assert '<link rel="alternate" type="application/opds+json" href="/opds">' in page
    publication = f"/opds/publications/{opened}"
    assert (
        f'type="{PUBLICATION}" href="{publication}"'
        in app.get(f"/resources/{opened}", headers=html).text
    )
    assert PUBLICATION not in app.get(f"/resources/{withdrawn}", headers=html).text
