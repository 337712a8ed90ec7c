"""Who is in a room, and where their cursors are: told to the others, and kept nowhere by the room.

Each state is JSON that a page wrote, under a client of its own. The server reads it, and writes into it which
member it is, so that nobody is taken for somebody else. Programs such as y-websocket also repeat what they
hear of others: that is passed over.
"""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Iterator
from typing import NamedTuple

from ledger_service.domain import foreign_json
from ledger_service.domain.errors import InvalidJson
from ledger_service.services.people.presence.told_states import States
from reading_room.together.live.bounds import (
    LARGEST_PRESENCE_BYTES,
    MOST_VISITORS,
    PRESENCES_OF_VISITOR,
    Close,
    Refused,
)
from reading_room.together.live.room import Room
from reading_room.together.live.visitor import Visitor
from reading_room.together.live.yjs.wire import Reader

GONE = "null"
MEMBER = "member"
MEMBER_BYTES = 64  # by which a state is longer with it
MOST_TOLD = MOST_VISITORS * PRESENCES_OF_VISITOR  # in one message: all who can be here
MOST_REMEMBERED = 2 * MOST_TOLD  # of those who have gone


class Told(NamedTuple):
    """A state as a socket tells it. clock: rises with each state of the client; text: JSON."""

    client: int
    clock: int
    text: bytes


class Presence:
    """Who is present in a room, by client. room: knows whose each client is."""

    def __init__(self, room: Room) -> None:
        self.states: dict[int, tuple[int, str]] = {}
        """Of each client its clock and its JSON, with the member's number in it."""
        self._room = room
        self._holders: dict[int, Visitor | str] = {}  # or the process by which they are here
        self._gone: OrderedDict[int, int] = OrderedDict()  # the last clock of each client

    def hear(self, visitor: Visitor, data: bytes) -> dict[int, tuple[int, str]]:
        """Return what a visitor tells anew of clients of their own; raise Refused."""
        news = {}
        for told in _read(data):
            is_newer = self._is_newer(told) or self._comes_here(told)
            if not is_newer or not self._is_taken(visitor, told):
                continue
            text = _marked(told.text, visitor.member)
            visitor.clients.add(told.client)
            news[told.client] = (told.clock, text)
            if text == GONE:
                self._forget(told.client, told.clock)
            else:
                self.states[told.client] = news[told.client]
                self._holders[told.client] = visitor
        return news

    def part(self, visitor: Visitor) -> dict[int, tuple[int, str]]:
        """Forget a visitor; return what the others are told of it."""
        gone = {}
        for client in visitor.clients:
            if self._holders.get(client) is visitor:
                clock, _ = self.states[client]
                gone[client] = (clock, GONE)
                self._forget(client, clock)
        return gone

    def own(self) -> dict[int, tuple[int, str]]:
        """Return the states of those who are here by this process."""
        return {
            client: state
            for client, state in self.states.items()
            if isinstance(self._holders[client], Visitor)
        }

    def hear_of(self, process: str, states: States) -> dict[int, tuple[int, str]]:
        """Return what another process tells anew of those who are here by it; the others of it have gone.

        Passed over is what no page may tell: other members' clients, and too much. Whoever is here by this
        process, too, is known by this one.
        """
        news: dict[int, tuple[int, str]] = {}
        for client, (clock, text) in states.items():
            is_one_more = client not in self.states and len(self.states) >= MOST_TOLD
            if isinstance(self._holders.get(client), Visitor) or is_one_more:
                continue
            told = Told(client, clock, text.encode())
            if self._is_newer(told) and self._is_claimed(told):
                news[client] = self.states[client] = (clock, text)
                self._holders[client] = process
            elif self.states.get(client) == (clock, text):
                self._holders[client] = process
        held = [client for client, holder in self._holders.items() if holder == process]
        for client in held:
            if client not in states:
                clock, _ = self.states[client]
                news[client] = (clock, GONE)
                self._forget(client, clock)
        return news

    def _is_claimed(self, told: Told) -> bool:
        """Return whether a state has a member in it whose client it may be, which is theirs from then on."""
        try:
            value = foreign_json.parse(told.text, LARGEST_PRESENCE_BYTES + MEMBER_BYTES)
            member = value.get(MEMBER) if isinstance(value, dict) else None
            if not isinstance(member, int):
                return False
            self._room.claim(told.client, member)
        except (InvalidJson, Refused):
            return False
        return True

    def _forget(self, client: int, clock: int) -> None:
        self.states.pop(client, None)
        self._holders.pop(client, None)
        self._gone[client] = clock
        self._gone.move_to_end(client)
        if len(self._gone) > MOST_REMEMBERED:
            self._gone.popitem(last=False)

    def _is_newer(self, told: Told) -> bool:
        """Return whether it is of a higher clock than what is known, or gone at the same."""
        state = self.states.get(told.client)
        if state is None:
            return told.clock > self._gone.get(told.client, -1)
        return told.clock > state[0] or (told.clock == state[0] and _is_gone(told))

    def _comes_here(self, told: Told) -> bool:
        """Return whether it is of a page that was at another process until now."""
        is_elsewhere = isinstance(self._holders.get(told.client), str)
        return is_elsewhere and not _is_gone(told) and told.clock == self.states[told.client][0]

    def _is_taken(self, visitor: Visitor, told: Told) -> bool:
        """Return whether a client is the visitor's; raise Refused if they have too many.

        A page that has lost its connection is still present by the socket that it had, and takes its client
        with it to the new one. That a client has gone is believed only of the socket that brought it.
        """
        holder = self._holders.get(told.client)
        if holder is visitor:
            return True
        if _is_gone(told) or not self._room.is_of(told.client, visitor.member):
            return False
        if told.client in visitor.clients:
            return True
        if len(visitor.clients) < PRESENCES_OF_VISITOR:
            self._room.claim(told.client, visitor.member)
            return True
        if holder is None:
            raise Refused(Close.TOO_MANY, "presences")
        return False


def _read(data: bytes) -> Iterator[Told]:
    reader = Reader(data)
    count = reader.number()
    if count > MOST_TOLD:
        raise Refused(Close.TOO_MANY, "presences")
    told = [Told(reader.number(), reader.number(), reader.bytes()) for _ in range(count)]
    if not reader.is_over:
        raise Refused(Close.MALFORMED, "more than a presence")
    yield from told


def _is_gone(told: Told) -> bool:
    return told.text == GONE.encode()


def _marked(text: bytes, member: int) -> str:
    try:
        value = foreign_json.parse(text, LARGEST_PRESENCE_BYTES)
    except InvalidJson:
        raise Refused(Close.MALFORMED, "presence") from None
    if value is None:
        return GONE
    if not isinstance(value, dict):
        raise Refused(Close.MALFORMED, "presence")
    return json.dumps({**value, MEMBER: member}, ensure_ascii=False, separators=(",", ":"))
