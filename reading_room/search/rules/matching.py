"""Whether a document fits a query, without a database.

For what the index has not read yet, and for tests, which hold both databases against this.
"""

from __future__ import annotations

from collections.abc import Sequence

from reading_room.search.rules.document import Document
from reading_room.search.rules.found import Hit
from reading_room.search.rules.query import Column, Query, Term
from reading_room.search.rules.tiers import tiers_of

Columns = tuple[tuple[str, ...], ...]
_PLACES = {column: place for place, column in enumerate(Column)}


def step_of(query: Query, document: Document) -> int | None:
    """Return the nearest step that the document fits, None if it does not fit the query."""
    for step, terms in tiers_of(query):
        if columns_fit(document.columns, terms):
            return step
    return None


def columns_fit(columns: Columns, terms: Sequence[Term]) -> bool:
    """Return whether a document of these columns has all terms, and none that is excluded."""
    return all(_has(columns, term) is not term.is_excluded for term in terms)


def hit_of(document: Document, step: int) -> Hit:
    """Return the hit that a document is which fits in this step."""
    return Hit(
        document.number,
        document.accepted,
        step,
        document.title_words,
        document.year,
        document.title_key,
    )


def _has(columns: Columns, term: Term) -> bool:
    if term.of_marks():
        columns = columns[:1]
    elif term.column is not None:
        columns = (columns[_PLACES[term.column]],)
    return any(
        _stands_in(words, column, is_prefix=term.is_prefix)
        for words in term.spellings
        for column in columns
    )


def _stands_in(words: tuple[str, ...], column: Sequence[str], *, is_prefix: bool) -> bool:
    first, last = words[0], words[-1]
    length = len(words)
    for at in range(len(column) - length + 1):
        if length > 1 and column[at] != first:
            continue
        end = column[at + length - 1]
        fits = end.startswith(last) if is_prefix else end == last
        if fits and tuple(column[at : at + length - 1]) == words[:-1]:
            return True
    return False
