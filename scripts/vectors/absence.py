"""Makes tests/vectors/absence: evidence of absence, good and bad, and what a verifier must find in it.

What is expected is written down with each case, never taken from a verifier. The keys are those of
tests/vectors/receipts; the same bytes in every run.

    python -m scripts.vectors.absence            write the vectors
    python -m scripts.vectors.absence --check    exit 1 if the committed ones are stale
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from ledger_service.domain.identifiers import Digest
from ledger_service.domain.ledger import merkle
from ledger_service.domain.ledger.checkpoint import Checkpoint, sign_note
from ledger_service.domain.ledger.entry import Entry
from ledger_service.domain.publication.verifiable_map import (
    MapProof,
    prove_absence,
    record,
    subtree_of,
)
from ledger_service.domain.verification.absence import Absence
from ledger_service.domain.verification.receipt import Receipt
from scripts.vectors.receipts import PROJECT
from scripts.vectors.sample_receipt import AT, AXES, DEPLOYMENT, ORIGIN, SIGNER, signer
from scripts.vectors.sample_receipt import receipt as receipt_of_a_registration

PATH = PROJECT / "tests" / "vectors" / "absence" / "absences.json"
ABSENT, OTHER = Digest.of(b"nobody registered this"), Digest.of(b"nor this")
HEX = "ab" * 32


def held(count: int) -> list[Digest]:
    """Return the digests that a ledger has accepted."""
    return [Digest.of(b"book %d" % number) for number in range(count)]


def receipt_of(body: bytes, index: int, size: int) -> Receipt:
    """Return the receipt of an entry at an index of a ledger of this size, signed by the ledger."""
    frontier, nodes = merkle.Frontier(), {}
    for number in range(size):
        data = body if number == index else b"entry %d" % number
        nodes.update(frontier.append(merkle.leaf_hash(data)))
    text = Checkpoint(ORIGIN, size, frontier.root()).format()
    proof = merkle.inclusion_proof(index, size, lambda names: [nodes[name] for name in names])
    return Receipt(body, index, tuple(proof), sign_note(text, SIGNER.key, SIGNER.sign), None)


def evidence(
    count: int = 20, *, digest: Digest = ABSENT, under: int | None = None, **changes: Any
) -> Absence:
    """Return evidence from a ledger that has accepted so many digests.

    under: size of the checkpoint, that with the map entry unless given; changes: of the map entry.
    """
    records = sorted(record(item.value, index) for index, item in enumerate(held(count)))
    proof = prove_absence(records, digest.value)
    assert proof is not None
    facts = {
        "root": subtree_of(records, 0).hash.hex(),
        "count": count,
        "size": count,
        **changes,
    }
    body = Entry("map", AT, facts).format()
    return Absence(digest, proof, receipt_of(body, count, under or count + 1))


def evidence_with_leaf() -> Absence:
    """Return evidence whose path ends at the leaf of another digest, below siblings."""
    made = (evidence(count) for count in range(4, 30))
    return next(item for item in made if item.proof.other and len(item.proof.siblings) > 1)


def row(
    name: str, absence: Absence | str, expect: object, digest: Digest = ABSENT
) -> dict[str, Any]:
    """Return one case. expect: an error's slug, or the verdict and the outcome on each axis."""
    text = absence if isinstance(absence, str) else absence.format().decode()
    return {"name": name, "digest": digest.hex(), "evidence": text, "expect": expect}


def found(word: str, **outcomes: str) -> dict[str, str]:
    """Return what a verifier finds: the verdict, and the outcomes that are not “not checked”."""
    return {"verdict": word, **dict.fromkeys(AXES, "not checked"), **outcomes}


HOLDS = found("not_registered", bytes="fail", ledger="pass")
DOUBTFUL = found("not_checked")


def good_cases() -> Iterator[dict[str, Any]]:
    """Yield evidence that holds."""
    for count in (0, 1, 2, 3, 20, 300):
        yield row(f"of {count} digests", evidence(count), HOLDS)
    yield row("that ends at another leaf", evidence_with_leaf(), HOLDS)
    later = evidence(20, under=1000)
    yield row("under a later checkpoint", later, HOLDS)
    near = Digest(held(20)[3].value[:31] + bytes([held(20)[3].value[31] ^ 1]))
    yield row("all bits shared but one", evidence(digest=near), HOLDS, near)
    shown = json.dumps(evidence().to_json(), indent=2, ensure_ascii=True)
    yield row("spelled otherwise", shown, HOLDS)
    more = json.dumps({**evidence().to_json(), "more": 1})
    yield row("with a member more", more, HOLDS)


