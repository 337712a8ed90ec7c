"""Our checkpoints, cosignatures and proofs before aics-tlog, a Python implementation that is not ours.

What it refuses beyond us is said where it is tested.
"""

import base64
from collections.abc import Callable
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ledger_service.adapters.signer import Ed25519Signer, check_ed25519
from ledger_service.domain.errors import InvalidCheckpoint, InvalidCheckpointSignature
from ledger_service.domain.publication.cosignature import WitnessKey, cosign, cosignatures_of
from tests.live import test_go_checker as go
from tests.live.conftest import AskAics, Check

ORIGIN, SIGNER = go.ORIGIN, go.SIGNER
SIZES = [*range(1, 20), 70, 255, 256, 257, 1000]
WITNESS = Ed25519Signer(
    "witness.test/w1", Ed25519PrivateKey.from_private_bytes(bytes(range(32, 64)))
)
WITNESS_KEY = WitnessKey(WITNESS.key.name, WITNESS.key.public_key)
AT = 1_795_426_002

Question = dict[str, Any]


@pytest.fixture(scope="module")
def ledger(new_ledger: Callable[[int], Any]) -> Any:
    return new_ledger(max(SIZES))


def about(note: str, *witnesses: WitnessKey) -> Question:
    keys = [key.format() for key in witnesses]
    vkey = SIGNER.key.format()
    return {"what": "checkpoint", "note": note, "key": vkey, "witnesses": keys, "origin": ORIGIN}


def inclusion(ledger: Any, item: go.Item, size: int) -> Question:
    return {"what": "inclusion", **item, "size": size, "root": ledger.root(size).hex()}


def consistency(ledger: Any, item: go.Item, size: int) -> Question:
    return {"what": "consistency", **item, "size": size, "root": ledger.root(size).hex()}


def cosigned(note: str, *, at: int = AT, text: str | None = None) -> str:
    signed = text or note.partition("\n\n")[0] + "\n"
    return note + cosign(signed, WITNESS_KEY, at, WITNESS.sign)


def test_it_accepts_our_proofs(ask_aics: AskAics, ledger: Any) -> None:
    questions = []
    for size in SIZES:
        for index in go.samples(size):
            questions.append(inclusion(ledger, go.included(ledger, index, size), size))
            old = index + 1
            questions.append(consistency(ledger, go.consistent(ledger, old, size), size))
    assert len(questions) > 500
    assert set(ask_aics(questions)) == {""}


def test_it_and_we_refuse_every_changed_proof(ask_aics: AskAics, ledger: Any) -> None:
    questions = []
    for size in (2, 3, 7, 8, 13, 70, 257):
        root = ledger.root(size)
        for index in go.samples(size):
            for item in go.other_inclusions(ledger, index, size):
                assert go.ours_refuses_inclusion(item, size, root)
                questions.append(inclusion(ledger, item, size))
        for old in go.samples(size)[1:]:
            for item in go.other_consistencies(ledger, old, size):
                assert go.ours_refuses_consistency(item, size, root)
                questions.append(consistency(ledger, item, size))
        for other in (size - 1, size + 1):  # the right proof, another size of the tree
            item = go.included(ledger, size - 1, size)
            questions.append({**inclusion(ledger, item, size), "size": other})
    assert len(questions) > 1000
    assert "" not in ask_aics(questions)


def test_it_accepts_our_checkpoints(ask_aics: AskAics, ledger: Any) -> None:
    notes = [go.signed(ledger, size) for size in SIZES]
    questions = [about(note) for note in notes]
    questions += [about(cosigned(note), WITNESS_KEY) for note in notes]
    questions += [about(cosigned(note)) for note in notes]  # by a witness that it does not know
    assert set(ask_aics(questions)) == {""}


def test_it_and_we_refuse_every_changed_checkpoint(ask_aics: AskAics, ledger: Any) -> None:
    wrong = go.wrong_checkpoints(ledger)
    answers = ask_aics([about(note) for note in wrong.values()])
    taken = [name for name, answer in zip(wrong, answers, strict=True) if answer == ""]
    assert taken == ["no last newline"]  # which C2SP asks for, and Go and we refuse to do without


def wrong_cosignatures(note: str) -> dict[str, str]:
    """Return checkpoints whose cosignature is almost one, by what is wrong with it."""
    good = cosigned(note)
    text = note.partition("\n\n")[0] + "\n"
    line = good[len(note) :]
    data = base64.b64decode(line.split(" ")[2])

    def with_data(changed: bytes) -> str:
        return f"{note}\u2014 {WITNESS_KEY.name} {base64.b64encode(changed).decode()}\n"

    assert with_data(data) == good
    flipped = {
        f"flipped bit {bit}": with_data(go.with_flipped_bit(data, bit))
        for bit in range(32, 8 * len(data), 7)
    }
    plain = base64.b64encode(data[:4] + WITNESS.sign(text.encode())).decode()
    return flipped | {
        "another size": cosigned(note, text=text.replace("\n10\n", "\n11\n")),
        "another origin": cosigned(note, text=text.replace(ORIGIN, "elsewhere.test/muhr")),
        "another time": with_data(data[:4] + (AT + 1).to_bytes(8) + data[12:]),
        "a signature without time": f"{note}\u2014 {WITNESS_KEY.name} {plain}\n",
        "a short signature": with_data(data[:-1]),
        "a long signature": with_data(data + b"\0"),
        "a time beyond all": with_data(data[:4] + b"\xff" * 8 + data[12:]),
    }


def test_all_three_refuse_every_changed_cosignature(
    ask_aics: AskAics, check: Check, ledger: Any
) -> None:
    note = go.signed(ledger, 10)
    wrong = wrong_cosignatures(note)
    answers = ask_aics([about(changed, WITNESS_KEY) for changed in wrong.values()])
    assert [name for name, answer in zip(wrong, answers, strict=True) if answer == ""] == []
    for name, changed in wrong.items():
        job = go.job(changed, witnesses=[WITNESS_KEY.format()])
        assert go.parts_refused(check(job), 1), name
        with pytest.raises((InvalidCheckpoint, InvalidCheckpointSignature)):
            assert cosignatures_of(changed, [WITNESS_KEY], check_ed25519)


def test_all_three_miss_a_cosignature_that_is_not_there(
    ask_aics: AskAics, check: Check, ledger: Any
) -> None:
    note = go.signed(ledger, 10)
    assert ask_aics([about(note, WITNESS_KEY)]) != [""]
    assert go.parts_refused(check(go.job(note, witnesses=[WITNESS_KEY.format()])), 1)
    assert cosignatures_of(note, [WITNESS_KEY], check_ed25519) == []


def test_go_accepts_our_cosignatures(check: Check, ledger: Any) -> None:
    for size in SIZES:
        note = cosigned(go.signed(ledger, size))
        assert go.accepted(check(go.job(note, witnesses=[WITNESS_KEY.format()])), 1), size
