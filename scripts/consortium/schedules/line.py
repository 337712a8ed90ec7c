"""A line to a port of this machine that can be cut or hang, and is whole again when it is told so."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress
from enum import StrEnum

PIECE_BYTES = 65_536


class State(StrEnum):
    """whole: all passes. cut: nobody is let in. hangs: whoever asks is let in, and nothing passes."""

    WHOLE = "whole"
    CUT = "cut"
    HANGS = "hangs"


class Line:
    """Passes bytes on to a port from the beginning until `stop`; its state is set from any thread."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._state = State.WHOLE
        self._passes = threading.Event()
        self._passes.set()
        self._ends: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._listening = socket.create_server(("127.0.0.1", 0))
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._listening.getsockname()[1]}"

    @property
    def state(self) -> State:
        return self._state

    def set(self, state: State) -> None:
        """Let it be so from now on, also for connections that are open."""
        self._state = state
        if state is State.HANGS:
            self._passes.clear()
            return
        if state is State.CUT:
            self._close_all()
        self._passes.set()

    def stop(self) -> None:
        self.set(State.CUT)
        self._listening.close()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listening.accept()
            except OSError:
                return  # it was stopped
            if self._state is State.CUT:
                near.close()
                continue
            threading.Thread(target=self._open, args=(near,), daemon=True).start()

    def _open(self, near: socket.socket) -> None:
        self._passes.wait()
        try:
            far = socket.create_connection(("127.0.0.1", self._port))
        except OSError:
            near.close()
            return
        for end in (near, far):
            end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with self._lock:
            self._ends |= {near, far}
        threading.Thread(target=self._pass_on, args=(near, far), daemon=True).start()
        self._pass_on(far, near)

    def _pass_on(self, giver: socket.socket, taker: socket.socket) -> None:
        with suppress(OSError):
            while piece := giver.recv(PIECE_BYTES):
                self._passes.wait()
                taker.sendall(piece)
        self._close(giver, taker)

    def _close_all(self) -> None:
        with self._lock:
            ends = tuple(self._ends)
        self._close(*ends)

    def _close(self, *ends: socket.socket) -> None:
        with self._lock:
            self._ends -= set(ends)
        for end in ends:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()
