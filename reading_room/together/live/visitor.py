"""Somebody at a paper, by one socket: what they may, what is to be sent to them, how fast they write."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable

from ledger_service.domain.people.caller import Caller
from ledger_service.ports.store import Transaction
from reading_room.together.live.bounds import (
    BURST_SECONDS,
    BYTES_A_SECOND,
    UNSENT_BYTES,
    UPDATES_A_SECOND,
    Close,
    Refused,
)

Asks = Callable[[Transaction], Caller]
"""Returns who the socket's person is now; raises NotAuthenticated once they are signed out."""


class Visitor:
    """A member at a paper. asks: see `Asks`; reader: who they are; member: their number.

    generation: of the rights in the project, as theirs were last looked at.
    """

    def __init__(
        self,
        asks: Asks,
        reader: str,
        member: int,
        generation: int,
        *,
        may_write: bool,
        may_comment: bool,
    ) -> None:
        self.asks = asks
        self.reader = reader
        self.member = member
        self.generation = generation
        self.may_write = may_write
        self.may_comment = may_comment
        self.clients: set[int] = set()
        """As which they are present."""
        self.asked_again = 0
        """How often in a row what they sent went on from what is not known."""
        self.end: Refused | None = None
        """Why the socket is to be closed; None: it is not."""
        self._unsent: deque[tuple[bytes, bool]] = deque()  # and whether it is of the paper itself
        self._unsent_bytes = 0  # but for the paper itself
        self._unsent_parts = 0  # of the paper itself
        self._has_opened = False
        self._owed_bytes = 0
        self._awake = asyncio.Event()
        self._spent_until = (
            0.0  # when what was sent is within what may be sent, by the loop's clock
        )

    def send(self, message: bytes) -> None:
        """Let a message be sent; whoever lets too much wait is sent away."""
        if self.end is None:
            self._put(message)
            if self._unsent_bytes > UNSENT_BYTES:
                self.leave(Refused(Close.TOO_SLOW, "too slow"))

    @property
    def is_opening(self) -> bool:
        """Whether the paper itself has not all been sent yet."""
        return self._unsent_parts > 0

    def open(self, messages: list[bytes], size: int) -> None:
        """Let a paper be sent, however large it is. size: of the paper; whoever asks again pays for it."""
        self._owed_bytes += size if self._has_opened else 0
        self._has_opened = True
        self._unsent_parts += len(messages)
        self._unsent.extend((message, True) for message in messages)
        self._awake.set()

    def leave(self, why: Refused) -> None:
        """Let the socket be closed, and nothing more be sent."""
        if self.end is None:
            self.end = why
            self._unsent.clear()
            self._awake.set()

    async def next(self) -> bytes | None:
        """Return the next message, once there is one; None: the socket is to be closed."""
        while not self._unsent:
            if self.end is not None:
                return None
            self._awake.clear()
            await self._awake.wait()
        message, is_of_paper = self._unsent.popleft()
        if is_of_paper:
            self._unsent_parts -= 1
        else:
            self._unsent_bytes -= len(message)
        return message

    def spend(self, now: float, size: int) -> float:
        """Return for how many seconds a message of so many bytes has to wait. now: of the loop's clock."""
        cost = max(1 / UPDATES_A_SECOND, (size + self._owed_bytes) / BYTES_A_SECOND)
        self._owed_bytes = 0
        self._spent_until = max(self._spent_until, now) + cost
        return max(0.0, self._spent_until - now - BURST_SECONDS)

    def _put(self, message: bytes) -> None:
        self._unsent.append((message, False))
        self._unsent_bytes += len(message)
        self._awake.set()
