"""One work that was withdrawn and one that is closed, in every protocol: what is answered, and no content.

A withdrawn work is a tombstone everywhere: machines that ask for it by name are told that it is gone, and no
list has it, but for those that tell of changes.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import httpx
import pytest

from ledger_service.domain.identifiers import Digest, LicenseId
from ledger_service.domain.lending.loan_elsewhere import license_name
from ledger_service.domain.people.caller import Caller, Role
from ledger_service.domain.people.permission import Permission
from ledger_service.services.people.grant_access import issue_token
from ledger_service.setup import clock
from scripts.harness.running_library import RunningLibrary
from tests.browser.readers.made import book

LICENSE = "closed-everywhere"
KEY = "0" * 64
NAMED = [
    # pages, names, and the forms of a record
    ("/resources/{d}", 410, 200),
    ("/resources/{d}/cite.jsonld", 410, 200),
    ("/resources/{d}/cite.marcxml", 410, 200),
    ("/resources/{d}/linkset.json", 410, 200),
    ("/resources/{d}.prov.json", 410, 200),
    ("/resources/{d}.premis.xml", 410, 200),
    ("/hash/sha256/{d}", 410, 303),
    ("/resolve?name={d}", 410, 303),
    ("/resolve?name={cid}", 410, 303),
    # the API, which tells of every state and hands out nothing
    ("/api/v1/resources/{d}", 200, 200),
    ("/api/v1/resources/{d}/provenance", 200, 200),
    ("/api/v1/resources/{d}/content", 403, 403),
    ("/api/v1/resources/{d}/media", 404, 200),
    ("/api/v1/resources/{d}/media/text", 404, 404),
    ("/api/v1/resources/{d}/media/cover", 404, 404),
    ("/api/v1/resources/{d}/media/pages/1/info.json", 404, 404),
    ("/api/v1/resources/{d}/media/pages/1/full/max/0/default.jpg", 404, 404),
    ("/api/v1/resources/{d}/media/iiif/info.json", 404, 404),
    ("/read/{d}/parts", 403, 403),
    ("/read/{d}/book/x", 403, 403),
    # IPFS
    ("/ipfs/{cid}?format=raw", 404, 404),
    # IIIF
    ("/iiif/{d}/manifest.json", 410, 200),
    ("/iiif/{d}/canvas/1", 410, 200),
    ("/iiif/{d}/search?q=a", 410, 404),
    ("/iiif/{d}/search1?q=a", 410, 404),
    # OPDS, and the manifests of Readium
    ("/opds/publications/{d}", 410, 200),
    ("/opds/covers/{d}.jpg", 410, 200),
    ("/opds/publications/{d}/manifest.json", 410, 403),
    ("/opds/publications/{d}/book/x", 403, 403),
    ("/opds/publications/{d}/borrow", 401, 401),
    ("/opds/publications/{d}/file", 401, 401),
    ("/opds/publications/{d}/manifest", 401, 401),
    ("/opds/openings/{d}/{key}/manifest.json", 404, 404),
    ("/opds/openings/{d}/{key}/book/x", 404, 404),
    ("/opds/openings/{d}/{key}/content", 404, 404),
    # OAI-PMH, whose faults and tombstones have status 200
    ("/oai?verb=GetRecord&metadataPrefix=oai_dc&identifier={oai}", 200, 200),
    ("/oai?verb=GetRecord&metadataPrefix=oai_datacite&identifier={oai}", 200, 200),
]
"""Path, and the status of the withdrawn work and of the closed one, for whoever asks without a token."""
LISTS = (
    "/opds",
    "/opds/works",
    "/opds/search?query=sealed",
    f"/opds/licenses/{LICENSE}",
    "/iiif/collection.json",
    "/resources?lang=en",
    "/search?q=sealed",
    "/sitemap-1.xml",
)


class Works(NamedTuple):
    withdrawn: dict[str, str]
    closed: dict[str, str]


@pytest.fixture(scope="module")
def library(blank_home, tmp_path_factory) -> Iterator[RunningLibrary]:
    """Return a library that reads its files at once."""
    home = tmp_path_factory.mktemp("closed") / "home"
    running = RunningLibrary(home, blank_home, MEDIA_A_MINUTE="10000")
    try:
        yield running.start()
    finally:
        running.stop()


@pytest.fixture(scope="module")
def site(library) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=library.url, trust_env=False, timeout=60) as client:
        client.headers["Accept-Language"] = "en"
        yield client


@pytest.fixture(scope="module")
def works(library, site, wait) -> Works:
    library.license(LICENSE, longest_loan_seconds=86_400, seats=1, self_service=True)
    pdf = "application/pdf"
    withdrawn = library.register(book(2, 3, seed=5), media_type=pdf, title="Sealed away")["digest"]
    closed = library.register(
        book(2, 3, seed=6), media_type=pdf, title="Sealed within", license=LICENSE
    )["digest"]
    library.at_rest()
    for digest in (withdrawn, closed):
        path = f"/api/v1/resources/{digest}/media"
        wait(lambda path=path: site.get(path).status_code == 200, "it is not read", 120)
    kinds = site.get(f"/api/v1/resources/{withdrawn}/media").json()["renditions"]
    assert {one["kind"] for one in kinds} == {"cover", "pages", "text"}
    cid = library.get(f"/resources/{withdrawn}")[0]["cid"]
    assert site.get(f"/ipfs/{cid}?format=raw").status_code == 200
    path = f"/resources/{withdrawn}/withdrawal"
    library.registrar.post(path, json={"reason": "error"}).raise_for_status()
    library.at_rest()
    host = library.opened.library.key.name.partition("/")[0]

    def names(digest: str) -> dict[str, str]:
        cid = library.get(f"/resources/{digest}")[0]["cid"]
        return {"d": digest, "cid": cid, "key": KEY, "oai": f"oai:{host}:sha256:{digest}"}

    return Works(names(withdrawn), names(closed))


def has_no_content(answer: httpx.Response, digest: str) -> None:
    """Check that an answer neither has bytes of the file nor leads to any."""
    assert b"%PDF" not in answer.content
    assert f"/api/v1/resources/{digest}/content" not in answer.text
    assert f"{digest}/media/" not in answer.text
    assert "/content>" not in answer.headers.get("link", "")


@pytest.mark.parametrize(("path", "of_withdrawn", "of_closed"), NAMED)
def test_what_a_name_answers(
    site: httpx.Client, works: Works, path: str, of_withdrawn: int, of_closed: int
) -> None:
    for names, status in zip(works, (of_withdrawn, of_closed), strict=True):
        for method in ("GET", "HEAD"):
            answer = site.request(method, path.format(**names))
            assert answer.status_code == status, (method, answer.url, answer.text)
            has_no_content(answer, names["d"])


def test_lists_have_what_is_closed_and_nothing_that_was_withdrawn(library, site, works) -> None:
    gone = library.get(f"/resources/{works.withdrawn['d']}")[0]
    of_both = f"/opds/stewards/{gone['steward']}", f"/opds/licenses/{gone['license']}"
    for path in (*LISTS, *of_both):
        answer = site.get(path)
        assert answer.status_code == 200, path
        assert works.withdrawn["d"] not in answer.text, path
        has_no_content(answer, works.closed["d"])


def test_who_follows_changes_is_told_that_a_work_is_gone(site, works) -> None:
    feed = site.get("/changes.atom").text
    assert 'term="withdrawn"' in feed
    for prefix in ("oai_dc", "marcxml", "oai_datacite"):
        listed = site.get(f"/oai?verb=ListRecords&metadataPrefix={prefix}").text
        gone = [one for one in listed.split("<record>") if works.withdrawn["oai"] in one]
        assert len(gone) == 1
        assert '<header status="deleted">' in gone[0]
        assert "<metadata>" not in gone[0]


def test_a_reader_without_a_loan_reads_neither(library, site, works) -> None:
    bearer = {"Authorization": f"Bearer {library.token('reader')}"}
    for names in works:
        for way in ("file", "manifest"):
            answer = site.get(f"/opds/publications/{names['d']}/{way}", headers=bearer)
            assert answer.status_code == 403, answer.text
        opened = site.post("/api/v1/openings", json={"digest": names["d"]}, headers=bearer)
        assert opened.status_code == 403, opened.text
    path = f"/opds/publications/{works.withdrawn['d']}/borrow"
    assert site.get(path, headers=bearer).status_code in (403, 409, 410)


def test_another_library_borrows_what_is_closed_and_not_what_was_withdrawn(
    library, site, works
) -> None:
    operator = Caller.operator(library.opened.library.steward)
    scopes = [Permission.LOAN_DISTRIBUTE]
    token = issue_token(
        library.opened.store, clock, operator, Role.SERVICE, "elsewhere", 3600, scopes
    )
    auth = ("x", token)
    offered = site.get("/odl/", auth=auth).text
    assert works.closed["d"] in offered
    assert works.withdrawn["d"] not in offered
    license_id = library.get(f"/licenses/{LICENSE}")["license"]
    for names, status in ((works.withdrawn, 403), (works.closed, 201)):
        path = f"/odl/licenses/{names['d']}/{license_id}"
        name = license_name(Digest.parse(names["d"]), LicenseId.parse(license_id))
        asked = {"id": name, "checkout_id": "1", "patron_id": "somebody"}
        answer = site.post(f"{path}/checkouts", params=asked, auth=auth)
        assert answer.status_code == status, answer.text
        has_no_content(answer, names["d"])
        assert "somebody" not in answer.text
        assert "no-store" in answer.headers["cache-control"]
