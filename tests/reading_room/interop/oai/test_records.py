"""Records, headers and sets of a library that lives: all of them, once each, and each with its proof."""

from __future__ import annotations

import time

import pytest

from ledger_service.adapters.signer import check_ed25519
from ledger_service.domain.ledger.checkpoint import open_checkpoint
from ledger_service.domain.ledger.merkle import check_inclusion, leaf_hash
from reading_room.interop.oai.rules.arguments import LIST_RECORDS
from reading_room.interop.oai.verbs import list_items, list_sets

NAMES = {
    "o": "http://www.openarchives.org/OAI/2.0/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "p": "urn:x-muhr:proof:1",
    "m": "http://www.loc.gov/MARC21/slim",
    "d": "http://datacite.org/schema/kernel-4",
}
HARD = 'Oʻzbek <adabiyoti> & "tarixi" ]]> Ўзбек 𝒳'


@pytest.fixture(scope="module")
def works(library, registrar, fresh_bytes, harvester):
    """Return the names of items: plain, corrected, withdrawn, superseded, and what took its place."""
    found = {}
    for word in ("plain", "corrected", "withdrawn", "superseded", "successor"):
        found[word] = library.register(fresh_bytes(), title=f"{HARD} {word}")["digest"]
    record = {
        "subjects": [{"text": "A & B"}],
        "part_of": [{"title": "Durdonalar <1>", "volume": "2"}],
        "identifiers": [{"scheme": "isbn", "value": "9780306406157"}],
        "relations": [{"kind": "references", "target": "https://example.org/1"}],
    }
    registrar.post(f"/resources/{found['corrected']}/descriptions", json=record).raise_for_status()
    given = {"successor": found["successor"], "relation": "version"}
    registrar.post(f"/resources/{found['superseded']}/supersession", json=given).raise_for_status()
    path = f"/resources/{found['withdrawn']}/withdrawal"
    registrar.post(path, json={"reason": "retracted"}).raise_for_status()
    library.at_rest()
    prefix = next(iter(harvester.headers())).partition(":sha256:")[0]
    return {word: f"{prefix}:sha256:{digest}" for word, digest in found.items()}


@pytest.fixture
def small_pages(monkeypatch):
    """Let pages be short, so that a list has several."""
    monkeypatch.setattr(list_items, "ITEMS_OF_PAGE", {LIST_RECORDS: 3})
    monkeypatch.setattr(list_items, "ITEMS_OF_PIECE", 2)
    monkeypatch.setattr(list_items, "HEADERS_OF_PAGE", 2)
    monkeypatch.setattr(list_items, "HEADERS_OF_PIECE", 1)


def get(harvester, name, prefix="oai_dc"):
    root = harvester.ask(verb="GetRecord", identifier=name, metadataPrefix=prefix)
    [record] = root.iterfind("o:GetRecord/o:record", NAMES)
    return record


@pytest.mark.parametrize("prefix", ["oai_dc", "marcxml", "oai_datacite"])
def test_all_records_come_once_in_pages_of_every_format(
    harvester, works, small_pages, prefix
) -> None:
    records, sizes, places = {}, set(), []
    for page in harvester.pages("ListRecords", metadataPrefix=prefix):
        token = page.find("o:ListRecords/o:resumptionToken", NAMES)
        sizes.add(token.get("completeListSize"))
        places.append(int(token.get("cursor")))
        for record in page.iterfind("o:ListRecords/o:record", NAMES):
            name = record.findtext("o:header/o:identifier", None, NAMES)
            assert name not in records
            records[name] = record
    assert sizes == {str(len(records))}
    assert places == list(range(0, len(records), 3))
    assert records.keys() == harvester.headers(metadataPrefix=prefix).keys()
    assert set(works.values()) <= records.keys()
    stamps = [record.findtext("o:header/o:datestamp", None, NAMES) for record in records.values()]
    assert stamps == sorted(stamps)
    for name, record in records.items():
        is_gone = record.find("o:header", NAMES).get("status") == "deleted"
        assert (record.find("o:metadata", NAMES) is None) == is_gone, name
        assert (record.find("o:about", NAMES) is None) == is_gone, name


