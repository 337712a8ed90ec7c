"""Random faults in stored ciphertext and wrapped keys: no wrong byte is ever given out."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from ipfs.block_folder import BlockFolder
from ipfs.block_store import FileBlockStore
from ipfs.cid import RAW, Cid
from ipfs.dag_pb import decode_file_node
from ledger_service.adapters.content.blocks import IpfsContent
from ledger_service.domain.content.content_id import ContentId
from ledger_service.domain.errors import ContentCorrupt, ContentKeyWrong, ContentNotFound
from ledger_service.domain.identifiers import Digest
from ledger_service.services.content.seal_content import new_seal, open_seal, wrap_seal
from scripts.report.kept import keep
from tests.ports.content.listed import data_of
from tests.simulators.content.keeper import KeeperSimulator

MIB = 2**20
ORIGIN = "library.test/faults"
SIZES = (1, 70_000, MIB - 56, MIB + 5, 3 * MIB + 9)
SEED = 20261129
COMMAND = "python -m pytest -m slow tests/ports/content/test_sealed_faults.py"


@dataclass
class Kept:
    """A resource in an epoch: what the database and the ledger say of it, and what is right."""

    data: bytes
    digest: Digest
    epoch: int
    stored: ContentId
    wrapped: bytes


class Shelf:
    """Five resources, each sealed in two epochs, in a folder where faults are planted and mended."""

    def __init__(self, folder: Path) -> None:
        self.store = FileBlockStore.create(folder / "blocks")
        self.folder = BlockFolder(folder / "blocks" / "blocks")
        self.keeper = KeeperSimulator("faults")
        self.warm = IpfsContent(self.store)
        self.old = [self._put(size, 1) for size in SIZES]
        self.new = [self._put(size, 2) for size in SIZES]

    def _put(self, size: int, epoch: int) -> Kept:
        data, seal = data_of(size), new_seal(ORIGIN)
        with self.warm.upload(seal) as upload:
            upload.write(data)
            digest = Digest(upload.finish().digest)
            stored = upload.stored()
            upload.commit()
        wrapped = wrap_seal(self.keeper, seal, ORIGIN, digest, epoch)
        return Kept(data, digest, epoch, stored, wrapped)

    def blocks(self, kept: Kept) -> list[Path]:
        """Return the files of all its blocks: leaves in order, then the root if it is not the only leaf."""
        root = Cid(kept.stored.codec, kept.stored.digest)
        if root.codec == RAW:
            return [self.folder.path(root)]
        links = decode_file_node(self.store.get(root), 1024)
        return [self.folder.path(cid) for cid in (*(link.cid for link in links), root)]

    def wrong_bytes(self, kept: Kept, rng: random.Random) -> bool | None:
        """Read a range of it; return whether a wrong byte came out, None if the fault was noticed."""
        content = self.warm if rng.random() < 0.3 else IpfsContent(self.store)
        size = len(kept.data)
        start, end = sorted((rng.randrange(size + 1), rng.randrange(size + 1)))
        if rng.random() < 0.5:
            start, end = 0, size
        given = b""
        try:
            seal = open_seal(self.keeper, kept.wrapped, ORIGIN, kept.digest, kept.epoch)
            for piece in content.read_sealed(kept.stored, seal, size, start, end):
                given += piece
        except (ContentCorrupt, ContentNotFound, ContentKeyWrong):
            return True if given != kept.data[start : start + len(given)] else None
        return given != kept.data[start:end]


@contextmanager
def written(path: Path, data: bytes) -> Iterator[None]:
    """Let a block's file have other bytes until the end."""
    sound = path.read_bytes()
    try:
        path.unlink()
        path.write_bytes(data)
        yield
    finally:
        path.unlink()
        path.write_bytes(sound)


