"""Class lists: what of a table from a registrar's office names people, and what is left aside.

A row names somebody by the number of a library card or by an account of a university. All else in it, names
above all, is counted and dropped.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from ledger_service.domain.errors import InvalidCohort

LONGEST_NUMBER = 200  # characters of a card's number or an account


class ListColumn(StrEnum):
    """What a column is understood as."""

    CARD = "card"
    ACCOUNT = "account"


_HEADERS: Mapping[ListColumn, tuple[str, ...]] = {
    ListColumn.CARD: (
        "card",
        "card number",
        "card no",
        "library card",
        "library card number",
        "barcode",
        "билет",
        "номер билета",
        "читательский билет",
        "номер читательского билета",
        "№ билета",
        "карта",
        "номер карты",
        "штрихкод",
        "karta",
        "karta raqami",
        "chipta",
        "chipta raqami",
        "kutubxona kartasi",
        "kutubxona kartasi raqami",
        "kitobxon chiptasi",
        "kitobxon chiptasi raqami",
        "карта рақами",
        "чипта",
        "чипта рақами",
        "кутубхона картаси",
        "кутубхона картаси рақами",
        "китобхон чиптаси",
        "китобхон чиптаси рақами",
    ),
    ListColumn.ACCOUNT: (
        "account",
        "university account",
        "university login",
        "login",
        "user name",
        "username",
        "student id",
        "student number",
        "eppn",
        "email",
        "e mail",
        "аккаунт",
        "учетная запись",
        "учетная запись университета",
        "логин",
        "почта",
        "электронная почта",
        "номер студента",
        "студенческий билет",
        "hisob",
        "universitet hisobi",
        "talaba raqami",
        "talaba id",
        "pochta",
        "elektron pochta",
        "ҳисоб",
        "университет ҳисоби",
        "талаба рақами",
        "талаба id",
        "электрон почта",
    ),
}
_APOSTROPHES = str.maketrans(dict.fromkeys("ʻʼ‘’`´'", ""))
_AS_SPACE = str.maketrans(dict.fromkeys('_-.:/()"', " "))
_FOLDED = {header: column for column, headers in _HEADERS.items() for header in headers}


class ListedPerson(NamedTuple):
    """Whom a row names. tag: 32 bytes, keyed, of card or account; kind: of the identity."""

    kind: str
    tag: bytes


@dataclass(frozen=True)
class ListRow:
    """What of a row names somebody, as it stands there: the number of a card, or else an account."""

    column: ListColumn
    text: str


@dataclass
class ClassList:
    """What was understood of a list. rows: those that name somebody; the rest are counts.

    ignored: columns that name nobody; empty: rows without card and account; too_long: those whose number
    nobody has; doubles: rows that name whom an earlier one names.
    """

    rows: list[ListRow] = field(default_factory=list)
    columns: tuple[ListColumn, ...] = ()
    ignored: int = 0
    total: int = 0
    empty: int = 0
    too_long: int = 0
    doubles: int = 0


def column_of(header: str) -> ListColumn | None:
    """Return what a header in English, Russian or Uzbek means; None for a column that names nobody."""
    folded = header.casefold().replace("ё", "е").translate(_APOSTROPHES).translate(_AS_SPACE)
    return _FOLDED.get(" ".join(folded.split()))


def understand(table: Iterable[Sequence[str]], most: int) -> ClassList:
    """Return what a table says, the first row that is not empty being its header.

    most: how many people it may name.

    Raises:
        InvalidCohort: no column names people, two are the same, or it names more people.
    """
    rows = iter(table)
    header = next((row for row in rows if any(cell.strip() for cell in row)), None)
    if header is None:
        raise InvalidCohort("empty")
    places = _places(header)
    named = sum(1 for cell in header if cell.strip())
    found = ClassList(columns=tuple(places), ignored=named - len(places))
    seen: set[ListRow] = set()
    for row in rows:
        if any(cell.strip() for cell in row):
            _take(found, row, places, seen)
            if len(found.rows) > most:
                raise InvalidCohort("too-many", most=most)
    return found


def _places(header: Sequence[str]) -> dict[ListColumn, int]:
    places: dict[ListColumn, int] = {}
    for place, cell in enumerate(header):
        column = column_of(cell)
        if column in places:
            raise InvalidCohort("column-twice", column=column.value)
        if column is not None:
            places[column] = place
    if not places:
        raise InvalidCohort("no-column")
    return places


def _take(
    found: ClassList, row: Sequence[str], places: Mapping[ListColumn, int], seen: set[ListRow]
) -> None:
    found.total += 1
    cells = {column: row[place] for column, place in places.items() if place < len(row)}
    texts = {column: _number(column, cell) for column, cell in cells.items()}
    named = next((ListRow(c, texts[c]) for c in ListColumn if texts.get(c)), None)
    if named is None:
        found.empty += 1
    elif len(named.text) > LONGEST_NUMBER:
        found.too_long += 1
    elif named in seen:
        found.doubles += 1
    else:
        seen.add(named)
        found.rows.append(named)


def _number(column: ListColumn, cell: str) -> str:
    """Return a card's number or an account without what spreadsheets and hands put around it."""
    text = "".join(cell.split()) if column is ListColumn.CARD else cell.strip()
    if text.startswith('="') and text.endswith('"'):
        text = text[2:-1]
    text = text.removeprefix("'")  # both are how spreadsheets keep leading zeros
    return text if text.isprintable() else ""