def test_the_proof_about_a_record_leads_to_the_signed_checkpoint(library, harvester, works) -> None:
    key = library.opened.library.key
    for word in ("plain", "corrected", "superseded"):
        digest = works[word].rpartition(":")[2]
        proof = get(harvester, works[word]).find("o:about/p:proof", NAMES)
        entry, covering = proof.find("p:entry", NAMES), proof.find("p:checkpoint", NAMES)
        body = entry.text.encode()
        assert digest in entry.text
        assert ("described" in entry.text) == (word == "corrected")
        assert library.entries(int(entry.get("number")))[0] == entry.text
        checkpoint = open_checkpoint(covering.text, key, check_ed25519)
        assert str(checkpoint.size) == covering.get("size")
        path = [bytes.fromhex(one) for one in proof.findtext("p:inclusion", None, NAMES).split()]
        number = int(entry.get("number"))
        check_inclusion(leaf_hash(body), number, checkpoint.size, path, checkpoint.root)
        receipt = harvester.client.get(proof.findtext("p:receipt", None, NAMES))
        assert receipt.status_code == 200


def test_titles_come_as_they_are_and_rights_and_names_are_told(harvester, works) -> None:
    record = get(harvester, works["plain"])
    digest = works["plain"].rpartition(":")[2]
    said = {
        name: [element.text for element in record.iterfind(f".//dc:{name}", NAMES)]
        for name in ("title", "identifier", "rights", "type", "format")
    }
    assert said["title"] == [f"{HARD} plain"]
    assert said["identifier"][0].endswith(f"/resources/{digest}")
    assert f"hash://sha256/{digest}" in said["identifier"]
    assert any(text.startswith("http") for text in said["rights"])
    assert (
        get(harvester, works["plain"], "marcxml").findtext(
            ".//m:datafield[@tag='245']/m:subfield[@code='a']", None, NAMES
        )
        == said["title"][0]
    )


def test_a_corrected_record_and_its_sets_are_told(harvester, works) -> None:
    record = get(harvester, works["corrected"])
    assert "urn:isbn:9780306406157" in [e.text for e in record.iterfind(".//dc:identifier", NAMES)]
    specs = [element.text for element in record.iterfind("o:header/o:setSpec", NAMES)]
    [within] = [spec for spec in specs if spec.startswith("collection-")]
    sets = {
        each.findtext("o:setSpec", None, NAMES): each.findtext("o:setName", None, NAMES)
        for page in harvester.pages("ListSets")
        for each in page.iterfind("o:ListSets/o:set", NAMES)
    }
    assert sets[within] == "Durdonalar <1>"
    assert set(specs) <= sets.keys()
    assert works["corrected"] in harvester.headers(set=within)
    assert works["plain"] not in harvester.headers(set=within)
    [of_license] = [spec for spec in specs if spec.startswith("license-")]
    assert {works["plain"], works["withdrawn"]} <= harvester.headers(set=of_license).keys()


def test_sets_come_in_pages(harvester, works, monkeypatch) -> None:
    whole = list(harvester.pages("ListSets"))
    monkeypatch.setattr(list_sets, "SETS_OF_PAGE", 1)
    parts = list(harvester.pages("ListSets"))
    assert len(parts) > len(whole)
    specs = [
        [each.text for page in pages for each in page.iter(f"{{{NAMES['o']}}}setSpec")]
        for pages in (whole, parts)
    ]
    assert sorted(specs[0]) == sorted(specs[1])


