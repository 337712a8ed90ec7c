"""Staging: all or nothing, whether the caller gives up or the disk does."""

import errno
import os
import time
from collections.abc import Callable
from pathlib import Path
from threading import Lock

import pytest

from ipfs.block_store import FileBlockStore
from ipfs.cid import DAG_PB, RAW, Cid
from ipfs.disk import sync_folder
from ipfs.errors import BlockCorrupt, InvalidDag, StoreFull, StoreUnavailable
from ipfs.unixfs import FileBuilder, read_file

MIB = 1 << 20
HELLO = Cid.of(RAW, b"hello")


def files_below(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def failing_after(calls: int, number: int) -> Callable[[int, memoryview], int]:
    """Return an os.write that works for some calls, then takes half, then fails: a full disk."""
    left = calls
    write = os.write

    def limited(descriptor: int, data: memoryview) -> int:
        nonlocal left
        left -= 1
        if left < 0:
            raise OSError(number, os.strerror(number))
        return write(descriptor, data if left else data[: len(data) // 2 + 1])

    return limited


def test_nothing_is_visible_before_commit(store: FileBlockStore) -> None:
    with store.stage() as staging:
        staging.put(HELLO, b"hello")
        assert not store.has(HELLO)
        staging.commit()
        assert store.has(HELLO)


def test_leaving_without_commit_leaves_nothing(store: FileBlockStore, tmp_path: Path) -> None:
    with store.stage() as staging:
        staging.put(HELLO, b"hello")
    assert files_below(tmp_path) == []
    assert list((tmp_path / "store" / "staging").iterdir()) == []
    assert not store.has(HELLO)


def test_an_error_in_the_middle_leaves_nothing(store: FileBlockStore, tmp_path: Path) -> None:
    def upload() -> None:
        with store.stage() as staging:
            staging.put(HELLO, b"hello")
            raise RuntimeError("upload broke")

    with pytest.raises(RuntimeError, match="upload broke"):
        upload()
    assert files_below(tmp_path) == []
    assert list((tmp_path / "store" / "staging").iterdir()) == []


def test_an_error_of_the_caller_is_not_taken_for_one_of_the_store(store: FileBlockStore) -> None:
    with pytest.raises(FileNotFoundError), store.stage():
        Path("/nowhere/to/be/found").read_bytes()


def test_commit_leaves_no_staging_folder(store: FileBlockStore, tmp_path: Path) -> None:
    with store.stage() as staging:
        staging.put(HELLO, b"hello")
        staging.commit()
    assert list((tmp_path / "store" / "staging").iterdir()) == []
    assert len(files_below(tmp_path)) == 1


def test_an_empty_commit_is_no_error(store: FileBlockStore) -> None:
    with store.stage() as staging:
        staging.commit()
    assert store.usage().blocks == 0


def test_the_same_block_may_be_put_many_times(store: FileBlockStore) -> None:
    with store.stage() as staging:
        builder = FileBuilder(staging.put)
        for _ in range(8):
            builder.write(bytes(MIB))
        root = builder.finish()
        staging.commit()
    assert store.usage().blocks == 2
    assert sum(map(len, read_file(store.get, root))) == 8 * MIB


def test_a_sound_block_of_the_store_is_kept_as_it_is(store: FileBlockStore, tmp_path: Path) -> None:
    for _ in range(2):
        with store.stage() as staging:
            staging.put(HELLO, b"hello")
            staging.commit()
        (path,) = files_below(tmp_path)
        inode = path.stat().st_ino
    with store.stage() as staging:
        staging.put(HELLO, b"hello")
        assert files_below(tmp_path / "store" / "staging") == []
        staging.commit()
    assert path.stat().st_ino == inode


def test_a_false_cid_displaces_nothing_sound_and_is_found_when_read(store: FileBlockStore) -> None:
    other = Cid.of(RAW, b"other")
    with store.stage() as staging:
        staging.put(HELLO, b"hello")
        staging.put(other, b"not this")
        staging.commit()
    with store.stage() as staging:
        staging.put(HELLO, b"jello")
        staging.commit()
    assert store.get(HELLO) == b"hello"
    with pytest.raises(BlockCorrupt):
        store.get(other)


def test_a_staging_that_is_over_takes_nothing(store: FileBlockStore) -> None:
    with store.stage() as staging:
        staging.commit()
        with pytest.raises(ValueError, match="over"):
            staging.put(HELLO, b"hello")
        with pytest.raises(ValueError, match="over"):
            staging.commit()
    with store.stage() as left:
        pass
    with pytest.raises(ValueError, match="over"):
        left.put(HELLO, b"hello")


def test_a_block_too_large_for_any_node_is_refused(store: FileBlockStore) -> None:
    with store.stage() as staging:
        staging.put(Cid.of(RAW, bytes(2 * MIB)), bytes(2 * MIB))
        with pytest.raises(InvalidDag, match="2097153 bytes"):
            staging.put(Cid.of(RAW, bytes(2 * MIB + 1)), bytes(2 * MIB + 1))


def test_leaves_become_durable_before_the_nodes_above_them(
    store: FileBlockStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    order: list[str] = []
    replace = Path.replace

    def noting_replace(self: Path, target: Path) -> Path:
        order.append("leaf" if Cid.parse(self.name).codec == RAW else "node")
        return replace(self, target)

    def noting_sync(path: Path) -> None:
        order.append("sync")
        sync_folder(path)

    monkeypatch.setattr(Path, "replace", noting_replace)
    monkeypatch.setattr("ipfs.block_folder.sync_folder", noting_sync)
    with store.stage() as staging:
        builder = FileBuilder(staging.put)
        builder.write(b"a" * MIB + b"b")
        builder.finish()
        staging.commit()
    first_node = order.index("node")
    assert order[:2] == ["leaf", "leaf"]
    assert set(order[2:first_node]) == {"sync"}
    assert set(order[first_node + 1 :]) == {"sync"}


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EFBIG])
@pytest.mark.parametrize("calls", [0, 1, 3])
def test_a_full_disk_is_told_and_leaves_nothing(
    store: FileBlockStore,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    number: int,
    calls: int,
) -> None:
    with store.stage() as staging:
        builder = FileBuilder(staging.put)
        monkeypatch.setattr(os, "write", failing_after(calls, number))
        content = b"".join(bytes([index]) * MIB for index in range(5))
        with pytest.raises(StoreFull, match="no room"):
            builder.write(content)
        monkeypatch.undo()
        assert all(path.stat().st_size == MIB for path in files_below(tmp_path))
    assert files_below(tmp_path) == []


def test_room_found_again_lets_the_same_block_be_put(
    store: FileBlockStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    with store.stage() as staging:
        monkeypatch.setattr(os, "write", failing_after(1, errno.ENOSPC))
        with pytest.raises(StoreFull):
            staging.put(HELLO, b"hello")
        monkeypatch.undo()
        staging.put(HELLO, b"hello")
        staging.commit()
    assert store.get(HELLO) == b"hello"


def test_another_failure_of_the_disk_makes_the_store_unavailable(
    store: FileBlockStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    with store.stage() as staging:
        monkeypatch.setattr(os, "write", failing_after(0, errno.EIO))
        with pytest.raises(StoreUnavailable, match="Input/output error"):
            staging.put(HELLO, b"hello")


def test_blocks_that_vanish_before_commit_are_missed(store: FileBlockStore, tmp_path: Path) -> None:
    node = Cid.of(DAG_PB, b"node")
    for cid, block in ((HELLO, b"hello"), (node, b"node")):
        with store.stage() as staging:
            staging.put(cid, block)
            (path,) = files_below(tmp_path / "store" / "staging")
            path.unlink()
            with pytest.raises(StoreUnavailable):
                staging.commit()
        assert not store.has(cid)


def test_sweeping_removes_the_old_and_keeps_the_young_and_the_stray(
    store: FileBlockStore, tmp_path: Path
) -> None:
    staging = tmp_path / "store" / "staging"
    for name, age in (("old", 7200), ("young", 60)):
        (staging / name).mkdir()
        (staging / name / "left").write_bytes(b"x")
        os.utime(staging / name, (0, time.time() - age))
    (staging / "stray.txt").write_bytes(b"x")
    os.utime(staging / "stray.txt", (0, 0))
    assert store.sweep_staging(older_than_seconds=3600) == 1
    assert sorted(path.name for path in staging.iterdir()) == ["stray.txt", "young"]


def test_sweeping_spares_a_staging_in_use_however_old(
    store: FileBlockStore, tmp_path: Path
) -> None:
    with store.stage() as staging:
        staging.put(HELLO, b"hello")
        (folder,) = (tmp_path / "store" / "staging").iterdir()
        os.utime(folder, (0, 0))
        assert store.sweep_staging(older_than_seconds=0) == 0
        staging.commit()
    assert store.get(HELLO) == b"hello"


@pytest.mark.parametrize("bad", [1, 2, 3, 20])
def test_a_block_that_the_disk_does_not_take_keeps_all_out(
    store: FileBlockStore, monkeypatch: pytest.MonkeyPatch, bad: int
) -> None:
    left, lock, sync = bad, Lock(), os.fsync

    def failing(descriptor: int) -> None:
        nonlocal left
        with lock:
            left -= 1
            if left == 0:
                raise OSError(errno.EIO, os.strerror(errno.EIO))
        sync(descriptor)

    blocks = [b"block %d" % number for number in range(20)]
    before = set(os.listdir("/proc/self/fd"))
    with store.stage() as staging:
        monkeypatch.setattr(os, "fsync", failing)
        with pytest.raises(StoreUnavailable):
            for block in blocks:
                staging.put(Cid.of(RAW, block), block)
            staging.commit()
    monkeypatch.undo()
    assert not any(store.has(Cid.of(RAW, block)) for block in blocks)
    assert set(os.listdir("/proc/self/fd")) == before
