"""Check the blocks of a file in each place where it should be, and heal what is not sound from what is."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple, TypeAlias

from ipfs.cid import DAG_PB, Cid
from ipfs.dag_pb import decode_file_node
from ipfs.errors import BlockCorrupt, BlockNotFound, InvalidDag, StoreUnavailable
from ipfs.protocols import BlockStore
from ipfs.shape import UNIXFS_V1_2025
from ledger_service.domain.content.fixity import CheckedBlock, Outcome

Heal: TypeAlias = Callable[[BlockStore, Cid, bytes], bool]
"""Puts a sound block into a store that has none; returns whether it has it now."""


class _Seen(NamedTuple):
    place: str
    outcome: Outcome
    block: bytes | None = None


def check_blocks(places: Mapping[str, BlockStore], root: Cid, heal: Heal) -> Iterator[CheckedBlock]:
    """Yield what was found of each block in each place, parents before their children.

    Below a node that is sound nowhere nothing is known. A place that does not answer is asked for no
    other block of the file.
    """
    waiting = [root]
    away: set[str] = set()
    while waiting:
        cid = waiting.pop()
        seen = [
            _Seen(name, Outcome.UNREACHABLE) if name in away else _look(name, store, cid)
            for name, store in places.items()
        ]
        sound = next((one.block for one in seen if one.block is not None), None)
        for one in seen:
            outcome = one.outcome
            if outcome is Outcome.UNREACHABLE:
                away.add(one.place)
            elif outcome is not Outcome.MATCH and sound is not None:
                outcome = Outcome.HEALED if heal(places[one.place], cid, sound) else outcome
            yield CheckedBlock(one.place, outcome, len(one.block or b""))
        if sound is not None and cid.codec == DAG_PB:
            waiting += reversed(children(sound))


def _look(name: str, store: BlockStore, cid: Cid) -> _Seen:
    try:
        block = store.get(cid)
        # A node that has not pinned a block forgets it when it next collects garbage.
        return _Seen(name, Outcome.MATCH if store.has(cid) else Outcome.MISSING, block)
    except BlockNotFound:
        return _Seen(name, Outcome.MISSING)
    except BlockCorrupt:
        return _Seen(name, Outcome.MISMATCH)
    except StoreUnavailable:
        return _Seen(name, Outcome.UNREACHABLE)


def children(node: bytes) -> list[Cid]:
    """Return what a node of a file links to, nothing if it is no such node."""
    try:
        return [link.cid for link in decode_file_node(node, UNIXFS_V1_2025.width)]
    except InvalidDag:  # it is what was taken in, all the same
        return []
