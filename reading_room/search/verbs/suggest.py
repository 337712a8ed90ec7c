"""Guess what was meant where nothing is found, by the words that the index has."""

from __future__ import annotations

from dataclasses import replace

from ledger_service.ports.store import Transaction
from reading_room.search.ports import SearchTables
from reading_room.search.rules.found import Asked
from reading_room.search.rules.nearness import MOST_EDITS_FROM, near_by_one, near_of
from reading_room.search.rules.query import Query, Term
from reading_room.search.rules.spelled import as_spelled

MOST_WORDS = 4  # that are corrected
MOST_GUESSES = 6  # of a word, which are tried
MOST_LOOKED_AT = 2000  # words that begin as it does
BEGINNING = 3  # letters


def suggest(transaction: Transaction, room: SearchTables, query: Query) -> str | None:
    """Return the query with words that find something, None if there is no guess.

    Words are shown as a record that has them spells them.
    """
    corrected: list[Term] = []
    said: list[str] = []
    tries = MOST_WORDS
    for term in query.words:
        words = list(term.spellings[0])
        unknown = [word for word in words if not room.known_words([word])]
        for word in unknown:
            guess = _guess(room, word) if tries else None
            tries -= 1
            if guess is None:
                return None
            words[words.index(word)] = guess
        corrected.append(replace(term, spellings=(tuple(words),), is_prefix=False))
        said += words
    terms = (*corrected, *(term for term in query.terms if term not in query.words))
    if not corrected or tries == MOST_WORDS:
        return None
    hits = room.find(Asked(replace(query, terms=terms), limit=1)).hits
    if not hits:
        return None
    items = transaction.registrations.of_entries([hits[0].accepted])
    return as_spelled(
        said, [text for one in items for text in (one.record.title, one.record.creator)]
    )


def _guess(room: SearchTables, word: str) -> str | None:
    known = sorted(room.known_words(near_by_one(word)))
    if not known and len(word) >= MOST_EDITS_FROM:
        known = near_of(word, room.words_from(word[:BEGINNING], MOST_LOOKED_AT))
    return max(known[:MOST_GUESSES], key=lambda one: _uses(room, one), default=None)


def _uses(room: SearchTables, word: str) -> int:
    return room.find(Asked(Query(terms=(Term(((word,),)),)), limit=1)).total
