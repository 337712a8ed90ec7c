"""The tree of a cohort: its root names all members, and a proof shows one of them.

The leaves are the commitments to the members, in the order of their indexes. The same tree stands in
AccessGrants.sol, which checks each claim. Source: docs/formats.md §10; RFC 6962 §2.1.
"""

from __future__ import annotations

from collections.abc import Sequence

from ledger_service.domain.errors import InvalidCohort
from ledger_service.domain.identifiers import Commitment
from ledger_service.domain.ledger import merkle


def root_of_members(grantees: Sequence[Commitment]) -> bytes:
    """Return the root over the commitments to members, in their order; raise InvalidCohort without any."""
    if not grantees:
        raise InvalidCohort("empty")
    return merkle.root_of_leaves(merkle.leaf_hashes(one.value for one in grantees))


def proof_of_member(grantees: Sequence[Commitment], index: int) -> tuple[bytes, ...]:
    """Return the inclusion proof of the member of this index: 32 bytes each, leaf upward.

    Raises:
        InvalidInput: index is not that of a member.
    """
    leaves = merkle.leaf_hashes(one.value for one in grantees)
    levels = [run.hashes for run in merkle.Frontier().extend(leaves)]

    def read(names: Sequence[merkle.NodeName]) -> list[bytes]:
        return [levels[level][offset] for level, offset in names]

    return tuple(merkle.inclusion_proof(index, len(grantees), read))
