"""The content store on disk: what went in comes out, and a bad block never leaves."""

import gc
import tracemalloc

import httpx
import pytest

from ipfs.block_store import FileBlockStore
from ipfs.cid import Cid
from ledger_service.adapters.content.blocks import (
    BLOCKS_HELD,
    LARGE_READINGS,
    PIECE_BYTES,
    IpfsContent,
)
from ledger_service.domain.content.content_id import ContentId
from ledger_service.domain.errors import (
    ContentCorrupt,
    ContentNotFound,
    ContentStoreUnavailable,
    LedgerError,
)

MIB = 2**20


@pytest.fixture
def store(tmp_path):
    return FileBlockStore.create(tmp_path / "blocks")


@pytest.fixture
def content(store):
    return IpfsContent(store)


def put(content, data):
    with content.upload() as upload:
        for start in range(0, len(data), 100_000):
            upload.write(data[start : start + 100_000])
        cid = upload.finish()
        upload.commit()
    return cid


def files(store_folder):
    return sorted(path for path in (store_folder / "blocks").rglob("*") if path.is_file())


@pytest.mark.parametrize("size", [1, 255, MIB - 1, MIB, MIB + 1, 3 * MIB + 7])
def test_what_went_in_comes_out(content, fresh_bytes, size):
    data = fresh_bytes(size)
    cid = put(content, data)
    assert content.size(cid) == size
    assert b"".join(content.read(cid, 0, size)) == data
    for start, end in ((0, 1), (size // 2, size), (size - 1, size), (0, size)):
        assert b"".join(content.read(cid, start, end)) == data[start:end]


def test_the_same_bytes_have_the_same_cid_and_are_kept_once(content, tmp_path, fresh_bytes):
    data = fresh_bytes(MIB + 5)
    assert put(content, data) == put(content, data)
    assert len(files(tmp_path / "blocks")) == 3


def test_nothing_is_kept_without_a_commit(content, tmp_path, fresh_bytes):
    with content.upload() as upload:
        upload.write(fresh_bytes(2 * MIB))
        upload.finish()
    assert files(tmp_path / "blocks") == []
    with pytest.raises(RuntimeError), content.upload() as upload:
        upload.write(fresh_bytes(2 * MIB))
        raise RuntimeError
    assert files(tmp_path / "blocks") == []
    assert not any((tmp_path / "blocks" / "staging").iterdir())


def test_content_that_is_not_there_is_not_found(content):
    cid = ContentId(0x55, bytes(32))
    with pytest.raises(ContentNotFound):
        content.size(cid)
    with pytest.raises(ContentNotFound):
        list(content.read(cid, 0, 1))


def test_a_store_that_went_away_is_unavailable(content, tmp_path, fresh_bytes):
    cid = put(content, fresh_bytes())
    (tmp_path / "blocks").rename(tmp_path / "elsewhere")
    with pytest.raises(ContentStoreUnavailable):
        content.size(cid)
    with pytest.raises(ContentStoreUnavailable), content.upload():
        pass


@pytest.mark.parametrize("damage", ["flip", "cut", "grow", "empty"])
def test_a_damaged_block_is_corrupt_and_none_of_it_leaves(content, tmp_path, fresh_bytes, damage):
    cid = put(content, fresh_bytes(2 * MIB + 9))
    for path in files(tmp_path / "blocks"):
        sound = path.read_bytes()
        path.write_bytes(damaged(sound, damage))
        given = []
        with pytest.raises(LedgerError) as caught:
            given.extend(content.read(cid, 0, 2 * MIB + 9))
        assert type(caught.value) is ContentCorrupt
        assert path.read_bytes() not in given
        path.write_bytes(sound)
    assert sum(map(len, content.read(cid, 0, 2 * MIB + 9))) == 2 * MIB + 9


def damaged(block, how):
    middle = len(block) // 2
    return {
        "flip": block[:middle] + bytes([block[middle] ^ 1]) + block[middle + 1 :],
        "cut": block[:-1],
        "grow": block + b"\0",
        "empty": b"",
    }[how]


@pytest.fixture(scope="module")
def opened(library, reader):
    """Return an opening of three blocks, its bytes, and the files of its first two leaves."""
    data = b"".join(bytes([65 + number]) * MIB for number in range(2)) + b"C" * 1000
    digest = library.register(data)["digest"]
    library.grant(digest)
    answer = reader.post("/openings", json={"digest": digest}).json()
    folder = library.config.blocks / "blocks"
    leaves = [Cid.of(0x55, data[start : start + MIB]).base16() for start in (0, MIB)]
    paths = [next(folder.rglob(name)) for name in leaves]
    return answer["content"].removeprefix("/api/v1"), data, paths


class TestServed:
    """The same over HTTP: a reader never gets a byte of a bad block."""

    @pytest.fixture
    def spoil(self):
        """Return a function that changes one byte of a block; it is mended after the test."""
        kept = []

        def change(path):
            kept.append((path, path.read_bytes()))
            path.write_bytes(b"!" + kept[-1][1][1:])

        yield change
        for path, sound in kept:
            path.write_bytes(sound)

    def test_a_bad_first_block_is_a_problem_without_its_bytes(self, opened, reader, spoil):
        path, _, blocks = opened
        spoil(blocks[0])
        answer = reader.get(path)
        assert answer.status_code == 500
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["type"].endswith("/problems/content-corrupt")
        assert "AAAA" not in answer.text
        assert "!" not in answer.text

    def test_a_bad_later_block_breaks_the_connection_before_its_bytes(self, opened, reader, spoil):
        path, data, blocks = opened
        spoil(blocks[1])
        received = b""
        with pytest.raises(httpx.RemoteProtocolError), reader.stream("GET", path) as answer:
            for part in answer.iter_bytes():
                received += part
        assert data.startswith(received)
        assert len(received) <= MIB

    def test_a_sound_range_beside_a_bad_block_is_served(self, opened, reader, spoil):
        path, data, blocks = opened
        spoil(blocks[0])
        answer = reader.get(path, headers={"Range": f"bytes={MIB}-"})
        assert (answer.status_code, answer.content) == (206, data[MIB:])

    def test_a_block_that_is_gone_is_a_problem(self, opened, reader, spoil):
        path, _, blocks = opened
        spoil(blocks[0])
        blocks[0].unlink()
        answer = reader.get(path)
        assert answer.status_code == 404
        assert answer.json()["type"].endswith("/problems/content-not-found")


def test_many_slow_readings_hold_a_few_blocks_together(content, fresh_bytes):
    data = fresh_bytes(3 * MIB)
    cid = put(content, data)
    readings = [content.read(cid, 0, len(data)) for _ in range(100)]
    gc.collect()
    tracemalloc.start()
    pieces = [next(reading) for reading in readings]
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert held < 100 * PIECE_BYTES + (BLOCKS_HELD + LARGE_READINGS + 8) * MIB
    for piece, reading in zip(pieces, readings, strict=True):
        assert piece + b"".join(reading) == data
