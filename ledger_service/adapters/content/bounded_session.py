"""Bounds for a session of requests: it goes where it was sent only, and no answer is endless."""

from __future__ import annotations

import io
from contextlib import closing
from functools import partial
from typing import Any

from ipfshttpclient.requests_wrapper import HTTPAdapter, PoolManager
from requests import PreparedRequest, Response, Session
from requests.exceptions import ConnectionError as NotConnected

from ledger_service.adapters.http_client import TimedResponse
from ledger_service.adapters.publication.no_answer import AnswerTooLong
from ledger_service.domain.foreign_json import LARGEST_DEPTH, check_depth

CONNECTIONS = 32  # kept for later; more are made when there are more requests at a time
PIECE_BYTES = 65_536


def bound(session: Session, most_bytes: int, silent_seconds: float) -> None:
    """Let a session heed no settings of the machine, follow nobody elsewhere, and read within bounds.

    most_bytes: of an answer's body. silent_seconds: see TimedResponse.
    """
    session.trust_env = False
    for prefix in list(session.adapters):
        session.mount(prefix, _BoundedAdapter(most_bytes, silent_seconds))


class _BoundedAdapter(HTTPAdapter):  # type: ignore[misc]
    def __init__(self, most_bytes: int, silent_seconds: float) -> None:
        self._most_bytes = most_bytes
        self._made = partial(TimedResponse, silent_seconds=silent_seconds)
        super().__init__(pool_maxsize=CONNECTIONS)

    def init_poolmanager(self, connections: int, maxsize: int, block: bool = False) -> None:
        # Not that of the base, which names an option that urllib3 warns of.
        self.poolmanager = PoolManager(num_pools=connections, maxsize=maxsize, block=block)
        pools = self.poolmanager.pool_classes_by_scheme
        for scheme, pool in pools.items():
            timed = type("Timed", (pool.ConnectionCls,), {"response_class": self._made})
            pools[scheme] = type("TimedPool", (pool,), {"ConnectionCls": timed})

    def send(self, request: PreparedRequest, **options: Any) -> Response:
        response: Response = super().send(request, **options)
        with closing(response):
            if response.is_redirect or "Content-Encoding" in response.headers:
                raise NotConnected("the answer leads elsewhere, or is packed")
            body = self._read(response.raw)
        if not (response.ok and "/block/get?" in str(request.url)):
            # The client parses it, and below some depth that would end the process.
            check_depth(body, LARGEST_DEPTH)
        response.raw = io.BytesIO(body)
        return response

    def _read(self, raw: Any) -> bytes:
        # A node sends a block in some 250 chunks; so they are read in a third of the time of raw.read.
        pieces, size_bytes = [], 0
        for piece in raw.stream(PIECE_BYTES, decode_content=False):
            size_bytes += len(piece)
            if size_bytes > self._most_bytes:
                raise AnswerTooLong("the answer is longer than it may be")
            pieces.append(piece)
        return b"".join(pieces)
