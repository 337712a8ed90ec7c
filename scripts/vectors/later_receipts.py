"""Cases of receipts that carry what the ledger told of the resource since (docs/formats.md §5)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from ledger_service.domain.chain.keccak import keccak256
from ledger_service.domain.ledger.entry import Entry
from ledger_service.domain.resources.registration import Metadata
from ledger_service.domain.verification.receipt import Receipt
from scripts.vectors.sample_receipt import (
    AT,
    CHAIN_AXES,
    DIGEST,
    METADATA,
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
CORRECTED = replace(METADATA, title="O‘tkan kunlar")
NEW_VERSION, CORRECTION, TRANSLATION, RENDITION = 1, 2, 3, 4


def told(kind: str, **changes: Any) -> bytes:
    """Return the bytes of an entry about the book, with facts changed."""
    facts = {"digest": DIGEST.hex(), "steward": STEWARD.hex(), "block": 9, "transaction": "66" * 32}
    return Entry(kind, AT + 60, {**facts, **changes}).format()


def superseded(relation: int, **changes: Any) -> bytes:
    """Return the entry that names the other book as the successor of this one."""
    return told("superseded", successor=OTHER.hex(), relation=relation, **changes)


def translation_of(**changes: Any) -> bytes:
    """Return the entry that makes the book a translation of the other."""
    facts = {"digest": OTHER.hex(), "successor": DIGEST.hex(), "relation": TRANSLATION}
    return told("superseded", **{**facts, **changes})


def rendition() -> bytes:
    """Return the entry that makes the book a rendition of the other."""
    return told("rendition", original=OTHER.hex())


def described(revision: int, record: Metadata = CORRECTED) -> bytes:
    """Return the entry of a corrected record."""
    facts = {"digest": DIGEST.hex(), "steward": STEWARD.hex()}
    more = {"metadata": record.digest.hex(), "revision": revision}
    return Entry("described", AT + 60, {**facts, **more}).format()


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
    yield from original_cases()
    yield from again_cases()
    yield from corrected_cases()
    yield from refused_cases()


def original_cases() -> Iterator[dict[str, Any]]:
    """Yield receipts of a translation and of a rendition, and of what is none any more."""
    no_translation = told(
        "taken-back", digest=OTHER.hex(), other=DIGEST.hex(), relation=TRANSLATION
    )
    none = outcomes((), CHAIN_AXES)
    original = {"original": OTHER.hex()}
    for name, axis, tells, reason in (
        ("a translation", "supersession", translation_of(), "translation-of-told"),
        ("a rendition", "withdrawal", rendition(), "rendition-of-told"),
    ):
        kept = text_of(holding({6: tells}))
        yield row(f"later {name}", kept, none, because={axis: (reason, original)})
    translation = {6: translation_of()}
    for name, later, reason, values in (
        ("", translation, "translation-of", original),
        (" no more", {**translation, 7: no_translation}, "not-superseded-at-block", {}),
    ):
        held = holding(later)
        full = replace(held, state=state(held))
        known = keccak256(full.state.header)
        because = {"supersession": (reason, values)}
        kept = text_of(full)
        yield row(f"later a translation{name}, block known", kept, outcomes(), known, because)


def again_cases() -> Iterator[dict[str, Any]]:
    """Yield links that are told again: the one that was told last is the newest."""
    first, second = OTHER.hex(), "88" * 32
    for relation, reason, name, fails in (
        (TRANSLATION, "translation-told", "translation", ()),
        (CORRECTION, "corrected", "successor", ("supersession",)),
    ):
        one = superseded(relation)
        two = told("superseded", successor=second, relation=relation)
        unknown = tuple(axis for axis in CHAIN_AXES if axis not in fails)
        for order, newest in (((one, two), second), ((one, two, one), first)):
            kept = text_of(holding(dict(enumerate(order, 6))))
            because = {"supersession": (reason, {name: newest})}
            title = f"later {name}s, {len(order)} told"
            yield row(title, kept, outcomes(fails, unknown), because=because)


def corrected_cases() -> Iterator[dict[str, Any]]:
    """Yield receipts with a corrected record, and with another than the ledger names."""
    none = outcomes((), CHAIN_AXES)
    for name, later, record, expect in (
        ("", {6: described(1)}, CORRECTED, none),
        (" twice", {6: described(1, METADATA), 9: described(2)}, CORRECTED, none),
        (" to an older record", {6: described(1), 9: described(2, METADATA)}, CORRECTED, None),
        (" that is not there", {6: described(1)}, None, None),
        (" that no entry names", {}, CORRECTED, None),
    ):
        told_so = None if record is None else record.to_json()
        kept = text_of(replace(holding(later), described=told_so))
        yield row(f"record corrected{name}", kept, expect or ledger_fails())
    malformed = {"title": "O‘tkan kunlar"}
    kept = text_of(holding({6: described(1)}), described=malformed)
    yield row("record corrected, malformed", kept, "invalid-receipt")


def refused_cases() -> Iterator[dict[str, Any]]:
    """Yield receipts whose later entries are not what they should be."""
    facts = {"digest": DIGEST.hex(), "steward": STEWARD.hex(), "reason": "0" * 8}
    rejected = Entry("rejected", AT + 60, facts).format()
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
        ("of another kind", rejected),
        ("of another's translation", translation_of(successor="77" * 32)),
        ("of a version that it is", translation_of(relation=NEW_VERSION)),
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
