"""Members' ledgers are copied by themselves, under their names, and compared with their anchors."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from ledger_service.adapters.signer import check_ed25519
from ledger_service.domain.errors import TwoHistories
from ledger_service.domain.ledger.checkpoint import Checkpoint
from ledger_service.domain.publication.fork_proof import ForkProof
from ledger_service.ports.publication import Mirrored
from ledger_service.services.chain.follow_chain import follow_chain
from ledger_service.services.consortium.copy_members import follow_members, mirror_of
from ledger_service.services.consortium.take_member import take_member
from ledger_service.services.consortium.watch.compare_anchors import compare_anchors
from ledger_service.services.publication.mirror_ledger import mirror_ledger
from tests.services.consortium.conftest import A, B
from tests.simulators.bench import Bench, signer_of
from tests.simulators.chain import DEPLOYED_AT
from tests.simulators.parts.other_ledger import OtherLibrary


def copy(joined: Bench, files: OtherLibrary) -> Mirrored:
    """Copy what a member serves, and return how the copy stands."""
    mirrors, found = joined.library.mirrors, joined.library.mirrors.of_ledger(files.signer.key.name)
    assert found is not None
    mirror_ledger(mirrors, joined.clock, found, files, check_ed25519)
    return mirrors.find(found.id)


def test_each_other_member_has_a_copy_that_follows_its_announcements(joined: Bench) -> None:
    found = follow_members(joined.library)
    assert {(one.name, one.address, one.member) for one in found} == {
        (f"University {one.name}", one.url, one.steward) for one in (A, B)
    }
    kept = mirror_of(joined.library, A.steward)
    take_member(
        joined.library, A.says(joined.clock() + 1, url="https://moved.example", name="University A")
    )
    follow_members(joined.library)
    moved = mirror_of(joined.library, A.steward)
    assert kept is not None
    assert moved is not None
    assert (moved.id, moved.name, moved.prefix) == (
        kept.id,
        "University A",
        "https://moved.example/muhr",
    )
    assert mirror_of(joined.library, joined.library.steward) is None
    alone = replace(joined.library, read_charter=lambda: None)
    assert follow_members(alone) == []


def test_a_suspended_member_keeps_its_copy(
    joined: Bench, ledger_of: Callable[..., OtherLibrary]
) -> None:
    follow_members(joined.library)
    files = ledger_of(A)
    files.grow("one", "two")
    copy(joined, files)
    joined.chain.act(lambda state: state.suspend(A.steward.hex()))
    follow_chain(joined.library, DEPLOYED_AT)
    follow_members(joined.library)
    kept = mirror_of(joined.library, A.steward)
    assert kept is not None
    assert kept.held_at == joined.clock()


def test_an_announcement_that_counts_no_more_moves_no_copy_and_makes_none(joined: Bench) -> None:
    [kept, _] = sorted(follow_members(joined.library), key=lambda one: one.name)
    moved = A.says(joined.clock() + 1, url="https://thief.example")
    take_member(joined.library, moved)
    joined.library.mirrors.remove(next(m.id for m in joined.library.mirrors.all() if m != kept))
    for one in (A, B):
        closing = one.steward.hex(), one.registrar, 1
        joined.chain.act(lambda state, closing=closing: state.close_registrar(*closing))
    follow_chain(joined.library, DEPLOYED_AT)
    assert follow_members(joined.library) == []
    assert joined.library.mirrors.all() == [kept]


def test_what_an_operator_added_stays_the_operators(joined: Bench) -> None:
    mirrors = joined.library.mirrors
    by_hand = mirrors.add("Mine", "https://elsewhere.example", A.signer.key)
    other_key = signer_of("thief", B.signer.key.name).key
    mirrors.add("Old key", "https://old.example", other_key)
    follow_members(joined.library)
    assert mirrors.find(by_hand.id) == by_hand
    assert mirror_of(joined.library, A.steward) == by_hand
    assert mirror_of(joined.library, B.steward) is None  # another key is another ledger
    taken = follow_members(replace(joined.library))
    assert [one.name for one in taken] == ["Mine"]
    mirrors.remove(by_hand.id)
    follow_members(joined.library)
    again = mirrors.add("Mine again", "https://elsewhere.example", A.signer.key)
    follow_members(joined.library)
    assert mirrors.find(again.id).name == "Mine again"


def test_a_copy_is_compared_with_the_anchors_of_its_ledger(
    joined: Bench, ledger_of: Callable[..., OtherLibrary], tmp_path: Path
) -> None:
    follow_members(joined.library)
    files = ledger_of(A)
    files.grow("one", "two")
    shown = files.copy(tmp_path / "shown.db")
    files.grow("three")
    shown.grow("another third")
    anchored = files.anchor(joined.chain)
    follow_chain(joined.library, DEPLOYED_AT)
    found = copy(joined, shown)  # to us it shows another history than it anchors
    against = compare_anchors(joined.library, found)
    assert against is not None
    assert (against.name, against.values["size"]) == (
        "copy-against-anchor",
        anchored.size,
    )
    assert joined.library.mirrors.find(found.id).against == against
    files.grow("four")
    files.anchor(joined.chain)
    follow_chain(joined.library, DEPLOYED_AT)
    shown.grow("another fourth")
    later = copy(joined, shown)
    assert compare_anchors(joined.library, later) == against  # what was found first is kept


def test_a_copy_that_is_behind_the_anchors_is_compared_as_far_as_it_goes(
    joined: Bench, ledger_of: Callable[..., OtherLibrary]
) -> None:
    follow_members(joined.library)
    files = ledger_of(A)
    files.grow("one", "two")
    found = copy(joined, files)
    assert compare_anchors(joined.library, found) is None  # there is no anchor
    files.anchor(joined.chain)
    files.grow("three")
    files.anchor(joined.chain)
    follow_chain(joined.library, DEPLOYED_AT)
    assert compare_anchors(joined.library, found) is None
    assert compare_anchors(joined.library, copy(joined, files)) is None


@pytest.mark.parametrize("more", [(), ("x",), ("x", "y", "z")])
def test_two_histories_under_one_key_are_proved_by_two_notes(
    joined: Bench, ledger_of: Callable[..., OtherLibrary], tmp_path: Path, more: tuple[str, ...]
) -> None:
    follow_members(joined.library)
    files = ledger_of(A)
    files.grow("one")
    twin = files.copy(tmp_path / "twin.db")
    copied = files.grow("two", "three")
    copy(joined, files)
    other = twin.grow("another", *more)  # smaller, as large, or larger than what was copied
    with pytest.raises(TwoHistories):
        copy(joined, twin)
    kept = mirror_of(joined.library, A.steward)
    assert kept is not None
    assert kept.has_forked
    assert kept.fork == other.note
    assert kept.proof is not None
    proof = ForkProof.parse(kept.proof)
    proof.check(A.signer.key, check_ed25519)
    assert {proof.smaller, proof.larger} == {copied.note, other.note}
    assert Checkpoint.of_note(proof.smaller).size <= Checkpoint.of_note(proof.larger).size
    files.grow("four")
    assert copy(joined, files).proof == kept.proof  # kept for good, though the copy goes on