def test_what_was_withdrawn_keeps_a_header_that_says_so(harvester, works) -> None:
    for prefix in ("oai_dc", "marcxml", "oai_datacite"):
        record = get(harvester, works["withdrawn"], prefix)
        assert record.find("o:header", NAMES).get("status") == "deleted"
        assert len(record) == 1
    assert harvester.headers()[works["withdrawn"]].get("status") == "deleted"
    asked = {"verb": "ListMetadataFormats", "identifier": works["withdrawn"]}
    assert harvester.fault(pairs=asked) == "noMetadataFormats"
    asked["identifier"] = works["plain"]
    assert len(list(harvester.ask(pairs=asked).iter(f"{{{NAMES['o']}}}metadataFormat"))) == 3


def test_what_was_superseded_tells_what_took_its_place(harvester, works) -> None:
    digest = works["successor"].rpartition(":")[2]
    record = get(harvester, works["superseded"])
    [relation] = [element.text for element in record.iterfind(".//dc:relation", NAMES)]
    assert relation.startswith("Is replaced by ")
    assert relation.endswith(f"/resources/{digest}")


def test_who_asks_for_what_changed_since_gets_just_that(library, harvester, works) -> None:
    headers = harvester.headers()
    stamp = {name: one.findtext("o:datestamp", None, NAMES) for name, one in headers.items()}
    since = stamp[works["plain"]]
    wanted = {name for name, at in stamp.items() if at >= since}
    assert harvester.headers(from_=since).keys() == wanted
    assert harvester.headers(from_=since, until=since).keys() == {
        name for name, at in stamp.items() if at == since
    }
    assert harvester.headers(until=since[:10]).keys() == {
        name for name, at in stamp.items() if at[:10] <= since[:10]
    }
    assert works["withdrawn"] in wanted


def test_a_change_in_the_middle_of_a_harvest_is_not_missed(
    library, registrar, harvester, works, small_pages, fresh_bytes
) -> None:
    seen: list[str] = []
    for number, page in enumerate(harvester.pages("ListRecords", metadataPrefix="oai_dc")):
        seen += [e.text for e in page.iterfind(".//o:record/o:header/o:identifier", NAMES)]
        if number == 0:
            first = seen[0].rpartition(":")[2]
            changed = {"title": f"Changed {time.time()}"}
            answer = registrar.post(f"/resources/{first}/descriptions", json=changed)
            is_changed = answer.status_code < 300
    assert (seen.count(seen[0]) == 2) == is_changed
    assert len(set(seen)) == len(harvester.headers())


def test_a_token_of_one_list_is_none_of_another(harvester, works, small_pages) -> None:
    page = harvester.ask(verb="ListIdentifiers", metadataPrefix="oai_dc")
    token = page.findtext("o:ListIdentifiers/o:resumptionToken", None, NAMES)
    assert token
    for verb in ("ListRecords", "ListSets"):
        assert harvester.fault(verb=verb, resumptionToken=token) == "badResumptionToken"
    again = [harvester.ask(verb="ListIdentifiers", resumptionToken=token) for _ in range(2)]
    names = [[e.text for e in page.iterfind(".//o:identifier", NAMES)] for page in again]
    assert names[0] == names[1]
    assert (
        harvester.fault(verb="ListIdentifiers", resumptionToken=token, metadataPrefix="oai_dc")
        == "badArgument"
    )


def test_the_library_says_who_it_is(library, harvester) -> None:
    told = harvester.ask(verb="Identify").find("o:Identify", NAMES)
    assert told.findtext("o:deletedRecord", None, NAMES) == "persistent"
    assert told.findtext("o:granularity", None, NAMES) == "YYYY-MM-DDThh:mm:ssZ"
    stamps = [one.findtext("o:datestamp", None, NAMES) for one in harvester.headers().values()]
    assert told.findtext("o:earliestDatestamp", None, NAMES) == min(stamps)


def test_the_schema_of_proofs_is_served_and_nothing_leads_elsewhere(harvester) -> None:
    answer = harvester.client.get("/oai/proof.xsd")
    assert answer.status_code == 200
    assert b"urn:x-muhr:proof:1" in answer.content
    head = harvester.client.head("/oai", params={"verb": "ListRecords", "metadataPrefix": "oai_dc"})
    assert head.status_code == 200
    assert head.content == b""
