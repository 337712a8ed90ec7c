"""BibTeX, RIS and CSL, each read by a program that is not ours."""

from __future__ import annotations

import io
import json
import warnings
from typing import Any

import pytest
import rispy
from citeproc import (
    Citation,
    CitationItem,
    CitationStylesBibliography,
    CitationStylesStyle,
    formatter,
)
from citeproc.source.json import CiteProcJSON
from pybtex.database import Entry, parse_string

from ledger_service.domain.exports.cited_work import Person, Work
from ledger_service.domain.exports.forms.bibtex import format_bibtex
from ledger_service.domain.exports.forms.csl import format_csl
from ledger_service.domain.exports.forms.ris import format_ris
from tests.reading_room.catalog.works import ALL, ARTICLE, FULL, PLAIN, VAGUE

STYLE = b"""<style xmlns="http://purl.org/net/xbiblio/csl" class="in-text" version="1.0">
<info><title>Plain</title><id>plain</id><updated>2026-11-29T00:00:00+00:00</updated></info>
<citation><layout><text variable="title"/></layout></citation>
<bibliography><layout suffix="."><group delimiter=", "><names variable="author"/><choose>
<if variable="issued"><date variable="issued"><date-part name="year"/></date></if>
<else><text value="n.y."/></else></choose><text variable="title"/><text variable="publisher"/>
</group></layout></bibliography></style>"""


def read_bibtex(work: Work) -> Entry:
    [entry] = parse_string(format_bibtex(work), "bibtex").entries.values()
    return entry


@pytest.mark.parametrize("work", ALL.values(), ids=ALL.keys())
def test_bibtex_is_one_entry_whatever_marks_it_holds(work: Work) -> None:
    entry = read_bibtex(work)
    assert entry.key == "muhr" + work.digest[:16]
    assert entry.fields["url"] == work.address
    assert len(entry.persons.get("author", [])) == len(work.authors)


def test_bibtex_keeps_what_a_title_says() -> None:
    written = read_bibtex(FULL).fields["title"]
    assert (written[0], written[-1]) == ("{", "}")
    assert r"\textbraceleft{}Xamsa\textbraceright{} \& 100\% \textbackslash{}" in written
    assert "“Beshlik”" in written


def test_bibtex_takes_apart_only_names_that_the_record_has_apart() -> None:
    navoiy, corporate, ulugbek = read_bibtex(FULL).persons["author"]
    assert (navoiy.last_names, navoiy.first_names) == (["Navoiy"], ["Alisher"])
    assert corporate.last_names == ["{Fan va texnologiya, nashriyoti and sons}"]
    assert ulugbek.last_names == ["{Мирзо Улуғбек}"]


def test_bibtex_has_kinds_dates_and_hosts() -> None:
    book, article = read_bibtex(FULL), read_bibtex(ARTICLE)
    assert (book.type, book.fields["year"], book.fields["date"]) == ("book", "1991", "1991-09")
    assert (book.fields["series"], book.fields["month"]) == ("Meros", "9")
    assert (article.type, article.fields["journal"], article.fields["number"]) == (
        "article", "Fan va turmush", "3",
    )  # fmt: skip
    assert "month" not in article.fields
    assert read_bibtex(VAGUE).fields["note"].startswith("Withdrawn")


def read_ris(work: Work) -> dict[str, Any]:
    [entry] = rispy.loads(format_ris(work))
    return dict(entry)


@pytest.mark.parametrize("work", ALL.values(), ids=ALL.keys())
def test_ris_is_one_reference_whose_lines_end_as_on_windows(work: Work) -> None:
    written = format_ris(work)
    assert written.count("\n") == written.count("\r\n")
    assert written.startswith("TY  - ")
    assert written.endswith("ER  - \r\n")
    entry = read_ris(work)
    assert entry["title"] == work.title
    assert entry["urls"] == [work.address]


def test_ris_says_who_and_when() -> None:
    entry = read_ris(FULL)
    assert entry["authors"][0] == "Navoiy, Alisher"
    assert (entry["year"], entry["date"]) == ("1991", "1991/09//")
    assert entry["abstract"] == "Besh doston. Ikkinchi satr."
    assert entry["keywords"] == ["Adabiyot; sheʼriyat", "Xamsa"]
    assert read_ris(ARTICLE)["type_of_reference"] == "JOUR"
    assert "year" not in read_ris(VAGUE)


@pytest.mark.parametrize("work", ALL.values(), ids=ALL.keys())
def test_a_citation_processor_makes_a_sentence_of_csl(work: Work) -> None:
    items = json.loads(format_csl(work))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of fields that the processor does not know
        source = CiteProcJSON(items)
        style = CitationStylesStyle(io.BytesIO(STYLE), validate=False)
        bibliography = CitationStylesBibliography(style, source, formatter.plain)
        bibliography.register(Citation([CitationItem(work.address)]))
        [told] = bibliography.bibliography()
    assert str(told).startswith("Alisher Navoiy, " if work.authors else "")
    assert "Xamsa" in str(told)
    assert ("n.y." in str(told)) == (not work.issued)


def test_csl_tells_dates_as_far_as_they_are_known() -> None:
    [full], [article], [vague], [plain] = (
        json.loads(format_csl(work)) for work in (FULL, ARTICLE, VAGUE, PLAIN)
    )
    assert full["issued"] == {"date-parts": [[1991, 9]]}
    assert article["issued"] == {"date-parts": [[1901], [1905]]}
    assert vague["issued"] == {"literal": "19XX"}
    assert "issued" not in plain
    assert full["author"][0] == {"family": "Navoiy", "given": "Alisher"}
    assert full["author"][2] == {"literal": "Мирзо Улуғбек"}


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("Navoiy, Alisher", ("Navoiy", "Alisher")),
        ("Navoiy, Alisher, 1441-1501", ("Navoiy", "Alisher")),
        ("Navoiy, Alisher, 1441–1501.", ("Navoiy", "Alisher")),
        ("Navoiy, 1441-1501", None),
        ("Alisher Navoiy", None),
        (", Alisher", None),
        ("Navoiy,", None),
    ],
)
def test_a_name_has_parts_if_the_record_says_so(name: str, parts: tuple[str, str] | None) -> None:
    assert Person(name).parts == parts
