"""How near a resource comes to a query: the same on every database, and told in three steps.

First come those whose title begins with the words, then those with all words in their title, then the rest.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import islice, product

from ledger_service.domain.resources.fold import MOST_SPELLINGS
from reading_room.search.rules.facet import EDGE
from reading_room.search.rules.query import Column, Query, Term, everything

Terms = tuple[Term, ...]
BEGINS, IN_TITLE, ANYWHERE = 1, 2, 3


def tiers_of(query: Query) -> list[tuple[int, Terms]]:
    """Return the terms of each step, the nearest first; a resource is of the first step that it fits."""
    terms = query.terms
    if all(term.is_excluded for term in terms):
        terms = (everything(), *terms)
    free = [term for term in query.words if term.column in (None, Column.TITLE)]
    steps = [(ANYWHERE, terms)]
    if any(term.column is None for term in free):
        in_title = tuple(
            replace(term, column=Column.TITLE)
            if term.column is None and not term.is_excluded
            else term
            for term in terms
        )
        steps.insert(0, (IN_TITLE, in_title))
    if free and not any(term.is_prefix for term in free[:-1]):
        rest = tuple(term for term in terms if term not in free)
        steps.insert(0, (BEGINS, (*rest, _beginning(free))))
    return steps


def _beginning(free: Sequence[Term]) -> Term:
    ways = islice(product(*(term.spellings for term in free)), MOST_SPELLINGS)
    begun = tuple((EDGE, *(word for words in way for word in words)) for way in ways)
    return Term(begun, free[-1].is_prefix, Column.TITLE)
