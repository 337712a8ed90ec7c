"""Sealed content on disk: ranges come out as they went in, and nothing that was changed ever leaves."""

from __future__ import annotations

import gc
import hashlib
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ipfs.block_store import FileBlockStore
from ledger_service.adapters.content.blocks import (
    BLOCKS_HELD,
    LARGE_READINGS,
    PIECE_BYTES,
    IpfsContent,
)
from ledger_service.domain.content.content_id import ContentId
from ledger_service.domain.content.sealing import sealed_bytes
from ledger_service.domain.errors import ContentCorrupt, ContentNotFound
from ledger_service.ports.content import Seal
from ledger_service.services.content.seal_content import new_seal
from tests.ports.content.listed import data_of

MIB = 2**20
FIRST, NEXT = MIB - 56, MIB - 16  # plain bytes in the first segment and in each other one
EDGES = [0, 1, FIRST - 1, FIRST, FIRST + 1, FIRST + NEXT - 1, FIRST + NEXT, FIRST + NEXT + 1]
ORIGIN = "library.test/sealed"


class Put:
    """Bytes that were sealed: their CID, where they lie, and what opens them."""

    def __init__(self, content: IpfsContent, data: bytes, seal: Seal | None = None) -> None:
        self.content, self.data = content, data
        self.seal = seal or new_seal(ORIGIN)
        with content.upload(self.seal) as upload:
            for start in range(0, len(data), 100_000):
                upload.write(data[start : start + 100_000])
            self.cid = upload.finish()
            self.stored = upload.stored()
            upload.commit()

    def read(self, start: int = 0, end: int | None = None) -> bytes:
        size = len(self.data)
        pieces = self.content.read_sealed(
            self.stored, self.seal, size, start, size if end is None else end
        )
        return b"".join(pieces)


@pytest.fixture
def content(tmp_path: Path) -> IpfsContent:
    return IpfsContent(FileBlockStore.create(tmp_path / "blocks"))


@pytest.mark.parametrize("size", EDGES)
def test_what_went_in_comes_out_whole_and_in_ranges(content: IpfsContent, size: int) -> None:
    data = data_of(size)
    put = Put(content, data)
    assert content.size(put.stored) == sealed_bytes(size)
    assert put.read() == data
    for edge in (0, 1, FIRST - 1, FIRST, FIRST + NEXT, size - 1, size):
        for start in (max(0, edge - 1), max(0, edge)):
            assert put.read(start, edge + 2) == data[start : edge + 2]


def test_any_range_comes_out(tmp_path_factory: pytest.TempPathFactory) -> None:
    blocks = FileBlockStore.create(tmp_path_factory.mktemp("ranges") / "blocks")
    put = Put(IpfsContent(blocks), data_of(3 * MIB + 7))
    positions = st.integers(0, len(put.data) + 5)

    @given(positions, positions)
    def holds(one: int, other: int) -> None:
        start, end = sorted((one, other))
        assert put.read(start, end) == put.data[start:end]

    holds()


def test_the_name_is_that_of_the_plain_bytes_and_nothing_plain_rests(
    content: IpfsContent, tmp_path: Path
) -> None:
    data = b"A marker that would be found. " * 100_000
    seal = new_seal(ORIGIN)
    with content.upload(seal) as upload:
        upload.write(data)
        assert not any(data[:30] in path.read_bytes() for path in files(tmp_path))
        cid = upload.finish()
        upload.commit()
    assert files(tmp_path)
    assert not any(data[:30] in path.read_bytes() for path in files(tmp_path))
    with content.upload() as plain:
        plain.write(data)
        assert (plain.finish(), plain.stored()) == (cid, cid)


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_the_same_bytes_lie_elsewhere_each_time(content: IpfsContent) -> None:
    seal = new_seal(ORIGIN)
    one, other = Put(content, b"twice", seal), Put(content, b"twice", seal)
    assert one.cid == other.cid == ContentId(0x55, hashlib.sha256(b"twice").digest())
    assert one.stored != other.stored