def bad_cases() -> Iterator[dict[str, Any]]:
    """Yield evidence that does not hold: it proves nothing, so nothing is found."""
    good = evidence_with_leaf()
    yield row("of another file", good, DOUBTFUL, OTHER)
    yield row("of a file that is held", good, DOUBTFUL, held(1)[0])
    for number, digest in enumerate(held(3)):
        yield row(f"held digest {number}", replace(good, digest=digest), DOUBTFUL, digest)
    for name, changes in {
        "another root": {"root": HEX},
        "a size too small": {"size": 19},
        "a size too large": {"size": 21},
    }.items():
        yield row(name, evidence(**changes), DOUBTFUL)
    old = evidence(2).proof
    yield row("a proof for an older map", replace(good, proof=old), DOUBTFUL)
    siblings = good.proof.siblings
    for name, proof in {
        "no siblings": MapProof((), good.proof.other),
        "no other leaf": MapProof(siblings, None),
        "siblings turned": MapProof(siblings[::-1], good.proof.other),
        "257 siblings": MapProof((b"\1" * 32,) * 257, None),
        "the leaf of the digest": MapProof(siblings, record(ABSENT.value, 7)),
    }.items():
        yield row(name, replace(good, proof=proof), DOUBTFUL)
    thief, text = signer("thief"), good.receipt.checkpoint.partition("\n\n")[0] + "\n"
    stolen = replace(good.receipt, checkpoint=sign_note(text, thief.key, thief.sign))
    yield row("signed by another key", replace(good, receipt=stolen), DOUBTFUL)
    moved = replace(good.receipt, index=good.receipt.index - 1)
    yield row("at another index", replace(good, receipt=moved), DOUBTFUL)
    registered = receipt_of_a_registration()
    yield row("on a registration", replace(good, receipt=registered), DOUBTFUL)
    body = Entry("steward", AT, {"steward": HEX, "block": 1}).format()
    steward = replace(good, receipt=receipt_of(body, 20, 21))
    yield row("on an entry of another kind", steward, DOUBTFUL)


def malformed_cases() -> Iterator[dict[str, Any]]:
    """Yield files that call themselves evidence and are malformed, then one that does not."""
    value = evidence_with_leaf().to_json()
    path, rest = value["map"], {key: item for key, item in value.items() if key != "map"}
    other = path["other"]
    parts: list[tuple[str, object]] = [
        *(("digest", item) for item in (None, 7, "ab", ABSENT.hex().upper(), ABSENT.hex() + "\n")),
        *(("receipt", item) for item in (None, 7, [], {}, {"format": "muhr-receipt/1"})),
        ("receipt", {**value["receipt"], "format": "muhr-receipt/3"}),
        ("receipt", {**value["receipt"], "index": "20"}),
        *(("map", item) for item in (None, 7, [], "map", {}, {"siblings": []})),
        ("map", {**path, "more": 1}),
        ("map", {**path, "siblings": None}),
        ("map", {**path, "siblings": ["00"]}),
        ("map", {**path, "siblings": [7]}),
        ("map", {**path, "siblings": [item.upper() for item in path["siblings"]]}),
        ("map", {**path, "other": []}),
        ("map", {**path, "other": {"digest": other["digest"]}}),
        ("map", {**path, "other": {**other, "more": 1}}),
        *(("map", {**path, "other": {**other, "index": item}}) for item in (-1, True, None, "1")),
    ]
    for number, (name, item) in enumerate(parts):
        text = json.dumps({**value, name: item})
        yield row(f"malformed {number}: {name}", text, "invalid-absence")
    for name in rest:
        lacking = {key: item for key, item in value.items() if key != name}
        expect = "invalid-receipt" if name == "format" else "invalid-absence"
        yield row(f"without {name}", json.dumps(lacking), expect)
    yield row("without map", json.dumps(rest), "invalid-absence")
    long = json.dumps({**value, "more": "a" * 98_304})
    yield row("too long", long, "invalid-receipt")
    yield row(
        "another format", json.dumps({**value, "format": "muhr-absence/2"}), "invalid-receipt"
    )
    yield row("cut", json.dumps(value)[:-1], "invalid-receipt")


def vectors() -> str:
    """Return the file."""
    cases = [*good_cases(), *bad_cases(), *malformed_cases()]
    value = {"deployment": json.loads(DEPLOYMENT.format()), "cases": cases}
    return json.dumps(value, indent=1, ensure_ascii=True) + "\n"


def main() -> int:
    """Write or check the file; return the exit status."""
    made = vectors()
    if "--check" in sys.argv:
        if PATH.read_text("utf-8") == made:
            return 0
        print(f"{PATH.relative_to(PROJECT)} is stale: run scripts.make_absence_vectors")
        return 1
    PATH.parent.mkdir(parents=True, exist_ok=True)
    PATH.write_text(made, "utf-8")
    print(f"{PATH.relative_to(PROJECT)}: {len(json.loads(made)['cases'])} cases")
    return 0


if __name__ == "__main__":
    sys.exit(main())
