"""What this service refuses of signed intents is what the contracts refuse, vector by vector.

MUHR_SIGNATURE_VECTORS (default 2,000) says how many vectors are judged, MUHR_SIGNATURE_SEED which ones.
docs/signatures.md tells of the run of 100,000.
"""

from __future__ import annotations

import itertools
import json
import os
import random
import secrets
from collections import Counter

from ledger_service.adapters.evm.intents import TYPES
from ledger_service.adapters.evm.relaying import (
    check_authorization,
    signed_digest,
    typed_data_of,
)
from ledger_service.domain import canonical_json
from ledger_service.domain.chain.signed_intent import SignedIntent
from ledger_service.domain.errors import LedgerError
from scripts.report.kept import keep
from tests.signatures.ground import REFUSED_ALONE, Ground
from tests.signatures.maker import Maker, Vector
from tests.signatures.signing import loose_call
from tests.signatures.vectors import drawn, enumerated

COUNT = int(os.environ.get("MUHR_SIGNATURE_VECTORS", "2000"))
SEED = os.environ.get("MUHR_SIGNATURE_SEED") or secrets.token_hex(8)
AT_ONCE = 2000
OF_THE_AUTHORIZATION = {
    "IntentExpired",
    "IntentDeadlineTooFar",
    "InvalidIntentSignature",
    "NonceAlreadyUsed",
}
MISSHAPEN = "InvalidIntent"
AUTHORIZED = "authorized"


def chosen(ground: Ground, rng: random.Random) -> list[Vector]:
    """Return as many vectors as asked for: of those that can be counted, all or some; others drawn."""
    counted = list(enumerated(ground))
    share = min(len(counted), COUNT * 4 // 5)
    print(f"{len(counted)} vectors can be enumerated, of which {share} are taken")
    taken = rng.sample(counted, share)
    return [*taken, *itertools.islice(drawn(ground, rng), COUNT - share)]


def judge(ground: Ground, intent: SignedIntent, now: int) -> str:
    """Return what this service says of an intent: "authorized", or the name of its error."""
    try:
        text = json.dumps(intent.to_json()).encode()
        read = SignedIntent.from_json(canonical_json.parse(text))
        check_authorization(
            read,
            signed_digest(typed_data_of(ground.deployment, read)),
            now,
            approves=lambda: ground.approves(read.signer, read.signature),
            is_used=lambda: (
                read.signer == ground.signer
                and (TYPES[read.type].contract, read.nonce) in ground.used
            ),
        )
    except LedgerError as exc:
        return type(exc).__name__
    return AUTHORIZED


def agree(ours: str, theirs: str) -> bool:
    """Return whether the two verdicts are the same.

    What passes here is asked of the chain once more before it is queued, which then refuses what is not
    about the authorization. What has no meaning in JSON is a word out of its range, or a cohort that
    another was signed for.
    """
    if ours == AUTHORIZED:
        return theirs not in OF_THE_AUTHORIZATION | {REFUSED_ALONE}
    if ours == MISSHAPEN:
        return theirs in OF_THE_AUTHORIZATION | {REFUSED_ALONE}
    return ours == theirs


def test_both_give_the_same_verdict_on_every_vector(ground: Ground) -> None:
    rng = random.Random(SEED)
    print(f"MUHR_SIGNATURE_VECTORS={COUNT} MUHR_SIGNATURE_SEED={SEED}")
    vectors = chosen(ground, rng)
    counts: Counter[tuple[str, str]] = Counter()
    differing = []
    now = ground.bench.node.block().time
    for start in range(0, len(vectors), AT_ONCE):
        part = vectors[start : start + AT_ONCE]
        intents = [each.make(Maker(ground, each.kind, now, rng)) for each in part]
        ours = [judge(ground, intent, now) for intent in intents]
        told, theirs = ground.judge([loose_call(intent) for intent in intents])
        assert told == now
        for vector, intent, *pair in zip(part, intents, ours, theirs, strict=True):
            counts[pair[0], pair[1]] += 1
            if not agree(*pair):
                differing.append((vector.what, *pair, intent.to_json()))
        print(f"{start + len(part)} vectors judged, {len(differing)} differ", flush=True)
    for (mine, other), count in sorted(counts.items(), key=lambda item: -item[1]):
        print(f"{count:7,}  {mine:24}  {other}")
    figures = {"cases": sum(counts.values()), "failures": len(differing)}
    keep("signature-vectors", f"MUHR_SIGNATURE_VECTORS={COUNT} make test-signatures", figures, SEED)
    assert differing[:5] == []
    assert sum(counts.values()) == COUNT
    assert counts[AUTHORIZED, "accepted"] > COUNT // 100
    for name in OF_THE_AUTHORIZATION:
        assert counts[name, name] > 0, f"no vector was refused with {name}"
