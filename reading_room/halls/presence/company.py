"""Those who are in one hall and wish to be seen: by this process, and as other processes tell."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass

from ledger_service.services.people.presence.told_states import States
from reading_room.halls.presence.wire import GONE, is_state, write_states

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
        self._elsewhere: dict[str, dict[str, States]] = {}  # of each hall, by process

    def enter(self, hall: str, reader: str) -> Guest | None:
        """Return a new guest, who is told of the others; None if there are as many as there may be."""
        there = self._halls.get(hall, {})
        of_reader = sum(one.reader == reader for one in there)
        if len(there) + len(self._others(hall)) >= MOST_SEEN or of_reader >= MOST_OF_READER:
            return None
        self._halls[hall] = there
        guest = Guest(reader)
        known = {**self.present(hall), **self._others(hall)}
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
        self._send(hall, {guest.client: (clock, state)}, but=guest)

    def leave(self, hall: str, guest: Guest) -> None:
        """Let a guest be gone."""
        clock, _ = self._halls[hall][guest]
        self.tell(hall, guest, clock + 1, GONE)
        del self._halls[hall][guest]
        if not self._halls[hall]:
            del self._halls[hall]

    def is_empty(self, hall: str) -> bool:
        """Return whether nobody is in a hall by this process."""
        return hall not in self._halls

    def present(self, hall: str) -> States:
        """Return who is seen in a hall by this process."""
        there = self._halls.get(hall, {})
        return {one.client: state for one, state in there.items() if state[1] != GONE}

    def hear_of(self, hall: str, process: str, states: States) -> None:
        """Let those who are in a hall see who is there by another process; as many as there may be."""
        of_hall = self._elsewhere.setdefault(hall, {})
        before = of_hall.pop(process, {})
        room = MOST_SEEN - len(self._halls.get(hall, {})) - len(self._others(hall))
        known = [one for one in states.items() if one[0] in before]
        new = [one for one in states.items() if one[0] not in before]
        now = {
            client: state for client, state in [*known, *new][: max(0, room)] if is_state(state[1])
        }
        if now:
            of_hall[process] = now
        if not of_hall:
            del self._elsewhere[hall]
        told = {client: state for client, state in now.items() if before.get(client) != state}
        gone = {
            client: (state[0] + 1, GONE) for client, state in before.items() if client not in now
        }
        self._send(hall, {**told, **gone})

    def _others(self, hall: str) -> States:
        of_hall = self._elsewhere.get(hall, {})
        return {client: state for states in of_hall.values() for client, state in states.items()}

    def _send(self, hall: str, states: States, but: Guest | None = None) -> None:
        if not states:
            return
        message = write_states(states)
        for one in self._halls.get(hall, {}):
            if one is not but and len(one.unsent) < MOST_UNSENT:
                one.unsent.append(message)


@dataclass(frozen=True)
class HallCompany:
    """Those who are in one hall, as other processes are told of them; see presences.Company."""

    company: Company
    hall: str

    def present(self) -> States:
        """Return who is seen in it by this process."""
        return self.company.present(self.hall)

    def hear_of(self, process: str, states: States) -> None:
        """Take who is in it by another process."""
        self.company.hear_of(self.hall, process, states)
