"""One connection, which uvicorn's protocol serves, held to deadlines and to what may be held.

uvicorn's own has no deadline for a request's head or body, and no bound on the length of a head, on
what stands between the parts of a body, or on how many requests may be sent ahead. See docs/adr/0074.
"""

from __future__ import annotations

import asyncio
import socket
from contextlib import suppress
from http import HTTPStatus
from typing import Any

from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle
from uvicorn.server import ServerState

from ledger_service.api.requests import ADDRESS, IS_WHOLE
from ledger_service.listening.addresses import Networks, forwarded, group_of, is_proxy
from ledger_service.listening.holdings import Holdings
from ledger_service.listening.socket import GuardedSocket
from ledger_service.services.limits import ConnectionLimits

LARGEST_HEAD_BYTES = 65_536
FRAME_BYTES_A_BYTE = 16  # around a byte of a body that is sent in chunks
MOST_SENT_AHEAD = 8  # requests, before the answer to an earlier one
LINGER_SECONDS = 5  # to read an answer that came before the body was sent whole
UNSENT_BYTES = 131_072  # in the kernel, for a reader who does not take them
BUFFER_BYTES = 65_536  # of an answer, from which on a reader is waited for


class GuardedConnection(HttpToolsProtocol):
    """A connection that its server may cut."""

    def __init__(
        self,
        holdings: Holdings,
        limits: ConnectionLimits,
        proxies: Networks,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self._application = self.app
        self.app = self._run
        self._holdings = holdings
        self._limits = limits
        self._proxies = proxies
        self._is_proxy = False
        self._is_counted = False
        self._is_open = True  # until it is cut, or lingers for an answer to be read
        self._begun: RequestResponseCycle | None = None  # the request that is at work, or was last
        self._name = ""  # of the address whose request it is
        self._has_head = False
        self._is_whole = True  # the newest message, with its body
        self._frame_bytes = 0  # of the newest message: all that is not its body
        self._body_bytes = 0
        self._since = 0.0  # it waits, a body is being sent, or an answer is not taken
        self._moved_at = 0.0  # when a part of the body came last

    # ---- what the transport says ----

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        transport.set_write_buffer_limits(BUFFER_BYTES)
        peer = self.client[0] if self.client else ""
        self._is_proxy = bool(self._proxies) and is_proxy(peer, self._proxies)
        self._since = self.loop.time()
        self._name = group_of(peer)
        self._address = self._holdings.address(self._name)
        self._is_counted = self._holdings.enter(self, self._address, is_proxy=self._is_proxy)
        if not self._is_counted:
            self._send_away(HTTPStatus.SERVICE_UNAVAILABLE)
            return
        link = transport.get_extra_info("socket")
        with suppress(OSError, AttributeError):  # not on every system
            link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NOTSENT_LOWAT, UNSENT_BYTES)

    def connection_lost(self, exc: Exception | None) -> None:
        self._forget()
        self._abandon()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if not self._is_open:
            return
        self._frame_bytes += len(data)
        super().data_received(data)
        if self._is_whole or not self._is_open:
            return
        if self._frame_bytes > LARGEST_HEAD_BYTES + FRAME_BYTES_A_BYTE * self._body_bytes:
            self._send_away(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)
        elif self._has_head and not self.cycle.response_complete:
            self._moved_at = self.loop.time()
            self._holdings.slowed(self, self._name)

    def pause_writing(self) -> None:
        super().pause_writing()
        self._since = self.loop.time()
        self._holdings.slowed(self, self._name)

    def resume_writing(self) -> None:
        super().resume_writing()
        self._holdings.moved_on(self)

    # ---- what the parser says ----

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._is_whole = self._has_head = False
        self._body_bytes = self._frame_bytes = 0
        self._since = self.loop.time()

    def on_headers_complete(self) -> None:
        if len(self.pipeline) >= MOST_SENT_AHEAD:
            raise ValueError("too many requests before an answer")  # uvicorn answers with 400
        super().on_headers_complete()
        self._has_head = True
        if self._is_proxy:
            self._name = forwarded(self.scope["headers"], self._proxies)
        if self.parser.should_upgrade() and self._should_upgrade():
            return  # see handle_websocket_upgrade
        self.headers = []  # what stands behind a body is no part of the request
        self._address.waiting.pop(self, None)
        self.scope[ADDRESS] = self._name  # type: ignore[literal-required]

    def handle_websocket_upgrade(self) -> None:
        """Hand the connection over, with what was sent and with its place among those that are held."""
        if self.cycle is not None and not self.cycle.response_complete:
            self._send_away(HTTPStatus.BAD_REQUEST)  # it was sent ahead
            return
        guarded = GuardedSocket(
            self._holdings,
            self._limits,
            self._name,
            self.config,
            self.server_state,
            self.app_state,
        )
        if not self._holdings.upgrade(self, guarded, self._address, self._name):
            self._send_away(HTTPStatus.SERVICE_UNAVAILABLE)
            return
        guarded.entered(self._address)
        self._is_counted = self._is_open = False
        self.connections.discard(self)
        self._unset_keepalive_if_required()
        head = [self.scope["method"].encode(), b" ", self.url, b" HTTP/1.1\r\n"]
        for name, value in self.scope["headers"]:
            head += [name, b": ", value, b"\r\n"]
        guarded.connection_made(self.transport)
        self.transport.set_protocol(guarded)
        guarded.data_received(b"".join([*head, b"\r\n"]))

    def on_body(self, body: bytes) -> None:
        self._body_bytes += len(body)
        self._frame_bytes -= len(body)
        super().on_body(body)

    def on_message_complete(self) -> None:
        self._is_whole = self.scope[IS_WHOLE] = True  # type: ignore[literal-required]
        super().on_message_complete()
        if not self.flow.write_paused:
            self._holdings.moved_on(self)

    def on_response_complete(self) -> None:
        super().on_response_complete()
        if self.transport.is_closing() or not self.cycle.response_complete:
            return  # it ends, or a request that was sent ahead is begun
        self._since = self.loop.time()
        self._address.waiting[self] = None
        if not self._is_whole and self._has_head:
            self._linger()

    # ---- what the application says ----

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:
        self._begun = cycle
        super()._start_asgi_task(cycle, app)

    async def _run(self, scope: Any, receive: Any, send: Any) -> None:
        """Run the application. Who answers before a body is whole says that the connection ends then.

        Otherwise a caller could send the next request over it, which nobody would read.
        """
        cycle = send.__self__  # uvicorn's, of this request

        async def tell(message: Any) -> None:
            if (
                message["type"] != "http.response.start"
                or self._is_whole
                or cycle is not self.cycle
            ):
                await send(message)
                return
            kept, cycle.keep_alive = cycle.keep_alive, False
            await send(message)
            cycle.keep_alive = kept  # it is not closed at once: see _linger

        await self._application(scope, receive, send if self._is_whole else tell)

    # ---- what the server says ----

    def look(self, now: float) -> None:
        """Cut it if it took too long; asked once a second. now: seconds, of the loop's clock."""
        if not self._is_counted:
            return
        limits, flow = self._limits, self.flow
        waited = now - self._since
        if not self._is_open:
            is_late = waited > LINGER_SECONDS
        elif flow.write_paused:
            is_late = waited > BUFFER_BYTES / limits.least_bytes_a_second
        elif not self._has_head or self.cycle.response_complete:
            is_late = waited > limits.head_seconds
        elif flow.read_paused:  # the service is the slow one
            self._since, self._moved_at, is_late = now, now, False
            self._body_bytes = 0
        else:
            paid = limits.silent_seconds + self._body_bytes / limits.least_bytes_a_second
            is_late = now - self._moved_at > limits.silent_seconds or waited > paid
        if is_late:
            self._holdings.refused["late"] += 1
            self._end()

    def cut(self) -> None:
        """End it at once, without an answer."""
        self._is_open = False
        self._forget()
        self._abandon()
        self.transport.abort()

    def _end(self) -> None:
        """End it with an answer, if it waits for one that has not begun."""
        is_answered = self._has_head and self.cycle.response_started
        if self._is_whole or is_answered or not self._is_open:
            self.cut()
        else:
            self._send_away(HTTPStatus.REQUEST_TIMEOUT)

    def _send_away(self, status: HTTPStatus) -> None:
        """Answer in the place of the application, and end."""
        self._abandon()
        lines = [f"HTTP/1.1 {status.value} {status.phrase}", "Connection: close"]
        if status is HTTPStatus.SERVICE_UNAVAILABLE:
            lines.append(f"Retry-After: {LINGER_SECONDS}")
        self.transport.write("\r\n".join([*lines, "Content-Length: 0", "", ""]).encode())
        if self._is_counted:
            self._linger()
        else:
            self._is_open = False
            self.transport.close()

    def _abandon(self) -> None:
        """Say to the requests of this connection that nobody takes their answers.

        uvicorn says so to the newest one only: an earlier one that is at work would wait for ever, or write
        where nothing can be written, and those between them would be begun.
        """
        self.pipeline.clear()
        for cycle in (self._begun, self.cycle):
            if cycle is not None and not cycle.response_complete:
                cycle.disconnected = True
                cycle.message_event.set()

    def _linger(self) -> None:
        """Pass over the rest of a request: to close now could take the answer from who still sends."""
        self._is_open = False
        self._since = self.loop.time()
        self._holdings.moved_on(self)
        self._address.waiting[self] = None
        self.flow.resume_reading()
        self._unset_keepalive_if_required()
        if self.transport.can_write_eof():
            self.transport.write_eof()

    def _forget(self) -> None:
        self._holdings.moved_on(self)
        if self._is_counted:
            self._is_counted = False
            self._holdings.leave(self, self._address)
