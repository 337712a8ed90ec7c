"""DataCite as JSON and as XML: one set of facts, in two forms."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any
from xml.etree import ElementTree

import pytest

from ledger_service.domain.exports.cited_work import Person, Work
from ledger_service.domain.exports.forms.datacite import (
    format_datacite_document,
    format_datacite_json,
    format_datacite_xml,
)
from ledger_service.domain.exports.forms.marcxml import format_marcxml
from ledger_service.domain.exports.forms.schema_org import schema_org
from ledger_service.domain.exports.rights_name import rights_name
from ledger_service.domain.resources.license import KNOWN_RIGHTS
from ledger_service.domain.resources.record_parts import PartOf, RelatedWork
from reading_room.catalog.rules.signposting import link_header
from tests.reading_room.catalog.works import ALL, ARTICLE, FULL, PLAIN, VAGUE

KERNEL = "{http://datacite.org/schema/kernel-4}"
NEEDED = {"creators", "titles", "publisher", "publicationYear", "types", "schemaVersion"}


def told(work: Work) -> dict[str, Any]:
    return dict(json.loads(format_datacite_json(work)))


def read(work: Work) -> ElementTree.Element:
    return ElementTree.fromstring(format_datacite_xml(work))


def texts(root: ElementTree.Element, path: str) -> list[str]:
    return [
        item.text or ""
        for item in root.findall("/".join(KERNEL + part for part in path.split("/")))
    ]


@pytest.mark.parametrize("work", ALL.values(), ids=ALL.keys())
def test_both_forms_have_all_that_must_be_there_and_say_the_same(work: Work) -> None:
    json_form, root = told(work), read(work)
    assert json_form.keys() >= NEEDED
    assert texts(root, "identifier") == [work.address]
    assert texts(root, "titles/title") == [item["title"] for item in json_form["titles"]]
    assert texts(root, "creators/creator/creatorName") == [
        item["name"] for item in json_form["creators"]
    ]
    assert texts(root, "rightsList/rights") == [item["rights"] for item in json_form["rightsList"]]
    assert texts(root, "publicationYear") == [json_form["publicationYear"]]
    assert format_datacite_document(work).startswith("<?xml")


def test_no_doi_is_said_to_be_ours() -> None:
    found = told(FULL)
    assert "doi" not in found
    assert {"alternateIdentifier": "10.1000/a_b(1)<2>", "alternateIdentifierType": "DOI"} in found[
        "alternateIdentifiers"
    ]
    assert found["alternateIdentifiers"][0]["alternateIdentifier"] == f"hash://sha256/{FULL.digest}"


def test_people_are_told_as_far_as_the_record_knows_them() -> None:
    navoiy, _, ulugbek = told(FULL)["creators"]
    assert (navoiy["familyName"], navoiy["givenName"], navoiy["nameType"]) == (
        "Navoiy", "Alisher", "Personal",
    )  # fmt: skip
    assert navoiy["nameIdentifiers"][0]["nameIdentifier"].endswith("0000-0002-1825-0097")
    assert ulugbek == {"name": "Мирзо Улуғбек"}
    roles = {item["name"]: item["contributorType"] for item in told(FULL)["contributors"]}
    assert roles == {"Karimov, Said": "Editor", FULL.steward: "HostingInstitution"}
    assert told(PLAIN)["creators"] == [{"name": ":unav"}]
    edited = replace(PLAIN, people=(Person("Karimov, Said", "edt"),))
    assert told(edited)["creators"][0]["name"] == "Karimov, Said"


def test_an_institution_is_told_as_one_in_each_form() -> None:
    academy = replace(
        PLAIN, people=(Person("Fanlar akademiyasi, Toshkent", "aut", ror="05dxps055"),)
    )
    [creator] = told(academy)["creators"]
    assert (creator["name"], creator["nameType"]) == (
        "Fanlar akademiyasi, Toshkent",
        "Organizational",
    )
    assert creator["nameIdentifiers"][0]["nameIdentifier"] == "https://ror.org/05dxps055"
    [author] = schema_org(academy)["author"]
    assert (author["@type"], author["@id"]) == ("Organization", "https://ror.org/05dxps055")
    assert author["name"] == "Fanlar akademiyasi, Toshkent"
    assert '<datafield tag="110" ind1="2" ind2=" ">' in format_marcxml(academy)
    assert '<https://ror.org/05dxps055>; rel="author"' in link_header(academy, [])


def test_years_and_dates_are_those_that_four_digits_can_tell() -> None:
    assert [told(work)["publicationYear"] for work in (FULL, ARTICLE, VAGUE, PLAIN)] == [
        "1991", "1901", "2025", "2025",
    ]  # fmt: skip
    assert told(replace(PLAIN, issued="-0300"))["publicationYear"] == "2025"
    dates = {item["dateType"]: item["date"] for item in told(ARTICLE)["dates"]}
    assert (dates["Issued"], dates["Accepted"]) == ("1901/1905", "2025-11-24")
    about = told(replace(PLAIN, issued="1485?"))["dates"][0]
    assert (about["date"], about["dateInformation"]) == ("1485", "1485?")
    assert [item["dateType"] for item in told(VAGUE)["dates"]] == ["Accepted", "Withdrawn"]


def test_what_it_belongs_to_and_what_replaced_it_are_related() -> None:
    work = replace(
        ARTICLE,
        hosts=(PartOf("Fan va turmush", "12", "3", "ISSN 0378-5955"),),
        relations=(
            RelatedWork("translation-of", "https://doi.org/10.1000/ABC"),
            RelatedWork("replaces", "an older edition"),
            RelatedWork("related", "https://example.org/"),
        ),
        successor="https://library.test/resources/" + "cd" * 32,
    )
    assert {
        (item["relationType"], item["relatedIdentifier"])
        for item in told(work)["relatedIdentifiers"]
    } == {
        ("IsDerivedFrom", "10.1000/abc"),
        ("IsObsoletedBy", work.successor),
        ("IsPublishedIn", "0378-5955"),
    }
    [item] = told(work)["relatedItems"]
    assert (item["relatedItemType"], item["volume"], item["issue"]) == ("Journal", "12", "3")
    assert texts(read(work), "relatedItems/relatedItem/titles/title") == ["Fan va turmush"]


def test_rights_have_the_names_of_their_schemes() -> None:
    first, access = told(FULL)["rightsList"]
    assert (first["rightsIdentifier"], first["rightsIdentifierScheme"]) == ("CC-BY-4.0", "SPDX")
    assert access["rightsUri"].endswith("c_abf2")
    assert told(PLAIN)["rightsList"][1]["rightsUri"].endswith("c_16ec")
    assert told(VAGUE)["rightsList"][1]["rightsUri"].endswith("c_14cb")
    for name, uri in KNOWN_RIGHTS.items():
        found = rights_name(uri)
        assert found is not None
        assert found.id == name
    assert rights_name("https://creativecommons.org/licenses/by-sa/3.0/deed.ru") == (
        "CC-BY-SA-3.0", "SPDX", "https://spdx.org/licenses/",
    )  # fmt: skip
    for uri in ("https://creativecommons.org/licenses/by/3.0/ru/", "https://example.org/by/4.0/"):
        assert rights_name(uri) is None


def test_no_record_breaks_the_document() -> None:
    odd = replace(FULL, title='a\ufffe\uffff]]>&<b"', description="\ud7ff & <br>", extent='"&<')
    assert texts(read(odd), "titles/title")[0] == 'a\ufffd\ufffd]]>&<b"'
    assert texts(read(odd), "sizes/size")[1] == '"&<'


def test_an_unknown_file_is_no_text() -> None:
    kinds = {
        "application/pdf": "Text",
        "text/plain": "Text",
        "application/zip": "Other",
        "image/png": "Image",
        "text/csv": "Dataset",
    }
    for media_type, kind in kinds.items():
        found = told(replace(PLAIN, media_type=media_type))["types"]
        assert found == {"resourceTypeGeneral": kind, "resourceType": media_type}
