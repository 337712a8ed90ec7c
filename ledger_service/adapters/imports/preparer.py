"""Turn pieces of a source into claims: parse lines, and hash files in one pass. Runs as a program, too.

As a program it prepares one batch after another until its input ends; hashing.py starts it and speaks
to it. It loads little, since each import starts it anew.
"""

from __future__ import annotations

import hashlib
import marshal
import os
import stat
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from ipfs.cid import Cid
from ipfs.unixfs import FileBuilder
from ledger_service.adapters.imports.journal import Journal
from ledger_service.adapters.imports.sources.belt import told
from ledger_service.adapters.imports.sources.blocks import FileBlock, LineBlock, RowBlock
from ledger_service.adapters.imports.sources.lines import prepare_block
from ledger_service.adapters.imports.sources.paths import shown
from ledger_service.adapters.imports.sources.rows import prepare_rows
from ledger_service.domain.content.content_id import RAW_BASE16, ContentId
from ledger_service.domain.errors import DigestDiffers, InvalidManifest, LedgerError
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.imports.import_item import (
    ImportItem,
    claim_of,
    claim_of_file,
    decided_claim,
)
from ledger_service.domain.imports.prepared_claim import KEPT, KEPT_NEWLY, PreparedClaim
from ledger_service.domain.resources.claim import LARGEST_RAW_BYTES, check_size
from ledger_service.ports.content import Places, Seal

LENGTH_BYTES = 4
NICENESS = 5  # whoever accepts claims goes first, and so does whoever serves readers
# Without blocking, since a name may be a pipe's by now; a link at the end is not followed.
_OPEN_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_OPEN_FOLDER = os.O_RDONLY | os.O_NOFOLLOW | os.O_DIRECTORY | os.O_CLOEXEC

Piece = ImportItem | FileBlock | LineBlock | RowBlock
_KINDS: list[type[Piece]] = [ImportItem, FileBlock, LineBlock, RowBlock]
_as_claim = partial(tuple.__new__, PreparedClaim)  # as PreparedClaim._make, without its checks


@dataclass(frozen=True)
class Hashing:
    """How files are taken in. journal: its file; places: where to keep their bytes, or None.

    origin: of the ledger; open_licenses: the names and ids of those whose files are kept as they are. All
    other files that are kept are encrypted.
    """

    journal: Path
    largest_bytes: int
    places: Places | None = None
    origin: str = ""
    open_licenses: frozenset[str] = frozenset()


class _Kept(NamedTuple):
    """As in a PreparedClaim."""

    kept: int = 0
    sealed: tuple[bytes, str] | None = None


