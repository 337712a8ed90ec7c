"""What harvested records say beside title, creator and language, in Dublin Core and DataCite's schema."""

from __future__ import annotations

import json
from typing import Any
from xml.etree.ElementTree import fromstring

import pytest

from ledger_service.adapters.imports.sources.records.said import Said

OAI = "http://www.openarchives.org/OAI/2.0/"
DUBLIN_CORE = """
<oai_dc:dc xmlns:oai_dc="http://www.openarchives.org/OAI/2.0/oai_dc/" xmlns:dc="http://purl.org/dc/elements/1.1/"
  xmlns:dcterms="http://purl.org/dc/terms/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<dc:title>Oʻtgan kunlar</dc:title><dc:title xml:lang="rus">Минувшие дни</dc:title>
<dcterms:alternative>Kunlar</dcterms:alternative>
<dc:creator>Qodiriy, Abdulla</dc:creator><dc:contributor>Batʼ, L.</dc:contributor>
<dc:subject xsi:type="dcterms:UDC">821.512.133</dc:subject><dc:subject>roman</dc:subject>
<dc:subject>http://www.wikidata.org/entity/Q1</dc:subject><dc:coverage>Toshkent</dc:coverage>
<dc:description xml:lang="uz">Otabek va Kumush.</dc:description>
<dc:publisher>Oʻzdavnashr</dc:publisher><dc:publisher>Fan</dc:publisher>
<dc:date>2019-03-01T10:00:00Z</dc:date><dc:date>1926?</dc:date><dcterms:created>1344 hijriy</dcterms:created>
<dc:type>Text</dc:type><dc:format>application/pdf</dc:format><dc:format>384 b.</dc:format>
<dc:identifier>https://doi.org/10.1234/ABC</dc:identifier><dc:identifier>ISBN 0-306-40615-2</dc:identifier>
<dc:identifier>ISBN 0-306-40615-3</dc:identifier><dc:identifier>kitob.pdf</dc:identifier>
<dc:identifier>https://repo.example/1</dc:identifier>
<dc:source>Qoʻlyozma</dc:source><dc:relation>https://repo.example/2</dc:relation>
<dc:language>uz</dc:language><dc:language>rus</dc:language><dc:language>Old Uzbek</dc:language>
<dc:rights>Hammasi himoyalangan</dc:rights><dcterms:rightsHolder>Vorislar</dcterms:rightsHolder>
<dcterms:audience>talabalar</dcterms:audience><dcterms:isPartOf>Meros</dcterms:isPartOf>
</oai_dc:dc>"""
OF_DUBLIN_CORE = {
    "audience": "talabalar",
    "contributors": [
        {"name": "Qodiriy, Abdulla", "role": "cre"},
        {"name": "Batʼ, L.", "role": "ctb"},
        {"name": "Fan", "role": "pbl"},
    ],
    "dates": [
        {"edtf": "2019-03-01T10:00:00Z", "kind": "other", "text": "2019-03-01T10:00:00Z"},
        {"edtf": "1926?", "kind": "issued", "text": "1926?"},
        {"kind": "created", "text": "1344 hijriy"},
    ],
    "description": [{"language": "uz", "text": "Otabek va Kumush."}],
    "extent": "384 b.",
    "identifiers": [
        {"scheme": "doi", "value": "10.1234/abc"},
        {"scheme": "isbn", "value": "9780306406157"},
        {"scheme": "local", "value": "ISBN 0-306-40615-3"},
        {"scheme": "uri", "value": "https://repo.example/1"},
    ],
    "languages": ["uz", "ru"],
    "publisher": "Oʻzdavnashr",
    "relations": [
        {"kind": "source", "target": "Qoʻlyozma"},
        {"kind": "related", "target": "https://repo.example/2"},
        {"kind": "is-part-of", "target": "Meros"},
    ],
    "rights_holder": "Vorislar",
    "subjects": [
        {"scheme": "udc", "text": "821.512.133"},
        {"text": "roman"},
        {"text": "http://www.wikidata.org/entity/Q1", "uri": "http://www.wikidata.org/entity/Q1"},
        {"text": "Toshkent"},
    ],
    "titles": [{"language": "ru", "text": "Минувшие дни"}, {"text": "Kunlar"}],
}
DATACITE = """
<resource xmlns="http://datacite.org/schema/kernel-4">
<identifier identifierType="DOI">10.1234/data</identifier>
<creators><creator><creatorName>Navoiy, Alisher</creatorName><givenName>Alisher</givenName>
<nameIdentifier nameIdentifierScheme="ORCID">0000-0002-1825-0097</nameIdentifier></creator></creators>
<titles><title>Xamsa</title><title titleType="TranslatedTitle" xml:lang="en">Five</title></titles>
<publisher>Muhr</publisher><publicationYear>1485</publicationYear>
<subjects><subject subjectScheme="LCSH" valueURI="http://id.loc.gov/x">Poetry</subject></subjects>
<contributors>
<contributor contributorType="Editor"><contributorName>Bobur</contributorName></contributor>
</contributors>
<dates><date dateType="Collected">1483/1485</date><date dateType="Available">2020-01-01</date></dates>
<relatedIdentifiers>
<relatedIdentifier relatedIdentifierType="DOI" relationType="IsSupplementTo">10.1234/x</relatedIdentifier>
</relatedIdentifiers><sizes><size>5 bob</size></sizes><version>2</version>
<resourceType resourceTypeGeneral="Text">poem</resourceType></resource>"""
OF_DATACITE = {
    "contributors": [
        {"name": "Navoiy, Alisher", "orcid": "0000-0002-1825-0097", "role": "cre"},
        {"name": "Bobur", "role": "edt"},
    ],
    "dates": [
        {"edtf": "1485", "kind": "issued", "text": "1485"},
        {"edtf": "1483/1485", "kind": "captured", "text": "1483/1485"},
        {"edtf": "2020-01-01", "kind": "available", "text": "2020-01-01"},
    ],
    "edition": "2",
    "extent": "5 bob",
    "identifiers": [{"scheme": "doi", "value": "10.1234/data"}],
    "publisher": "Muhr",
    "relations": [{"kind": "supplement-to", "target": "10.1234/x"}],
    "subjects": [{"scheme": "lcsh", "text": "Poetry", "uri": "http://id.loc.gov/x"}],
    "titles": [{"language": "en", "text": "Five"}],
}
UNUSED_OF_DATACITE = {
    "{http://datacite.org/schema/kernel-4}givenName": 1,
    "{http://datacite.org/schema/kernel-4}resourceType": 1,
}


@pytest.mark.parametrize(
    ("metadata", "fuller", "unused"),
    [
        (DUBLIN_CORE, OF_DUBLIN_CORE, {"dc:type": 1, "dc:language": 1, "dc:rights": 1}),
        (DATACITE, OF_DATACITE, UNUSED_OF_DATACITE),
    ],
    ids=["Dublin Core", "DataCite"],
)
def test_a_record_is_kept_and_the_rest_is_told(
    metadata: str, fuller: dict[str, Any], unused: dict[str, int]
) -> None:
    said = Said(fromstring(f"<record xmlns='{OAI}'><metadata>{metadata}</metadata></record>"))
    gathered = said.gathered()
    gathered.forget_name("kitob.pdf")
    assert json.loads(gathered.further(said.title, said.creator, said.language)) == fuller
    assert gathered.unused == unused
    assert not gathered.refused
