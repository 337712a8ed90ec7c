"""A paper as a document: its text, and the update that makes another text of it.

The library for documents counts places in bytes of UTF-8 and takes a place within a letter for another; every
place here is where a letter begins.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from difflib import SequenceMatcher
from hashlib import sha256
from itertools import accumulate
from typing import Any

from pycrdt import Doc, Text

TEXT = "text"
VERSION_DIGITS = 32
MOST_LINES = 4_000  # that are compared one by one; more are replaced as one


def document_of(updates: Iterable[bytes]) -> Doc[Any]:
    """Return the document that these updates make. Its client is a new one."""
    made: Doc[Any] = Doc()
    made[TEXT] = Text()
    for update in updates:
        made.apply_update(update)
    return made


def text_in(document: Doc[Any]) -> str:
    """Return the text of a paper's document."""
    return str(document.get(TEXT, type=Text))


def version_of(text: str) -> str:
    """Return by what it is told whether the text is this one still."""
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:VERSION_DIGITS]


def tidy(text: str) -> str:
    """Return a text as papers have it: its lines end as they do in the editor."""
    told = text.replace("\r\n", "\n").replace("\r", "\n")
    return told.encode("utf-8", "replace").decode()


def replace_in(document: Doc[Any], text: str) -> bytes | None:
    """Let the document have this text, line by line; return the update, None if it has it already."""
    old, new = text_in(document).splitlines(keepends=True), text.splitlines(keepends=True)
    changes = list(_changes(old, new))
    if not changes:
        return None
    before = document.get_state()
    shared = document.get(TEXT, type=Text)
    with document.transaction():
        for start, end, words in reversed(changes):
            if end > start:
                del shared[start:end]
            if words:
                shared.insert(start, words)
    assert text_in(document) == text
    return bytes(document.get_update(before))


def _changes(old: list[str], new: list[str]) -> Iterator[tuple[int, int, str]]:
    """Yield what is to be replaced by what: first byte, byte after the last, words; in order."""
    places = [0, *accumulate(len(line.encode()) for line in old)]
    if max(len(old), len(new)) > MOST_LINES:
        if old != new:
            yield 0, places[-1], "".join(new)
        return
    # Lines that come often begin no match: texts of few different lines would take minutes to compare.
    compared = SequenceMatcher(None, old, new, autojunk=True)
    for kind, first, last, begin, end in compared.get_opcodes():
        if kind != "equal":
            yield places[first], places[last], "".join(new[begin:end])
