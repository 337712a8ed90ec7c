"""Dates of records, taken apart for the formats of others."""

from __future__ import annotations

import pytest

from ledger_service.domain.exports.cited_dates import Day, Span, span_of


@pytest.mark.parametrize(
    ("edtf", "wanted"),
    [
        ("1483", Span(Day(1483))),
        ("1991-09", Span(Day(1991, 9))),
        ("1991-09-01", Span(Day(1991, 9, 1))),
        ("1901/1905", Span(Day(1901), Day(1905))),
        ("1901/..", Span(Day(1901))),
        ("../1905", Span(None, Day(1905))),
        ("1483?", Span(Day(1483), is_about=True)),
        ("1483~/1485", Span(Day(1483), Day(1485), is_about=True)),
        ("-0043", Span(Day(-43))),
        ("Y17000", Span(Day(17000))),
        ("2020-21", Span(Day(2020, season=1))),
        ("19XX", None),
        ("2020-13", None),
        ("2020-00", None),
        ("2020-01-32", None),
        ("..", None),
        ("../..", None),
        ("about 1900", None),
        ("", None),
    ],
)
def test_what_a_date_says(edtf: str, wanted: Span | None) -> None:
    assert span_of(edtf) == wanted


def test_a_work_is_cited_by_the_first_year_that_is_known() -> None:
    assert [span.year for text in ("1901/1905", "../1905") if (span := span_of(text))] == [
        1901,
        1905,
    ]
