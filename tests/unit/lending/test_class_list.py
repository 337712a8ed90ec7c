"""Class lists: what is understood of what a registrar's office saves, in any letters and any order."""

from __future__ import annotations

import pytest

from ledger_service.domain.errors import InvalidCohort
from ledger_service.domain.lending.class_list import ListColumn, ListRow, column_of, understand
from ledger_service.domain.lending.list_file import MOST_LIST_BYTES, table_of

CARD, ACCOUNT = ListColumn.CARD, ListColumn.ACCOUNT


@pytest.mark.parametrize(
    ("header", "column"),
    [
        ("Card number", CARD),
        ("CARD_NUMBER", CARD),
        ("Номер читательского билета", CARD),
        ("№ билета", CARD),
        ("Karta raqami", CARD),
        ("Kitobxon chiptasi", CARD),
        ("Карта рақами", CARD),
        ("Student ID", ACCOUNT),
        ("E-mail", ACCOUNT),
        ("Учётная запись", ACCOUNT),
        ("Universitet hisobi", ACCOUNT),
        ("Talaba raqami:", ACCOUNT),
        ("Имя", None),
        ("Familiya", None),
        ("", None),
    ],
)
def test_a_header_is_known_in_three_languages_and_two_scripts(
    header: str, column: ListColumn | None
) -> None:
    assert column_of(header) is column


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1251"]
)
def test_a_list_in_any_letters_and_delimiter_names_the_same(delimiter: str, encoding: str) -> None:
    rows = [
        ["Ф.И.О.", "Номер билета"],
        ["Ўткир Ҳошимов" if encoding != "cp1251" else "Иванов", "0017"],
    ]
    text = "\r\n".join(delimiter.join(row) for row in rows)
    found = understand(table_of(text.encode(encoding)), 10)
    assert found.rows == [ListRow(CARD, "0017")]
    assert found.columns == (CARD,)
    assert (found.ignored, found.total) == (1, 1)


def test_what_spreadsheets_put_around_a_list_is_taken_away() -> None:
    text = 'sep=;\n\n;;\n Card ; Name \n\'0017;"Oʻtkir"\n 00 18 ;x\n="0019";y\n'
    found = understand(table_of(text.encode()), 10)
    assert [row.text for row in found.rows] == ["0017", "0018", "0019"]


def test_doubles_and_rows_that_name_nobody_are_counted_and_left_out() -> None:
    text = "card,account,name\n1,,a\n1,x@u.uz,b\n,y@u.uz,c\n,,d\n\n" + "9" * 201 + ",,e\n,y@u.uz,f"
    found = understand(table_of(text.encode()), 10)
    assert found.rows == [ListRow(CARD, "1"), ListRow(ACCOUNT, "y@u.uz")]
    assert (found.total, found.doubles, found.empty, found.too_long) == (6, 2, 1, 1)
    assert "name" not in repr(found)


@pytest.mark.parametrize(
    ("data", "part"),
    [
        (b"", "empty"),
        (b"\n ,\n", "empty"),
        (b"name,year\na,1", "no-column"),
        (b"card,card number\n1,2", "column-twice"),
        (b"card\n1\n2\n3\n4", "too-many"),
        (b"PK\x03\x04rest", "no-text"),
        (b"card\n\x98", "no-text"),
        (b"\xff\xfea", "no-text"),
        (b'card\n"' + b"x" * 200_000, "row"),
        (b"x" * (MOST_LIST_BYTES + 1), "too-large"),
    ],
)
def test_what_is_no_list_is_refused_with_its_reason(data: bytes, part: str) -> None:
    with pytest.raises(InvalidCohort) as refused:
        understand(table_of(data), 3)
    assert refused.value.reason.name == f"invalid-cohort.{part}"


def test_a_list_of_line_ends_alone_is_not_kept_in_memory() -> None:
    assert len(table_of(b"card\n" + b"\n" * 50_000)) == 50_001
    with pytest.raises(InvalidCohort) as raised:
        table_of(b"card\n" + b"\n" * 100_000)
    assert raised.value.reason.name == "invalid-cohort.too-many"
