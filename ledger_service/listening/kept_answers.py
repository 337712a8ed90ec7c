"""Answers that are the same for everybody, kept while nothing is committed: see docs/adr/0166.

A page of the catalog costs some milliseconds, and a course of two hundred opens one at once. A route
says that its answer is for all by `keep_for_all`. All other requests pass at once.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ledger_service.api.requests import AS_OF
from ledger_service.domain.errors import LedgerBusy, Unavailable
from ledger_service.messages.languages import PARAMETER
from ledger_service.services.pools import Pool
from ledger_service.web.cookies import THEME

KEPT_SECONDS = 5.0  # at most: some things fall due by time alone
MOST_BYTES = 16 * 1024 * 1024  # of all that is kept
LARGEST_BYTES = 256 * 1024  # of one answer
LONGEST_KEY = 2048  # characters of address and headers
OVERHEAD_BYTES = 2048  # what an answer takes beside its body, about
KEPT_STATUS = (200, 410)
KEYS = (b"host", b"accept", b"accept-language", b"accept-encoding", b"cookie")
"""The headers by which an answer may differ."""
COOKIES = (f"{PARAMETER}=".encode(), f"{THEME}=".encode())
"""What a cookie may be: any other may say who asks."""
NEVER = (b"authorization", b"range", b"if-range", b"if-none-match", b"if-modified-since")
MAY_VARY_BY = {"accept", "accept-language", "accept-encoding", "cookie"}
NOT_FOR_ALL = ("private", "no-store", "no-cache")

LOOKS = Pool("looks for changes", 4, LedgerBusy)
"""Looks at the database, which may be another machine."""

Key = tuple[bytes, ...]


@dataclass
class _Answer:
    """An answer. made_at: monotonic seconds; changes: what the database told before it was made."""

    made_at: float
    changes: str = ""
    start: Message = field(default_factory=dict)
    body: bytearray = field(default_factory=bytearray)
    is_whole: bool = False

    def take(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.start = {**message, "headers": list(message.get("headers", ()))}
        elif len(self.body) <= LARGEST_BYTES:
            self.body += message.get("body", b"")
            self.is_whole = not message.get("more_body", False)

    @property
    def bytes_kept(self) -> int:
        return len(self.body) + OVERHEAD_BYTES

    @property
    def may_be_kept(self) -> bool:
        """Whether nothing in it is for one person, whatever its route says."""
        if not self.is_whole or self.start.get("status") not in KEPT_STATUS:
            return False
        if len(self.body) > LARGEST_BYTES:
            return False
        for name, value in self.start["headers"]:
            told = value.decode("latin-1").lower()
            if name.lower() == b"set-cookie":
                return False
            if name.lower() == b"cache-control" and any(word in told for word in NOT_FOR_ALL):
                return False
            if name.lower() == b"vary" and {one.strip() for one in told.split(",")} - MAY_VARY_BY:
                return False
        return True


class KeptAnswers:
    """ASGI middleware: gives an answer again that is for all, while nothing is committed, for some seconds.

    changes: what is another soon after a commit, and else the same; see Store.changes.
    """

    def __init__(self, app: ASGIApp, changes: Callable[[], str]) -> None:
        self._app = app
        self._changes = changes
        self._kept: OrderedDict[Key, _Answer] = OrderedDict()
        self._bytes = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        key = _key_of(scope)
        if key is None:
            await self._app(scope, receive, send)
            return
        kept = self._kept.get(key)
        if kept is not None and await self._is_current(kept):
            await send({**kept.start, "headers": list(kept.start["headers"])})
            await send({"type": "http.response.body", "body": bytes(kept.body)})
            return
        answer, state = _Answer(time.monotonic()), scope.setdefault("state", {})

        async def send_and_note(message: Message) -> None:
            if AS_OF in state:
                answer.take(message)
            await send(message)

        await self._app(scope, receive, send_and_note)
        self._forget(key)
        if AS_OF in state and answer.may_be_kept:
            answer.changes = state[AS_OF]
            self._keep(key, answer)

    async def _is_current(self, answer: _Answer) -> bool:
        if time.monotonic() - answer.made_at >= KEPT_SECONDS:
            return False
        try:
            return answer.changes == await LOOKS.run(self._changes)
        except Unavailable:
            return False

    def _keep(self, key: Key, answer: _Answer) -> None:
        self._kept[key] = answer
        self._bytes += answer.bytes_kept
        while self._bytes > MOST_BYTES:
            self._forget(next(iter(self._kept)))

    def _forget(self, key: Key) -> None:
        old = self._kept.pop(key, None)
        if old is not None:
            self._bytes -= old.bytes_kept


def _key_of(scope: Scope) -> Key | None:
    """Return what an answer is kept by; None for a request whose answer is not."""
    if scope["type"] != "http" or scope["method"] != "GET":
        return None
    found = [b""] * len(KEYS)
    for name, value in scope["headers"]:
        if name in NEVER:
            return None
        if name in KEYS:
            at = KEYS.index(name)
            if found[at]:
                return None  # told twice: routes may read either
            found[at] = value
    cookies = found[KEYS.index(b"cookie")]
    if cookies and not all(one.strip().startswith(COOKIES) for one in cookies.split(b";")):
        return None
    key = (scope.get("raw_path") or scope["path"].encode(), scope["query_string"], *found)
    return key if sum(map(len, key)) <= LONGEST_KEY else None
