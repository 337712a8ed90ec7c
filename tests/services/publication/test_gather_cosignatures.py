"""Asking witnesses: their cosignatures are published, and nothing that they do holds the ledger up."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from ledger_service.adapters.signer import check_ed25519
from ledger_service.domain.publication.cosignature import WitnessKey, cosignatures_of
from ledger_service.services.publication.gather_cosignatures import (
    FIRST_WAIT_SECONDS,
    LONGEST_WAIT_SECONDS,
    AskedWitness,
    gather_cosignatures,
)
from ledger_service.services.verification.make_receipt import receipt_of
from tests.simulators.bench import BOOK, Bench, signer_of
from tests.simulators.witness import WitnessSimulator


@pytest.fixture
def witness(bench: Bench, tmp_path: Path) -> WitnessSimulator:
    signer = signer_of("witness", "witness.example.uz/w1")
    return WitnessSimulator(tmp_path, signer, bench.clock, bench.library.key)


@pytest.fixture
def asked(witness: WitnessSimulator) -> AskedWitness:
    return AskedWitness(witness.key, witness)


def gather(bench: Bench, *asked: AskedWitness) -> int:
    return gather_cosignatures(bench.library, asked, check_ed25519)


def published(bench: Bench, *keys: WitnessKey) -> list[WitnessKey]:
    """Return which of these witnesses have cosigned the published checkpoint."""
    note = bench.source.checkpoint()
    return [held.key for held in cosignatures_of(note, keys, check_ed25519)]


def test_cosignatures_are_published_with_the_checkpoint(
    bench: Bench, witness: WitnessSimulator, asked: AskedWitness, tmp_path: Path
) -> None:
    second = WitnessSimulator(
        tmp_path, signer_of("second", "w2.example"), bench.clock, bench.library.key
    )
    both = asked, AskedWitness(second.key, second)
    for number in range(3):
        bench.registered(f"book {number}".encode(), title="A book")
        assert gather(bench, *both) == 2
        assert published(bench, witness.key, second.key) == [witness.key, second.key]
        assert gather(bench, *both) == 0
    assert witness.asked[0].old_size == 0
    assert len(witness.asked) == 3
    assert bench.findings() == set()


def test_a_ledger_without_a_checkpoint_asks_nobody(
    bench: Bench, witness: WitnessSimulator, asked: AskedWitness
) -> None:
    assert gather(bench, asked) == 0
    assert witness.asked == []


def test_a_worker_that_starts_again_learns_the_witness_s_size(
    bench: Bench, witness: WitnessSimulator, asked: AskedWitness
) -> None:
    bench.registered()
    gather(bench, asked)
    then = witness.size
    bench.registered(b"another", title="Another")
    again = AskedWitness(witness.key, witness)
    assert gather(bench, again) == 1
    assert [submission.old_size for submission in witness.asked] == [0, 0, then]
    assert again.size == witness.size > then


def test_a_lost_answer_is_asked_for_again(
    bench: Bench, witness: WitnessSimulator, asked: AskedWitness
) -> None:
    bench.registered()
    witness.loses_answers = True
    assert gather(bench, asked) == 0
    witness.loses_answers = False
    bench.clock.advance(FIRST_WAIT_SECONDS)
    assert gather(bench, asked) == 1
    assert published(bench, witness.key) == [witness.key]


def test_a_witness_that_is_away_is_asked_more_and_more_seldom(
    bench: Bench, witness: WitnessSimulator, asked: AskedWitness
) -> None:
    bench.registered()
    witness.is_away = True
    waits = []
    for _ in range(9):
        assert gather(bench, asked) == 0
        waits.append(asked.not_before - bench.clock())
        assert gather(bench, asked) == 0
        bench.clock.advance(waits[-1])
    assert waits == [min(FIRST_WAIT_SECONDS * 2**n, LONGEST_WAIT_SECONDS) for n in range(9)]
    witness.is_away = False
    assert gather(bench, asked) == 1
    assert asked.failures == 0


def test_a_ledger_is_anchored_without_its_witnesses(
    bench: Bench, witness: WitnessSimulator, asked: AskedWitness
) -> None:
    witness.is_away = True
    bench.registered()
    gather(bench, asked)
    bench.registered(b"another", title="Another")
    assert bench.verdict(b"another").is_wholly_positive
    assert bench.findings() == set()


@pytest.mark.parametrize(
    "answer",
    [
        "",
        "nothing\n",
        "\u2014 witness.example.uz/w1 AAAAAAAA\n",
        "\u2014 elsewhere.example AAAAAAAA\n",
    ],
)
def test_an_answer_without_a_cosignature_is_not_published(
    bench: Bench, witness: WitnessSimulator, asked: AskedWitness, answer: str
) -> None:
    bench.registered()
    before = bench.source.checkpoint()
    witness.change_answer = lambda _: answer
    assert gather(bench, asked) == 0
    assert bench.source.checkpoint() == before
    assert asked.failures == 1


def test_of_an_answer_only_the_known_line_is_published(
    bench: Bench, witness: WitnessSimulator, asked: AskedWitness
) -> None:
    bench.registered()
    witness.change_answer = lambda line: f"\u2014 elsewhere.example AAAAAAAA\n{line}"
    assert gather(bench, asked) == 1
    assert "elsewhere" not in bench.source.checkpoint()


def test_a_witness_that_saw_more_than_there_is_says_so(
    bench: Bench,
    witness: WitnessSimulator,
    asked: AskedWitness,
    caplog: pytest.LogCaptureFixture,
) -> None:
    bench.registered()
    with witness.store.log(bench.library.key.name) as log:
        log.keep(1_000, bytes(32), "", 1)
    with caplog.at_level(logging.WARNING):
        assert gather(bench, asked) == 0
    assert "witness-has-other-size.history size=1000" in caplog.text


def test_a_witness_that_saw_another_history_says_so(
    bench: Bench,
    witness: WitnessSimulator,
    asked: AskedWitness,
    caplog: pytest.LogCaptureFixture,
) -> None:
    bench.registered()
    size = len(bench.entries())
    with witness.store.log(bench.library.key.name) as log:
        log.keep(size, bytes(32), "", 1)
    with caplog.at_level(logging.WARNING):
        assert gather(bench, asked) == 0
    assert "invalid-consistency-proof.two-histories" in caplog.text


def test_receipts_carry_the_cosignatures(
    bench: Bench, witness: WitnessSimulator, asked: AskedWitness
) -> None:
    registration = bench.registered(BOOK)
    bench.settle()
    gather(bench, asked)
    receipt = receipt_of(bench.library, registration.digest)
    assert cosignatures_of(receipt.checkpoint, [witness.key], check_ed25519)


def test_an_answer_by_others_only_is_refused(
    bench: Bench, witness: WitnessSimulator, asked: AskedWitness, caplog: pytest.LogCaptureFixture
) -> None:
    bench.registered()
    witness.change_answer = lambda _: "\u2014 elsewhere.example AAAAAAAA"
    with caplog.at_level(logging.WARNING):
        assert gather(bench, asked) == 0
    assert "invalid-checkpoint.no-cosignature" in caplog.text


def test_another_worker_s_cosignature_is_not_doubled(
    bench: Bench, witness: WitnessSimulator, asked: AskedWitness
) -> None:
    bench.registered()
    other = AskedWitness(witness.key, witness)

    def meanwhile(answer: str) -> str:
        witness.change_answer = lambda line: line
        assert gather(bench, other) == 1
        return answer

    witness.change_answer = meanwhile
    assert gather(bench, asked) == 0
    assert published(bench, witness.key) == [witness.key]


def test_a_published_cosignature_that_was_changed_is_left_alone(
    bench: Bench, witness: WitnessSimulator, asked: AskedWitness
) -> None:
    bench.registered()
    gather(bench, asked)
    with bench.store.write() as transaction:
        latest = transaction.checkpoints.latest()
        assert latest is not None
        changed = latest.note[:-6] + ("A" if latest.note[-6] != "A" else "B") + latest.note[-5:]
        transaction.checkpoints.set_note(latest.size, changed)
    assert gather(bench, asked) == 0
    assert bench.source.checkpoint() == changed
