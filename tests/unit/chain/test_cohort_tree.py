"""The tree of a cohort against RFC 6962 written out, and the proofs against the check of the contracts."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger_service.domain.chain.cohorts.cohort_tree import proof_of_member, root_of_members
from ledger_service.domain.errors import InvalidCohort, InvalidInput
from ledger_service.domain.identifiers import Commitment
from ledger_service.domain.ledger import merkle


def members(count: int) -> list[Commitment]:
    return [
        Commitment(hashlib.sha256(bytes([index & 255, index >> 8])).digest())
        for index in range(count)
    ]


def root_by_the_book(leaves: list[bytes]) -> bytes:
    """Return MTH of RFC 6962 §2.1."""
    if len(leaves) == 1:
        return hashlib.sha256(b"\x00" + leaves[0]).digest()
    split = 1 << (len(leaves) - 1).bit_length() - 1
    left, right = root_by_the_book(leaves[:split]), root_by_the_book(leaves[split:])
    return hashlib.sha256(b"\x01" + left + right).digest()


@given(st.integers(1, 200), st.data())
@settings(max_examples=40)
def test_each_member_is_shown_by_the_root_of_the_book(count: int, data: st.DataObject) -> None:
    grantees = members(count)
    root = root_of_members(grantees)
    assert root == root_by_the_book([one.value for one in grantees])
    index = data.draw(st.integers(0, count - 1))
    leaf = merkle.leaf_hash(grantees[index].value)
    merkle.check_inclusion(leaf, index, count, proof_of_member(grantees, index), root)


def test_nobody_is_no_cohort_and_no_member() -> None:
    with pytest.raises(InvalidCohort):
        root_of_members([])
    with pytest.raises(InvalidInput):
        proof_of_member(members(3), 3)
