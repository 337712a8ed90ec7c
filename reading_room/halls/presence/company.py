"""Those who are in one hall and wish to be seen, at one process."""

from __future__ import annotations

import secrets
from collections.abc import Mapping

from reading_room.halls.presence.wire import GONE, write_states

MOST_SEEN = 24  # in one hall
MOST_OF_READER = 3  # pages by which one person is seen there
MOST_UNSENT = 64  # messages that somebody does not take
CLIENT_BITS = 31


class Guest:
    """Somebody in a hall. client: their number there, of no meaning elsewhere; reader: who they are."""

    def __init__(self, reader: str) -> None:
        self.reader = reader
        self.client = secrets.randbits(CLIENT_BITS)
        self.unsent: list[bytes] = []


class Company:
    """The guests of each hall, and what they told last."""

    def __init__(self) -> None:
        self._halls: dict[str, dict[Guest, tuple[int, str]]] = {}

    def enter(self, hall: str, reader: str) -> Guest | None:
        """Return a new guest, who is told of the others; None if there are as many as there may be."""
        there = self._halls.get(hall, {})
        of_reader = sum(one.reader == reader for one in there)
        if len(there) >= MOST_SEEN or of_reader >= MOST_OF_READER:
            return None
        self._halls[hall] = there
        guest = Guest(reader)
        known = {one.client: state for one, state in there.items() if state[1] != GONE}
        if known:
            guest.unsent.append(write_states(known))
        there[guest] = (0, GONE)
        return guest

    def tell(self, hall: str, guest: Guest, clock: int, state: str) -> None:
        """Let a guest be so, and the others be told; an older state than the last is not heeded."""
        there: Mapping[Guest, tuple[int, str]] = self._halls[hall]
        if clock < there[guest][0]:
            return
        self._halls[hall][guest] = (clock, state)
        message = write_states({guest.client: (clock, state)})
        for other in there:
            if other is not guest and len(other.unsent) < MOST_UNSENT:
                other.unsent.append(message)

    def leave(self, hall: str, guest: Guest) -> None:
        """Let a guest be gone."""
        clock, _ = self._halls[hall][guest]
        self.tell(hall, guest, clock + 1, GONE)
        del self._halls[hall][guest]
        if not self._halls[hall]:
            del self._halls[hall]
