"""Makes tests/vectors/receipts: receipts, good and bad, and what a verifier must find in each.

The library that they speak of is scripts/vectors/sample_receipt.py's. What is expected is written down with
each case, never taken from a verifier.

    python -m scripts.vectors.receipts            write the vectors
    python -m scripts.vectors.receipts --check    exit 1 if the committed ones are stale
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from ledger_service.domain.chain.chain_state import StateProof
from ledger_service.domain.chain.keccak import keccak256
from ledger_service.domain.ledger.checkpoint import Checkpoint, VerifierKey, sign_note
from ledger_service.domain.ledger.entry import Entry
from ledger_service.domain.verification.receipt import Receipt
from scripts.vectors.fuller_records import fuller_cases
from scripts.vectors.later_receipts import later_cases
from scripts.vectors.sample_receipt import (
    AT,
    CHAIN_AXES,
    CODES,
    DEPLOYMENT,
    OTHER,
    SIGNER,
    TERMS,
    entry,
    ledger_fails,
    nothing_is_told,
    outcomes,
    receipt,
    row,
    signer,
    state,
    text_of,
)

PROJECT = Path(__file__).resolve().parents[2]
FOLDER = PROJECT / "tests" / "vectors" / "receipts"


OTHERWISE = {
    "title": "Xamsa",
    "creator": "",
    "language": "en",
    "media_type": "a/b",
    "size_bytes": 7,
}


def good_cases() -> Iterator[dict[str, Any]]:
    """Yield receipts that hold, with and without a known block."""
    for size, index in ((1, 0), (2, 1), (7, 4), (8, 0), (300, 255)):
        kept = receipt(size, index)
        full = replace(kept, state=state(kept))
        known = keccak256(full.state.header)
        text = full.format().decode()
        yield row(f"entry {index} of {size}", text, outcomes(), known)
        yield row(f"entry {index} of {size}, block unknown", text, outcomes((), CHAIN_AXES))
    kept = receipt()
    none = outcomes((), CHAIN_AXES)
    yield row("no state proof", text_of(kept), none)
    old = {key: kept.to_json()[key] for key in ("entry", "index", "checkpoint", "anchor")}
    old |= {"format": "muhr-receipt/1", "proof": [item.hex() for item in kept.proof]}
    yield row("version 1", json.dumps(old), none)
    yield row("no metadata", text_of(kept, metadata=None), none)
    lacks = {name: item for name, item in kept.to_json().items() if name != "metadata"}
    yield row("from before receipts had metadata", json.dumps(lacks), none)
    yield row("no anchor", text_of(kept, anchor=None), none)
    witness = signer("witness", "witness.example/w")
    stranger = sign_note("another text\n", witness.key, witness.sign).partition("\n\n")[2]
    yield row(
        "a stranger's signature too", text_of(kept, checkpoint=kept.checkpoint + stranger), none
    )
    shown = json.dumps(kept.to_json(), indent=2, ensure_ascii=True)
    yield row("spelled otherwise", shown, none)


def state_cases() -> Iterator[dict[str, Any]]:
    """Yield receipts whose ledger holds, and whose chain says this or that."""
    kept = receipt()

    def case(name: str, fails: tuple[str, ...], **changes: Any) -> dict[str, Any]:
        full = replace(kept, state=state(kept, **changes))
        return row(name, text_of(full), outcomes(fails), keccak256(full.state.header))

    yield case("superseded", ("supersession",), state=2, relation=1, successor=True)
    yield case("corrected", ("supersession",), state=2, relation=2, successor=True)
    yield case("translated", (), state=2, relation=3, successor=True)
    yield case("withdrawn", ("withdrawal",), state=3)
    yield case(
        "withdrawn after it was superseded", ("withdrawal",), state=3, relation=1, successor=True
    )
    yield case("a rendition", (), original=True)
    yield case("a rendition of what is withdrawn", ("withdrawal",), original=True, original_state=3)
    yield case("registrar closed from before", ("steward",), window=(0, AT, 1))
    yield case("registrar not yet", ("steward",), window=(AT + 1, AT + 2, 1))
    yield case("registrar at its first second", (), window=(AT, AT + 1, 1))
    yield case("only a service", ("steward",), window=(0, 2**64 - 1, 2))
    yield case("another license", ("license",), known_number=4)
    yield case("unknown license", ("license",), known_number=0)
    yield case("not anchored", ("anchor",), anchored=0)
    yield case("another root anchored", ("anchor",), root=bytes(31) + b"\1")
    yield case("never registered", ("steward", "withdrawal", "supersession", "license"), state=0)
    yield from claim_cases()
    yield from waiting_cases()
    yield from whole_cases()
    full = replace(kept, state=state(kept), terms=None)
    known = keccak256(full.state.header)
    yield row("terms not told", text_of(full), outcomes((), ("license",)), known)
    anchor_fails = outcomes(("anchor",), CHAIN_AXES[:-1])
    other_code = {**CODES, "ResourceRegistry": keccak256(b"other code")}
    changed = replace(kept, state=state(kept, code=other_code))
    yield row("other code", text_of(changed), anchor_fails, keccak256(changed.state.header))
    full = replace(full, terms=TERMS)
    yield row("another block", text_of(full), outcomes((), CHAIN_AXES), bytes(32))
    yield from node_cases(full)
    more = StateProof(full.state.header, (*full.state.nodes, b"\xc0"))
    yield row("a node too many", text_of(replace(full, state=more)), anchor_fails, known)
    for header in (b"", b"\xc0", full.state.header + b"\0", full.state.header[:-1]):
        broken = replace(full, state=StateProof(header, full.state.nodes))
        yield row(f"header of {len(header)} bytes", text_of(broken), anchor_fails, known)


def node_cases(full: Receipt) -> Iterator[dict[str, Any]]:
    """Yield a receipt with each node of its state proof left out, and with each changed."""
    assert full.state is not None
    header, nodes = full.state.header, full.state.nodes
    for place, node in enumerate(nodes):
        rest = nodes[:place] + nodes[place + 1 :]
        changed = bytearray(node)
        changed[len(node) // 2] ^= 1
        for how, others in (("left out", rest), ("changed", (*rest, bytes(changed)))):
            text = text_of(replace(full, state=StateProof(header, others)))
            yield row(
                f"node {place} {how}",
                text,
                outcomes(("anchor",), CHAIN_AXES[:-1]),
                keccak256(header),
            )


def whole_cases() -> Iterator[dict[str, Any]]:
    """Yield receipts as they were at first: all words are proved, and the registry does not tell."""
    kept = receipt()
    for name, fails, changes in (
        ("registered", (), {}),
        ("not anchored", ("anchor",), {"anchored": 0}),
        ("a rendition of what is withdrawn", ("withdrawal",), {"original": 1, "original_state": 3}),
        ("superseded", ("supersession",), {"state": 2, "relation": 1, "successor": True}),
        ("withdrawn since", ("withdrawal",), {"state": 3, "relation": 1, "successor": True}),
        ("never registered", CHAIN_AXES[:-1], {"state": 0}),
    ):
        proof = state(kept, is_whole=True, **changes)
        text, known = text_of(replace(kept, state=proof)), keccak256(proof.header)
        yield row(f"first form, {name}", text, outcomes(fails), known)
    proof = state(kept, is_whole=True)
    known = keccak256(proof.header)
    needed = state(kept, is_whole=False, standing=0)
    lacks = text_of(replace(kept, state=needed))
    expected = outcomes(("anchor",), CHAIN_AXES[:-1])
    yield row("first form, no word on an original", lacks, expected, keccak256(needed.header))
    for place, node in enumerate(proof.nodes):
        changed = bytearray(node)
        changed[len(node) // 2] ^= 1
        nodes = (*proof.nodes[:place], bytes(changed), *proof.nodes[place + 1 :])
        text = text_of(replace(kept, state=StateProof(proof.header, nodes)))
        yield row(f"first form, node {place} changed", text, expected, known)


def claim_cases() -> Iterator[dict[str, Any]]:
    """Yield receipts for entries of kind `accepted`, which stand in the ledger only (docs/adr/0036)."""
    claim = receipt(body=entry("accepted").format())
    yield row("accepted, no state proof", text_of(claim), outcomes((), CHAIN_AXES))
    for name, expected, changes in (
        ("in the ledger only", outcomes((), ("steward",)), {"state": 0}),
        ("license unknown", outcomes(("license",), ("steward",)), {"state": 0, "known_number": 0}),
        ("not anchored", outcomes(("anchor",), ("steward",)), {"state": 0, "anchored": 0}),
        ("registered since", outcomes(), {}),
        ("registered since and withdrawn", outcomes(("withdrawal",)), {"state": 3}),
    ):
        full = replace(claim, state=state(claim, **changes))
        yield row(f"accepted, {name}", text_of(full), expected, keccak256(full.state.header))
    untold = replace(claim, state=state(claim, state=0), terms=None)
    expected = outcomes((), ("steward", "license"))
    known = keccak256(untold.state.header)
    yield row("accepted, terms not told", text_of(untold), expected, known)
    text = text_of(replace(untold, terms=TERMS))
    yield row("accepted, block unknown", text, outcomes((), CHAIN_AXES))


def waiting_cases() -> Iterator[dict[str, Any]]:
    """Yield receipts for entries of kind `awaiting`, for which nothing speaks before the chain does."""
    claim = receipt(body=entry("awaiting").format())
    unsigned = CHAIN_AXES[:-1]
    yield row("awaiting, no state proof", text_of(claim), outcomes((), CHAIN_AXES))
    for name, expected, changes in (
        ("not registered", outcomes((), unsigned), {"state": 0}),
        ("license unknown", outcomes((), unsigned), {"state": 0, "known_number": 0}),
        ("not anchored", outcomes(("anchor",), unsigned), {"state": 0, "anchored": 0}),
        ("registered since", outcomes(), {}),
        ("registered since and withdrawn", outcomes(("withdrawal",)), {"state": 3}),
    ):
        full = replace(claim, state=state(claim, **changes))
        yield row(f"awaiting, {name}", text_of(full), expected, keccak256(full.state.header))
    full = replace(claim, state=state(claim, state=0))
    yield row("awaiting, block unknown", text_of(full), outcomes((), CHAIN_AXES))


def bad_cases() -> Iterator[dict[str, Any]]:
    """Yield receipts that do not hold, then files that are none."""
    kept = receipt()
    thief, elsewhere = signer("thief"), signer("ledger", "elsewhere.example/x")
    text = kept.checkpoint.partition("\n\n")[0] + "\n"
    root = Checkpoint.of_note(kept.checkpoint).root
    for name, note in {
        "another size": kept.checkpoint.replace("\n7\n", "\n8\n"),
        "signed by another key": sign_note(text, thief.key, thief.sign),
        "signed by the key under another name": sign_note(text, elsewhere.key, elsewhere.sign),
        "known key twice, once wrong": kept.checkpoint
        + sign_note("x\n", SIGNER.key, SIGNER.sign).partition("\n\n")[2],
        "no signature": text + "\n",
        "hyphen for the dash": kept.checkpoint.replace("\u2014", "-"),
        "line ends of Windows": kept.checkpoint.replace("\n", "\r\n"),
        "size with a zero before": kept.checkpoint.replace("\n7\n", "\n07\n"),
        "nothing": "",
    }.items():
        yield row(name, text_of(kept, checkpoint=note), ledger_fails())
    other = Checkpoint("elsewhere.example/x", 7, root).format()
    for name, signed_by in (("its own key", elsewhere), ("this ledger's key", SIGNER)):
        note = sign_note(other, signed_by.key, signed_by.sign)
        text = text_of(kept, checkpoint=note)
        yield row(f"of another ledger, signed by {name}", text, nothing_is_told())
    proof = list(kept.to_json()["proof"])
    for name, changes in {
        "index before": {"index": 3},
        "index beyond": {"index": 7},
        "index negative": {"index": -1},
        "index large": {"index": 2**53 - 1},
        "proof one short": {"proof": proof[:-1]},
        "proof one long": {"proof": [*proof, proof[0]]},
        "proof turned": {"proof": proof[::-1]},
        "proof empty": {"proof": []},
        "proof of 64": {"proof": [proof[0]] * 64},
        "entry with a space": {"entry": kept.entry.decode() + " "},
        "entry of nothing": {"entry": ""},
        "entry of another time": {"entry": kept.entry.decode().replace(str(AT), str(AT + 1))},
        **{
            f"another {name}": {"metadata": {**kept.to_json()["metadata"], name: other}}
            for name, other in OTHERWISE.items()
        },
        "terms of another license": {"license": {**kept.to_json()["license"], "seats": 3}},
    }.items():
        yield row(name, text_of(kept, **changes), ledger_fails())
    on_chain: dict[str, str | int] = {"block": 5, "transaction": "44" * 32}
    revoked = Entry("grant-revoked", AT, {"grant": "66" * 32, **on_chain})
    yield row("an entry of another kind", text_of(receipt(body=revoked.format())), ledger_fails())
    odd = entry().format().replace(b'"v":1', b'"v":1,"x":1')
    yield row("an entry with one fact more", text_of(receipt(body=odd)), ledger_fails())
    other = text_of(kept)
    wrong_file = row("another file", other, outcomes(("bytes",), CHAIN_AXES))
    yield {**wrong_file, "digest": OTHER.hex()}
    for number, malformed in enumerate(malformed_files(kept)):
        yield row(f"malformed {number}", malformed, "invalid-receipt")


def malformed_files(kept: Receipt) -> Iterator[str]:
    """Yield texts that are no receipts."""
    good = text_of(kept)
    yield from ("", "{", "[]", "7", "null", '"text"', "\ufeff\ufeff" + good, good + "x", "[" * 40)
    yield good.replace('"index": 4', '"index": 4.0')
    yield good.replace('"index": 4', '"index": 4e0')
    yield good.replace('"index": 4', '"index": 04')
    yield good.replace('"index": 4', '"index": 9007199254740992')
    yield good.replace('"index": 4', '"index": 4, "index": 4')
    yield good.replace('"index": 4', '"index": true')
    yield good.replace('"index": 4', '"index": NaN')
    yield good[:-1] + ', "more": "\\ud800"}'
    yield good[:-1] + ', "more": "\t"}'
    yield good[:-1] + ', "more": ' + "[" * 17 + "]" * 17 + "}"
    yield good[:-1] + ', "more": "' + "a" * 65_536 + '"}'
    value = kept.to_json()
    for name in [name for name in value if name != "metadata"]:
        yield json.dumps({key: item for key, item in value.items() if key != name})
    first = value["proof"][0]
    for name, item in (
        ("format", "muhr-receipt/3"),
        ("entry", 7),
        ("index", "4"),
        ("proof", None),
        ("proof", [first[:-1]]),
        ("proof", [first.rstrip("=")]),
        ("proof", [first.replace("=", "A", 1)]),
        ("proof", ["AAAA"]),
        ("proof", [" " + first]),
        ("proof", [kept.proof[0].hex()]),
        ("checkpoint", 7),
        ("anchor", 7),
        ("anchor", {**value["anchor"], "block": -1}),
        ("anchor", {**value["anchor"], "contract": "AB" * 20}),
        ("keys", [7]),
        ("keys", value["keys"] * 65),
        ("license", {**value["license"], "seats": 0}),
        ("license", {**value["license"], "uri": "javascript:alert(1)"}),
        ("license", {**value["license"], "self_service": 2}),
        ("metadata", 7),
        ("metadata", {}),
        ("metadata", {**value["metadata"], "title": None}),
        ("metadata", {**value["metadata"], "title": 7}),
        ("metadata", {**value["metadata"], "size_bytes": "6"}),
        ("state", {}),
        ("state", {"header": "AAAA", "nodes": [7]}),
        ("state", {"header": "AAAA", "nodes": ["AAAA"] * 257}),
    ):
        yield json.dumps({**value, name: item})


def vectors() -> str:
    """Return the file."""
    cases = [*good_cases(), *state_cases(), *later_cases(), *fuller_cases(), *bad_cases()]
    value = {"deployment": json.loads(DEPLOYMENT.format()), "cases": cases}
    assert VerifierKey.parse(DEPLOYMENT.key) == SIGNER.key
    return json.dumps(value, indent=1, ensure_ascii=True) + "\n"


def main() -> int:
    """Write or check the file; return the exit status."""
    path = FOLDER / "receipts.json"
    made = vectors()
    if "--check" in sys.argv:
        if path.read_text("utf-8") == made:
            return 0
        print("tests/vectors/receipts/receipts.json is stale: run scripts.make_receipt_vectors")
        return 1
    FOLDER.mkdir(parents=True, exist_ok=True)
    path.write_text(made, "utf-8")
    print(f"{path.relative_to(PROJECT)}: {len(json.loads(made)['cases'])} cases")
    return 0


if __name__ == "__main__":
    sys.exit(main())
