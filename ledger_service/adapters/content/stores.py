"""Open the block stores that the settings name: the folder, Kubo nodes, or several as one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ipfs.block_store import FileBlockStore
from ipfs.copies import Copies
from ipfs.owed import Owed
from ipfs.protocols import BlockStore
from ledger_service.adapters.content.blocks import IpfsContent
from ledger_service.ports.content import Places

if TYPE_CHECKING:
    from ledger_service.adapters.content.kubo import KuboStore

OWED = "owed"  # notes of what some place may lack
LOST = "lost"  # notes of files of which something is damaged or missing everywhere
UNCLAIMED = "unclaimed"  # notes of what was kept sealed, until it stands in the database


def open_blocks(places: Places) -> BlockStore:
    """Return the store of all blocks. Nodes are not asked yet. Raises StoreUnavailable without a folder."""
    stores: list[BlockStore] = []
    if places.in_folder:
        stores.append(FileBlockStore(Path(places.folder)))
    stores += open_nodes(places)
    return (
        stores[0]
        if len(stores) == 1
        else Copies(stores, places.copies, Owed(Path(places.folder) / OWED))
    )


def open_nodes(places: Places) -> list[KuboStore]:
    """Return the Kubo nodes alone, which are not asked yet."""
    if not places.nodes:
        return []
    # Not imported above: few libraries have nodes, and it loads much.
    from ledger_service.adapters.content.kubo import KuboStore  # noqa: PLC0415

    return [KuboStore(url, Path(places.folder)) for url in places.nodes]


def open_content(places: Places) -> IpfsContent:
    """Return the content store over all of them; see `open_blocks`."""
    folder = Path(places.folder)
    return IpfsContent(open_blocks(places), folder / UNCLAIMED, folder / LOST)
