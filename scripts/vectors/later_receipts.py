"""Cases of receipts that carry what the ledger told of the resource since (docs/formats.md §5)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from ledger_service.domain.chain.keccak import keccak256
from ledger_service.domain.ledger.entry import Entry
from ledger_service.domain.verification.receipt import Receipt
from scripts.vectors.sample_receipt import (
    AT,
    CHAIN_AXES,
    DIGEST,
    OTHER,
    STEWARD,
    ledger_fails,
    outcomes,
    receipt,
    row,
    state,
    text_of,
)

SIZE = 12
NEW_VERSION, CORRECTION, TRANSLATION = 1, 2, 3


def told(kind: str, **changes: Any) -> bytes:
    """Return the bytes of an entry about the book, with facts changed."""
    facts = {"digest": DIGEST.hex(), "steward": STEWARD.hex(), "block": 9, "transaction": "66" * 32}
    return Entry(kind, AT + 60, {**facts, **changes}).format()


def superseded(relation: int, **changes: Any) -> bytes:
    """Return the entry that names the other book as the successor of this one."""
    return told("superseded", successor=OTHER.hex(), relation=relation, **changes)


def taken_back(relation: int) -> bytes:
    """Return the entry that takes this back."""
    return told("taken-back", other=OTHER.hex(), relation=relation)


def holding(later: dict[int, bytes]) -> Receipt:
    """Return the book's receipt, entry 4 of 12, with later entries by their indexes."""
    return receipt(SIZE, 4, later=later)


def later_cases() -> Iterator[dict[str, Any]]:
    """Yield receipts with later entries that hold, and with others."""
    unknown = tuple(axis for axis in CHAIN_AXES if axis != "supersession")
    none = outcomes((), CHAIN_AXES)
    taken = {6: superseded(NEW_VERSION), 8: taken_back(NEW_VERSION)}
    for name, later, expect in (
        ("translated", {6: superseded(TRANSLATION)}, none),
        ("superseded", {6: superseded(NEW_VERSION)}, outcomes(("supersession",), unknown)),
        ("corrected", {11: superseded(CORRECTION)}, outcomes(("supersession",), unknown)),
        ("superseded, and taken back", taken, none),
        (
            "superseded again",
            {**taken, 9: superseded(CORRECTION)},
            outcomes(("supersession",), unknown),
        ),
        (
            "withdrawn",
            {5: told("withdrawn", code=2)},
            outcomes(("withdrawal",), tuple(axis for axis in CHAIN_AXES if axis != "withdrawal")),
        ),
    ):
        yield row(f"later {name}", text_of(holding(later)), expect)
    for name, later in (("translated", {6: superseded(TRANSLATION)}), ("taken back", taken)):
        full = replace(holding(later), state=state(holding(later)))
        known = keccak256(full.state.header)
        yield row(f"later {name}, block known", text_of(full), outcomes(), known)
        yield row(f"later {name}, block unknown", text_of(full), none)
    yield from refused_cases()


def refused_cases() -> Iterator[dict[str, Any]]:
    """Yield receipts whose later entries are not what they should be."""
    kept = holding({6: superseded(TRANSLATION), 8: superseded(NEW_VERSION)})
    first, second = kept.to_json()["later"]
    for name, later in (
        ("in another order", [second, first]),
        ("told twice", [first, first]),
        ("at another index", [{**first, "index": 7}]),
        ("with another proof", [{**first, "proof": second["proof"]}]),
        ("changed", [{**first, "entry": first["entry"].replace('"relation":3', '"relation":1')}]),
        ("that is no entry", [{**first, "entry": "{}"}]),
    ):
        yield row(f"later entry {name}", text_of(kept, later=later), ledger_fails())
    for name, body in (
        ("of another file", superseded(TRANSLATION, digest="77" * 32)),
        ("of another steward", superseded(TRANSLATION, steward="77" * 32)),
        ("of another kind", told("rendition", original=OTHER.hex())),
    ):
        yield row(f"later entry {name}", text_of(holding({6: body})), ledger_fails())
    before = receipt(SIZE, 6, later={4: superseded(TRANSLATION)})
    yield row("later entry before its own", text_of(before), ledger_fails())
    for name, malformed in (
        ("an object", {}),
        ("too many", [first] * 17),
        ("a list of text", ["later"]),
        ("without a proof", [{"entry": first["entry"], "index": 6}]),
        ("with an index as text", [{**first, "index": "6"}]),
        ("with a proof in hexadecimal", [{**first, "proof": ["00" * 32]}]),
    ):
        yield row(f"later {name}", text_of(kept, later=malformed), "invalid-receipt")