class Preparer:
    """Turns pieces into claims; a bad item is a refused claim, and never an error."""

    def __init__(self, hashing: Hashing) -> None:
        self._largest_bytes = hashing.largest_bytes
        self._origin, self._open_licenses = hashing.origin, hashing.open_licenses
        self.journal = Journal(hashing.journal, keeps=hashing.places is not None)
        self._content = None
        if hashing.places is not None:
            # Not imported above: few imports keep the bytes.
            from ledger_service.adapters.content.stores import open_content  # noqa: PLC0415

            self._content = open_content(hashing.places)

    def prepare(self, piece: Piece) -> list[PreparedClaim]:
        """Return the claim of each item in a piece, in order; a blank line is none."""
        if isinstance(piece, FileBlock):
            return self._prepare_files(piece)
        if isinstance(piece, ImportItem):
            return [self._prepare_item(piece)]
        return [
            found if isinstance(found, PreparedClaim) else self._prepare_item(found)
            for found in prepared(piece, self._largest_bytes)
        ]

    def _prepare_item(self, item: ImportItem) -> PreparedClaim:
        claim = self._claimed(item)
        return claim if item.record is None else claim._replace(record=item.record)

    def _claimed(self, item: ImportItem) -> PreparedClaim:
        if item.outcome or not item.path:
            return decided_claim(item, self._largest_bytes)
        try:
            (digest, cid, size), kept = self._hash(item.path, None, item.license, item.checksums)
            if item.digest and Digest.parse(item.digest).value != digest:
                raise DigestDiffers("digest", found=digest.hex(), given=item.digest)
            if item.cid and ContentId.read(item.cid).base16() != cid:
                raise DigestDiffers("cid", found=cid, given=item.cid[:80])
            if item.size_bytes not in (-1, size):
                raise DigestDiffers("size", found=size, given=item.size_bytes)
            return _with(kept, claim_of(item, digest, cid, size))
        except LedgerError as exc:
            return PreparedClaim.refused(item.place, exc)
        except OSError as exc:
            return _unreadable(item.place, exc)
        except ValueError as exc:  # a path that no file can have
            return PreparedClaim.refused(item.place, told(exc))

    def _prepare_files(self, block: FileBlock) -> list[PreparedClaim]:
        places = [shown(block.within + name) for name in block.names]
        try:
            folder = os.open(block.folder, _OPEN_FOLDER)
        except OSError as exc:
            return [_unreadable(place, exc) for place in places]
        claims = []
        try:
            for place, name in zip(places, block.names, strict=True):
                try:
                    found, kept = self._hash(name, folder, block.license)
                    claims.append(_with(kept, claim_of_file(place, name, *found, block.license)))
                except LedgerError as exc:
                    claims.append(PreparedClaim.refused(place, exc))
                except OSError as exc:
                    claims.append(_unreadable(place, exc))
        finally:
            os.close(folder)
        return claims

    def _hash(
        self, path: str, folder: int | None, license_name: str, checksums: str = ""
    ) -> tuple[tuple[bytes, str, int], _Kept]:
        """Return digest, CID (base16) and size of a file, which has these checksums, and how it is kept.

        folder: a descriptor that the path is relative to. A file that is encrypted is read each time, since
        only who encrypts it has its key.
        """
        seal = self._seal(license_name)
        handle = os.open(path, _OPEN_FILE, dir_fd=folder)
        try:
            found = os.fstat(handle)
            if not stat.S_ISREG(found.st_mode):
                raise InvalidManifest("not-a-file")
            size = found.st_size
            check_size(size, self._largest_bytes)
            known = None if checksums or seal else self.journal.known(found)
            if known is not None:
                return (*known, size), _Kept(0 if self._content is None else KEPT)
            digest, cid, kept = self._read(handle, checksums, size, seal)
        finally:
            os.close(handle)
        if seal is None:
            self.journal.note(found, digest, cid)
        return (digest, cid, size), kept

    def _seal(self, license_name: str) -> Seal | None:
        """Return what encrypts a file under this license, None if it is kept as it is, or not at all."""
        if self._content is None or license_name in self._open_licenses:
            return None
        # Not imported above: few imports keep the bytes.
        from ledger_service.services.content.seal_content import new_seal  # noqa: PLC0415

        return new_seal(self._origin)

    def _read(
        self, handle: int, checksums: str, size_bytes: int, seal: Seal | None
    ) -> tuple[bytes, str, _Kept]:
        """Return digest and CID of the bytes, read once, and how they are kept, if a store was given."""
        if self._content is None and not checksums:
            return *digest_and_cid(handle, size_bytes), _Kept()
        kept = _Kept()
        wanted = dict(item.split(":", 1) for item in checksums.split())
        others = {name: hashlib.new(name, usedforsecurity=False) for name in wanted}
        whole = hashlib.sha256()
        with os.fdopen(handle, "rb", LARGEST_RAW_BYTES, closefd=False) as file:
            if self._content is None:
                builder = FileBuilder(_keep_nothing)
                for piece in _pieces(file, size_bytes, (whole, *others.values())):
                    builder.write(piece)
                cid = builder.finish().base16()
                _check(wanted, others)
            else:
                with self._content.upload(seal) as upload:
                    for piece in _pieces(file, size_bytes, (whole, *others.values())):
                        upload.write(piece)
                    name = upload.finish()
                    _check(wanted, others)
                    word = KEPT if self._content.has_sound(name) else KEPT_NEWLY
                    upload.commit()
                    sealed = (seal.key, upload.stored().base16()) if seal else None
                    kept, cid = _Kept(word, sealed), name.base16()
        return whole.digest(), cid, kept


def _with(kept: _Kept, claim: PreparedClaim) -> PreparedClaim:
    return claim._replace(**kept._asdict()) if kept.kept else claim


def prepared(
    block: LineBlock | RowBlock, largest_bytes: int
) -> Iterator[PreparedClaim | ImportItem]:
    """Yield what each line or row of a block is, in order; a claim unless its file must be hashed."""
    if isinstance(block, RowBlock):
        return prepare_rows(block, largest_bytes)
    return prepare_block(block, largest_bytes)


