"""What a person types, as a query. Whatever is typed is one: nothing here can fail.

ozbekiston tarixi      all of these words, anywhere
"ilmiy jurnal"         these words in this order, side by side
uzb*                   words that begin so
title:hamsa            in this field; also creator:, subject:
year:1990-1999         of these years; also language:, license:, kind:, access:, steward:
-roman                 without this
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice, product

from ledger_service.domain.resources.fold import MOST_SPELLINGS, spellings, words_of
from reading_room.search.rules.facet import Facet, Kind, mark, range_marks, years_in

LONGEST_QUERY = 500  # characters that are read; what follows is passed over
MOST_TERMS = 16
MOST_WORDS = 24  # of a phrase
SHORTEST_PREFIX = 2  # letters; of fewer, the word itself is meant
_QUOTES = str.maketrans(dict.fromkeys("“”„«»″＂", '"'))
_CHUNK = re.compile(
    r'(?P<out>-)?(?:(?P<field>\w{1,20}):)?(?:"(?P<phrase>[^"]*)"?|(?P<word>[^\s"]+))'
)


class Column(StrEnum):
    """Where words of a record stand."""

    TITLE = "title"
    CREATOR = "creator"
    SUBJECT = "subject"
    REST = "rest"


_FIELDS: dict[str, Column | Facet] = {
    **dict.fromkeys(("title", "sarlavha", "nomi", "nazvaniye", "zaglaviye"), Column.TITLE),
    **dict.fromkeys(("creator", "author", "muallif", "avtor"), Column.CREATOR),
    **dict.fromkeys(("subject", "mavzu", "tema"), Column.SUBJECT),
    **dict.fromkeys(("year", "date", "yil", "god"), Facet.YEAR),
    **dict.fromkeys(("language", "lang", "til", "yazik"), Facet.LANGUAGE),
    **dict.fromkeys(("license", "litsenziya", "shartlar"), Facet.LICENSE),
    **dict.fromkeys(("kind", "type", "tur", "tip"), Facet.KIND),
    **dict.fromkeys(("access", "ruxsat", "dostup"), Facet.ACCESS),
    **dict.fromkeys(("steward", "library", "kutubxona", "biblioteka"), Facet.STEWARD),
}
"""Names of fields in the languages of the pages, folded."""


@dataclass(frozen=True)
class Term:
    """Words side by side, in one of some spellings; none of which is empty.

    column: where alone, None for anywhere; is_prefix: the last word only begins so.
    """

    spellings: tuple[tuple[str, ...], ...]
    is_prefix: bool = False
    column: Column | None = None
    is_excluded: bool = False

    def of_marks(self) -> bool:
        """Return whether it asks for marks, which stand beside the title, and for no typed word."""
        return self.column is Column.REST


@dataclass(frozen=True)
class Query:
    """All of these terms. typed: as it was typed, up to a bound."""

    typed: str = ""
    terms: tuple[Term, ...] = ()

    @property
    def words(self) -> list[Term]:
        """The terms of typed words that must be there."""
        return [term for term in self.terms if not (term.is_excluded or term.of_marks())]


def parse_query(text: str, filters: dict[Facet, list[str]] | None = None) -> Query:
    """Return the query that a person types and chooses; of any text.

    filters: values by facet, of each of which one must fit.
    """
    typed = text[:LONGEST_QUERY]
    found = list(_terms(typed))
    marks = [
        _chosen(facet, values[:MOST_TERMS]) for facet, values in (filters or {}).items() if values
    ]
    return Query(typed, (*found[:MOST_TERMS], *marks))


def everything() -> Term:
    """Return what each resource fits: it is of some kind."""
    return _marked(mark(Facet.KIND, kind) for kind in Kind)


def _terms(typed: str) -> Iterator[Term]:
    for chunk in _CHUNK.finditer(typed.translate(_QUOTES)):
        is_excluded = chunk["out"] is not None and _begins(typed, chunk.start())
        name = " ".join(words_of(chunk["field"] or ""))
        place = _FIELDS.get(name)
        said = chunk["word"] if chunk["phrase"] is None else chunk["phrase"]
        if isinstance(place, Facet):
            value = _value_of(place, said)
            if value is not None:
                yield Term(value.spellings, column=Column.REST, is_excluded=is_excluded)
                continue
        if place is None and chunk["field"]:
            said = f"{chunk['field']}:{said}"
        term = _term(said, place if isinstance(place, Column) else None, is_excluded)
        if term is not None:
            yield term


def _begins(typed: str, at: int) -> bool:
    return at == 0 or typed[at - 1].isspace() or typed[at - 1] in "(["


def _term(said: str, column: Column | None, is_excluded: bool) -> Term | None:
    ways = [spellings(word) for word in said.split()[:MOST_WORDS]]
    ways = [way for way in ways if way]
    if not ways:
        return None
    joined = islice(product(*ways), MOST_SPELLINGS)
    found = tuple(tuple(word for words in way for word in words)[:MOST_WORDS] for way in joined)
    is_prefix = said.rstrip().endswith("*") and all(
        len(way[-1]) >= SHORTEST_PREFIX for way in found
    )
    return Term(found, is_prefix, column, is_excluded)


def _value_of(facet: Facet, said: str) -> Term | None:
    """Return the term of a facet's value as it is typed, None if it cannot be one."""
    if facet is Facet.YEAR:
        years = years_in(said.strip())
        return None if years is None else _marked(range_marks(*years))
    value = said.strip()
    if facet in (Facet.LANGUAGE, Facet.KIND, Facet.ACCESS):
        value = value.lower()
    return _marked([mark(facet, value)]) if value else None


def _chosen(facet: Facet, values: list[str]) -> Term:
    found = [term for value in values if (term := _value_of(facet, value)) is not None]
    return _marked(one for term in found for [one] in term.spellings) if found else nothing()


def nothing() -> Term:
    """Return what no resource fits."""
    return _marked([mark(Facet.KIND, "none")])


def _marked(marks: Iterator[str] | list[str]) -> Term:
    return Term(tuple((one,) for one in marks), column=Column.REST)
