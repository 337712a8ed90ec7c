"""Where a file here differs from one that is registered, which is almost the same."""

from __future__ import annotations

import hashlib
from io import BufferedReader
from pathlib import Path

from ipfs.cid import RAW, Cid
from ipfs.errors import IpfsError
from ipfs.unixfs import root_of_leaves
from ledger_service.adapters.content.pdf_pages import pages_in
from ledger_service.adapters.given_files import open_given
from ledger_service.adapters.remote import RemoteService
from ledger_service.domain.content.content_id import ContentId
from ledger_service.domain.errors import ContentClosed, InvalidCid, LedgerError, ServiceUnavailable
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.verification.difference import (
    LEAF_BYTES,
    MOST_SPANS,
    Difference,
    Found,
    Leaves,
    Span,
    compare,
    first_difference,
    is_by_chance,
    same_at_end,
)


def difference_from(path: Path, digest: Digest, service: RemoteService) -> Difference:
    """Return where the file here differs from a registered one.

    The leaves that the service tells must make the CID of the registration. What they tell to the MiB is
    told to the byte where the service hands out the bytes of the leaves.

    Raises:
        ContentClosed, ContentNotFound, ResourceNotFound: the service does not tell.
        ServiceUnavailable: it does not answer, or not as it should.
    """
    title, registered = _registered(digest, service)
    with open_given(path) as file:
        own = _own(file)
        found = compare(own, registered, lambda start, end: _hash(file, start, end))
        is_exact = True
        try:
            spans, moved = _Exactly(file, own, registered, digest, service).found(found)
        except LedgerError:  # closed, or away: the MiB stands
            spans, moved, is_exact = found.spans, found.moved, False
    if is_by_chance(spans, own.size_bytes):
        spans, moved = ((0, own.size_bytes),), None
    pages = pages_in(path, spans)
    return Difference(digest, title, own.size_bytes, spans, moved, is_exact, pages)


def _registered(digest: Digest, service: RemoteService) -> tuple[str, Leaves]:
    try:
        size, hashes = _leaves_told(digest, service)
        row = service.get(f"/resources/{digest}")[0]
        cid, title = ContentId.read(row["cid"]), str(row["title"])
        root = root_of_leaves([Cid(RAW, leaf) for leaf in hashes], size)
    except (KeyError, IndexError, TypeError, ValueError, IpfsError, InvalidCid) as exc:
        raise ServiceUnavailable("address-other-form", url=service.url) from exc
    if (root.codec, root.digest) != (cid.codec, cid.digest):
        raise ServiceUnavailable("address-other-form", url=service.url)
    return title, Leaves(size, hashes)


def _leaves_told(digest: Digest, service: RemoteService) -> tuple[int, list[bytes]]:
    """Return the size of the registered bytes and the leaves that the service tells, not checked."""
    hashes: list[bytes] = []
    cursor: str | None = ""
    while cursor is not None:
        asked = {"cursor": cursor} if cursor else {}
        told = service.get(f"/resources/{digest}/leaves", **asked)
        size, some = int(told["bytes"]), [bytes.fromhex(leaf) for leaf in told["leaves"]]
        hashes += some
        cursor = told.get("next")
        if cursor is not None and (not some or len(hashes) * LEAF_BYTES >= size):
            raise ServiceUnavailable("address-other-form", url=service.url)
    return size, hashes


def _own(file: BufferedReader) -> Leaves:
    size = 0
    hashes: list[bytes] = []
    while (leaf := file.read(LEAF_BYTES)) or not hashes:
        size += len(leaf)
        hashes.append(hashlib.sha256(leaf).digest())
    return Leaves(size, hashes)


def _bytes(file: BufferedReader, start: int, end: int) -> bytes:
    file.seek(start)
    return file.read(end - start)


def _hash(file: BufferedReader, start: int, end: int) -> bytes:
    return hashlib.sha256(_bytes(file, start, end)).digest()


class _Exactly:
    """Narrows what leaves tell to bytes, by the registered bytes of a few leaves, each checked."""

    def __init__(
        self,
        file: BufferedReader,
        own: Leaves,
        registered: Leaves,
        digest: Digest,
        service: RemoteService,
    ) -> None:
        self._file, self._own, self._registered = file, own, registered
        self._digest, self._service = digest, service

    def found(self, found: Found) -> tuple[tuple[Span, ...], int | None]:
        """Return spans and `moved` to the byte.

        Raises a LedgerError if the registered bytes are not to be had, or are too many.
        """
        if len(found.spans) > MOST_SPANS:
            raise ContentClosed
        if self._own.size_bytes == self._registered.size_bytes:
            return tuple(self._within(span) for span in found.spans), 0
        if len(found.spans) > 1:
            raise ContentClosed
        return self._moved(found)

    def _within(self, span: Span) -> Span:
        first, last = span[0] // LEAF_BYTES, (span[1] - 1) // LEAF_BYTES
        start = self._own.bounds(first)[0]
        begin = start + first_difference(*self._pair(first))
        return begin, span[1] - same_at_end(*self._pair(last))

    def _pair(self, number: int) -> tuple[bytes, bytes]:
        return _bytes(self._file, *self._own.bounds(number)), self._leaf(number)

    def _moved(self, found: Found) -> tuple[tuple[Span, ...], int | None]:
        leaves, size = len(self._registered.hashes), self._own.size_bytes
        moved = size - self._registered.size_bytes
        [(start, end)] = found.spans
        if found.head < leaves:
            mine = _bytes(self._file, start, start + LEAF_BYTES)
            start += first_difference(mine, self._leaf(found.head))
        last = leaves - found.tail - 1
        if last >= found.head:
            begin, behind = self._registered.bounds(last)
            mine = _bytes(self._file, max(0, begin + moved), max(0, behind + moved))
            end = behind + moved - same_at_end(mine, self._leaf(last))
        end = max(end, start + max(moved, 0))  # what both begin with may be what both end with, too
        return ((start, end),), moved if end < size else None

    def _leaf(self, number: int) -> bytes:
        start, end = self._registered.bounds(number)
        data = self._service.part(self._digest, start, end) if end > start else b""
        if hashlib.sha256(data).digest() != self._registered.hashes[number]:
            raise ServiceUnavailable("address-other-form", url=self._service.url)
        return data
