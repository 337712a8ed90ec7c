"""One WebSocket, which uvicorn's protocol serves, held to deadlines and to what may be held.

uvicorn's own has no deadline for a message that is sent byte by byte or for one that its reader does not
take, and answers nothing to a handshake that cannot be read. See docs/adr/0137.
"""

from __future__ import annotations

import asyncio
from http import HTTPStatus
from typing import Any, cast

from uvicorn.config import Config
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from uvicorn.server import ServerState
from websockets.http11 import Request

from ledger_service.api.requests import ADDRESS
from ledger_service.listening.holdings import Address, Holdings
from ledger_service.services.limits import ConnectionLimits

LARGEST_MESSAGE_BYTES = 1_048_576
MOST_FRAMES = 1024  # of one message, of which each costs memory, even an empty one
PING_SECONDS = 20  # between two questions whether the other side is there
PONG_SECONDS = 20  # for the answer
BUFFER_BYTES = 65_536  # that are not taken, from which on a reader is waited for


class GuardedSocket(WebSocketsSansIOProtocol):
    """A WebSocket that its server may cut.

    While nothing is under way on it, it is asked by pings whether anybody is there. It is *slow* while a
    message of it has come in part, or while its reader does not take what is sent.
    """

    def __init__(
        self,
        holdings: Holdings,
        limits: ConnectionLimits,
        name: str,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
    ) -> None:
        """name: of the address whose socket it is."""
        super().__init__(config, server_state, app_state)
        self._holdings = holdings
        self._limits = limits
        self._name = name
        self._entered: Address | None = None
        self._since = self.loop.time()  # it waits for a handshake, a message or a reader
        self._came_bytes = 0  # of a message that has come in part
        self._moved_at = 0.0  # when a part of it came last

    # ---- what the connection says that it was ----

    def entered(self, address: Address) -> None:
        """Remember the account on which it is counted, which it leaves when it is lost."""
        self._entered = address

    # ---- what the transport says ----

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self.transport.set_write_buffer_limits(BUFFER_BYTES)

    def connection_lost(self, exc: Exception | None) -> None:
        self._forget()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if not self.handshake_initiated:
            self._send_away()
        elif len(self.frames) > MOST_FRAMES:
            self._holdings.refused["frames"] += 1
            self.cut()
        elif self._is_partial():
            self._came_in_part(len(data))
        elif self._came_bytes:
            self._came_bytes = 0
            self._holdings.moved_on(self)

    def pause_writing(self) -> None:
        super().pause_writing()
        self._since = self.loop.time()
        self._holdings.slowed(self, self._name)

    def resume_writing(self) -> None:
        super().resume_writing()
        self._holdings.moved_on(self)

    # ---- what the parser says ----

    def handle_connect(self, event: Request) -> None:
        super().handle_connect(event)
        if not self.close_sent:  # the application is asked whether it takes it
            cast(dict[str, Any], self.scope)[ADDRESS] = self._name
            self.read_paused = True  # until it has
            self.transport.pause_reading()

    def handle_ping(self) -> None:
        if self.writable.is_set():
            super().handle_ping()
        else:
            self.conn.data_to_send()  # answers that nobody takes are not gathered

    # ---- what the server says ----

    def look(self, now: float) -> None:
        """Cut it if it took too long; asked once a second. now: seconds, of the loop's clock."""
        limits, waited = self._limits, now - self._since
        if not self.handshake_complete:
            is_late = waited > limits.silent_seconds
        elif not self.writable.is_set():
            is_late = waited > BUFFER_BYTES / limits.least_bytes_a_second
        elif self._came_bytes and not self.read_paused:
            paid = limits.silent_seconds + self._came_bytes / limits.least_bytes_a_second
            is_late = now - self._moved_at > limits.silent_seconds or waited > paid
        else:
            is_late = False
        if is_late:
            self._holdings.refused["late"] += 1
            self.cut()

    def cut(self) -> None:
        """End it at once, without an answer."""
        self._forget()
        self.transport.abort()

    def _is_partial(self) -> bool:
        """Return whether a message has come in part: a frame, or frames of which the last is missing."""
        return bool(self.conn.reader.buffer) or bool(self.frames)

    def _came_in_part(self, more: int) -> None:
        self._moved_at = self.loop.time()
        if not self._came_bytes:
            self._since = self._moved_at
        self._came_bytes += more
        self._holdings.slowed(self, self._name)

    def _send_away(self) -> None:
        """Answer a handshake that cannot be read, and end."""
        status = HTTPStatus.BAD_REQUEST
        lines = [f"HTTP/1.1 {status.value} {status.phrase}", "Connection: close"]
        self.transport.write("\r\n".join([*lines, "Content-Length: 0", "", ""]).encode())
        self.transport.close()

    def _forget(self) -> None:
        self._holdings.moved_on(self)
        if self._entered is not None:
            self._holdings.leave(self, self._entered)
            self._entered = None
