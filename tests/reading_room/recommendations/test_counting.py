"""Who read what together: from how many readers on, once, within bounds, and nothing of who it was."""

from __future__ import annotations

import sqlite3
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reading_room.recommendations.measuring.noise import OpenDpNoise
from reading_room.recommendations.measuring.together import baskets_of, count_together, counts_above
from reading_room.recommendations.rules.terms import Terms
from reading_room.recommendations.work import work
from tests.reading_room.recommendations.conftest import Read, SeededNoise

TERMS = Terms()
WORKS = st.lists(st.integers(0, 7).map(lambda number: bytes([number]) * 32), max_size=9)
READERS = st.lists(WORKS.map(tuple), max_size=40)


def test_four_readers_are_never_told_and_five_are(read: Read) -> None:
    one, two, three = (read.work_called(title) for title in ("Bir", "Ikki", "Uch"))
    read.readers_open(4, one, two, of="four")
    read.readers_open(5, two, three, of="five")
    read.at_window(read.window_now() + 1)
    noise = SeededNoise(threshold=-100)  # even if noise lets everything through
    read.run(noise)
    assert read.pairs() == {(min(two.value, three.value), max(two.value, three.value), 5)}
    assert read.together(two) == {three}
    assert read.together(one) == set()
    assert noise.seen == [{0: 1}]  # four readers did not even reach the noise


def test_what_ends_below_the_threshold_after_noise_is_not_told(read: Read) -> None:
    one, two = (read.work_called(title) for title in ("Bir", "Ikki"))
    read.readers_open(9, one, two)
    read.at_window(read.window_now() + 1)
    read.run(SeededNoise(threshold=6))
    assert read.pairs() == set()


def test_a_window_is_counted_once_and_only_when_it_has_ended(read: Read) -> None:
    one, two = (read.work_called(title) for title in ("Bir", "Ikki"))
    read.readers_open(7, one, two)
    noise = SeededNoise(most=3)
    read.run(noise)
    assert noise.seen == [{}]  # of the window before; this one goes on
    read.at_window(read.window_now() + 1)
    read.run(noise)
    told = read.pairs()
    read.run(noise)  # noise that was drawn again and again could be taken away
    read.run(noise)
    assert read.pairs() == told
    assert len(noise.seen) == 2


def test_a_reader_of_two_windows_counts_in_each_by_what_was_opened_there(read: Read) -> None:
    one, two, three = (read.work_called(title) for title in ("Bir", "Ikki", "Uch"))
    readers = read.readers_open(5, one, two)
    first = read.window_now()
    read.at_window(first + 1)
    read.run()
    assert read.together(one) == {two}
    for reader in readers:
        read.opens(reader, three, two)
    read.at_window(first + 2)
    read.run()
    assert read.together(one) == set()
    assert read.together(three) == {two}


def test_readers_who_were_erased_do_not_count(read: Read) -> None:
    one, two = (read.work_called(title) for title in ("Bir", "Ikki"))
    readers = read.readers_open(5, one, two)
    with read.library.store.write() as transaction:
        transaction.access.erase_reader(readers[0])
    read.opens(readers[0], one, two)  # as if it had been under way
    read.at_window(read.window_now() + 1)
    read.run(noise := SeededNoise(threshold=-100))
    assert read.pairs() == set()
    assert noise.seen == [{}]


def test_openings_that_are_repeated_count_once(read: Read) -> None:
    one, two = (read.work_called(title) for title in ("Bir", "Ikki"))
    for reader in read.readers_open(4, one, two):
        read.opens(reader, one, two, one)
    read.at_window(read.window_now() + 1)
    read.run(SeededNoise(threshold=-100))
    assert read.pairs() == set()


def test_of_a_reader_the_newest_works_count(read: Read) -> None:
    works = [read.work_called(f"Asar {number}") for number in range(8)]
    read.readers_open(5, *works)
    read.at_window(read.window_now() + 1)
    read.run()
    told = {digest for one, other, _ in read.pairs() for digest in (one, other)}
    assert told == {work.value for work in works[-read.terms.works_a_reader :]}


