"""Policies: the file's grammar, and when a quorum is met."""

from __future__ import annotations

import base64
import hashlib
import itertools
import json
from collections.abc import Callable

import pytest

from ledger_service.adapters.signer import Ed25519Signer, check_ed25519
from ledger_service.domain.errors import (
    InvalidCheckpoint,
    InvalidCheckpointSignature,
    InvalidPolicy,
    QuorumNotMet,
)
from ledger_service.domain.ledger.checkpoint import Checkpoint, VerifierKey, sign_note
from ledger_service.domain.publication.cosignature import WitnessKey, cosign
from ledger_service.domain.publication.policy import (
    LARGEST_POLICY_BYTES,
    Group,
    Log,
    Policy,
    Witness,
)
from tests.unit.test_house_rules import PROJECT

SEVEN = json.loads(
    (PROJECT / "tests" / "vectors" / "c2sp" / "ledger_of_seven.json").read_text(encoding="utf-8")
)
NAMES = ("X1", "X2", "X3", "Y1", "Y2", "Y3")
LOG_KEY = SEVEN["log_key"]
OTHER_LOG_KEY = VerifierKey(VerifierKey.parse(LOG_KEY).name, bytes(range(32))).format()


def vkey(number: int) -> str:
    return WitnessKey(f"witness.example.uz/{number}", bytes([number]) + bytes([64]) * 31).format()


TWO_LEVELS = f"""\
# the specification's example, with keys
log {LOG_KEY}
\t
  witness  X1\t{vkey(1)}
witness X2 {vkey(2)} https://two.example
witness X3 {vkey(3)}
group X-witnesses 2 X1 X2 X3
witness Y1 {vkey(4)}
witness Y2 {vkey(5)}
witness Y3 {vkey(6)}
group Y-witnesses any Y1 Y2 Y3
group X-and-Y all X-witnesses Y-witnesses
quorum X-and-Y
""".encode()


def test_two_levels_of_groups_count_as_the_specification_says() -> None:
    policy = Policy.parse(TWO_LEVELS)
    assert policy.witnesses[1].url == "https://two.example"
    assert policy.logs == (Log(VerifierKey.parse(LOG_KEY)),)
    for count in range(len(NAMES) + 1):
        for held in itertools.combinations(NAMES, count):
            x = sum(name.startswith("X") for name in held)
            assert policy.is_met_by(held) == (x >= 2 and len(held) > x), held
    assert not policy.is_met_by(["X-and-Y"])
    assert not policy.is_met_by(["X-witnesses", "Y-witnesses"])


def ml_dsa_vkey(number: int) -> str:
    """Return a key of type 0x06 (ML-DSA-44), which this version does not check."""
    name, key = f"witness.example.uz/{number}", b"\x06" + bytes([number]) * 1312
    key_id = hashlib.sha256(name.encode() + b"\n" + key).hexdigest()[:8]
    return f"{name}+{key_id}+{base64.b64encode(key).decode()}"


def test_a_witness_of_another_algorithm_stands_in_the_policy_and_never_counts() -> None:
    lines = [f"witness a {vkey(1)}", f"witness b {ml_dsa_vkey(2)} https://b.example"]
    for count, is_met in (("any", True), ("2", False)):
        text = "\n".join([*lines, f"group g {count} a b", "quorum g", ""]).encode()
        policy = Policy.parse(text)
        assert [witness.name for witness in policy.witnesses] == ["a"]
        assert policy.unread[0].url == "https://b.example"
        assert policy.is_met_by(["a"]) is is_met
        assert policy.is_met_by(["a", "b"]) is is_met
        assert Policy.parse(policy.format()) == policy


@pytest.mark.parametrize(
    "text",
    [
        f"witness a {ml_dsa_vkey(1)}\nwitness b {ml_dsa_vkey(1)}",
        f"witness a {ml_dsa_vkey(1)}\nwitness a {ml_dsa_vkey(2)}",
        f"witness a {ml_dsa_vkey(1)}".replace("witness.example.uz", "other.example.uz"),
        f"log {ml_dsa_vkey(1)}",
    ],
)
def test_a_key_of_another_algorithm_is_still_a_key(text: str) -> None:
    with pytest.raises(InvalidPolicy):
        Policy.parse(f"{text}\nquorum none".encode())


def test_parsing_undoes_formatting() -> None:
    for data in (TWO_LEVELS, SEVEN["policy"].encode(), b"quorum none\n"):
        policy = Policy.parse(data)
        assert Policy.parse(policy.format()) == policy
    golden = Policy.parse(SEVEN["policy"].encode())
    assert golden.format().decode() == SEVEN["policy"]
    assert golden.groups == (Group("partners", 1, ("w1",)),)


def test_names_are_octets() -> None:
    line = b"witness \xff\xe2\x84\xaa " + vkey(1).encode()
    policy = Policy.parse(line + b"\nquorum \xff\xe2\x84\xaa")
    assert policy.format() == line + b"\nquorum \xff\xe2\x84\xaa\n"
    with pytest.raises(InvalidPolicy):
        Policy.parse(line + b"\nquorum K")


def test_no_quorum_is_always_met_and_a_witness_may_be_the_quorum() -> None:
    assert Policy.parse(b"quorum none").is_met_by([])
    policy = Policy.parse(f"witness w {vkey(1)}\nquorum w".encode())
    assert policy.is_met_by(["w"])
    assert not policy.is_met_by([])


