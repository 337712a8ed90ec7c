"""Let a copy go: it is told first, so that nobody is shown it, and then its blocks are removed.

Blocks that anything else needs stay: files may have blocks in common.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from itertools import chain

from ledger_service.domain.content.content_id import RAW, ContentId
from ledger_service.domain.errors import ContentNotFound, InvalidReceiver, ServiceUnavailable
from ledger_service.domain.identifiers import Digest, LicenseId
from ledger_service.ports.consortium.copies import BlockSources, KeptCopy
from ledger_service.ports.paging import every
from ledger_service.services.consortium.copies.choose_copies import Circle, Decision
from ledger_service.services.consortium.copies.fetch_blocks import Pace, who_may_have
from ledger_service.services.library import Library
from ledger_service.services.resources.closed.find_stored import is_open

COPIES_AT_A_TIME = 1000


def others_have(sources: BlockSources, circle: Circle, pace: Pace, decision: Decision) -> bool:
    """Return whether as many other members as the rule wants show that they have a content.

    Each is asked for the root, which is kept after all that is below it.
    """
    wanted = min(circle.copies, len(circle.accredited))
    found = 0
    for steward in who_may_have(circle, decision):
        pace.check()
        member = circle.members[steward]
        try:
            with sources.member(member.name, member.url) as source:
                root = source.block(decision.cid)
            found += hashlib.sha256(root).digest() == decision.cid.digest
        except (ContentNotFound, ServiceUnavailable, InvalidReceiver):
            continue
    return found >= wanted


def let_go(
    library: Library,
    copy: KeptCopy,
    kept: Callable[[Library], Iterable[ContentId]],
    *,
    keeps_blocks: bool = False,
) -> None:
    """Return when a copy is told to be kept no more, and its blocks are gone.

    kept: yields what rooms keep. keeps_blocks: it is this library's own content now.
    """
    gone = replace(copy, is_kept=False, size_bytes=0, at=library.clock(), tries=0, fault=None)
    with library.store.write() as transaction:
        transaction.member_copies.keep_copy(gone)
    if not keeps_blocks:
        library.content.remove(copy.cid, _needed(library, copy.cid, kept))


def _needed(
    library: Library, cid: ContentId, kept: Callable[[Library], Iterable[ContentId]]
) -> set[ContentId]:
    """Return those of a file's blocks that other content here needs."""
    blocks = set(library.content.blocks(cid))
    needed = {
        block
        for block in blocks
        if block.codec == RAW and _is_registered(library, Digest(block.digest))
    }
    for other in chain(_open_trees(library), kept_copies(library), kept(library)):
        if other != cid:
            needed |= blocks.intersection(library.content.blocks(other))
    return needed


def _is_registered(library: Library, digest: Digest) -> bool:
    with library.store.read() as transaction:
        return transaction.registrations.find(digest, library.steward) is not None


def _open_trees(library: Library) -> list[ContentId]:
    """Return our own open files of several blocks; closed ones lie encrypted, and share none."""
    opens: dict[LicenseId, bool] = {}
    found = []
    with library.store.read() as transaction:
        for item in every(transaction.registrations.page):
            if item.cid.codec == RAW:
                continue
            if item.license not in opens:
                opens[item.license] = is_open(transaction, item.license)
            if opens[item.license]:
                found.append(item.cid)
    return found


def kept_copies(library: Library) -> Iterator[ContentId]:
    """Yield the CIDs of the copies that are kept."""
    number = 0
    while True:
        with library.store.read() as transaction:
            found = transaction.member_copies.copies_after(number, COPIES_AT_A_TIME)
        if not found:
            return
        yield from (one.cid for one in found if one.is_kept)
        number = found[-1].number