def test_a_seal_does_not_show_its_key() -> None:
    seal = new_seal(ORIGIN)
    for text in (repr(seal), str(seal), f"{seal}"):
        assert repr(seal.key)[2:-1] not in text
        assert seal.key.hex() not in text


@pytest.mark.parametrize("part", ["key", "bound_to"])
def test_another_seal_opens_nothing(content: IpfsContent, part: str) -> None:
    put = Put(content, data_of(FIRST + 9))
    changed = bytes([getattr(put.seal, part)[0] ^ 1]) + getattr(put.seal, part)[1:]
    put.seal = put.seal._replace(**{part: changed})
    with pytest.raises(ContentCorrupt):
        put.read()


@pytest.mark.parametrize("told", [-1, 1, NEXT])
def test_content_of_another_size_than_was_told_is_corrupt(content: IpfsContent, told: int) -> None:
    for size in (5, FIRST, FIRST + NEXT + 3):
        put = Put(content, data_of(size))
        with pytest.raises(ContentCorrupt):
            list(content.read_sealed(put.stored, put.seal, size + told, 0, size + told))


def test_content_that_is_not_there_is_not_found(content: IpfsContent) -> None:
    absent = content.read_sealed(ContentId(0x55, bytes(32)), new_seal(ORIGIN), 1, 0, 1)
    with pytest.raises(ContentNotFound):
        list(absent)


def test_many_slow_readings_hold_a_few_segments_together(content: IpfsContent) -> None:
    put = Put(content, data_of(3 * MIB))
    size = len(put.data)
    readings = [content.read_sealed(put.stored, put.seal, size, 0, size) for _ in range(100)]
    gc.collect()
    tracemalloc.start()
    pieces = [next(reading) for reading in readings]
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert held < 100 * PIECE_BYTES + (BLOCKS_HELD + LARGE_READINGS + 8) * MIB
    for piece, reading in zip(pieces, readings, strict=True):
        assert piece + b"".join(reading) == put.data


def _others(content: IpfsContent, put: Put, count: int) -> list[Iterator[bytes]]:
    """Return so many readings that are under way."""
    size = len(put.data)
    others = [content.read_sealed(put.stored, put.seal, size, 0, size) for _ in range(count)]
    for other in others:
        next(other)
    return others


@pytest.mark.parametrize("others", [0, LARGE_READINGS])
def test_a_reading_of_many_segments_holds_one_of_them_and_none_at_its_end(
    content: IpfsContent, others: int
) -> None:
    put = Put(content, data_of(12 * MIB))
    size = len(put.data)
    under_way = _others(content, put, others)
    reading = content.read_sealed(put.stored, put.seal, size, 0, size)
    next(reading)
    gc.collect()
    tracemalloc.start()
    for _ in range(40 if under_way else 10):  # ten segments
        next(reading)
    amid, _ = tracemalloc.get_traced_memory()
    reading.close()
    gc.collect()
    after, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert amid < 3 * MIB
    assert after < MIB / 2


def test_few_readings_at_a_time_have_large_pieces(content: IpfsContent) -> None:
    put = Put(content, data_of(FIRST + NEXT + 3))
    size = len(put.data)

    def first_of(reading: Iterator[bytes]) -> int:
        return len(next(reading))

    readings = _others(content, put, LARGE_READINGS)
    another = content.read_sealed(put.stored, put.seal, size, 0, size)
    assert first_of(another) == PIECE_BYTES
    for piece in another:
        assert len(piece) <= PIECE_BYTES
    readings.pop().close()
    again = content.read_sealed(put.stored, put.seal, size, 0, size)
    assert first_of(again) == FIRST
    assert [len(piece) for piece in again] == [NEXT, 3]
    list(content.read_sealed(put.stored, put.seal, size, 0, size))  # ended: its room is free again
    assert first_of(content.read_sealed(put.stored, put.seal, size, 0, size)) == FIRST
