"""Which members of a consortium keep a content beside its owners, so that each finds it out alone.

Rendezvous hashing: each accredited member has a score for each content, and the highest keep it. When one
joins or leaves, only what it keeps itself moves. Normative text and test vector: docs/consortium.md.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection

from ledger_service.domain.content.content_id import ContentId
from ledger_service.domain.identifiers import StewardId

RULE = b"muhr-holders/1"
_SHA_256 = b"\x12\x20"


def score(content: ContentId, steward: StewardId) -> bytes:
    """Return the 32 bytes by which members are ordered, the highest first."""
    cid = bytes([1, content.codec]) + _SHA_256 + content.digest
    return hashlib.sha256(RULE + cid + steward.value).digest()


def holders_of(
    content: ContentId,
    owners: Collection[StewardId],
    accredited: Collection[StewardId],
    copies: int,
) -> tuple[StewardId, ...]:
    """Return who keeps a content beside its owners, best first; fewer if there are too few members.

    owners: who registered it and stand by it. Of them those count that are accredited. copies: how many
    members are to have it, those owners among them.
    """
    others = [steward for steward in accredited if steward not in owners]
    counted = sum(1 for steward in set(owners) if steward in accredited)
    ranked = sorted(others, key=lambda steward: score(content, steward), reverse=True)
    return tuple(ranked[: max(0, copies - counted)])
