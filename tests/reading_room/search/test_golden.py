"""The table of words in docs/search.md: what must match, and what must not."""

from __future__ import annotations

from pathlib import Path

import pytest

from ledger_service.domain.resources.fold import LONGEST_WORD, MOST_SPELLINGS, spellings, words_of
from reading_room.search.rules.matching import step_of
from reading_room.search.rules.query import parse_query
from tests.reading_room.search.shelved import document

PAGE = Path(__file__).parents[3] / "docs" / "search.md"
FEWEST_WORDS = 60


def table() -> list[tuple[str, list[str], list[str]]]:
    """Return each word of the page, what finds it, and what does not."""
    _, _, words = PAGE.read_text(encoding="utf-8").partition("## Words\n")
    rows = [line.strip("|").split("|") for line in words.splitlines() if line.startswith("|")]
    return [(word.strip(), _listed(found), _listed(missed)) for word, found, missed in rows[2:]]


def _listed(cell: str) -> list[str]:
    return [one.strip() for one in cell.split(",")]


def test_the_table_has_as_many_words_as_it_promises() -> None:
    words = [word for word, _, _ in table()]
    assert len(set(words)) == len(words) >= FEWEST_WORDS


@pytest.mark.parametrize(("word", "found", "missed"), table())
def test_a_word_is_found_by_what_people_type(
    word: str, found: list[str], missed: list[str]
) -> None:
    held = document(1, f"Bir {word} ikki")
    assert [typed for typed in found if step_of(parse_query(typed), held) is None] == []
    assert [typed for typed in missed if step_of(parse_query(typed), held) is not None] == []


@pytest.mark.parametrize("text", ["", " ", "ʻ", "ʼ’'`", "---", "\u0301", "ъ", "\ue000\ue001"])
def test_what_has_no_word_has_no_key(text: str) -> None:
    assert words_of(text) == []
    assert spellings(text) == []


def test_keys_and_spellings_are_bounded() -> None:
    assert [len(word) for word in words_of("x" * 1000)] == [LONGEST_WORD]
    assert len(spellings("е" * 1000)) <= MOST_SPELLINGS


def test_a_key_is_its_own_key() -> None:
    for word, found, missed in table():
        for text in (word, *found, *missed):
            keys = words_of(text)
            assert words_of(" ".join(keys)) == keys
