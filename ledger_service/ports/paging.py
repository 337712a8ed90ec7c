"""Lists, page by page: what is asked for and what is handed over, the same for every list."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from ledger_service.domain.errors import InvalidCursor

MOST_ITEMS = 200  # of a page that the service gives
AT_ONCE = 500  # of a list that is gone through whole

MOST_DIGITS = 15  # of a cursor's number

Item = TypeVar("Item")
Other = TypeVar("Other")


@dataclass(frozen=True)
class PageRequest:
    """One page of a list. cursor: `next` of the page before, empty for the first; limit: most items."""

    cursor: str = ""
    limit: int = 50

    def text(self) -> str:
        """Return the key after which the page begins, empty for the first; raise InvalidCursor."""
        return _decode(self.cursor)

    def number(self) -> int | None:
        """Return the same of a list whose keys are whole numbers, None for the first page.

        Raises:
            InvalidCursor: no list handed the cursor out.
        """
        key = self.text()
        if not key:
            return None
        if not key.isascii() or not key.isdigit() or len(key) > MOST_DIGITS:
            raise _invalid()
        return int(key)


@dataclass(frozen=True)
class Page(Generic[Item]):
    """Items in the list's order. next: the cursor of the page after this one, None at the end."""

    items: list[Item]
    next: str | None

    @classmethod
    def of(
        cls,
        rows: Sequence[Item],
        request: PageRequest,
        key: Callable[[Item], int | str],
        looked_to: int | str | None = None,
    ) -> Page[Item]:
        """Return the page of rows, of which one more than its limit was read to see if more follow.

        key: what the list is ordered by, different in all rows; never empty. looked_to: the key up to
        which rows were looked for, None if that was to the end.
        """
        shown = list(rows[: request.limit])
        last = key(shown[-1]) if len(rows) > request.limit else looked_to
        return cls(shown, None if last is None else cursor_after(last))

    def map(self, make: Callable[[Item], Other]) -> Page[Other]:
        """Return the page with something else made of each item."""
        return Page([make(item) for item in self.items], self.next)


def every(list_page: Callable[[PageRequest], Page[Item]]) -> Iterator[Item]:
    """Yield all items of a list, page by page."""
    request = PageRequest(limit=AT_ONCE)
    while True:
        page = list_page(request)
        yield from page.items
        if page.next is None:
            return
        request = PageRequest(page.next, AT_ONCE)


def cursor_after(key: int | str) -> str:
    """Return the cursor of the page that begins after the item with this key."""
    return base64.urlsafe_b64encode(str(key).encode()).decode().rstrip("=")


def _decode(cursor: str) -> str:
    try:
        key = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
    except (binascii.Error, ValueError) as exc:
        raise _invalid() from exc
    if cursor_after(key) != cursor or not key.isprintable():
        raise _invalid()
    return key


def _invalid() -> InvalidCursor:
    return InvalidCursor()
