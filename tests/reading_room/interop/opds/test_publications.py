"""A work as a publication of OPDS 2.0: what it says, what it leaves out, and how it is had."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ledger_service.domain.exports.cited_work import Person, Work
from ledger_service.domain.exports.forms.opds import (
    AUTHENTICATION_TYPE,
    PUBLICATION_TYPE,
    borrow,
    link,
    open_access,
    publication,
    publication_metadata,
)
from ledger_service.domain.resources.record_parts import PartOf
from tests.reading_room.catalog.works import ALL, ARTICLE, FULL, PLAIN, VAGUE

COVER = {"href": "https://library.test/cover", "type": "image/jpeg"}


def test_a_publication_has_its_links_and_images_as_they_are_given() -> None:
    told = publication(FULL, [open_access(FULL)], [COVER])
    assert told["links"] == [
        {
            "rel": "http://opds-spec.org/acquisition/open-access",
            "href": FULL.content,
            "type": "application/pdf",
        }
    ]
    assert told["images"] == [COVER]


@pytest.mark.parametrize("work", ALL.values(), ids=ALL.keys())
def test_each_has_a_type_a_title_that_is_one_text_and_an_identifier(work: Work) -> None:
    told = publication_metadata(work)
    assert told["@type"].startswith("http://schema.org/")
    assert told["title"] == work.title
    assert told["identifier"] == work.address
    assert told["altIdentifier"][-1] == f"hash://sha256/{work.digest}"
    assert not [value for value in told.values() if value in ("", [], {}, None)]


def test_a_title_is_told_in_the_language_that_is_asked_for() -> None:
    assert publication_metadata(FULL, "ru")["title"] == "Пятерица"
    assert publication_metadata(FULL, "en")["title"] == FULL.title


def test_people_stand_by_what_they_did() -> None:
    work = replace(
        FULL,
        people=(*FULL.people, Person("Ovoz", "nrt"), Person("Rassom", "ill"), Person("Kim", "dte")),
    )
    told = publication_metadata(work)
    assert told["author"][0] == {
        "name": "Alisher Navoiy",
        "sortAs": "Navoiy, Alisher",
        "identifier": "https://orcid.org/0000-0002-1825-0097",
    }
    assert told["editor"] == [{"name": "Said Karimov", "sortAs": "Karimov, Said"}]
    assert (told["narrator"], told["illustrator"]) == ([{"name": "Ovoz"}], [{"name": "Rassom"}])
    assert told["contributor"] == [{"name": "Kim", "role": "dte"}]


@pytest.mark.parametrize(
    ("issued", "published"),
    [
        ("1991", "1991"),
        ("1991-09", "1991-09"),
        ("1991-09-05", "1991-09-05"),
        ("1901/1905", "1901"),
        ("../1905", "1905"),
        ("1991-21", "1991"),
        ("19XX", None),
        ("-0044", None),
        ("", None),
    ],
)
def test_a_date_is_as_precise_as_its_record(issued: str, published: str | None) -> None:
    assert publication_metadata(replace(PLAIN, issued=issued)).get("published") == published


def test_a_volume_with_a_number_is_of_a_series_and_an_issue_of_a_collection() -> None:
    work = replace(FULL, hosts=(PartOf("Meros", "7"), PartOf("Fond", "II"), PartOf("Xazina")))
    assert publication_metadata(work)["belongsTo"] == {
        "series": [{"name": "Meros", "position": 7}],
        "collection": [{"name": "Fond"}, {"name": "Xazina"}],
    }
    assert publication_metadata(ARTICLE)["@type"] == "http://schema.org/ScholarlyArticle"


def test_languages_are_tags_that_have_a_code() -> None:
    assert publication_metadata(VAGUE)["language"] == ["kaa"]
    work = replace(PLAIN, language="uz-Cyrl", further=(("languages", "fa"), ("languages", "x-old")))
    assert publication_metadata(work)["language"] == ["uz-Cyrl", "fa"]


def test_identifiers_are_uris() -> None:
    assert publication_metadata(FULL)["altIdentifier"][:2] == [
        "https://doi.org/10.1000/a_b(1)<2>",
        "urn:isbn:9789943010109",
    ]


def test_a_loan_is_asked_for_by_both_relations_and_says_what_is_read_at_last() -> None:
    told = borrow("/b", "application/epub+zip", "/a", {"state": "available"})
    assert told["rel"] == ["borrow", "http://opds-spec.org/acquisition/borrow"]
    assert told["type"] == PUBLICATION_TYPE
    assert told["properties"] == {
        "indirectAcquisition": [{"type": "application/epub+zip"}],
        "authenticate": {"href": "/a", "type": AUTHENTICATION_TYPE},
        "availability": {"state": "available"},
    }


def test_a_link_leaves_out_what_is_empty() -> None:
    told = link("self", "/x", "text/html", title="", templated=True)
    assert told == {"rel": "self", "href": "/x", "type": "text/html", "templated": True}
