"""The works of a library as they are compared: digest, features, and titles of the newest."""

from __future__ import annotations

from array import array
from collections.abc import Callable
from functools import cached_property

from ledger_service.domain.resources.registration import Metadata
from ledger_service.ports.paging import AT_ONCE, PageRequest
from ledger_service.services.library import Library
from reading_room.recommendations.measuring.likeness import Features
from reading_room.recommendations.rules.nearness import LEFT_OUT, features_of

MOST_LISTED = 20_000  # works of the list that everybody may take whole
LONGEST_TITLE = 80  # characters there

Stops = Callable[[], bool]


class Works:
    """Works that stand, each once, in the order in which they were taken in."""

    def __init__(self) -> None:
        self.digests: list[bytes] = []
        self.entries = array("q")
        self.features = Features()
        self.titles: dict[int, str] = {}

    @cached_property
    def places(self) -> dict[bytes, int]:
        """Where each digest stands; asked for when all works are here."""
        return {digest: place for place, digest in enumerate(self.digests)}

    def add(self, digest: bytes, entry: int, record: Metadata) -> None:
        """Add a work, which an entry took in."""
        place = len(self.digests)
        self.titles[place] = record.title[:LONGEST_TITLE]
        self.titles.pop(place - MOST_LISTED, None)
        self.digests.append(digest)
        self.entries.append(entry)
        self.features.add(features_of(record))


def read_works(library: Library, stops: Stops) -> Works:
    """Return the works of a library; those that were read so far when it is told to stop."""
    works, seen, cursor = Works(), set[bytes](), ""
    while not stops():
        with library.store.read() as transaction:
            page = transaction.registrations.page(PageRequest(cursor, AT_ONCE))
        for item in page.items:
            if item.state not in LEFT_OUT and item.digest.value not in seen:
                seen.add(item.digest.value)
                works.add(item.digest.value, item.accepted_entry, item.record)
        if page.next is None:
            break
        cursor = page.next
    return works
