"""A member's witness: it cosigns the other members' ledgers, and refuses what its own copy contradicts."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from ledger_service.adapters.publication.witness_place import WitnessFolder
from ledger_service.adapters.signer import check_ed25519
from ledger_service.adapters.witness_store import SqliteWitnessStore
from ledger_service.domain.errors import (
    InvalidCheckpointSignature,
    InvalidConsistencyProof,
    LogNotKnown,
    NotInitialized,
    WitnessHasOtherSize,
)
from ledger_service.domain.ledger.checkpoint import Checkpoint, sign_note
from ledger_service.domain.publication.cosignature import WitnessKey, cosignatures_of
from ledger_service.domain.publication.fork_proof import ForkProof
from ledger_service.domain.publication.submission import Submission
from ledger_service.services.chain.follow_chain import follow_chain
from ledger_service.services.consortium.copy_members import follow_members, mirror_of
from ledger_service.services.consortium.witness_members import MemberWitness
from ledger_service.services.publication.gather_cosignatures import (
    AskedWitness,
    gather_cosignatures,
)
from ledger_service.services.publication.mirror_ledger import mirror_ledger
from tests.services.consortium.conftest import A
from tests.simulators.bench import Bench, signer_of
from tests.simulators.chain import DEPLOYED_AT
from tests.simulators.parts.other_ledger import OtherLibrary

SIGNER = signer_of("witness", "ledger.example.uz/main/witness")
KEY = WitnessKey(SIGNER.key.name, SIGNER.key.public_key)
Make = Callable[..., OtherLibrary]


@pytest.fixture
def witness(joined: Bench, tmp_path: Path) -> MemberWitness:
    store = SqliteWitnessStore(tmp_path / "witness.db")
    return MemberWitness(joined.library, store, SIGNER, check_ed25519)


class Client:
    """Implements ports.WitnessClient without a line between."""

    def __init__(self, witness: MemberWitness) -> None:
        self._witness = witness

    def add_checkpoint(self, submission: Submission) -> str:
        return self._witness.cosign(submission.format())


def first(note: str) -> bytes:
    return Submission(0, (), note).format()


def test_a_members_ledger_is_cosigned_as_it_grows(witness: MemberWitness, ledger_of: Make) -> None:
    files = ledger_of(A)
    asked = AskedWitness(KEY, Client(witness))
    for word in ("one", "two", "three"):
        files.grow(word)
        assert gather_cosignatures(files.library, [asked], check_ed25519) == 1
        [held] = cosignatures_of(files.checkpoint(), [KEY], check_ed25519)
        assert held.key == KEY


def test_nobody_elses_ledger_is_cosigned(
    joined: Bench, witness: MemberWitness, ledger_of: Make
) -> None:
    files = ledger_of(A)
    files.grow("one")
    stranger = signer_of("stranger", "stranger.example/muhr")
    text = Checkpoint(stranger.key.name, 1, bytes(32)).format()
    with pytest.raises(LogNotKnown):
        witness.cosign(first(sign_note(text, stranger.key, stranger.sign)))
    own = joined.signer
    text = Checkpoint(own.key.name, 1, bytes(32)).format()
    with pytest.raises(LogNotKnown):
        witness.cosign(first(sign_note(text, own.key, own.sign)))
    thief = signer_of("thief", A.signer.key.name)
    text = Checkpoint(thief.key.name, 1, bytes(32)).format()
    with pytest.raises(InvalidCheckpointSignature):
        witness.cosign(first(sign_note(text, thief.key, thief.sign)))
    assert isinstance(witness.store, SqliteWitnessStore)
    assert witness.store.all() == []  # strangers make nothing be written


def test_a_suspended_members_is_not(joined: Bench, witness: MemberWitness, ledger_of: Make) -> None:
    files = ledger_of(A)
    files.grow("one")
    joined.chain.act(lambda state: state.suspend(A.steward.hex()))
    follow_chain(joined.library, DEPLOYED_AT)
    with pytest.raises(LogNotKnown):
        witness.cosign(first(files.checkpoint()))


def test_a_key_whose_announcement_counts_no_more_is_not_cosigned(
    joined: Bench, witness: MemberWitness, ledger_of: Make
) -> None:
    files = ledger_of(A)
    files.grow("one")
    joined.chain.act(lambda state: state.close_registrar(A.steward.hex(), A.registrar, 1))
    follow_chain(joined.library, DEPLOYED_AT)
    with pytest.raises(LogNotKnown):
        witness.cosign(first(files.checkpoint()))


def test_the_same_checkpoint_gets_the_same_line_for_a_while(
    joined: Bench, witness: MemberWitness, ledger_of: Make
) -> None:
    files = ledger_of(A)
    newest = files.grow("one")
    line = witness.cosign(first(newest.note))
    again = Submission(newest.size, (), newest.note).format()
    joined.clock.advance(30)
    assert witness.cosign(again) == line
    joined.clock.advance(60)
    assert witness.cosign(again) != line


def test_what_our_copy_contradicts_is_refused_and_kept_as_proof(
    joined: Bench, witness: MemberWitness, ledger_of: Make, tmp_path: Path
) -> None:
    follow_members(joined.library)
    files = ledger_of(A)
    files.grow("one")
    twin = files.copy(tmp_path / "twin.db")
    files.grow("two", "three")
    mirrored = mirror_of(joined.library, A.steward)
    assert mirrored is not None
    mirror_ledger(joined.library.mirrors, joined.clock, mirrored, files, check_ed25519)
    twin.grow("another")
    with pytest.raises(InvalidConsistencyProof):
        witness.cosign(first(twin.checkpoint()))
    kept = joined.library.mirrors.find(mirrored.id)
    assert kept.proof is not None
    ForkProof.parse(kept.proof).check(A.signer.key, check_ed25519)


def test_a_key_cosigns_no_more_from_a_copy_of_its_folder(tmp_path: Path) -> None:
    made = WitnessFolder(tmp_path / "witness")
    assert (made.is_made, made.is_copy) == (False, False)
    with pytest.raises(NotInitialized):
        made.signer()
    made.make("ledger.example/witness")
    made.make("another name")
    assert (made.is_made, made.is_copy) == (True, False)
    assert made.signer().key.name == "ledger.example/witness"
    (tmp_path / "moved").mkdir()
    (tmp_path / "witness").rename(tmp_path / "moved" / "witness")
    assert not WitnessFolder(tmp_path / "moved" / "witness").is_copy  # it is the same one
    shutil.copytree(tmp_path / "moved" / "witness", tmp_path / "copy")
    copy = WitnessFolder(tmp_path / "copy")
    assert copy.is_copy
    assert copy.retire() == tmp_path / "copy-retired-1"
    copy.make("ledger.example/witness-2")
    assert not copy.is_copy


@pytest.mark.parametrize("is_put_back", [False, True])
def test_a_key_cosigns_no_more_without_what_it_cosigned(tmp_path: Path, is_put_back: bool) -> None:
    made = WitnessFolder(tmp_path / "witness")
    made.make("ledger.example/witness")
    shutil.copy(made.database, tmp_path / "older.db")
    SqliteWitnessStore(made.database).add(A.signer.key)
    assert not made.is_copy
    if is_put_back:
        (tmp_path / "older.db").replace(made.database)
    else:
        made.database.unlink()
    assert made.is_copy


def test_two_checkpoints_of_one_size_are_never_cosigned(
    witness: MemberWitness, ledger_of: Make, tmp_path: Path
) -> None:
    files = ledger_of(A)
    files.grow("one")
    twin = files.copy(tmp_path / "twin.db")
    mine, other = files.grow("two"), twin.grow("another")
    witness.cosign(first(mine.note))
    with pytest.raises(WitnessHasOtherSize):
        witness.cosign(first(other.note))
    with pytest.raises(InvalidConsistencyProof):
        witness.cosign(Submission(other.size, (), other.note).format())
