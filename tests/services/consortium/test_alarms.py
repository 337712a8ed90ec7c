"""Alarms begin with a fact that was checked here, are told once, and end with it; forks never do."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from ledger_service.adapters.signer import check_ed25519
from ledger_service.domain.consortium.alarm import VALUES, Alarm, AlarmKind
from ledger_service.domain.errors import LedgerError, ServiceUnavailable
from ledger_service.domain.publication.cosignature import WitnessKey, cosign
from ledger_service.domain.publication.fork_proof import ForkProof
from ledger_service.ports.publication import LedgerFiles
from ledger_service.services.audit.check_members import forked_members
from ledger_service.services.chain.follow_chain import follow_chain
from ledger_service.services.chain.heed_worker import tell_round
from ledger_service.services.consortium.alarms import list_alarms
from ledger_service.services.consortium.copy_members import follow_members, mirror_of
from ledger_service.services.consortium.list_members import list_members
from ledger_service.services.consortium.take_member import take_member
from ledger_service.services.consortium.watch import compare_rules
from ledger_service.services.consortium.watch.compare_anchors import compare_anchors
from ledger_service.services.consortium.watch.compare_rules import (
    AGAIN_SECONDS,
    RULES_PATH,
    Rules,
)
from ledger_service.services.consortium.watch.watch_members import Watch
from ledger_service.services.publication.mirror_ledger import mirror_ledger
from tests.services.consortium.conftest import A, B
from tests.simulators.bench import Bench, signer_of
from tests.simulators.chain import DEPLOYED_AT
from tests.simulators.consortium import CHARTER, Institution, ServicesSimulator
from tests.simulators.parts.other_ledger import OtherLibrary

Make = Callable[[Institution], OtherLibrary]


class Watched:
    """A member that watches A and B: `look` does all that the worker does, once."""

    def __init__(self, bench: Bench) -> None:
        self.bench = bench
        self.services = ServicesSimulator()
        bench.library = replace(bench.library, members=self.services)
        self.rules = Rules(bench.library)
        self.watch = Watch(bench.library, self.rules)
        self.lag = bench.library.limits.lag_seconds
        follow_members(bench.library)

    def copy(self, files: LedgerFiles, who: Institution = A) -> None:
        mirrored = mirror_of(self.bench.library, who.steward)
        assert mirrored is not None
        mirrors = self.bench.library.mirrors
        with suppress(LedgerError):
            mirror_ledger(mirrors, self.bench.clock, mirrored, files, check_ed25519)
        compare_anchors(self.bench.library, mirrors.find(mirrored.id))

    def look(self) -> list[AlarmKind]:
        follow_chain(self.bench.library, DEPLOYED_AT)
        tell_round(self.bench.library)
        self.watch.look()
        found = self.alarms()
        for alarm in found:
            assert set(alarm.values) == set(VALUES[alarm.kind])
        return [alarm.kind for alarm in found]

    def alarms(self) -> list[Alarm]:
        """Return those about A and B; B's copy is old, which is none of a test's that is about A."""
        return [
            alarm
            for alarm in list_alarms(self.bench.library)
            if alarm.steward != B.steward or alarm.kind is not AlarmKind.BEHIND
        ]

    def later(self, seconds: int) -> None:
        self.bench.clock.advance(seconds)
        self.bench.chain.mine()


@pytest.fixture
def watched(joined: Bench) -> Watched:
    return Watched(joined)


def test_a_member_that_does_its_part_gives_no_alarm(watched: Watched, ledger_of: Make) -> None:
    files = ledger_of(A)
    for word in ("one", "two"):
        files.grow(word)
        files.anchor(watched.bench.chain)
        watched.copy(files)
        assert watched.look() == []
        watched.later(watched.lag + 1)
        watched.copy(files)
    assert watched.look() == []
    assert list_alarms(replace(watched.bench.library, read_charter=lambda: None)) == []


def test_a_fork_is_kept_with_its_proof_for_ever(
    watched: Watched, ledger_of: Make, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    files = ledger_of(A)
    files.grow("one")
    twin = files.copy(tmp_path / "twin.db")
    files.grow("two", "three")
    watched.copy(files)
    twin.grow("another")
    watched.copy(twin)
    with caplog.at_level(logging.WARNING, "muhr.alarms"):
        assert watched.look() == [AlarmKind.FORK]
        assert watched.look() == [AlarmKind.FORK]
    assert caplog.text.count("begins") == 1
    [alarm] = watched.alarms()
    assert (alarm.steward, alarm.since) == (A.steward, watched.bench.clock.now)
    ForkProof.parse(alarm.evidence or "").check(A.signer.key, check_ed25519)
    mirrored = mirror_of(watched.bench.library, A.steward)
    assert mirrored is not None
    watched.bench.library.mirrors.remove(mirrored.id)  # whoever removes the copy keeps the proof
    watched.later(1000)
    assert watched.look() == [AlarmKind.FORK]
    assert watched.alarms() == [alarm]


def test_another_history_than_the_anchored_one_is_told(
    watched: Watched, ledger_of: Make, tmp_path: Path
) -> None:
    files = ledger_of(A)
    files.grow("one")
    shown = files.copy(tmp_path / "shown.db")
    files.grow("two")
    shown.grow("another")
    files.anchor(watched.bench.chain)
    follow_chain(watched.bench.library, DEPLOYED_AT)
    watched.copy(shown)
    assert watched.look() == [AlarmKind.AGAINST_ANCHOR]


def test_a_ledger_that_grows_without_anchors_is_told_until_it_anchors(
    watched: Watched, ledger_of: Make
) -> None:
    files = ledger_of(A)
    files.grow("one")
    files.anchor(watched.bench.chain)
    files.grow("two")
    watched.copy(files)
    copied_at = watched.bench.clock.now
    assert watched.look() == []
    watched.later(watched.lag + 1)
    watched.copy(files)
    assert watched.look() == [AlarmKind.NOT_ANCHORED]
    assert watched.alarms()[0].since == copied_at
    watched.bench.chain.act(lambda state: state.suspend(A.steward.hex()))
    assert watched.look() == []  # it must not anchor
    watched.bench.chain.act(lambda state: state.reinstate(A.steward.hex()))
    assert watched.look() == [AlarmKind.NOT_ANCHORED]
    files.anchor(watched.bench.chain)
    assert watched.look() == []


def test_anchors_of_what_is_not_handed_out_are_told(watched: Watched, ledger_of: Make) -> None:
    files = ledger_of(A)
    files.grow("one")
    watched.copy(files)
    files.grow("two")
    files.anchor(watched.bench.chain)
    watched.later(watched.lag + 1)
    assert watched.look() == [AlarmKind.WITHHELD]
    watched.copy(files)
    assert watched.look() == []


def test_nothing_is_said_of_anchors_while_our_own_index_stands_still(
    watched: Watched, ledger_of: Make
) -> None:
    files = ledger_of(A)
    files.grow("one")
    watched.copy(files)
    tell_round(watched.bench.library)
    watched.later(watched.lag + 1)
    watched.copy(files)
    watched.watch.look()  # no round has ended for long
    assert watched.alarms() == []


def test_a_member_that_is_away_is_told_as_of_when_it_was_seen_last(
    watched: Watched, ledger_of: Make
) -> None:
    files = ledger_of(A)
    files.grow("one")
    files.anchor(watched.bench.chain)
    watched.copy(files)
    seen = watched.bench.clock.now
    watched.later(watched.lag + 1)
    mirrors = watched.bench.library.mirrors
    mirrored = mirror_of(watched.bench.library, A.steward)
    assert mirrored is not None
    away = replace_checkpoint(files)
    watched.copy(away)
    assert watched.look() == [AlarmKind.AWAY]
    assert watched.alarms()[0].since == seen
    watched.copy(files)
    assert watched.look() == []
    assert mirrors.find(mirrored.id).fault is None


def replace_checkpoint(files: OtherLibrary) -> LedgerFiles:
    """Return files that nobody hands out."""

    class Away:
        def checkpoint(self) -> str:
            raise ServiceUnavailable("ledger", url="https://library.a.example", cause="away")

        tile = files.tile

        def close(self) -> None:
            """Nothing is open."""

    return Away()


def test_what_a_stolen_key_did_is_told_until_it_is_undone(watched: Watched) -> None:
    bench = watched.bench
    registration = bench.registered()
    steward = bench.library.steward.hex()
    closed = bench.clock.now - 10
    watched.later(100)
    bench.chain.act(
        lambda state: state.close_registrar(steward, registration_account(bench), closed)
    )
    assert watched.look() == [AlarmKind.CLOSED_ACCOUNT]
    [alarm] = watched.alarms()
    assert alarm.steward == bench.library.steward
    assert alarm.values["registrations"] == 1
    assert alarm.about == registration_account(bench)
    bench.chain.act(lambda state: state.withdraw(registration.digest.hex(), steward, 1))
    assert watched.look() == []


def test_what_was_done_in_the_second_of_the_closing_is_told(watched: Watched) -> None:
    bench = watched.bench
    registration = bench.registered()
    [event] = bench.chain.events_named("ResourceRegistered")
    steward, account = registration.steward.hex(), registration_account(bench)
    bench.clock.now = event.block_time
    bench.chain.act(lambda state: state.close_registrar(steward, account, event.block_time))
    assert watched.look() == [AlarmKind.CLOSED_ACCOUNT]


def registration_account(bench: Bench) -> str:
    """Return the account (40 hex) that registered."""
    [event] = bench.chain.events_named("ResourceRegistered")
    return event.text("registrar")


def test_what_was_done_before_the_time_of_the_theft_counts(watched: Watched) -> None:
    bench = watched.bench
    bench.registered()
    watched.later(100)
    steward, account = bench.library.steward.hex(), registration_account(bench)
    bench.chain.act(lambda state: state.close_registrar(steward, account, bench.clock.now - 50))
    assert watched.look() == []


def test_a_quorum_that_is_missed_is_told_until_it_is_met(watched: Watched, ledger_of: Make) -> None:

    bench = watched.bench
    witness = signer_of("witness of b", f"{B.signer.key.name}/witness")
    key = WitnessKey(witness.key.name, witness.key.public_key)
    take_member(bench.library, B.says(bench.clock() + 1, witness=key.format()))
    charter = replace(CHARTER, quorum=1)
    watched.watch.library = replace(bench.library, read_charter=lambda: charter)
    files = ledger_of(A)
    files.grow("one")
    files.anchor(bench.chain)
    watched.copy(files)
    assert watched.look() == []  # cosignatures take their time
    watched.later(watched.lag + 1)
    watched.copy(files)
    assert (A.steward, AlarmKind.QUORUM_MISSED) in about(watched)
    note = files.checkpoint()
    text = note.rpartition("\n\n")[0] + "\n"
    line = cosign(text, key, bench.clock(), witness.sign)
    with files.library.store.write() as transaction:
        latest = transaction.checkpoints.latest()
        assert latest is not None
        transaction.checkpoints.set_note(latest.size, note + line)
    watched.copy(files)  # of the same checkpoint the copy takes what others signed since
    assert (A.steward, AlarmKind.QUORUM_MISSED) not in about(watched)


def about(watched: Watched) -> set[tuple[object, AlarmKind]]:
    watched.look()
    return {(alarm.steward, alarm.kind) for alarm in watched.alarms()}


def test_a_quorum_above_the_number_of_witnesses_is_told(watched: Watched) -> None:
    charter = replace(CHARTER, quorum=2)
    watched.watch.library = replace(watched.bench.library, read_charter=lambda: charter)
    assert watched.look() == [AlarmKind.QUORUM_TOO_LARGE]


def test_a_member_that_goes_by_other_rules_is_told(watched: Watched) -> None:
    mirrored = mirror_of(watched.bench.library, A.steward)
    assert mirrored is not None
    answer = {"digest": CHARTER.digest.hex(), "quorum": 3, "copies": "\u202e<b>"}
    watched.services.answers[A.url + RULES_PATH] = answer
    watched.rules.ask(mirrored)
    assert watched.look() == [AlarmKind.RULES_DIFFER]
    assert watched.alarms()[0].values == {
        "theirs": "quorum 3, copies ?",
        "ours": "quorum 0, copies 1",
    }
    fresh = Watched(watched.bench)  # a worker that starts anew, and has heard nothing yet
    assert fresh.look() == [AlarmKind.RULES_DIFFER]
    fresh.services.answers[A.url + RULES_PATH] = {
        "digest": CHARTER.digest.hex(),
        "quorum": 0,
        "copies": 1,
    }
    fresh.rules.ask(mirrored)
    assert fresh.look() == []


def test_rules_that_differ_while_members_take_in_newer_ones_are_told_no_longer_than_that(
    watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 1000.0
    monkeypatch.setattr(compare_rules, "time", SimpleNamespace(monotonic=lambda: now))
    mirrored = mirror_of(watched.bench.library, A.steward)
    assert mirrored is not None
    newer = {"digest": CHARTER.digest.hex(), "quorum": 1, "copies": 1}
    watched.services.answers[A.url + RULES_PATH] = newer
    watched.rules.ask(mirrored)
    assert watched.look() == [AlarmKind.RULES_DIFFER]
    charter = replace(CHARTER, quorum=1)
    watched.watch.library = replace(watched.bench.library, read_charter=lambda: charter)
    watched.rules.library = watched.watch.library
    assert AlarmKind.RULES_DIFFER not in watched.look()  # our turn came after A's
    watched.watch.library = watched.rules.library = watched.bench.library
    watched.services.answers[A.url + RULES_PATH] = newer | {"quorum": 0}
    now += AGAIN_SECONDS
    watched.rules.ask(mirrored)
    assert watched.look() == []  # A's came after ours


def test_an_announcement_whose_account_was_closed_is_told(watched: Watched) -> None:
    bench = watched.bench
    steward = A.steward.hex()
    bench.chain.act(lambda state: state.close_registrar(steward, A.registrar, 1))
    assert watched.look() == [AlarmKind.ANNOUNCEMENT]


def test_another_key_for_a_ledger_that_is_copied_is_told(joined: Bench) -> None:
    thief = signer_of("thief", A.signer.key.name).key
    joined.library.mirrors.add("By hand", "https://old.example", thief)
    assert Watched(joined).look() == [AlarmKind.KEY_DIFFERS]


def test_an_audit_names_who_forked_and_believes_no_made_up_proof(
    watched: Watched, ledger_of: Make, tmp_path: Path
) -> None:
    files = ledger_of(A)
    files.grow("one")
    twin = files.copy(tmp_path / "twin.db")
    files.grow("two", "three")
    watched.copy(files)
    twin.grow("another")
    watched.copy(twin)
    watched.look()
    [alarm] = watched.alarms()
    bench = watched.bench
    history = bench.view().history
    said = {one.member.steward: one.text for one in list_members(bench.library)}
    told = {
        "kind": "fork",
        "evidence": alarm.evidence,
        "announcement": said[A.steward],
    }

    def named(*alarms: object) -> list[str]:
        found = forked_members(list(alarms), history, check_ed25519, bench.chain.is_signed_by_key)
        return [str(reason.values["origin"]) for reason in found]

    assert named(told) == [A.signer.key.name]
    assert named({**told, "announcement": said[B.steward]}) == []  # a proof against another
    thief = Institution("a")
    other = signer_of("thief", A.signer.key.name)
    forged = replace(thief.member(bench.clock()), key=other.key)
    text = Institution("stranger").signed(forged).format()
    assert named({**told, "announcement": text}) == []
    assert named({**told, "evidence": files.checkpoint()}, "nothing", {}, None) == []
    assert forked_members({"kind": "fork"}, history, check_ed25519, lambda *_: True) == []
