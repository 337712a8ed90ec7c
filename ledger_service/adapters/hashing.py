"""Prepare the claims of an import in processes of their own, and bring them back in order.

They parse lines, and hash files in one pass. Batches pass as plain tuples by `marshal`, which
is quick and enough: both ends are the same program.

A file that was hashed before and has the same path, size, times and inode is not read again: a journal
beside the library's data keeps what it was. It is trusted as far as the file system's clock is.
"""

from __future__ import annotations

import hashlib
import marshal
import multiprocessing
import os
import signal
import sqlite3
import stat
import threading
import time
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, BinaryIO

from ipfs.block_store import FileBlockStore
from ipfs.cid import Cid
from ipfs.unixfs import FileBuilder
from ledger_service.adapters.content import IpfsContent
from ledger_service.adapters.sources.blocks import LineBlock, prepare_block
from ledger_service.domain.content_id import RAW_BASE16, ContentId
from ledger_service.domain.errors import DigestDiffers, InvalidManifest, LedgerError
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.import_item import (
    LARGEST_RAW_BYTES,
    ImportItem,
    check_size,
    claim_of,
    decided_claim,
)
from ledger_service.domain.prepared_claim import PreparedClaim

PROCESSES = 2
ITEMS_A_BATCH = 256
BATCHES_AHEAD = 36  # in order; enough to work on while the claims before them are being accepted
SETTLED_SECONDS = 2  # a file that changed so shortly before may change again within its time stamp
_as_claim = partial(tuple.__new__, PreparedClaim)  # as PreparedClaim._make, without its checks
_SCHEMA = (
    "CREATE TABLE IF NOT EXISTS file (key BLOB PRIMARY KEY, digest BLOB, cid TEXT) WITHOUT ROWID"
)


@dataclass(frozen=True)
class Hashing:
    """How files are taken in. journal: its file; blocks: the block store to keep bytes in, or None."""

    journal: Path
    largest_bytes: int
    blocks: Path | None = None


def prepare_claims(
    items: Iterable[ImportItem | LineBlock], hashing: Hashing
) -> Iterator[list[PreparedClaim]]:
    """Yield the claims of the items in order, some hundred at a time; a bad item is a refused claim.

    Memory is that of a few batches, however many items there are.
    """
    lanes = _Lanes(hashing)
    waiting: deque[Future[bytes]] = deque()
    with ThreadPoolExecutor(PROCESSES, "hashing", lanes.open) as pool:
        try:
            for batch in _batches(items):
                waiting.append(pool.submit(lanes.prepare, batch))
                if len(waiting) == BATCHES_AHEAD:
                    yield _claims(waiting.popleft().result())
            while waiting:
                yield _claims(waiting.popleft().result())
        finally:
            pool.shutdown(cancel_futures=True)
            lanes.close()


def _batches(items: Iterable[ImportItem | LineBlock]) -> Iterator[bytes]:
    """Yield what a process is sent at once: a block of lines, or a list of items."""
    batch: list[tuple[object, ...]] = []
    for item in items:
        if isinstance(item, LineBlock):
            if batch:
                yield marshal.dumps(batch)
                batch = []
            yield marshal.dumps(tuple(item))
            continue
        batch.append(tuple(item))
        if len(batch) == ITEMS_A_BATCH:
            yield marshal.dumps(batch)
            batch = []
    if batch:
        yield marshal.dumps(batch)


def _claims(batch: bytes) -> list[PreparedClaim]:
    """Return the claims that a process sent; as bytes they take less memory while they wait."""
    return list(map(_as_claim, marshal.loads(batch)))  # noqa: S302 - by our own process


class _Lanes:
    """A process for each thread, spoken to over a pipe in turns, so that neither side can block the other."""

    def __init__(self, hashing: Hashing) -> None:
        self._hashing = hashing
        self._own = threading.local()
        self._all: list[tuple[Connection, multiprocessing.process.BaseProcess]] = []

    def open(self) -> None:
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        process = context.Process(target=_serve, args=(theirs, self._hashing), daemon=True)
        process.start()
        theirs.close()  # so that either side sees the other end
        self._own.pipe = ours
        self._all.append((ours, process))

    def prepare(self, batch: bytes) -> bytes:
        self._own.pipe.send_bytes(batch)
        return bytes(self._own.pipe.recv_bytes())

    def close(self) -> None:
        for pipe, process in self._all:
            pipe.close()
            process.join()


