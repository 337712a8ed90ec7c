"""The belt of all readers: whatever fails while a source is read becomes a refused item in words.

Records come from other people and pass through other people's parsers. None of their errors ends an
import, is shown as a traceback, or lets the rest of a source be passed over without a word.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from ledger_service.domain.errors import InvalidManifest, LedgerError
from ledger_service.domain.imports.import_item import ImportItem
from ledger_service.domain.imports.import_progress import Extent

Piece = TypeVar("Piece")
LONGEST_CAUSE = 200  # characters of what a parser says


def told(error: Exception) -> LedgerError:
    """Return what a reader's failure says: an error of ours as it is, another by its kind and text."""
    if isinstance(error, LedgerError):
        return error
    text = " ".join(str(error).split())[:LONGEST_CAUSE]
    return InvalidManifest("not-readable", cause=f"{type(error).__name__}: {text}")


def items_of(place: str, read: Callable[[], Iterable[ImportItem]]) -> list[ImportItem]:
    """Return the items that one record gives, at least one: refused if it cannot be read."""
    try:
        return list(read()) or [ImportItem.refused(place, InvalidManifest("no-item"))]
    except Exception as exc:
        return [ImportItem.refused(place, told(exc))]


def to_its_end(
    name: str, pieces: Iterable[Piece], extent: Extent, *, in_bytes: bool = True
) -> Iterator[Piece | ImportItem]:
    """Yield what a source gives; an end before its end is one more item, which is refused.

    in_bytes: whether extent counts the bytes of a file, so that what was read can be held against them.

    Raises:
        LedgerError: it cannot be read from the start.
    """
    count = 0
    try:
        for piece in pieces:
            count += 1
            yield piece
        if in_bytes and extent.total is not None and extent.read < extent.total:
            raise InvalidManifest("rest-not-read", read=extent.read, total=extent.total)
    except Exception as exc:
        fault = told(exc)
        if not count:
            raise fault from exc
        yield ImportItem.refused(f"{name}, the rest", fault)