def test_nothing_of_readers_is_written(read: Read) -> None:
    one, two = (read.work_called(title) for title in ("Bir", "Ikki"))
    readers = read.readers_open(6, one, two, of="reader-with-a-name-")
    read.at_window(read.window_now() + 1)
    read.run()
    file = read.library.store.engine.url.database  # type: ignore[attr-defined]
    with sqlite3.connect(file) as connection:
        names = [
            name
            for (name,) in connection.execute(
                "SELECT name FROM sqlite_master WHERE name LIKE 'recommendations_%'"
            )
            if "index" not in name and "autoindex" not in name
        ]
        rows = [repr(connection.execute(f'SELECT * FROM "{name}"').fetchall()) for name in names]
    assert len(names) >= 6
    assert all(reader not in row for reader in readers for row in rows)


@given(READERS, WORKS.map(tuple))
def test_one_reader_changes_counts_at_most_by_the_sensitivity(
    readers: list[tuple[bytes, ...]], one_more: tuple[bytes, ...]
) -> None:
    terms = Terms(k=2)
    without, whole = (_above(some, terms) for some in (readers, [*readers, one_more]))
    changes = [
        abs(whole.get(pair, 0) - without.get(pair, 0)) for pair in whole.keys() | without.keys()
    ]
    changed = [change for change in changes if change]
    assert len(changed) <= terms.pairs_a_reader
    assert all(change == 1 for change in changed)
    assert abs(len(whole) - len(without)) <= terms.pairs_a_reader


def _above(readers: list[tuple[bytes, ...]], terms: Terms) -> dict[tuple[bytes, bytes], int]:
    baskets = baskets_of(readers, terms)
    works = baskets.works
    return {
        (min(works[one], works[other]), max(works[one], works[other])): count
        for one, other, count in counts_above(baskets, terms)
    }


@given(READERS)
def test_counts_are_those_of_a_plain_loop(readers: list[tuple[bytes, ...]]) -> None:
    terms = Terms(k=1)
    plain: dict[tuple[bytes, bytes], int] = {}
    for works in readers:
        for pair in combinations(sorted(dict.fromkeys(works).keys() & _kept(works, terms)), 2):
            plain[pair] = plain.get(pair, 0) + 1
    assert _above(readers, terms) == plain


def _kept(works: tuple[bytes, ...], terms: Terms) -> set[bytes]:
    return set(list(dict.fromkeys(works))[: terms.works_a_reader])


def test_the_noise_of_opendp_keeps_to_what_the_terms_say() -> None:
    noise = OpenDpNoise()
    many = dict.fromkeys(range(500), 200)
    drawn = noise.draw({**many, 500: 1}, TERMS)
    assert drawn.epsilon == pytest.approx(TERMS.pair_epsilon)
    assert 0 < drawn.delta <= TERMS.delta
    assert 500 not in drawn.counts  # five readers do not reach it: noise would have to be as large
    assert drawn.counts.keys() == many.keys()
    off = [drawn.counts[place] - 200 for place in many]
    assert -2 < sum(off) / len(off) < 2
    assert 2 < sum(map(abs, off)) / len(off) < 5  # of scale 10 / 3
    assert all(noise.total(0, 1, TERMS) >= 0 for _ in range(200))  # opendp's can be below zero


def test_a_large_count_is_told_and_a_small_one_is_not(read: Read) -> None:
    one, two, three = (bytes([number]) * 32 for number in range(3))
    readers = [(one, two)] * 400 + [(two, three)] * 5
    told = count_together(baskets_of(readers, TERMS), TERMS, OpenDpNoise())
    assert [(pair[0], pair[1]) for pair in told.pairs] == [(one, two)]
    assert 300 < told.pairs[0][2] < 500
    assert 300 < told.readers < 500


def test_switched_off_nothing_is_computed(read: Read) -> None:
    object.__setattr__(read.library.limits, "recommends", False)
    try:
        work(read.library, lambda: False, SeededNoise())
        with read.library.store.read() as transaction:
            from reading_room.recommendations.sql import SqlRecommendations

            assert transaction.room(SqlRecommendations).run() is None
    finally:
        object.__setattr__(read.library.limits, "recommends", True)
