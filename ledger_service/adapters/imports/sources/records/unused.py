"""What a harvest read and did not use, counted by name, so that its report says so."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator

from ledger_service.domain.imports.gathered_record import GatheredRecord
from ledger_service.domain.imports.import_item import ImportItem
from ledger_service.domain.reasons import Reason

MOST_NAMES = 200  # are counted each for itself, of each kind
LONGEST_NAME = 120  # characters
OTHERS = "…"

Told = Callable[[str, int], Reason]


class Unused:
    """Counts; each becomes a line of the report when the harvest has ended."""

    def __init__(self) -> None:
        self._counts: dict[Told, Counter[str]] = {}

    def element(self, name: str, count: int = 1) -> None:
        """Count elements of records that nothing is made of."""
        self._add(_elements, name, count)

    def refused(self, name: str, count: int = 1) -> None:
        """Count values that no record can hold."""
        self._add(_values, name, count)

    def gathered(self, record: GatheredRecord) -> None:
        """Count what a gathered record did not take."""
        for name, count in record.unused.items():
            self.element(name, count)
        for name, count in record.refused.items():
            self.refused(name, count)

    def link(self, host: str) -> None:
        """Count a link that was not followed, since nobody allowed its host."""
        self._add(_links, host, 1)

    def group(self, name: str) -> None:
        """Count a file that a record names, and that is not the work but made of it or for it."""
        self._add(_groups, name, 1)

    def record(self, name: str) -> None:
        """Count a record whose bytes are too many to be kept."""
        self._add(_records, name, 1)

    def items(self, place: str) -> Iterator[ImportItem]:
        """Yield a skipped item for each count, the greatest of each kind first."""
        for told, counts in self._counts.items():
            for name, count in counts.most_common():
                yield ImportItem.skipped(place, told(name, count).format())

    def _add(self, told: Told, name: str, count: int) -> None:
        counts = self._counts.setdefault(told, Counter())
        name = name[:LONGEST_NAME]
        if name not in counts and len(counts) >= MOST_NAMES:
            name = OTHERS
        counts[name] += count


def _elements(name: str, count: int) -> Reason:
    return Reason("skipped.element-not-used", {"name": name, "count": count})


def _values(name: str, count: int) -> Reason:
    return Reason("skipped.value-not-taken", {"name": name, "count": count})


def _links(name: str, count: int) -> Reason:
    return Reason("skipped.link-not-followed", {"host": name, "count": count})


def _groups(name: str, count: int) -> Reason:
    return Reason("skipped.file-not-the-work", {"group": name, "count": count})


def _records(name: str, count: int) -> Reason:
    return Reason("skipped.record-not-kept", {"name": name, "count": count})
