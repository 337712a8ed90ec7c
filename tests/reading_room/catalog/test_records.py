"""MARCXML as pymarc reads it, schema.org as a page holds it, rights by their addresses, links in headers."""

from __future__ import annotations

import io
import json
from dataclasses import replace

import pymarc
import pytest
from pymarc import Record

from ledger_service.domain.exports.cited_words import cite_by_apa, cite_by_gost
from ledger_service.domain.exports.cited_work import Work
from ledger_service.domain.exports.forms.erc import format_erc
from ledger_service.domain.exports.forms.marcxml import format_marcxml
from ledger_service.domain.exports.forms.schema_org import format_schema_org
from ledger_service.domain.resources.license import KNOWN_RIGHTS
from reading_room.catalog.rules.rights import rights_of
from tests.reading_room.catalog.works import ALL, ARTICLE, FULL, PLAIN, VAGUE

ARK = "ark:99999/bcdfghjkmn0123456789k"


def read(work: Work) -> Record:
    [record] = pymarc.parse_xml_to_array(io.BytesIO(format_marcxml(work).encode()), strict=True)
    assert isinstance(record, Record)
    return record


@pytest.mark.parametrize("work", ALL.values(), ids=ALL.keys())
def test_marcxml_is_a_record_of_marc(work: Work) -> None:
    record = read(work)
    assert len(str(record.leader)) == 24
    assert len(record["008"].data or "") == 40
    assert record["001"].data == work.digest
    assert record["245"]["a"] == work.title
    again = pymarc.MARCReader(record.as_marc(), to_unicode=True)
    assert [found["245"]["a"] for found in again if found is not None] == [work.title]


def test_marcxml_keeps_what_the_record_says() -> None:
    record = read(FULL)
    assert record["100"]["a"] == "Navoiy, Alisher, 1441-1501"
    assert record["100"].indicators == pymarc.Indicators("1", " ")
    assert [field["4"] for field in record.get_fields("700") if "4" in field] == ["edt"]
    assert str(record["008"].data)[35:38] == "uzb"
    assert record["041"]["a"] == "uz-Cyrl"
    assert record["264"]["b"] == "Fan & adabiyot"
    assert record["020"]["a"] == "9789943010109"
    assert {field["2"]: field["a"] for field in record.get_fields("024")}[
        "doi"
    ] == "10.1000/a_b(1)<2>"
    assert [field["u"] for field in record.get_fields("856")] == [FULL.address, FULL.content]
    assert read(ARTICLE)["773"]["t"] == "Fan va turmush"
    assert read(VAGUE)["008"].data is not None
    assert [field.tag for field in read(PLAIN).get_fields("041", "264", "650", "250")] == []


def test_marcxml_has_no_letter_that_xml_forbids() -> None:
    odd = PLAIN.__class__(**{**vars(PLAIN), "title": "a\ufffe\uffff]]>&<b"})
    assert read(odd)["245"]["a"] == "a\ufffd\ufffd]]>&<b"


def test_schema_org_may_stand_in_a_page() -> None:
    text = format_schema_org(FULL.__class__(**{**vars(FULL), "title": "</script><!-- & \u2028"}))
    assert not set("<>&\u2028") & set(text)
    told = json.loads(text)
    assert told["name"] == "</script><!-- & \u2028"
    assert told["author"][0]["@id"] == "https://orcid.org/0000-0002-1825-0097"
    assert told["author"][2] == {"name": "Мирзо Улуғбек"}
    assert told["encoding"]["sha256"] == FULL.digest
    assert told["isAccessibleForFree"] is True
    assert told["conditionsOfAccess"] == "open access"
    assert told["dateModified"] == "2025-11-30T10:53:20Z"
    assert "contentUrl" not in json.loads(format_schema_org(PLAIN))["encoding"]
    assert json.loads(format_schema_org(PLAIN))["conditionsOfAccess"] == "restricted access"


