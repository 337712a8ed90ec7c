"""The segments that readings are amid, each opened once for all of its pieces."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from threading import Lock


class Segments:
    """Holds one segment for each of so many readings; that of the reading not used for longest goes first.

    A reading that lost its segment opens it again. Threads may share it.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._held: OrderedDict[object, tuple[int, bytes]] = OrderedDict()
        self._lock = Lock()

    def get(self, reading: object, number: int, opened: Callable[[int], bytes]) -> bytes:
        """Return the segment of this number, which `opened` returns if it is not the one that is held."""
        with self._lock:
            held = self._held.get(reading)
            if held is not None and held[0] == number:
                self._held.move_to_end(reading)
                return held[1]
            self._held.pop(reading, None)  # before another takes its room
        held = None
        segment = opened(number)
        with self._lock:
            self._held[reading] = number, segment
            if len(self._held) > self._most:
                self._held.popitem(last=False)
        return segment

    def forget(self, reading: object) -> None:
        """Hold nothing for a reading that has ended."""
        with self._lock:
            self._held.pop(reading, None)
