"""Somebody who writes a paper live: a document of pycrdt, and a WebSocket that comes and goes."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from ssl import SSLContext
from typing import Any

from pycrdt import Doc, Map, Text
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from reading_room.together.live.yjs import wire

WAIT_SECONDS = 15


class PaperWriter:
    """A member at a paper. Nothing runs by itself: what came is taken by `take`.

    Args:
        url: of the library, with no slash at its end.
        headers: by which they are known, such as a token.
        trust: for a URL of HTTPS, the certificates that are believed.
    """

    def __init__(
        self,
        url: str,
        paper: str,
        headers: dict[str, str],
        trust: SSLContext | None = None,
    ) -> None:
        self._paper = paper
        self.at(url)
        self._headers = headers
        self._trust = trust
        self._link: ClientConnection | None = None
        self.document: Doc[Any] = Doc()
        self.text = self.document.get("text", type=Text)
        self.comments = self.document.get("comments", type=Map)
        self.about = self.document.get("about", type=Map)
        self.presence: dict[int, str] = {}
        self.closed: tuple[int, str] | None = None

    def at(self, url: str) -> PaperWriter:
        """Connect there from now on: to another process, or to a proxy."""
        self._address = f"ws{url.removeprefix('http')}/api/v1/papers/{self._paper}/live"
        return self

    @property
    def is_connected(self) -> bool:
        """Whether there is a socket, as far as is known."""
        return self._link is not None

    def connect(self) -> PaperWriter:
        """Connect, and bring both sides to the same state as soon as both have answered."""
        self._entered = connect(
            self._address,
            additional_headers=self._headers,
            ssl=self._trust,
            open_timeout=WAIT_SECONDS,
            close_timeout=0.1,
            max_size=None,
            proxy=None,
            compression=None,
        )
        self._link = self._entered.__enter__()
        self.closed = None
        self.send(wire.sync(wire.STEP_1, self.document.get_state()))
        return self

    def cut(self) -> None:
        """Lose the connection without a word."""
        if self._link is not None:
            link, self._link = self._link, None
            link.socket.close()
            with contextlib.suppress(Exception):
                self._entered.__exit__(None, None, None)

    def change(self, do: Callable[[], None]) -> None:
        """Change the document, and send that, if there is a connection."""
        updates: list[bytes] = []
        watching = self.document.observe(lambda event: updates.append(event.update))
        with self.document.transaction():
            do()
        self.document.unobserve(watching)
        for update in updates:
            self.send(wire.sync(wire.UPDATE, update))

    def write(self, place: int, text: str) -> None:
        """Insert text."""
        self.change(lambda: self.text.insert(place, text))

    def send(self, message: bytes) -> None:
        """Send a message, if there is a connection."""
        if self._link is not None:
            try:
                self._link.send(message)
            except (ConnectionClosed, OSError):
                self._lost()

    def take(self, seconds: float = 0.0) -> bool:
        """Take one message that came, or comes so soon; return whether one did."""
        if self._link is None:
            return False
        try:
            message = self._link.recv(timeout=seconds)
        except TimeoutError:
            return False
        except (ConnectionClosed, OSError):
            self._lost()
            return False
        assert isinstance(message, bytes)
        self._hear(message)
        return True

    def take_until(self, is_so: Callable[[], bool]) -> None:
        """Take messages until something is so; raise AssertionError if that takes too long."""
        tries = 0
        while not is_so():
            if not self.take(0.25):
                tries += 1
            assert tries < 4 * WAIT_SECONDS, f"not so, and closed by {self.closed}"

    def _hear(self, message: bytes) -> None:
        reader = wire.Reader(message)
        if reader.number() == wire.AWARENESS:
            told = wire.Reader(reader.bytes())
            for _ in range(told.number()):
                client, _ = told.number(), told.number()
                self.presence[client] = told.text()
            return
        step, data = reader.number(), reader.bytes()
        if step == wire.STEP_1:
            self.send(wire.sync(wire.STEP_2, self.document.get_update(data)))
        else:
            self.document.apply_update(data)

    def _lost(self) -> None:
        link, self._link = self._link, None
        if link is not None and link.close_code is not None:
            self.closed = (link.close_code, link.close_reason or "")
