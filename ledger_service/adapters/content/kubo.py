"""Blocks on a Kubo node, over its RPC; the only module that knows ipfshttpclient.

A node's answer is never believed: each block is hashed as it comes, and what was put is read back. All is
asked offline, since what a node lacks it would look for in its network for ever. Every block has a pin of
its own, that of a node of a file a direct one: below a recursive pin a damaged block could not be removed.
Source: Kubo 0.43's RPC.
"""

from __future__ import annotations

import io
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any
from urllib.parse import unquote, urlsplit

import ipfshttpclient
from ipfshttpclient.exceptions import ErrorResponse
from requests.exceptions import RequestException
from urllib3.exceptions import HTTPError

from ipfs.block_folder import MAX_BLOCK_BYTES
from ipfs.cid import CID_BYTES, DAG_PB, RAW, Cid
from ipfs.disk import translated_errors
from ipfs.errors import BlockCorrupt, BlockNotFound, InvalidDag, StoreFull, StoreUnavailable
from ipfs.protocols import BytesLike
from ledger_service.adapters.content.bounded_session import bound
from ledger_service.adapters.http_client import CONNECT_SECONDS, NoAnswer
from ledger_service.domain import foreign_json
from ledger_service.domain.errors import InvalidJson

SILENT_SECONDS = 30
LONGEST_TOLD = 200  # characters of what a node says
LENGTH_BYTES = 4
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
        with self._understood(cid):
            block: bytes = self._client.block.get(str(cid), offline=True)
        if not cid.is_of(block):
            raise BlockCorrupt(f"block {cid} is damaged on the node {self.name}")
        return block

    def has(self, cid: Cid) -> bool:
        """Return whether the node has pinned the block. Raises StoreUnavailable."""
        own = _pin_kind(cid)
        return self._is_pinned(cid, own) or self._is_pinned(cid, OTHER_KIND[own])

    def free_bytes(self) -> int:
        """Return how many bytes the node's disk has left. Raises StoreUnavailable."""
        free = self._told(self._ask("/diag/sys", None, {}), "diskinfo", "free_space")
        if not isinstance(free, int):
            raise StoreUnavailable(f"the node {self.name} does not tell what is left on its disk")
        return free

    @contextmanager
    def stage(self) -> Iterator[KuboStaging]:
        """Return a place for new blocks, which the node is sent by commit.

        Raises StoreFull, StoreUnavailable.
        """
        with translated_errors(self._spool):
            file = tempfile.TemporaryFile(dir=self._spool)  # noqa: SIM115 - it is closed below
        with file:
            yield KuboStaging(file, self._spool, self.keep)

    def keep(self, cid: Cid, block: bytes) -> None:
        """Return when the node has pinned the block and given it back.

        Raises StoreFull, StoreUnavailable.
        """
        for attempt in range(ATTEMPTS):
            if attempt:
                # To put a block again over a damaged one, or one that the node only believes to
                # have, changes nothing.
                self._remove(cid)
            try:
                self._put(cid, block)
                self.get(cid)
                if self.has(cid):
                    return
            except (BlockCorrupt, BlockNotFound):
                continue  # garbage may have been collected between two requests
        raise StoreUnavailable(f"the node {self.name} takes {cid} and does not keep it")

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
            self._ask("/pin/add", str(cid), {"recursive": "false"})
        except StoreUnavailable:
            if not self.has(cid):  # whoever runs the node may have pinned a file of ours whole
                raise

    def _is_pinned(self, cid: Cid, kind: str) -> bool:
        try:
            found = self._ask("/pin/ls", str(cid), {"type": kind, "stream": "false"})
        except BlockNotFound:
            return False
        return self._told(found, "Keys", str(cid), "Type") == kind

    def _remove(self, cid: Cid) -> None:
        """Remove a block, sound or not. Raises StoreUnavailable."""
        if self._is_pinned(cid, _pin_kind(cid)):
            recursive = "true" if cid.codec == RAW else "false"
            self._ask("/pin/rm", str(cid), {"recursive": recursive})
        for line in self._ask("/block/rm", str(cid), {"force": "true"}):
            if line.get("Error"):
                raise self._refused(str(line["Error"]))

    def _ask(
        self, path: str, argument: str | None, options: Mapping[str, str]
    ) -> list[dict[str, Any]]:
        """Return each line of an answer, read as JSON. Raises BlockNotFound, StoreFull, StoreUnavailable."""
        arguments = () if argument is None else (argument,)
        with self._understood(argument):
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


class KuboStaging:
    """Blocks in a file without a name on this machine, until commit sends them to the node."""

    def __init__(self, file: IO[bytes], spool: Path, keep: Callable[[Cid, bytes], None]) -> None:
        self._file = file
        self._spool = spool
        self._keep = keep

    def put(self, cid: Cid, data: BytesLike) -> None:
        """Take a block. Raises InvalidDag above 2 MiB, StoreFull, StoreUnavailable."""
        size = memoryview(data).nbytes
        if size > MAX_BLOCK_BYTES:
            raise InvalidDag(f"block {cid} has {size} bytes, and {MAX_BLOCK_BYTES} is the most")
        with translated_errors(self._spool):
            self._file.write(cid.to_bytes() + size.to_bytes(LENGTH_BYTES, "big"))
            self._file.write(data)

    def commit(self) -> None:
        """Return when the node keeps every block. Once only. Raises StoreFull, StoreUnavailable."""
        for cid, block in self._blocks():
            self._keep(cid, block)

    def _blocks(self) -> Iterator[tuple[Cid, bytes]]:
        with translated_errors(self._spool):
            self._file.seek(0)
        while True:
            with translated_errors(self._spool):
                head = self._file.read(CID_BYTES + LENGTH_BYTES)
                block = self._file.read(int.from_bytes(head[CID_BYTES:], "big"))
            if not head:
                return
            yield Cid.from_bytes(head[:CID_BYTES]), block


def _pin_kind(cid: Cid) -> str:
    """Return how we pin a block: a leaf's pin is made by its put, so that no garbage is collected between."""
    return "recursive" if cid.codec == RAW else "direct"


def _default_port(scheme: str) -> int:
    return 443 if scheme == "https" else 80


def _multiaddr(scheme: str, host: str, port: int | None) -> str:
    """Return the address of an HTTP server in the form that the client takes."""
    kind = "ip6" if ":" in host else "ip4" if host.replace(".", "").isdigit() else "dns"
    return f"/{kind}/{host}/tcp/{port or _default_port(scheme)}/{scheme}"