def test_schema_org_has_each_name_with_the_place_where_it_is_looked_up() -> None:
    work = replace(
        ARTICLE, identifiers=(("doi", "10.1000/182"), ("isbn", "9789943010109")), ark=ARK
    )
    told = json.loads(format_schema_org(work))
    found = {item["propertyID"]: (item["value"], item.get("url")) for item in told["identifier"]}
    assert found == {
        "sha256": (work.digest, f"hash://sha256/{work.digest}"),
        "ark": (ARK, f"https://library.test/{ARK}"),
        "doi": ("10.1000/182", "https://doi.org/10.1000/182"),
        "isbn": ("9789943010109", None),
    }
    assert told["sameAs"] == ["https://doi.org/10.1000/182"]


def test_marcxml_says_who_may_read() -> None:
    for work, indicator, words in (
        (FULL, "0", "Unrestricted online access"),
        (PLAIN, "1", "Online access with authorization"),
        (VAGUE, "1", "No online access"),
    ):
        field = read(work)["506"]
        assert (field.indicators.first, field["f"], field["2"]) == (indicator, words, "star")
    named = {field["2"]: field["a"] for field in read(replace(PLAIN, ark=ARK)).get_fields("024")}
    assert named == {"uri": f"hash://sha256/{PLAIN.digest}", "ark": ARK}


def test_every_license_that_is_known_by_name_is_told_in_words() -> None:
    told = {name: rights_of(uri) for name, uri in KNOWN_RIGHTS.items()}
    assert all(rights.name for rights in told.values())
    assert len({rights.code for rights in told.values()}) == len(KNOWN_RIGHTS)
    assert told["CC-BY-SA-4.0"] == ("by-sa", "CC BY-SA 4.0")
    assert (
        rights_of("https://creativecommons.org/licenses/by-nc/3.0/igo/").name == "CC BY-NC 3.0 IGO"
    )
    assert rights_of("https://creativecommons.org/licenses/by/4.0/deed.uz").code == "by"
    for other in ("https://example.org/", "https://creativecommons.org/licenses/by-evil/4.0/"):
        assert rights_of(other) == ("other", "")


def test_citations_in_words_have_the_order_of_their_standards() -> None:
    book = FULL.__class__(**{**vars(FULL), "title": "Xamsa", "people": FULL.people[:1]})
    assert cite_by_gost(book, 1_764_500_000, "uz") == (
        "Navoiy A. Xamsa [Elektron resurs]. – 2-nashr. – Toshkent : Fan & adabiyot, 1991. – 320 b. – "
        f"(Meros ; 7). – URL: {book.address} (murojaat sanasi: 30.11.2025)."
    )
    article = ARTICLE.__class__(**{**vars(ARTICLE), "title": "Xamsa", "people": FULL.people[:1]})
    assert cite_by_gost(article, 1_764_500_000, "ru").startswith(
        "Navoiy A. Xamsa [Электронный ресурс] // Fan va turmush. – 1901. – T. 12, № 3. – 320 b. – URL: "
    )
    assert cite_by_apa(book).startswith(
        "Navoiy, A. (1991). Xamsa. Meros, 7. Fan & adabiyot. https://doi.org/"
    )
    assert cite_by_apa(PLAIN) == f"Xamsa. (n.d.). {PLAIN.address}"
    assert cite_by_gost(PLAIN, 0, "ru").startswith("Xamsa [Электронный ресурс]. – URL: https://")


def test_an_erc_has_one_line_for_each_fact() -> None:
    odd = replace(VAGUE, title="Xamsa\nwho: nobody\u2028", steward="", ark=ARK)
    assert format_erc(odd, "Kept.\n", "https://library.test/entries/1").split("\n") == [
        "erc:",
        "who: (:unav)",
        "what: Xamsa who: nobody",
        "when: 19XX",
        f"where: https://library.test/{ARK}",
        "",
        "erc-support:",
        "who: (:unav)",
        "what: Kept.",
        "when: 20251124",
        "where: https://library.test/entries/1",
        "",
    ]
