"""Several processes and threads on one store, and processes that die in the middle."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import ipfs
from ipfs.block_store import FileBlockStore
from ipfs.cid import Cid
from ipfs.unixfs import FileBuilder, read_file

MIB = 1 << 20
ROOT_FOLDER = Path(next(iter(ipfs.__path__))).parent
CONTENT = b"".join(bytes([index]) * MIB for index in range(4)) + b"end"

PRELUDE = """
import sys
from pathlib import Path
from ipfs.block_store import FileBlockStore
from ipfs.errors import StoreFull
from ipfs.unixfs import FileBuilder

CONTENT = b"".join(bytes([index]) * (1 << 20) for index in range(4)) + b"end"
store = FileBlockStore(Path(sys.argv[1]))

def stage(staging):
    builder = FileBuilder(staging.put)
    builder.write(CONTENT)
    return builder.finish()
"""

STAGE_TOGETHER = """
for _ in range(5):
    with store.stage() as staging:
        root = stage(staging)
        print("ready", flush=True)
        sys.stdin.readline()
        staging.commit()
print(root)
"""

DIE_STAGING = """
with store.stage() as staging:
    stage(staging)
    print("ready", flush=True)
    sys.stdin.readline()
"""

MEET_A_LIMIT = """
import resource
resource.setrlimit(resource.RLIMIT_FSIZE, (512 * 1024, 512 * 1024))
try:
    with store.stage() as staging:
        stage(staging)
except StoreFull as exc:
    print(exc)
"""


def start(script: str, folder: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", PRELUDE + script, str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT_FOLDER)},
    )


def read_line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def go_on(process: subprocess.Popen[str]) -> None:
    assert process.stdin is not None
    process.stdin.write("\n")
    process.stdin.flush()


def all_sound(store: FileBlockStore) -> bool:
    return all(check.fault is None for check in store.verify_all())


def test_two_processes_may_stage_and_commit_the_same_file_at_once(
    store: FileBlockStore, tmp_path: Path
) -> None:
    with (
        start(STAGE_TOGETHER, tmp_path / "store") as one,
        start(STAGE_TOGETHER, tmp_path / "store") as other,
    ):
        for _ in range(5):
            assert [read_line(one), read_line(other)] == ["ready", "ready"]
            go_on(one)
            go_on(other)
        roots = {read_line(one), read_line(other)}
    assert (one.returncode, other.returncode) == (0, 0)
    (root,) = roots
    assert b"".join(read_file(store.get, Cid.parse(root))) == CONTENT
    assert store.usage().blocks == 6
    assert all_sound(store)
    assert list((tmp_path / "store" / "staging").iterdir()) == []


def test_what_a_killed_process_left_is_swept_and_was_never_visible(
    store: FileBlockStore, tmp_path: Path
) -> None:
    with start(DIE_STAGING, tmp_path / "store") as process:
        assert read_line(process) == "ready"
        assert store.sweep_staging(older_than_seconds=0) == 0
        process.kill()
        process.wait()
    assert store.usage().blocks == 0
    assert len(list((tmp_path / "store" / "staging").iterdir())) == 1
    assert store.sweep_staging(older_than_seconds=0) == 1
    assert list((tmp_path / "store" / "staging").iterdir()) == []


def test_a_process_at_its_file_size_limit_finds_the_store_full(
    store: FileBlockStore, tmp_path: Path
) -> None:
    with start(MEET_A_LIMIT, tmp_path / "store") as process:
        message = read_line(process)
    assert process.returncode == 0
    assert message.startswith("no room in the block store at")
    assert store.usage().blocks == 0
    assert list((tmp_path / "store" / "staging").iterdir()) == []


def test_threads_may_share_one_store(store: FileBlockStore) -> None:
    def work(index: int) -> None:
        content = CONTENT[: (1 + index % 4) * MIB]
        with store.stage() as staging:
            builder = FileBuilder(staging.put)
            builder.write(content)
            root = builder.finish()
            staging.commit()
        assert b"".join(read_file(store.get, root)) == content

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(24)))
    assert store.usage().blocks == 4 + 3
    assert all_sound(store)
