"""FileBlockStore: a block read is a block checked, and an absent store is not an empty one."""

import os
import shutil
import stat
from pathlib import Path
from typing import Any

import pytest

from ipfs.block_store import FileBlockStore, Usage
from ipfs.cid import DAG_PB, RAW, Cid
from ipfs.errors import BlockCorrupt, BlockNotFound, InvalidCid, StoreUnavailable
from ipfs.protocols import BlockStore
from ipfs.unixfs import FileBuilder, read_file

HELLO = Cid.of(RAW, b"hello")


def put(store: FileBlockStore, *blocks: bytes) -> None:
    with store.stage() as staging:
        for block in blocks:
            staging.put(Cid.of(RAW, block), block)
        staging.commit()


def path_of(store: FileBlockStore, cid: Cid) -> Path:
    (path,) = (check.path for check in store.verify_all() if check.path.name == cid.base16())
    return path


def rewrite(path: Path, data: bytes) -> None:
    path.chmod(stat.S_IRUSR | stat.S_IWUSR)
    path.write_bytes(data)


def test_it_is_a_block_store(store: FileBlockStore) -> None:
    as_protocol: BlockStore = store
    with as_protocol.stage() as staging:
        staging.put(HELLO, b"hello")
        staging.commit()
    assert as_protocol.has(HELLO)
    assert as_protocol.get(HELLO) == b"hello"


def test_a_file_goes_in_and_comes_out(store: FileBlockStore) -> None:
    content = os.urandom(3 << 20) + b"end"
    with store.stage() as staging:
        builder = FileBuilder(staging.put)
        builder.write(content)
        root = builder.finish()
        staging.commit()
    assert b"".join(read_file(store.get, root)) == content
    assert store.usage().blocks == 5


def test_an_empty_block_is_a_block(store: FileBlockStore) -> None:
    put(store, b"")
    assert store.get(Cid.of(RAW, b"")) == b""


def test_an_absent_block_is_not_found(store: FileBlockStore) -> None:
    assert not store.has(HELLO)
    with pytest.raises(BlockNotFound, match=str(HELLO)):
        store.get(HELLO)


def test_the_codec_is_part_of_the_key(store: FileBlockStore) -> None:
    put(store, b"hello")
    assert not store.has(Cid(DAG_PB, HELLO.digest))


@pytest.mark.parametrize("damaged", [b"", b"hell", b"hellp", b"hello!", bytes(3 << 20)])
def test_a_damaged_block_is_never_returned(store: FileBlockStore, damaged: bytes) -> None:
    put(store, b"hello")
    rewrite(path_of(store, HELLO), damaged)
    assert store.has(HELLO)
    with pytest.raises(BlockCorrupt, match="damaged"):
        store.get(HELLO)


def test_putting_the_block_again_mends_it(store: FileBlockStore) -> None:
    put(store, b"hello")
    rewrite(path_of(store, HELLO), b"hell")
    put(store, b"hello")
    assert store.get(HELLO) == b"hello"


def test_a_deleted_block_is_not_found_and_can_be_put_again(store: FileBlockStore) -> None:
    put(store, b"hello")
    path_of(store, HELLO).unlink()
    with pytest.raises(BlockNotFound):
        store.get(HELLO)
    put(store, b"hello")
    assert store.get(HELLO) == b"hello"


def test_a_store_that_was_never_created_is_unavailable(tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailable, match="create the store first"):
        FileBlockStore(tmp_path / "absent")
    (tmp_path / "half" / "blocks").mkdir(parents=True)
    with pytest.raises(StoreUnavailable, match="staging"):
        FileBlockStore(tmp_path / "half")


def test_a_store_whose_folder_goes_away_is_unavailable_not_empty(
    store: FileBlockStore, tmp_path: Path
) -> None:
    put(store, b"hello")
    (tmp_path / "store").rename(tmp_path / "unmounted")
    for ask in (store.get, store.has):
        with pytest.raises(StoreUnavailable):
            ask(HELLO)
    with pytest.raises(StoreUnavailable):
        store.usage()
    with pytest.raises(StoreUnavailable):
        list(store.verify_all())
    with pytest.raises(StoreUnavailable):
        store.sweep_staging(0)
    with pytest.raises(StoreUnavailable), store.stage():
        pass


def test_creating_a_store_that_exists_keeps_its_blocks(
    store: FileBlockStore, tmp_path: Path
) -> None:
    put(store, b"hello")
    assert FileBlockStore.create(tmp_path / "store").get(HELLO) == b"hello"
    assert FileBlockStore(tmp_path / "store").get(HELLO) == b"hello"


def test_a_store_cannot_be_created_on_a_file(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(StoreUnavailable, match="cannot be used"):
        FileBlockStore.create(tmp_path / "file")


def test_an_unreadable_block_is_neither_absent_nor_damaged(store: FileBlockStore) -> None:
    put(store, b"hello")
    path = path_of(store, HELLO)
    path.unlink()
    path.mkdir()
    with pytest.raises(StoreUnavailable, match="cannot be used"):
        store.get(HELLO)


def test_usage_counts_blocks_and_their_bytes(store: FileBlockStore) -> None:
    assert store.usage() == Usage(0, 0)
    put(store, b"hello", b"", b"12345678")
    assert store.usage() == Usage(3, 13)


def test_verify_all_passes_what_is_sound_and_names_what_is_not(store: FileBlockStore) -> None:
    put(store, b"sound", b"damaged", b"misplaced")
    paths = {block: path_of(store, Cid.of(RAW, block)) for block in (b"damaged", b"misplaced")}
    rewrite(paths[b"damaged"], b"?")
    other_shard = paths[b"misplaced"].parent.parent / "zz"
    other_shard.mkdir()
    shutil.move(paths[b"misplaced"], other_shard)
    (other_shard.parent / "README.txt").write_text("left by a person")

    checks: dict[str, Any] = {check.path.name: check for check in store.verify_all()}
    assert len(checks) == 4
    assert checks[Cid.of(RAW, b"sound").base16()].fault is None
    damaged = checks[Cid.of(RAW, b"damaged").base16()]
    assert isinstance(damaged.fault, BlockCorrupt)
    assert damaged.cid == Cid.of(RAW, b"damaged")
    misplaced = checks[Cid.of(RAW, b"misplaced").base16()]
    assert isinstance(misplaced.fault, InvalidCid)
    assert misplaced.cid == Cid.of(RAW, b"misplaced")
    assert isinstance(checks["README.txt"].fault, InvalidCid)
    assert checks["README.txt"].cid is None
