"""Dates in EDTF: what is one, and which years it means."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger_service.domain.resources import edtf


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("1926", (1926, 1926)),
        ("1926-02", (1926, 1926)),
        ("1924-02-29", (1924, 1924)),
        ("1926?", (1926, 1926)),
        ("1926-05~", (1926, 1926)),
        ("1926-05-01%", (1926, 1926)),
        ("192X", (1920, 1929)),
        ("19XX", (1900, 1999)),
        ("1926-XX", (1926, 1926)),
        ("1926-XX-XX", (1926, 1926)),
        ("1926-05-XX", (1926, 1926)),
        ("1926-21", (1926, 1926)),
        ("0000", (0, 0)),
        ("-0100", (-100, -100)),
        ("-019X", (-199, -190)),
        ("Y-17000", (-17000, -17000)),
        ("Y123456", (123456, 123456)),
        ("1985-04-12T23:20:30Z", (1985, 1985)),
        ("1985-04-12T23:20:30+05:00", (1985, 1985)),
        ("1895/1900", (1895, 1900)),
        ("1895?/1900~", (1895, 1900)),
        ("1895/..", (1895, None)),
        ("/1900", (None, 1900)),
        ("1895/", (1895, None)),
        ("1926-05/1926-06-01", (1926, 1926)),
    ],
)
def test_a_date_means_years(text: str, years: tuple[int | None, int | None]) -> None:
    assert edtf.is_edtf(text)
    assert edtf.years(text) == years


@pytest.mark.parametrize(
    "text",
    [
        "",
        "26",
        "1926-13",
        "1926-00",
        "1925-02-29",
        "1926-04-31",
        "1926-5",
        "1926/05/01",
        "1900/1895",
        "/",
        "../..",
        "1926 ",
        "1926\n",
        "١٩٢٦",
        "1926-21-01",
        "1926-XX-01",
        "Y1926",
        "1926??",
        "1342 hijriy",
        "1985-04-12T25:00:00",
        "1985-04-31T10:00:00",
        "1985-04-12T23:20:30/1986",
        "-0000",
        "Y" + "9" * 100,
        "1926-1927",
    ],
)
def test_what_is_no_date(text: str) -> None:
    assert edtf.years(text) is None


@given(st.text(alphabet="0123456789-/X~?%.TYZ:+", max_size=24))
def test_any_text_is_judged(text: str) -> None:
    assert edtf.is_edtf(text) == (edtf.years(text) is not None)


@given(st.dates())
def test_every_day_is_a_date(day: object) -> None:
    assert edtf.is_edtf(str(day))
