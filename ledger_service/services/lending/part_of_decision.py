"""Make the private part of an opening or a denial: all that an auditor needs to decide the same again.

Normative text: docs/formats.md §2.
"""

from __future__ import annotations

from ledger_service.domain.chain.block import Block
from ledger_service.domain.identifiers import CopyId, Digest, StewardId
from ledger_service.domain.lending.decision import PART_VERSION
from ledger_service.domain.lending.denial import Denial
from ledger_service.domain.lending.grant import Grant
from ledger_service.domain.people.caller import ActorClass


def part_of_decision(
    *,
    at: int,
    head: Block,
    digest: Digest,
    steward: StewardId,
    reader: bytes,
    actor: ActorClass,
    grant: Grant | None,
    why: Denial | None,
    copy: CopyId | None = None,
) -> dict[str, object]:
    """Return the private part. at: seconds since 1970 UTC; head: the block that was relied on.

    reader: the pseudonym for who has no grant; a grant that is named has its own, which opens its grantee.
    actor: of who brought it about. why: of a denial, None for an opening. copy: that the opening lends.
    """
    return {
        "v": PART_VERSION,
        **({} if copy is None else {"copy": copy.hex()}),
        "kind": "denied" if why else "opened",
        "at": at,
        "actor": actor.value,
        "digest": digest.hex(),
        "steward": steward.hex(),
        "block": head.number,
        "block_hash": head.hash.hex(),
        "block_time": head.time,
        "grant": grant.id.hex() if grant else "",
        "grant_salt": grant.salt.hex() if grant else "",
        "grant_state": grant.state.value if grant else "",
        "reader": (grant.pseudonym if grant else reader).hex(),
        "reason": why.value if why else "",
    }
