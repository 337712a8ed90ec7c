"""Where two files differ, by their leaves alone."""

from __future__ import annotations

import hashlib

import pytest

from ledger_service import messages
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.verification.difference import (
    LEAF_BYTES,
    Difference,
    Leaves,
    compare,
    first_difference,
    is_by_chance,
    same_at_end,
)

BLOCKS = [bytes([letter]) * LEAF_BYTES for letter in b"abcdef"]
FILE = b"".join(BLOCKS) + b"the end"


def leaves(data: bytes) -> Leaves:
    parts = [data[at : at + LEAF_BYTES] for at in range(0, len(data), LEAF_BYTES)] or [b""]
    return Leaves(len(data), [hashlib.sha256(part).digest() for part in parts])


def found(own: bytes, registered: bytes = FILE):
    def hash_at(start: int, end: int) -> bytes:
        return hashlib.sha256(own[start:end]).digest()

    told = compare(leaves(own), leaves(registered), hash_at)
    return told.spans, told.moved


def changed(*places: int) -> bytes:
    data = bytearray(FILE)
    for place in places:
        data[place] ^= 1
    return bytes(data)


def test_what_is_changed_in_place_is_told_by_the_leaf_and_neighbors_as_one():
    two = 2 * LEAF_BYTES
    assert found(changed(two + 5)) == (((two, two + LEAF_BYTES),), 0)
    assert found(changed(0, two, two + LEAF_BYTES)) == (
        ((0, LEAF_BYTES), (two, two + 2 * LEAF_BYTES)),
        0,
    )
    assert found(changed(len(FILE) - 1)) == (((6 * LEAF_BYTES, len(FILE)),), 0)


@pytest.mark.parametrize("moved", [1, 1000, LEAF_BYTES, -1, -1000, -LEAF_BYTES])
def test_what_follows_what_was_put_in_or_taken_out_is_found_again(moved):
    at = 2 * LEAF_BYTES + 100
    own = FILE[:at] + b"!" * moved + FILE[at:] if moved > 0 else FILE[:at] + FILE[at - moved :]
    [(start, end)], told = found(own)
    assert told == moved
    assert start <= at <= end
    assert end - start <= 2 * LEAF_BYTES + max(moved, 0)
    assert FILE.endswith(own[end:])
    assert FILE.startswith(own[:start])


def test_what_was_added_or_cut_at_the_end_leaves_the_beginning():
    assert found(FILE + b"more") == (((6 * LEAF_BYTES, len(FILE) + 4),), None)
    assert found(FILE[: 3 * LEAF_BYTES]) == (((3 * LEAF_BYTES, 3 * LEAF_BYTES),), None)
    assert found(b"") == (((0, 0),), None)


def test_of_another_file_nothing_is_the_same():
    other = b"x" * 10
    assert found(other) == (((0, 10),), None)
    told = Difference(Digest(bytes(32)), "Xamsa", 10, ((0, 10),), None)
    assert "Nothing of it is the same" in messages.text(told.reason)


@pytest.mark.parametrize(
    ("mine", "theirs", "begin", "end"),
    [(b"abc", b"abx", 2, 0), (b"", b"abc", 0, 0), (b"ab", b"abab", 2, 2), (b"xbc", b"abc", 0, 2)],
)
def test_what_both_begin_and_end_with_is_counted(mine, theirs, begin, end):
    assert (first_difference(mine, theirs), same_at_end(mine, theirs)) == (begin, end)


def test_it_is_told_in_words_that_say_no_more_than_is_known():
    spans = tuple((at * 100, at * 100 + 10) for at in range(20))
    told = Difference(Digest(bytes(32)), "Xamsa", 10**6, spans, 0, True, tuple(range(1, 60)))
    text = messages.text(told.reason)
    assert "0–9, 100–109" in text
    assert "…, where parts of pages 1, 2, 3" in text
    assert "pieces of 1 MiB" not in text
    rough = Difference(Digest(bytes(32)), "Xamsa", 10**6, spans[:1], 12, False)
    assert "pieces of 1 MiB" in messages.text(rough.reason)
    assert "moved by +12 bytes" in messages.text(rough.reason)


@pytest.mark.parametrize(
    ("spans", "size", "by_chance"),
    [
        (((1, 7),), 7, True),
        (((1, 2),), 3, False),  # most of it is the same
        (((20, 990),), 1000, True),  # the marks of a format
        (((40, 976),), 1000, False),
        (((0, 0),), 0, False),
    ],
)
def test_what_any_two_files_share_is_not_told_as_the_same(spans, size, by_chance):
    assert is_by_chance(spans, size) is by_chance
