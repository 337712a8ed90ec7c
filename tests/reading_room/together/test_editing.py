"""A text becomes another one as an editor would make it so: line by line, beside the edits of others."""

from __future__ import annotations

import random
import time

import pytest
from pycrdt import Doc, Text

from reading_room.together.editing.document import (
    MOST_LINES,
    document_of,
    replace_in,
    text_in,
    tidy,
    version_of,
)
from reading_room.together.editing.versions import changed_lines

TEXTS = (
    "",
    "a\nb\nc\n",
    "ў🙂\nқ漢\n\nҳ",
    "one line",
    "b\n",
    "漢\n" * 50,
    "\n\n\n",
    "ў🙂\nnew\nқ漢\nҳ",
)


def made(text: str) -> bytes:
    document = Doc()
    document["text"] = Text(text)
    return bytes(document.get_update())


@pytest.mark.parametrize("old", TEXTS)
@pytest.mark.parametrize("new", TEXTS)
def test_any_text_becomes_any_other(old: str, new: str) -> None:
    before = made(old)
    update = replace_in(document_of([before]), new)
    assert (update is None) == (old == new)
    assert text_in(document_of([before] if update is None else [before, update])) == new


def test_drawn_texts_become_others() -> None:
    drawn = random.Random(18)
    letters = "aў漢🙂\n\n "
    for _ in range(200):
        old, new = ("".join(drawn.choices(letters, k=drawn.randint(0, 40))) for _ in range(2))
        document = document_of([made(old)])
        replace_in(document, new)
        assert text_in(document) == new


def test_what_others_write_meanwhile_is_merged() -> None:
    before = made("first\nsecond\nthird\n")
    mine = replace_in(document_of([before]), "first\nзамена\nthird\n")
    theirs = replace_in(document_of([before]), "начало\nfirst\nsecond\nthird\nend\n")
    assert mine is not None
    assert theirs is not None
    both = text_in(document_of([before, mine, theirs]))
    assert both == text_in(document_of([before, theirs, mine]))
    assert both == "начало\nfirst\nзамена\nthird\nend\n"


def test_a_text_of_very_many_lines_is_replaced_as_one() -> None:
    old, new = "a\n" * (MOST_LINES + 1), "b\n" * 3
    document = document_of([made(old)])
    assert replace_in(document, new) is not None
    assert text_in(document) == new


def test_lines_end_as_in_the_editor_and_no_half_letters_come_in() -> None:
    assert tidy("a\r\nb\rc\n") == "a\nb\nc\n"
    assert tidy("a\ud83db") == "a?b"
    assert version_of("a") != version_of("a ")
    assert len(version_of("ў\ud83d")) == 32


def test_what_changed_is_told_with_a_line_around() -> None:
    rows = changed_lines("a\nb\nc\nd\ne", "a\nb\nC\nd\ne")
    assert rows == [(" ", "b"), ("-", "c"), ("+", "C"), (" ", "d")]
    assert changed_lines("a", "a") == []
    assert changed_lines("a\n" * 5_000, "") == []


def test_texts_of_few_different_lines_are_compared_in_no_time():
    chance = random.Random(5)
    old, new = ("".join(chance.choice(("a\n", "b\n")) for _ in range(3_000)) for _ in range(2))
    begun = time.process_time()
    document = Doc()
    document["text"] = Text(old)
    assert replace_in(document, new) is not None
    assert changed_lines(old, new)
    assert time.process_time() - begun < 5