def digest_and_cid(handle: int, size_bytes: int) -> tuple[bytes, str]:
    """Return digest and CID (base16) of an open file of this size, read once.

    Up to 1 MiB the CID has the digest, and the bytes are hashed once, too.

    Raises:
        InvalidManifest: the file has another size meanwhile.
    """
    if size_bytes <= LARGEST_RAW_BYTES:
        data = os.read(handle, size_bytes + 1)
        if len(data) != size_bytes:
            raise _changed()
        digest = hashlib.sha256(data).digest()
        return digest, RAW_BASE16 + digest.hex()
    whole, builder = hashlib.sha256(), FileBuilder(_keep_nothing)
    with os.fdopen(handle, "rb", LARGEST_RAW_BYTES, closefd=False) as file:
        for piece in _pieces(file, size_bytes, (whole,)):
            builder.write(piece)
    return whole.digest(), builder.finish().base16()


def _pieces(file: BinaryIO, size_bytes: int, states: Sequence[Any]) -> Iterator[bytes]:
    """Yield the bytes of a file of this size a chunk at a time, when these hashes have taken them."""
    count = 0
    while piece := file.read(LARGEST_RAW_BYTES):
        for state in states:
            state.update(piece)
        count += len(piece)
        yield piece
    if count != size_bytes:
        raise _changed()


def _changed() -> InvalidManifest:
    return InvalidManifest("file-changed")


def _check(wanted: dict[str, str], states: Mapping[str, Any]) -> None:
    for name, text in wanted.items():
        found = states[name].hexdigest()
        if found != text:
            raise DigestDiffers("fixity", algorithm=name, found=found, given=text[:128])


def _keep_nothing(cid: Cid, data: object) -> None:
    """Take a block of a file that stays where it is."""


def _unreadable(place: str, error: OSError) -> PreparedClaim:
    fault = InvalidManifest("file-unreadable", cause=str(error.strerror or error))
    return PreparedClaim.refused(place, fault)


# What follows is spoken between processes of one program.


def pack_hashing(hashing: Hashing) -> bytes:
    """Return how files are taken in, as a process is told first."""
    places: Any = None if hashing.places is None else tuple(hashing.places)
    told = str(hashing.journal), hashing.largest_bytes, places
    return marshal.dumps((*told, hashing.origin, hashing.open_licenses))


def unpack_hashing(data: bytes) -> Hashing:
    """Return how files are taken in."""
    journal, largest, places, *how = marshal.loads(data)  # noqa: S302 - by the process that started us
    return Hashing(Path(journal), largest, None if places is None else Places(*places), *how)


def pack(pieces: Iterable[Piece]) -> bytes:
    """Return pieces as a process is sent them."""
    return marshal.dumps([(_KINDS.index(type(piece)), tuple(piece)) for piece in pieces])


def unpack_claims(data: bytes) -> list[PreparedClaim]:
    """Return the claims that a process sent."""
    return list(map(_as_claim, marshal.loads(data)))  # noqa: S302 - by a process of our own


def send(file: BinaryIO, data: bytes) -> None:
    """Write bytes, their number before them."""
    file.write(len(data).to_bytes(LENGTH_BYTES, "big") + data)
    file.flush()


def receive(file: BinaryIO) -> bytes:
    """Return the next bytes; raise EOFError if the other side is gone."""
    size = int.from_bytes(file.read(LENGTH_BYTES), "big")
    data = file.read(size)
    if not data or len(data) != size:
        raise EOFError
    return data


def main() -> None:
    """Prepare batches from standard input, each to standard output, until there are no more.

    How files are taken in comes first: an argument could be seen by others, and may hold a password.
    """
    os.nice(NICENESS)
    source, target = sys.stdin.buffer, sys.stdout.buffer
    sys.stdout = sys.stderr  # nothing else may stand among the claims
    try:
        preparer = Preparer(unpack_hashing(receive(source)))
        while True:
            batch = marshal.loads(receive(source))  # noqa: S302 - by the process that started us
            pieces = [_KINDS[kind](*values) for kind, values in batch]
            claims = [claim for piece in pieces for claim in preparer.prepare(piece)]
            send(target, marshal.dumps(list(map(tuple, claims))))
            preparer.journal.write()  # while the other side takes the claims
    except EOFError:
        return
    except BrokenPipeError:  # whoever asked was killed; nothing is left to flush at the end
        os.dup2(os.open(os.devnull, os.O_WRONLY), target.fileno())


if __name__ == "__main__":
    main()
