"""Blocks on a Kubo node, over its RPC; the only module that knows ipfshttpclient.

A node's answer is never believed: each block is hashed as it comes, and what was put is read back. All is
asked offline, since what a node lacks it would look for in its network for ever. Every block has a pin of
its own, that of a node of a file a direct one: below a recursive pin a damaged block could not be removed.
Source: Kubo 0.43's RPC.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import ipfshttpclient
from ipfshttpclient.exceptions import ErrorResponse
from requests.exceptions import RequestException
from urllib3.exceptions import HTTPError

from ipfs.block_folder import MAX_BLOCK_BYTES
from ipfs.cid import DAG_PB, RAW, Cid
from ipfs.errors import BlockCorrupt, BlockNotFound, StoreFull, StoreUnavailable
from ledger_service.adapters.content.bounded_session import bound
from ledger_service.adapters.content.node_staging import NodeStaging
from ledger_service.adapters.http_client import CONNECT_SECONDS
from ledger_service.adapters.publication.no_answer import NoAnswer
from ledger_service.domain import foreign_json
from ledger_service.domain.errors import InvalidJson

SILENT_SECONDS = 30
LONGEST_TOLD = 200  # characters of what a node says
PEER_SECONDS = 10  # that a node looks for a block at its peers
ATTEMPTS = 3  # to have a block kept
CODECS = {RAW: "raw", DAG_PB: "dag-pb"}
OTHER_KIND = {"direct": "recursive", "recursive": "direct"}
ABSENT = ("not found locally", "could not find", "block not found")
FULL = ("no space left on device", "disk quota exceeded")


class KuboStore:
    """Implements ipfs.protocols.BlockStore over one node. Nothing is asked before it is used."""

    def __init__(self, url: str, spool: Path) -> None:
        """url: of the RPC, as the operator named it. spool: folder for blocks on their way in."""
        parts = urlsplit(url)
        self.name = f"{parts.hostname}:{parts.port or _default_port(parts.scheme)}"
        self._spool = spool
        credentials = None
        if parts.username is not None:
            credentials = unquote(parts.username), unquote(parts.password or "")
        self._client = ipfshttpclient.Client(
            _multiaddr(parts.scheme, parts.hostname or "", parts.port),
            f"{parts.path.rstrip('/')}/api/v0",
            chunk_size=MAX_BLOCK_BYTES,
            session=True,
            auth=credentials,
            timeout=(CONNECT_SECONDS, SILENT_SECONDS),
            username=None,
            password=None,
        )
        bound(self._client._client._session, MAX_BLOCK_BYTES, SILENT_SECONDS)

    def get(self, cid: Cid) -> bytes:
        """Return the block, hashed and found sound. Raises BlockNotFound, BlockCorrupt, StoreUnavailable."""
        block = self.get_unchecked(cid)
        if not cid.is_of(block):
            raise BlockCorrupt(f"block {cid} is damaged on the node {self.name}")
        return block

    def get_unchecked(self, cid: Cid) -> bytes:
        """Return what the node gives for this CID. Raises BlockNotFound, StoreUnavailable."""
        with self._understood(cid):
            block: bytes = self._client.block.get(str(cid), offline=True)
        return block

    def has_peers(self) -> bool:
        """Return whether the node is connected with others. Raises StoreUnavailable."""
        with self._understood("peers"):
            body = self._client._client.request("/swarm/peers", [])
            found = foreign_json.parse(body)
        return isinstance(found, dict) and bool(found.get("Peers"))

    def find_at_peers(self, cid: Cid) -> bytes:
        """Return a block that the node has or gets from its peers, unchecked.

        Raises BlockNotFound if none gives it soon, StoreUnavailable.
        """
        try:
            with self._understood(cid):
                found: bytes = self._client._client.request(
                    "/block/get", [str(cid)], opts={"timeout": f"{PEER_SECONDS}s"}
                )
        except StoreUnavailable as exc:
            if isinstance(exc.__cause__, ErrorResponse):  # it says so of what comes too late
                raise BlockNotFound(f"no peer of the node {self.name} has {cid}") from exc
            raise
        return found

    def has(self, cid: Cid) -> bool:
        """Return whether the node has pinned the block. Raises StoreUnavailable."""
        own = _pin_kind(cid)
        return self._have_pins([cid], own) or self._have_pins([cid], OTHER_KIND[own])

    def remove(self, cid: Cid) -> None:
        """Remove a block and our pin of it, sound or not. Raises StoreUnavailable."""
        if self._have_pins([cid], _pin_kind(cid)):
            recursive = "true" if cid.codec == RAW else "false"
            self._ask("/pin/rm", [cid], {"recursive": recursive})
        for line in self._ask("/block/rm", [cid], {"force": "true"}):
            if line.get("Error"):
                raise self._refused(str(line["Error"]))

    def free_bytes(self) -> int:
        """Return how many bytes the node's disk has left. Raises StoreUnavailable."""
        free = self._told(self._ask("/diag/sys", [], {}), "diskinfo", "free_space")
        if not isinstance(free, int):
            raise StoreUnavailable(f"the node {self.name} does not tell what is left on its disk")
        return free

    @contextmanager
    def stage(self) -> Iterator[NodeStaging]:
        """Return a place for new blocks, which the node is sent by commit.

        Raises StoreFull, StoreUnavailable.
        """
        with closing(NodeStaging(self._spool, self._keep)) as staging:
            yield staging

    def _keep(self, blocks: dict[Cid, bytes], check_wanted: Callable[[], None]) -> None:
        """Return when the node has pinned blocks of one codec, and given each back.

        Raises StoreFull, StoreUnavailable, and what check_wanted raises between two requests.
        """
        lacking = blocks
        for attempt in range(ATTEMPTS):
            for cid, block in lacking.items():
                check_wanted()
                if attempt:
                    # To put a block again over a damaged one, or one that the node only believes to
                    # have, changes nothing.
                    self.remove(cid)
                with suppress(BlockNotFound):  # garbage was collected between put and pin
                    self._put(cid, block)
            pinned = self._pinned(list(lacking))
            lacking = {
                cid: block
                for cid, block in lacking.items()
                if cid not in pinned or not self._is_sound(cid)
            }
            if not lacking:
                return
        raise StoreUnavailable(
            f"the node {self.name} takes {next(iter(lacking))} and does not keep it"
        )

    def _is_sound(self, cid: Cid) -> bool:
        try:
            self.get(cid)
        except (BlockNotFound, BlockCorrupt):
            return False
        return True

    def _put(self, cid: Cid, block: bytes) -> None:
        options = {
            "cid-codec": CODECS[cid.codec],
            "mhtype": "sha2-256",
            "mhlen": "32",
            "pin": "true" if cid.codec == RAW else "false",  # it is a recursive one
            "allow-big-block": "false",
        }
        with self._understood(cid):
            put = self._client.block.put(io.BytesIO(block), opts=options)
            if put["Key"] != str(cid):
                raise StoreUnavailable(f"the node {self.name} names {cid} otherwise")
        if cid.codec == RAW:
            return
        try:
            self._ask("/pin/add", [cid], {"recursive": "false"})
        except StoreUnavailable:
            if not self.has(cid):  # whoever runs the node may have pinned a file of ours whole
                raise

    def _pinned(self, cids: Sequence[Cid]) -> set[Cid]:
        """Return those of these CIDs, of one codec, that have a pin; asks once if it is ours for all."""
        kind = _pin_kind(cids[0])
        if self._have_pins(cids, kind):
            return set(cids)
        return {cid for cid in cids if self.has(cid)}

    def _have_pins(self, cids: Sequence[Cid], kind: str) -> bool:
        try:
            found = self._ask("/pin/ls", cids, {"type": kind, "stream": "false"})
        except BlockNotFound:
            return False
        return all(self._told(found, "Keys", str(cid), "Type") == kind for cid in cids)

    def _ask(
        self, path: str, cids: Sequence[Cid], options: Mapping[str, str]
    ) -> list[dict[str, Any]]:
        """Return each line of an answer, read as JSON. Raises BlockNotFound, StoreFull, StoreUnavailable."""
        arguments = [str(cid) for cid in cids]
        with self._understood(" or ".join(arguments)):
            body = self._client._client.request(path, arguments, opts=options, offline=True)
            lines = [foreign_json.parse(line) for line in body.splitlines() if line.strip()]
        if not all(isinstance(line, dict) for line in lines):
            raise StoreUnavailable(f"the node {self.name} answers {path} otherwise")
        return lines

    @staticmethod
    def _told(lines: list[dict[str, Any]], *names: str) -> object:
        """Return what stands under these names in an answer of one line, None if there is no such thing."""
        found: object = lines[0] if len(lines) == 1 else None
        for name in names:
            found = found.get(name) if isinstance(found, dict) else None
        return found

    def _refused(self, message: str) -> StoreUnavailable | StoreFull:
        if any(words in message for words in FULL):
            return StoreFull(f"no room on the node {self.name}")
        return StoreUnavailable(f"the node {self.name} refuses: {message[:LONGEST_TOLD]}")

    @contextmanager
    def _understood(self, asked: object) -> Iterator[None]:
        """Turn what the client, and what is below it, raises of a node's answer into errors of a store."""
        try:
            yield
        except ErrorResponse as exc:
            message = str(exc)
            if any(words in message for words in ABSENT) or "is not pinned" in message:
                raise BlockNotFound(f"{asked} is not on the node {self.name}") from exc
            raise self._refused(message) from exc
        except (
            *(ipfshttpclient.exceptions.Error, RequestException, HTTPError, NoAnswer, InvalidJson),
            *(OSError, ValueError, LookupError, TypeError, AssertionError, RecursionError),
        ) as exc:
            told = str(exc)[:LONGEST_TOLD]
            raise StoreUnavailable(f"the node {self.name} does not answer: {told}") from exc


def _pin_kind(cid: Cid) -> str:
    """Return how we pin a block: a leaf's pin is made by its put, so that no garbage is collected between."""
    return "recursive" if cid.codec == RAW else "direct"


def _default_port(scheme: str) -> int:
    return 443 if scheme == "https" else 80


def _multiaddr(scheme: str, host: str, port: int | None) -> str:
    """Return the address of an HTTP server in the form that the client takes."""
    kind = "ip6" if ":" in host else "ip4" if host.replace(".", "").isdigit() else "dns"
    return f"/{kind}/{host}/tcp/{port or _default_port(scheme)}/{scheme}"