def flipped(data: bytes, rng: random.Random) -> bytes:
    changed = bytearray(data)
    changed[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
    return bytes(changed)


def cut(data: bytes, rng: random.Random) -> bytes:
    return data[: rng.randrange(len(data))]


def grown(data: bytes, rng: random.Random) -> bytes:
    return data + rng.randbytes(rng.randrange(1, 100))


Change = Callable[[bytes, random.Random], bytes]


def in_a_block(change: Change) -> Callable[[Shelf, random.Random], bool | None]:
    def fault(shelf: Shelf, rng: random.Random) -> bool | None:
        kept = rng.choice(shelf.new)
        path = rng.choice(shelf.blocks(kept))
        with written(path, change(path.read_bytes(), rng)):
            return shelf.wrong_bytes(kept, rng)

    return fault


def in_a_wrap(change: Change) -> Callable[[Shelf, random.Random], bool | None]:
    def fault(shelf: Shelf, rng: random.Random) -> bool | None:
        kept = rng.choice(shelf.new)
        spoiled = Kept(**{**vars(kept), "wrapped": change(kept.wrapped, rng)})
        return shelf.wrong_bytes(spoiled, rng)

    return fault


def swapped(shelf: Shelf, rng: random.Random) -> bool | None:
    """Two blocks of one file change places; of two in its midst only the numbers differ."""
    kept = shelf.new[-1]
    one, other = rng.sample(shelf.blocks(kept), 2)
    first, second = one.read_bytes(), other.read_bytes()
    with written(one, second), written(other, first):
        return shelf.wrong_bytes(kept, rng)


def spliced(shelf: Shelf, rng: random.Random) -> bool | None:
    """A block is that of another file, or begins as that does."""
    kept, other = rng.sample(shelf.new, 2)
    path, theirs = shelf.blocks(kept)[0], shelf.blocks(other)[0].read_bytes()
    ours = path.read_bytes()
    length = rng.choice([len(theirs), 40, rng.randrange(1, len(ours))])
    with written(path, theirs[:length] + (ours[length:] if length < len(theirs) else b"")):
        return shelf.wrong_bytes(kept, rng)


def replayed_block(shelf: Shelf, rng: random.Random) -> bool | None:
    """A block is that of the older epoch."""
    number = rng.randrange(len(SIZES))
    pairs = list(zip(shelf.blocks(shelf.new[number]), shelf.blocks(shelf.old[number]), strict=True))
    path, older = rng.choice(pairs)
    with written(path, older.read_bytes()):
        return shelf.wrong_bytes(shelf.new[number], rng)


def replayed_row(shelf: Shelf, rng: random.Random) -> bool | None:
    """What the database says is that of the older epoch, or of another resource, wholly or in part."""
    number = rng.randrange(len(SIZES))
    kept = shelf.new[number]
    other = rng.choice([shelf.old[number], *(one for one in shelf.new if one is not kept)])
    names = rng.choice([("stored",), ("wrapped",), ("stored", "wrapped")])
    spoiled = Kept(**{**vars(kept), **{name: getattr(other, name) for name in names}})
    return shelf.wrong_bytes(spoiled, rng)


FAULTS = {
    "bit flipped": in_a_block(flipped),
    "block cut": in_a_block(cut),
    "block grown": in_a_block(grown),
    "blocks swapped": swapped,
    "block spliced": spliced,
    "block replayed": replayed_block,
    "row replayed": replayed_row,
    "wrap flipped": in_a_wrap(flipped),
    "wrap cut": in_a_wrap(cut),
    "wrap grown": in_a_wrap(grown),
}


def planted(shelf: Shelf, count: int) -> Counter[str]:
    """Plant so many faults, each kind in turn; return how they ended."""
    told: Counter[str] = Counter()
    names = list(FAULTS)
    for number in range(count):
        name = names[number % len(names)]
        wrong = FAULTS[name](shelf, random.Random(f"{SEED}:{number}"))
        told["noticed" if wrong is None else f"wrong: {name}" if wrong else "not met"] += 1
    return told


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path)


def test_without_a_fault_all_bytes_come_out(shelf: Shelf) -> None:
    for number in range(20):
        assert shelf.wrong_bytes(shelf.new[number % len(SIZES)], random.Random(number)) is False


def test_no_fault_gives_a_wrong_byte(shelf: Shelf) -> None:
    told = planted(shelf, 300)
    assert set(told) == {"noticed", "not met"}
    assert told["noticed"] > told["not met"]


@pytest.mark.slow
def test_no_fault_of_ten_thousand_gives_a_wrong_byte(shelf: Shelf) -> None:
    told = planted(shelf, 10_000)
    wrong = sum(count for name, count in told.items() if name.startswith("wrong"))
    keep("sealed-faults", COMMAND, {"cases": told.total(), "failures": wrong}, SEED)
    assert wrong == 0, told
