"""Open the block stores that the settings name: the folder, Kubo nodes, or several as one."""

from __future__ import annotations

from pathlib import Path

from ipfs.block_store import FileBlockStore
from ipfs.copies import Copies
from ipfs.owed import Owed
from ipfs.protocols import BlockStore
from ledger_service.adapters.content.blocks import IpfsContent
from ledger_service.ports.content import Places

OWED = "owed"  # notes of what some place may lack
UNCLAIMED = "unclaimed"  # notes of what was kept sealed, until it stands in the database


def open_blocks(places: Places) -> BlockStore:
    """Return the store of all blocks. Nodes are not asked yet. Raises StoreUnavailable without a folder."""
    stores: list[BlockStore] = []
    if places.in_folder:
        stores.append(FileBlockStore(Path(places.folder)))
    if places.nodes:
        # Not imported above: few libraries have nodes, and it loads much.
        from ledger_service.adapters.content.kubo import KuboStore  # noqa: PLC0415

        stores += [KuboStore(url, Path(places.folder)) for url in places.nodes]
    return (
        stores[0]
        if len(stores) == 1
        else Copies(stores, places.copies, Owed(Path(places.folder) / OWED))
    )


def open_content(places: Places) -> IpfsContent:
    """Return the content store over all of them; see `open_blocks`."""
    return IpfsContent(open_blocks(places), Path(places.folder) / UNCLAIMED)
