"""A record whose texts have marks of every form, and letters that XML has not: each form stays what it is."""

from __future__ import annotations

import json
from collections.abc import Iterator

import httpx
import pytest
from lxml import etree

from scripts.harness.running_library import RunningLibrary

TEXT = "T \ufffe\uffff ]]> <x> </script> & \"q\" 'a' {} \\ $ % @prefix <iri> . --> ?>"
LINE = {"text": TEXT}
RECORD = {
    "title": TEXT,
    "creator": TEXT,
    "media_type": "text/plain",
    "titles": [{**LINE, "language": "ru"}],
    "description": [LINE],
    "publisher": TEXT,
    "edition": TEXT,
    "identifiers": [
        {"scheme": "local", "value": 'a\uffff<>"'},
        {"scheme": "uri", "value": "https://x.example/a'b;c,d"},
    ],
    "subjects": [LINE],
    "relations": [{"kind": "references", "target": TEXT}],
    "part_of": [{"title": TEXT, "volume": TEXT, "issue": TEXT, "identifier": TEXT}],
    "rights_holder": TEXT,
    "extent": TEXT,
}
XML = (
    "/resources/{d}/cite.marcxml",
    "/resources/{d}.premis.xml",
    "/oai?verb=GetRecord&metadataPrefix=oai_dc&identifier={oai}",
    "/oai?verb=GetRecord&metadataPrefix=marcxml&identifier={oai}",
    "/oai?verb=GetRecord&metadataPrefix=oai_datacite&identifier={oai}",
    "/oai?verb=ListSets",
    "/changes.atom",
)
JSON = (
    "/resources/{d}/cite.jsonld",
    "/resources/{d}/cite.csl.json",
    "/resources/{d}/linkset.json",
    "/resources/{d}.prov.json",
    "/opds/publications/{d}",
    "/opds/works",
    "/iiif/{d}/manifest.json",
    "/iiif/collection.json",
)


@pytest.fixture(scope="module")
def names(library: RunningLibrary) -> dict[str, str]:
    digest = str(library.register(title="Plain", media_type="text/plain")["digest"])
    library.at_rest()
    answer = library.registrar.post(f"/resources/{digest}/descriptions", json=RECORD)
    assert answer.status_code in (200, 201, 202), answer.text
    library.at_rest()
    host = library.opened.library.key.name.partition("/")[0]
    return {"d": digest, "oai": f"oai:{host}:sha256:{digest}"}


@pytest.fixture(scope="module")
def site(library: RunningLibrary) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=library.url, trust_env=False, timeout=60) as client:
        yield client


@pytest.mark.parametrize("path", XML)
def test_xml_is_well_formed(site: httpx.Client, names: dict[str, str], path: str) -> None:
    answer = site.get(path.format(**names))
    assert answer.status_code == 200
    root = etree.fromstring(answer.content)
    assert not root.findall(".//x")


@pytest.mark.parametrize("path", JSON)
def test_json_says_what_the_record_says(
    site: httpx.Client, names: dict[str, str], path: str
) -> None:
    answer = site.get(path.format(**names))
    assert answer.status_code == 200
    json.loads(answer.content)
    link = answer.headers.get("link", "")
    assert link.isascii()
    assert "<x>" not in link


def test_the_page_has_no_mark_of_it(site: httpx.Client, names: dict[str, str]) -> None:
    page = site.get(f"/resources/{names['d']}?lang=en", headers={"Accept": "text/html"})
    assert page.status_code == 200
    assert "<x>" not in page.text
    data = page.text.partition('<script type="application/ld+json">')[2].partition("</script>")[0]
    assert json.loads(data)["name"] == TEXT
    cover = site.get(f"/opds/covers/{names['d']}.jpg")
    assert cover.content[:2] == b"\xff\xd8"
