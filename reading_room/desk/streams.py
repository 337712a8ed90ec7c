"""How many streams of events are open, in this process, and of each address."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from ledger_service.domain.errors import TooManyStreams

MOST_STREAMS = 100
MOST_OF_ADDRESS = 8


class Streams:
    """The streams that are open."""

    def __init__(self, most: int = MOST_STREAMS, of_address: int = MOST_OF_ADDRESS) -> None:
        self._most = most
        self._of_address = of_address
        self._open: Counter[str] = Counter()

    def check_room(self, address: str) -> None:
        """Check that one more may be opened; raise TooManyStreams."""
        if self._open.total() >= self._most or self._open[address] >= self._of_address:
            raise TooManyStreams(of_address=self._of_address)

    @contextmanager
    def hold(self, address: str) -> Iterator[None]:
        """Count a stream as open while the block lasts."""
        self._open[address] += 1
        try:
            yield
        finally:
            self._open[address] -= 1
            self._open += Counter()  # forget those that have none
