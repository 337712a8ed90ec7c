"""What the tests of the ipfs package share: the vectors, their content, and blocks in memory."""

import hashlib
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import ChaCha20

from ipfs.block_store import FileBlockStore
from ipfs.cid import Cid
from ipfs.errors import BlockNotFound
from ipfs.protocols import BytesLike

MIB = 1 << 20
VECTORS = Path(__file__).parents[1] / "vectors" / "ipfs" / "unixfs-v1-2025.json"


class MemoryBlocks:
    """Blocks in a dict, and how often each was asked for."""

    def __init__(self) -> None:
        self.blocks: dict[Cid, bytes] = {}
        self.asked: list[Cid] = []

    def put(self, cid: Cid, data: BytesLike) -> None:
        self.blocks[cid] = bytes(data)

    def add(self, codec: int, block: bytes) -> Cid:
        cid = Cid.of(codec, block)
        self.blocks[cid] = block
        return cid

    def get(self, cid: Cid) -> bytes:
        self.asked.append(cid)
        try:
            return self.blocks[cid]
        except KeyError as exc:
            raise BlockNotFound(f"block {cid} is not in memory") from exc


def _keystream(seed: str, size_bytes: int) -> Iterator[bytes]:
    key = hashlib.sha256(seed.encode()).digest()
    encryptor = Cipher(ChaCha20(key, bytes(16)), mode=None).encryptor()
    zeros = bytes(MIB)
    for left in range(size_bytes, 0, -MIB):
        yield encryptor.update(zeros[:left])


@pytest.fixture(scope="session")
def keystream() -> Callable[[str, int], Iterator[bytes]]:
    """Return the content of the vectors in pieces of 1 MiB; see tests/vectors/ipfs/README.md."""
    return _keystream


@pytest.fixture(scope="session")
def vectors() -> dict[str, Any]:
    """Return tests/vectors/ipfs/unixfs-v1-2025.json."""
    loaded: dict[str, Any] = json.loads(VECTORS.read_text())
    return loaded


@pytest.fixture(scope="session")
def new_memory() -> type[MemoryBlocks]:
    """Return the class of block stores in memory, for tests that need several."""
    return MemoryBlocks


@pytest.fixture
def memory() -> MemoryBlocks:
    """Return an empty block store in memory."""
    return MemoryBlocks()


@pytest.fixture
def store(tmp_path: Path) -> FileBlockStore:
    """Return an empty block store on disk, in tmp_path / "store"."""
    return FileBlockStore.create(tmp_path / "store")
