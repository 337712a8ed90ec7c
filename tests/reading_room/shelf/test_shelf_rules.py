"""A shelf as a value: its bounds, its order, and changes that do not undo one another."""

from __future__ import annotations

import hashlib

import pytest

from ledger_service.domain.errors import InvalidShelf, NotOnShelf, ShelfChanged
from ledger_service.domain.identifiers import Digest
from reading_room.shelf.rules.item import (
    LONGEST_NOTE,
    LONGEST_TAG,
    MOST_TAGS,
    made_item,
    made_search,
    made_tags,
)
from reading_room.shelf.rules.shelf import (
    MOST_ITEMS,
    MOST_SEARCHES,
    Shelf,
    forget_search,
    keep_search,
    move,
    parse_shelf,
    put,
    take_off,
    unite,
    write_of,
)


def named(number: int) -> Digest:
    return Digest(hashlib.sha256(b"%d" % number).digest())


A, B, C = (named(number) for number in range(3))


def filled(*digests: Digest) -> Shelf:
    shelf = Shelf()
    for digest in reversed(digests):
        shelf = put(digest, 5)(shelf)
    return shelf


def test_what_is_put_stands_first_and_once() -> None:
    shelf = filled(A, B)
    assert [item.digest for item in shelf.items] == [A, B]
    assert put(B, 9)(shelf) == shelf
    assert take_off(A)(shelf).digests == {B}
    assert take_off(C)(shelf) == shelf


@pytest.mark.parametrize(("place", "order"), [(0, [C, A, B]), (1, [A, C, B]), (99, [A, B, C])])
def test_an_item_is_moved_to_a_place(place: int, order: list[Digest]) -> None:
    shelf = move(C, place)(filled(A, B, C))
    assert [item.digest for item in shelf.items] == order


def test_what_was_written_is_changed_only_by_whoever_saw_it() -> None:
    shelf = filled(A)
    seen = shelf.items[0].mark
    shelf = write_of(A, "for the exam", ["navoiy", "exam"], seen)(shelf)
    assert shelf.items[0].tags == ("exam", "navoiy")
    with pytest.raises(ShelfChanged):
        write_of(A, "another word", [], seen)(shelf)
    assert write_of(A, "mine", [])(shelf).items[0].note == "mine"
    with pytest.raises(NotOnShelf):
        write_of(B, "", [])(shelf)
    with pytest.raises(NotOnShelf):
        move(B, 0)(shelf)


def test_a_document_is_read_as_it_was_written() -> None:
    shelf = write_of(A, "ўқилди\nikki marta", ["oʻzbek"])(filled(A, B))
    shelf = keep_search(made_search("Navoiy", "q=navoiy&year=1990-1999&cursor=x"))(shelf)
    assert parse_shelf(shelf.format()) == shelf
    assert shelf.searches[0].query == "q=navoiy&year=1990-1999"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[]",
        b"{}",
        b'{"form":"muhr-shelf-2","items":[],"searches":[]}',
        b'{"form":"muhr-shelf-1","items":{},"searches":[]}',
        b'{"form":"muhr-shelf-1","items":[1],"searches":[]}',
        b'{"form":"muhr-shelf-1","items":[{"digest":"xx","added_at":1,"note":"","tags":[]}],"searches":[]}',
        b'{"form":"muhr-shelf-1","items":[{"digest":"%s","added_at":-1,"note":"","tags":[]}],"searches":[]}'
        % (b"0" * 64),
        b'{"form":"muhr-shelf-1","items":[{"digest":"%s","added_at":1,"note":7,"tags":[]}],"searches":[]}'
        % (b"0" * 64),
        b'{"form":"muhr-shelf-1","items":[],"searches":[{"name":"","query":"q=1"}]}',
        b"[" * 100_000,
    ],
)
def test_another_document_is_refused(data: bytes) -> None:
    with pytest.raises(InvalidShelf):
        parse_shelf(data)


def test_an_item_that_stands_twice_is_refused() -> None:
    shelf = filled(A)
    with pytest.raises(InvalidShelf):
        parse_shelf(Shelf((*shelf.items, *shelf.items)).format())


def test_what_a_reader_writes_has_bounds() -> None:
    made_item(A, 1, "x" * LONGEST_NOTE, ["t" * LONGEST_TAG])
    for note, tags in (
        ("x" * (LONGEST_NOTE + 1), []),
        ("a\x00b", []),
        ("", ["t" * (LONGEST_TAG + 1)]),
        ("", [str(number) for number in range(MOST_TAGS + 1)]),
        ("", ["one, two"]),
    ):
        with pytest.raises(InvalidShelf):
            made_item(A, 1, note, tags)
    for name, query in (("", "q=1"), ("n" * 101, "q=1"), ("n", ""), ("n", "&".join(["a=1"] * 99))):
        with pytest.raises(InvalidShelf):
            made_search(name, query)


def test_a_tag_is_one_however_its_letters_are_composed() -> None:
    assert made_tags(["e\u0301te", "\u00e9te", " \u00e9te  ", ""]) == ("\u00e9te",)


def test_a_shelf_that_is_full_takes_no_more() -> None:
    full = filled(*(named(number) for number in range(MOST_ITEMS)))
    with pytest.raises(InvalidShelf):
        put(named(-1), 1)(full)
    with pytest.raises(InvalidShelf):
        unite(filled(named(-1)))(full)
    assert unite(full)(full) == full
    searched = Shelf(searches=tuple(made_search(f"{n:03}", "q=1") for n in range(MOST_SEARCHES)))
    with pytest.raises(InvalidShelf):
        keep_search(made_search("one more", "q=1"))(searched)
    assert len(keep_search(made_search("000", "q=2"))(searched).searches) == MOST_SEARCHES
    assert forget_search("000")(searched).searches[0].name == "001"


def test_what_is_taken_in_comes_behind_what_stands() -> None:
    mine = write_of(A, "mine", [])(filled(A))
    theirs = write_of(A, "older", [])(filled(B, A, C))
    united = unite(theirs)(mine)
    assert [item.digest for item in united.items] == [A, B, C]
    assert united.items[0].note == "mine"
