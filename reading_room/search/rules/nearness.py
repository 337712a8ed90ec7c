"""Words that differ little from a word: by one letter, or by two where they begin alike."""

from __future__ import annotations

from collections.abc import Iterable
from string import ascii_lowercase

LONGEST = 24  # letters of a word for which others are made
MOST_EDITS_FROM = 6  # letters; shorter words differ by one only


def near_by_one(word: str) -> set[str]:
    """Return what is made of a word by one letter more, less, other, or changed with the next; bounded."""
    if len(word) > LONGEST:
        return set()
    cuts = [(word[:at], word[at:]) for at in range(len(word) + 1)]
    less = {left + right[1:] for left, right in cuts if right}
    turned = {left + right[1] + right[0] + right[2:] for left, right in cuts if len(right) > 1}
    other = {
        left + letter + right[1:] for left, right in cuts if right for letter in ascii_lowercase
    }
    more = {left + letter + right for left, right in cuts for letter in ascii_lowercase}
    return {one for one in less | turned | other | more if len(one) > 1} - {word}


def near_of(word: str, others: Iterable[str]) -> list[str]:
    """Return those of some words that differ by two letters at most, the nearest first."""
    found = [(distance(word, other), other) for other in others]
    return [other for far, other in sorted(found) if 0 < far <= 2]


def distance(one: str, other: str) -> int:
    """Return by how many letters two words differ; 3 for all that is more than 2."""
    if abs(len(one) - len(other)) > 2:
        return 3
    above = list(range(len(other) + 1))
    for row, letter in enumerate(one, 1):
        line = [row]
        for column, mate in enumerate(other, 1):
            cost = above[column - 1] + (letter != mate)
            line.append(min(cost, above[column] + 1, line[-1] + 1))
        if min(line) > 2:
            return 3
        above = line
    return min(above[-1], 3)
