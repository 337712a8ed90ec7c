"""Places where content is kept, as the list of tests handles them: it spoils, empties and stops them."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from ipfs.block_folder import BlockFolder
from ipfs.block_store import FileBlockStore
from ipfs.cid import Cid
from ipfs.dag_pb import decode_file_node
from ledger_service.adapters.content.blocks import IpfsContent
from ledger_service.adapters.content.stores import open_blocks
from ledger_service.domain.content.content_id import ContentId
from ledger_service.ports import content as port


class Place(Protocol):
    """The folder, a node, or a simulated one."""

    def stop(self) -> None:
        """Let the place not answer any more."""

    def start(self) -> None:
        """Let it answer again, with what it had."""

    def flip(self, cid: Cid) -> None:
        """Change one bit of a block where it lies."""

    def delete(self, cid: Cid) -> None:
        """Remove a block where it lies."""

    def empty(self) -> None:
        """Remove all blocks."""

    def collect_garbage(self) -> None:
        """Remove what is not kept for good."""

    def holds(self, cid: Cid) -> bool:
        """Return whether a sound block is there for good."""


class Node(Place, Protocol):
    """A place that is asked over the network."""

    url: str


class Folder:
    """The folder of this machine."""

    def __init__(self, path: Path) -> None:
        self.path = path
        FileBlockStore.create(path)
        self._blocks = BlockFolder(path / "blocks")

    def stop(self) -> None:
        (self.path / "blocks").rename(self.path / "away")

    def start(self) -> None:
        (self.path / "away").rename(self.path / "blocks")

    def flip(self, cid: Cid) -> None:
        path = self._blocks.path(cid)
        block = path.read_bytes()
        path.chmod(0o644)
        path.write_bytes(bytes([block[0] ^ 1]) + block[1:])

    def delete(self, cid: Cid) -> None:
        self._blocks.path(cid).unlink()

    def empty(self) -> None:
        shutil.rmtree(self.path / "blocks")
        (self.path / "blocks").mkdir()

    def collect_garbage(self) -> None:
        """Do nothing: what is in the folder is kept."""

    def holds(self, cid: Cid) -> bool:
        return self._blocks.is_sound(cid)


class Kept:
    """A content store over some places."""

    def __init__(
        self, folder: Folder | None, spool: Path, nodes: Sequence[Node], copies: int = 0
    ) -> None:
        self.places: list[Place] = [*([folder] if folder else []), *nodes]
        home = folder.path if folder else spool
        self.settings = port.Places(
            str(home),
            folder is not None,
            tuple(node.url for node in nodes),
            copies or len(self.places),
        )
        self.blocks = open_blocks(self.settings)
        self.content = IpfsContent(self.blocks)

    @property
    def is_alone(self) -> bool:
        return len(self.places) == 1

    def put(self, data: bytes) -> ContentId:
        with self.content.upload() as upload:
            upload.write(data)
            cid = upload.finish()
            upload.commit()
        return cid

    def leaves(self, cid: ContentId) -> list[Cid]:
        """Return the CIDs of a file's leaves, of which there is more than one, in order."""
        links = decode_file_node(self.blocks.get(Cid(cid.codec, cid.digest)), 1024)
        return [link.cid for link in links]

    def read(self, cid: ContentId) -> bytes:
        return b"".join(self.content.read(cid, 0, self.content.size(cid)))