W, V = f"witness w {vkey(1)}", f"witness v {vkey(2)}"


@pytest.mark.parametrize(
    "text",
    [
        "",
        W,
        "quorum w",
        "quorum",
        "quorum none none",
        "quorum none\nquorum none",
        f"quorum w\n{W}",
        "log",
        f"log {vkey(1)}\nquorum none",
        f"log {LOG_KEY} url more\nquorum none",
        f"log {LOG_KEY}\nlog {LOG_KEY}\nquorum none",
        f"log {LOG_KEY}x\nquorum none",
        f"log {LOG_KEY}\nlog {OTHER_LOG_KEY}\nquorum none",
        f"witness w {LOG_KEY}\nquorum none",
        f"witness none {vkey(1)}\nquorum none",
        f"{W}\n{W}\nquorum none",
        f"{W}\nwitness v {vkey(1)}\nquorum none",
        f"{W}\nwitness w {vkey(2)}\nquorum none",
        f"{W}\ngroup g any\nquorum none",
        f"{W}\ngroup g\nquorum none",
        f"{W}\ngroup w any w\nquorum none",
        f"{W}\ngroup g any g\nquorum none",
        f"{W}\ngroup g any w w\nquorum none",
        f"{W}\ngroup g any none\nquorum none",
        f"{W}\ngroup g 0 w\nquorum none",
        f"{W}\ngroup g 2 w\nquorum none",
        f"{W}\ngroup g 01 w\nquorum none",
        f"{W}\ngroup g -1 w\nquorum none",
        f"{W}\ngroup g some w\nquorum none",
        f"{W}\n{V}\ngroup g any w\ngroup h any w v\nquorum none",
        f"{W}\ngroup g any v\n{V}\nquorum none",
        "mirror x\nquorum none",
        "quorum none\r\n",
        "quorum\vnone",
        "quorum none\x7f",
        "QUORUM none",
        "# " + "x" * LARGEST_POLICY_BYTES + "\nquorum none",
        "".join(f"witness w{n} {vkey(n)}\n" for n in range(65)) + "quorum none",
    ],
)
def test_a_policy_that_is_not_one_is_refused(text: str) -> None:
    with pytest.raises(InvalidPolicy):
        Policy.parse(text.encode())


def test_the_line_at_fault_is_named() -> None:
    with pytest.raises(InvalidPolicy, match=r"invalid-policy.line"):
        Policy.parse(b"# a\n\nwitness w\nquorum none")


def test_as_many_witnesses_as_the_specification_asks_for_are_taken() -> None:
    text = "".join(f"witness w{n} {vkey(n)}\n" for n in range(32))
    groups = "".join(f"group g{n} any w{n}\n" for n in range(32))
    assert len(Policy.parse((text + groups + "quorum g31").encode()).groups) == 32


# ---- checkpoints under a policy -------------------------------------------------------------------


@pytest.fixture
def note(signer: Ed25519Signer) -> str:
    text = Checkpoint(signer.key.name, 7, bytes(32)).format()
    return sign_note(text, signer.key, signer.sign)


@pytest.fixture
def witness(new_signer: Callable[..., Ed25519Signer]) -> Ed25519Signer:
    return new_signer("witness.example.uz/w1", "witness")


@pytest.fixture
def policy(signer: Ed25519Signer, witness: Ed25519Signer) -> Policy:
    key = WitnessKey(witness.key.name, witness.key.public_key)
    return Policy((Log(signer.key),), (Witness("w1", key),), (), "w1")


def cosigned(note: str, policy: Policy, witness: Ed25519Signer) -> str:
    text = note.partition("\n\n")[0] + "\n"
    return note + cosign(text, policy.witnesses[0].key, 1_795_426_002, witness.sign)


def test_a_checkpoint_with_its_quorum_passes(
    note: str, policy: Policy, witness: Ed25519Signer
) -> None:
    assert policy.check(cosigned(note, policy, witness), check_ed25519).size == 7
    golden = Policy.parse(SEVEN["policy"].encode())
    assert golden.check(SEVEN["cosigned_checkpoint"], check_ed25519).size == 7


def test_a_checkpoint_without_its_quorum_is_refused(note: str, policy: Policy) -> None:
    with pytest.raises(QuorumNotMet, match=r"quorum-not-met.nobody"):
        policy.check(note, check_ed25519)


def test_a_checkpoint_of_another_log_is_refused(
    note: str, policy: Policy, witness: Ed25519Signer, new_signer: Callable[..., Ed25519Signer]
) -> None:
    elsewhere = new_signer("elsewhere.example/muhr", "ours")
    text = Checkpoint(elsewhere.key.name, 7, bytes(32)).format()
    other = sign_note(text, elsewhere.key, elsewhere.sign)
    with pytest.raises(
        InvalidCheckpointSignature, match=r"invalid-checkpoint-signature.log-not-in-policy"
    ):
        policy.check(cosigned(other, policy, witness), check_ed25519)
    thief = new_signer(policy.logs[0].key.name, "thief")
    stolen = sign_note(note.partition("\n\n")[0] + "\n", thief.key, thief.sign)
    with pytest.raises(InvalidCheckpointSignature):
        policy.check(cosigned(stolen, policy, witness), check_ed25519)
    with pytest.raises(InvalidCheckpoint):
        policy.check("nothing", check_ed25519)