def _serve(pipe: Connection, hashing: Hashing) -> None:
    """Prepare batches until the other side closes the pipe, or is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    preparer = Preparer(hashing)
    while True:
        try:
            batch = marshal.loads(pipe.recv_bytes())  # noqa: S302 - by the process that started us
        except EOFError:
            return
        if isinstance(batch, tuple):
            claims = preparer.prepare_block(LineBlock(*batch))
        else:
            claims = [preparer.prepare(ImportItem(*item)) for item in batch]
        pipe.send_bytes(marshal.dumps(list(map(tuple, claims))))


class Preparer:
    """Turns items into claims, one at a time."""

    def __init__(self, hashing: Hashing) -> None:
        self._largest_bytes = hashing.largest_bytes
        self._journal = open_journal(hashing.journal)
        store = None if hashing.blocks is None else FileBlockStore(hashing.blocks)
        self._content = None if store is None else IpfsContent(store)

    def prepare(self, item: ImportItem) -> PreparedClaim:
        """Return the claim of an item; a refused one, and never an error, if it is bad."""
        if item.outcome or not item.path:
            return decided_claim(item, self._largest_bytes)
        try:
            return self._hashed(item)
        except LedgerError as exc:
            return PreparedClaim.refused(item.place, exc)
        except OSError as exc:
            fault = InvalidManifest(f"The file cannot be read: {exc.strerror or exc}.")
            return PreparedClaim.refused(item.place, fault)

    def prepare_block(self, block: LineBlock) -> list[PreparedClaim]:
        """Return the claim of each line, in order; blank lines have none."""
        return [
            found if isinstance(found, PreparedClaim) else self.prepare(found)
            for found in prepare_block(block, self._largest_bytes)
        ]

    def _hashed(self, item: ImportItem) -> PreparedClaim:
        # Without blocking, since a name may be a pipe's by now; a link at the end is not followed.
        handle = os.open(item.path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        try:
            found = os.fstat(handle)
            if not stat.S_ISREG(found.st_mode):
                raise InvalidManifest("It is not a regular file.")
            check_size(found.st_size, self._largest_bytes)
            key = _key(item.path, found, kept=self._content is not None)
            known = None if item.checksums else self._known(key)
            digest, cid = known or self._read(handle, item.checksums, found.st_size)
            size = found.st_size
            if os.fstat(handle).st_size != size:
                raise InvalidManifest("The file changed while it was read; import it again.")
        finally:
            os.close(handle)
        if item.digest and Digest.parse(item.digest).value != digest:
            raise DigestDiffers(f"The file has the digest {digest.hex()}, not {item.digest}.")
        if item.cid and ContentId.read(item.cid).base16() != cid:
            raise DigestDiffers(f"The file has the CID {cid}, not {item.cid[:80]}.")
        if item.size_bytes not in (-1, size):
            raise DigestDiffers(f"The file has {size} bytes, not {item.size_bytes}.")
        is_settled = time.time() - max(found.st_mtime, found.st_ctime) > SETTLED_SECONDS
        new_key = key if known is None and is_settled else b""
        return claim_of(item, digest, cid, size, key=new_key, kept=self._content is not None)

    def _known(self, key: bytes) -> tuple[bytes, str] | None:
        row = self._journal.execute("SELECT digest, cid FROM file WHERE key = ?", (key,)).fetchone()
        return None if row is None else (bytes(row[0]), row[1])

    def _read(self, handle: int, checksums: str, size_bytes: int) -> tuple[bytes, str]:
        """Return digest and CID of the bytes, read once; they are stored if a store was given."""
        if self._content is None and not checksums:
            return digest_and_cid(handle, size_bytes)
        wanted = dict(item.split(":", 1) for item in checksums.split())
        others = {name: hashlib.new(name, usedforsecurity=False) for name in wanted}
        whole = hashlib.sha256()
        with os.fdopen(handle, "rb", LARGEST_RAW_BYTES, closefd=False) as file:
            if self._content is None:
                builder = FileBuilder(_keep_nothing)
                for piece in _pieces(file, (whole, *others.values())):
                    builder.write(piece)
                cid = builder.finish().base16()
                _check(wanted, others)
            else:
                with self._content.upload() as upload:
                    for piece in _pieces(file, (whole, *others.values())):
                        upload.write(piece)
                    cid = upload.finish().base16()
                    _check(wanted, others)
                    upload.commit()
        return whole.digest(), cid


def digest_and_cid(handle: int, size_bytes: int) -> tuple[bytes, str]:
    """Return digest and CID (base16) of an open file of this size, read once.

    Up to 1 MiB the CID has the digest, and the bytes are hashed once, too.

    Raises:
        InvalidManifest: a small file has another size meanwhile.
    """
    if size_bytes <= LARGEST_RAW_BYTES:
        data = os.read(handle, size_bytes + 1)
        if len(data) != size_bytes:
            raise InvalidManifest("The file changed while it was read; import it again.")
        digest = hashlib.sha256(data).digest()
        return digest, RAW_BASE16 + digest.hex()
    whole, builder = hashlib.sha256(), FileBuilder(_keep_nothing)
    with os.fdopen(handle, "rb", LARGEST_RAW_BYTES, closefd=False) as file:
        for piece in _pieces(file, (whole,)):
            builder.write(piece)
    return whole.digest(), builder.finish().base16()


def open_journal(path: Path) -> sqlite3.Connection:
    """Return the journal of files that were hashed; losing its last rows costs hashing, no more."""
    journal = sqlite3.connect(path, timeout=30, isolation_level=None)
    journal.execute("PRAGMA journal_mode=WAL")
    journal.execute("PRAGMA synchronous=OFF")
    journal.execute(_SCHEMA)
    return journal


def note_hashed(journal: sqlite3.Connection, claims: Sequence[PreparedClaim]) -> None:
    """Remember the files that these claims came from."""
    rows = [(claim.journal_key, claim.digest, claim.cid) for claim in claims if claim.journal_key]
    if rows:
        journal.execute("BEGIN")
        journal.executemany("INSERT OR REPLACE INTO file VALUES (?, ?, ?)", rows)
        journal.execute("COMMIT")


def _key(path: str, found: os.stat_result, *, kept: bool) -> bytes:
    numbers = found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino, found.st_dev, kept
    named = "\0".join([path, *map(str, numbers)])
    return hashlib.sha256(named.encode("utf-8", "surrogateescape")).digest()[:16]


def _check(wanted: dict[str, str], states: Mapping[str, Any]) -> None:
    for name, text in wanted.items():
        found = states[name].hexdigest()
        if found != text:
            raise DigestDiffers(f"The file has the {name} {found}, not {text[:128]}.")


def _pieces(file: BinaryIO, states: Sequence[Any]) -> Iterator[bytes]:
    """Yield the bytes of a file a chunk at a time, when these hashes have taken them."""
    while piece := file.read(LARGEST_RAW_BYTES):
        for state in states:
            state.update(piece)
        yield piece


def _keep_nothing(cid: Cid, data: object) -> None:
    """Take a block of a file that stays where it is."""
