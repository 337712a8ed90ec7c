"""A member's policy follows from its members and the charter, and dead witnesses delay nobody."""

from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path

import pytest

from ledger_service.adapters.signer import check_ed25519
from ledger_service.adapters.witness_store import SqliteWitnessStore
from ledger_service.domain.errors import InvalidMember, QuorumNotMet
from ledger_service.domain.publication.cosignature import WitnessKey, cosignatures_of
from ledger_service.domain.publication.policy import Policy
from ledger_service.domain.publication.submission import Submission
from ledger_service.services.chain.follow_chain import follow_chain
from ledger_service.services.consortium.member_policy import own_member_policy
from ledger_service.services.consortium.take_member import take_member
from ledger_service.services.library import Library
from ledger_service.services.publication.cosign_checkpoint import cosign_checkpoint
from ledger_service.services.publication.gather_cosignatures import Gathering, Name
from tests.services.consortium.conftest import A, B
from tests.simulators.bench import Bench, signer_of
from tests.simulators.chain import DEPLOYED_AT
from tests.simulators.consortium import CHARTER, Institution


def witness_of(who: Institution) -> WitnessKey:
    key = signer_of(f"witness of {who.name}", f"{who.signer.key.name}/witness").key
    return WitnessKey(key.name, key.public_key)


def announce(joined: Bench, who: Institution, witness: WitnessKey, later: int = 1) -> None:
    take_member(joined.library, who.says(joined.clock() + later, witness=witness.format()))


def asks_for(joined: Bench, quorum: int) -> Library:
    charter = replace(CHARTER, quorum=quorum)
    return replace(joined.library, read_charter=lambda: charter)


def policy(library: Library) -> Policy:
    found = own_member_policy(library)
    assert found is not None
    assert Policy.parse(found.format()) == found  # any program reads it
    return found


def test_the_policy_is_the_other_members_witnesses_and_the_charters_quorum(joined: Bench) -> None:
    for who in (A, B):
        announce(joined, who, witness_of(who))
    found = policy(asks_for(joined, 2))
    assert [log.key for log in found.logs] == [joined.library.key]
    assert {(one.key, one.url) for one in found.witnesses} == {
        (witness_of(who), f"{who.url}/witness") for who in (A, B)
    }
    assert found.is_met_by([witness_of(who).name for who in (A, B)])
    assert not found.is_met_by([witness_of(A).name])
    assert policy(joined.library).quorum == "none"  # the charter asks for none
    assert own_member_policy(replace(joined.library, read_charter=lambda: None)) is None


def test_more_than_there_are_cannot_be_asked_for(joined: Bench) -> None:
    announce(joined, A, witness_of(A))
    found = policy(asks_for(joined, 3))
    assert found.is_met_by([witness_of(A).name])
    assert not found.is_met_by([])


def test_a_suspended_members_witness_does_not_count(joined: Bench) -> None:
    for who in (A, B):
        announce(joined, who, witness_of(who))
    joined.chain.act(lambda state: state.suspend(A.steward.hex()))
    follow_chain(joined.library, DEPLOYED_AT)
    found = policy(asks_for(joined, 1))
    assert [one.key for one in found.witnesses] == [witness_of(B)]


def test_nobody_puts_another_s_witness_out_of_the_policy(joined: Bench) -> None:
    announce(joined, A, witness_of(A))
    copied = WitnessKey(f"{B.signer.key.name}/witness", witness_of(A).public_key)
    with pytest.raises(InvalidMember):
        announce(joined, B, copied)
    assert [one.key for one in policy(asks_for(joined, 1)).witnesses] == [witness_of(A)]


def test_a_witness_that_two_have_counts_for_neither(joined: Bench) -> None:
    announce(joined, A, witness_of(A))
    shared = WitnessKey(f"{B.signer.key.name}/witness", witness_of(A).public_key)
    said = B.member(joined.clock() + 1, witness=shared.format())
    by_witness = A.witness.sign(said.witness_message)
    take_member(joined.library, replace(B.signed(said), witness_signature=by_witness).format())
    assert policy(asks_for(joined, 1)).witnesses == ()


def test_a_witness_that_a_thief_announced_does_not_count(joined: Bench) -> None:
    announce(joined, A, witness_of(A))
    closed = joined.clock() - 1
    joined.chain.act(lambda state: state.close_registrar(A.steward.hex(), A.registrar, closed))
    follow_chain(joined.library, DEPLOYED_AT)
    assert policy(asks_for(joined, 1)).witnesses == ()


class Witness:
    """Implements ports.WitnessClient over a real store; one that is away waits until it is let go."""

    def __init__(self, joined: Bench, who: Institution, folder: Path, *, away: bool) -> None:
        self.signer = signer_of(f"witness of {who.name}", f"{who.signer.key.name}/witness")
        self.store = SqliteWitnessStore(folder / f"{who.name}-witness.db")
        self.store.add(joined.library.key)
        self.joined, self.let_go = joined, threading.Event()
        self.is_away = away

    def add_checkpoint(self, submission: Submission) -> str:
        if self.is_away:
            assert self.let_go.wait(20)
        return cosign_checkpoint(
            self.store, self.signer, self.joined.clock, submission.format(), check_ed25519
        )


def test_who_answers_is_asked_while_others_hang(joined: Bench, tmp_path: Path) -> None:
    joined.registered()
    hang = [Institution(f"hang{number}") for number in range(3)]
    made = {who: Witness(joined, who, tmp_path, away=who in hang) for who in (*hang, A, B)}
    clients = {f"{who.url}/witness": witness for who, witness in made.items()}
    names = [Name(witness_of(who), f"{who.url}/witness", True) for who in made]
    gathering = Gathering(
        joined.library, lambda: names, lambda one: clients[one.url], check_ed25519
    )
    over = threading.Event()
    threads = [
        threading.Thread(target=step, args=(over.is_set,)) for step in gathering.steps().values()
    ]
    for thread in threads:
        thread.start()
    keys = [witness_of(who) for who in made]

    def cosigned() -> set[WitnessKey]:
        note = joined.source.checkpoint()
        return {one.key for one in cosignatures_of(note, keys, check_ed25519)}

    try:
        for _ in range(700):
            if cosigned() == {witness_of(A), witness_of(B)}:
                break
            threading.Event().wait(0.02)
        assert cosigned() == {witness_of(A), witness_of(B)}
    finally:
        over.set()
        for witness in made.values():
            witness.let_go.set()
        for thread in threads:
            thread.join()


def test_a_note_counts_by_the_policy(joined: Bench, tmp_path: Path) -> None:
    joined.registered()
    announce(joined, A, witness_of(A))
    found = policy(asks_for(joined, 1))
    with pytest.raises(QuorumNotMet):
        found.check(joined.source.checkpoint(), check_ed25519)
    witness = Witness(joined, A, tmp_path, away=False)
    name = Name(witness_of(A), f"{A.url}/witness", True)

    def reach(_: Name) -> Witness:
        return witness

    Gathering(joined.library, lambda: [name], reach, check_ed25519).work(lambda: False)
    found.check(joined.source.checkpoint(), check_ed25519)
