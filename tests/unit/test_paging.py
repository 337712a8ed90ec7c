"""Pages of lists: each item once, whatever the key and the size, and no cursor but those handed out."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger_service.domain.errors import InvalidCursor
from ledger_service.ports.paging import Page, PageRequest

NUMBERS = st.lists(st.integers(0, 10**15 - 1), unique=True).map(sorted)
PRINTABLE = st.text(min_size=1).filter(str.isprintable)


def encoded(key: str) -> str:
    return base64.urlsafe_b64encode(key.encode()).decode().rstrip("=")


@given(NUMBERS, st.integers(1, 5))
def test_pages_hold_every_number_once(numbers: list[int], limit: int) -> None:
    found: list[int] = []
    request: PageRequest | None = PageRequest(limit=limit)
    while request is not None:
        after = request.number()
        rows = [number for number in numbers if after is None or number > after]
        page = Page.of(rows[: limit + 1], request, lambda number: number)
        assert len(page.items) <= limit
        found += page.items
        request = None if page.next is None else PageRequest(page.next, limit)
    assert found == numbers


@given(PRINTABLE)
def test_a_cursor_gives_back_the_text_that_it_was_made_of(key: str) -> None:
    page = Page.of([key, "more"], PageRequest(limit=1), lambda row: row)
    assert PageRequest(str(page.next)).text() == key


def test_the_first_page_begins_after_nothing_and_the_last_names_no_other() -> None:
    assert (PageRequest().number(), PageRequest().text()) == (None, "")
    assert Page.of(["a"], PageRequest(limit=1), str).next is None
    assert Page.of([], PageRequest(), str) == Page([], None)


def test_what_is_made_of_the_items_keeps_their_place() -> None:
    page = Page.of([1, 2, 3], PageRequest(limit=2), int)
    assert page.map(str) == Page(["1", "2"], page.next)


@pytest.mark.parametrize(
    "cursor", ["!", "x", "AA==", "=", "é", "_w", encoded("\x00"), encoded("1\n")]
)
def test_a_cursor_that_no_list_handed_out_is_refused(cursor: str) -> None:
    with pytest.raises(InvalidCursor):
        PageRequest(cursor).text()


@pytest.mark.parametrize("key", ["-1", "1.5", "x", "²", "٣", "9" * 16, " 1", "1e3"])
def test_a_cursor_that_is_no_number_is_refused(key: str) -> None:
    with pytest.raises(InvalidCursor):
        PageRequest(encoded(key)).number()
