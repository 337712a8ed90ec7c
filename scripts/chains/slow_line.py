"""A line to a node that takes its time: all that is sent there arrives so much later, and is counted."""

from __future__ import annotations

import queue
import socket
import threading
import time
from types import TracebackType

PIECE_BYTES = 65_536
Held = tuple[float, bytes]


class SlowLine:
    """Passes bytes on to a port of this machine while the context lasts.

    Args:
        port: of the node.
        delay_seconds: until a request is passed on; answers are not held up.

    requests: how many HTTP requests were sent.
    """

    def __init__(self, port: int, delay_seconds: float = 0.0) -> None:
        self._port, self._delay = port, delay_seconds
        self.requests = 0
        self._listening = socket.create_server(("127.0.0.1", 0))

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._listening.getsockname()[1]}"

    def __enter__(self) -> SlowLine:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._listening.close()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listening.accept()
            except OSError:
                return  # the context has ended
            far = socket.create_connection(("127.0.0.1", self._port))
            for end in (near, far):
                end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            held: queue.SimpleQueue[Held] = queue.SimpleQueue()
            for work in (
                lambda near=near, held=held: self._hold(near, held),
                lambda far=far, held=held: _release(held, far),
                lambda far=far, near=near: _pass_on(far, near),
            ):
                threading.Thread(target=work, daemon=True).start()

    def _hold(self, near: socket.socket, held: queue.SimpleQueue[Held]) -> None:
        """Take what comes, with the time at which it is to go on; nothing at its end."""
        piece = b"?"
        while piece:
            piece = _received(near)
            self.requests += piece.startswith(b"POST ")
            held.put((time.monotonic() + self._delay, piece))


def _release(held: queue.SimpleQueue[Held], far: socket.socket) -> None:
    while True:
        due, piece = held.get()
        if not piece:
            far.close()
            return
        time.sleep(max(0.0, due - time.monotonic()))
        _send(far, piece)


def _pass_on(far: socket.socket, near: socket.socket) -> None:
    while piece := _received(far):
        _send(near, piece)
    near.close()


def _received(end: socket.socket) -> bytes:
    try:
        return end.recv(PIECE_BYTES)
    except OSError:
        return b""


def _send(end: socket.socket, piece: bytes) -> None:
    try:
        end.sendall(piece)
    except OSError:
        return  # whoever asked has gone
