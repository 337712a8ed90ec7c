"""Blocks from elsewhere: of a member's gateway over HTTP, or of our own IPFS node's peers.

A member is a stranger. One block is asked for at a time, with a bound of bytes and of time; whoever is handed
it checks its hash. The gateway is a trustless one: https://specs.ipfs.tech/http-gateways/trustless-gateway/.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from ipfs.block_folder import MAX_BLOCK_BYTES
from ipfs.cid import Cid
from ipfs.errors import BlockNotFound, IpfsError
from ledger_service.adapters.http_client import HttpClient
from ledger_service.adapters.publication.guarded import Guard
from ledger_service.adapters.publication.no_answer import (
    KeptConnectionEnded,
    NoAnswer,
    why_no_answer,
)
from ledger_service.domain.content.content_id import ContentId
from ledger_service.domain.errors import ContentNotFound, ServiceUnavailable
from ledger_service.ports.consortium.copies import BlockSource

if TYPE_CHECKING:  # few libraries have a node, and it loads much
    from ledger_service.adapters.content.kubo import KuboStore

SILENT_SECONDS = 10
LONGEST_SECONDS = 60  # for one block
RAW_TYPE = "application/vnd.ipld.raw"
GONE = (404, 410, 451)


class MemberBlocks:
    """Implements ports.BlockSources. allowed: hosts that may be anywhere; see Guard. nodes: opens our own."""

    def __init__(
        self, allowed: Iterable[str] = (), nodes: Callable[[], Sequence[KuboStore]] = tuple
    ) -> None:
        self._guard = Guard(allowed)
        self._open_nodes = nodes
        self._nodes: Sequence[KuboStore] | None = None

    @contextmanager
    def member(self, name: str, url: str) -> Iterator[BlockSource]:
        self._guard.check(url)
        if cause := self._guard.refusal(url):
            raise ServiceUnavailable("member", url=url, cause=cause)
        check = self._guard.address_check(url)
        client = HttpClient(url, silent_seconds=SILENT_SECONDS, check_address=check)
        try:
            yield _Gateway(name, url, client)
        finally:
            client.close()

    @contextmanager
    def own_network(self) -> Iterator[BlockSource | None]:
        if self._nodes is None:
            self._nodes = self._open_nodes()
        yield next((_Peers(node) for node in self._nodes if _has_peers(node)), None)


class _Gateway:
    """Implements ports.BlockSource over one connection."""

    def __init__(self, name: str, url: str, client: HttpClient) -> None:
        self._name, self._url, self._client = name, url, client

    @property
    def name(self) -> str:
        return self._name

    def block(self, cid: ContentId) -> bytes:
        try:
            try:
                return self._asked(cid)
            except KeptConnectionEnded:  # the other side closes idle ones
                return self._asked(cid)
        except NoAnswer as exc:
            raise ServiceUnavailable("member", url=self._url, cause=exc.reason) from exc

    def _asked(self, cid: ContentId) -> bytes:
        path, until = f"/ipfs/{cid.base32()}", time.monotonic() + LONGEST_SECONDS
        headers = {"Accept": RAW_TYPE, "Accept-Encoding": "identity"}
        query = {"format": "raw"}
        with self._client.request("GET", path, query=query, headers=headers) as answer:
            if answer.status in GONE:
                raise ContentNotFound("block")
            if answer.status != 200:
                raise ServiceUnavailable("member-status", url=self._url, status=answer.status)
            found = bytearray()
            for piece in answer.pieces():
                found += piece
                if len(found) > MAX_BLOCK_BYTES or time.monotonic() > until:
                    raise NoAnswer("a block that is too large, or comes too slowly")
            return bytes(found)


class _Peers:
    """Implements ports.BlockSource."""

    def __init__(self, node: KuboStore) -> None:
        self._node = node

    @property
    def name(self) -> str:
        return self._node.name

    def block(self, cid: ContentId) -> bytes:
        try:
            return self._node.find_at_peers(Cid(cid.codec, cid.digest))
        except BlockNotFound as exc:
            raise ContentNotFound("block") from exc
        except IpfsError as exc:
            raise ServiceUnavailable("member", url=self.name, cause=why_no_answer(exc)) from exc


def _has_peers(node: KuboStore) -> bool:
    try:
        return node.has_peers()
    except IpfsError:
        return False
