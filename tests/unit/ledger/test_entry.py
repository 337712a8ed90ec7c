"""Entries: one fixed template a kind, and nothing else is an entry."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger_service.domain import canonical_json
from ledger_service.domain.errors import InvalidEntry
from ledger_service.domain.ledger.entry import (
    LARGEST_ENTRY_BYTES,
    PRIVATE_KINDS,
    TEMPLATES,
    Entry,
    license_facts,
    private_entry,
)
from ledger_service.domain.resources.license import LicenseTerms

HEX = "ab" * 32
AT = 1_767_600_000  # a full hour


def sample(name: str) -> str | int:
    if name == "cid":
        return "f01551220" + HEX
    if name == "reason":
        return "0badc0de"
    if name == "type":
        return "report"
    counted = ("count", "epoch", "revision", "size", "seats", "loan", "self_service")
    numbers = (*counted, "block", "code", "relation", "until")
    return 7 if name in numbers else HEX


def facts_of(kind: str) -> dict[str, str | int]:
    return {name: sample(name) for name in TEMPLATES[kind]}


@pytest.mark.parametrize("kind", TEMPLATES)
def test_every_kind_is_formatted_and_parsed(kind: str) -> None:
    entry = Entry(kind, AT, facts_of(kind))
    data = entry.format()
    assert Entry.parse(data) == entry
    assert len(data) <= LARGEST_ENTRY_BYTES
    assert canonical_json.parse_canonical(data)["v"] == 1
    assert data == canonical_json.canonicalize({**entry.facts, "at": AT, "kind": kind, "v": 1})


@pytest.mark.parametrize("kind", TEMPLATES)
def test_a_fact_too_few_or_too_many_is_refused(kind: str) -> None:
    facts = facts_of(kind)
    with pytest.raises(InvalidEntry, match=r"invalid-entry.facts"):
        Entry(kind, AT, {**facts, "note": HEX})
    facts.popitem()
    with pytest.raises(InvalidEntry, match=r"invalid-entry.facts"):
        Entry(kind, AT, facts)


MALFORMED: dict[str, list[object]] = {
    "digest": [HEX.upper(), HEX[:-1], HEX + "0", HEX + "\n", "0x" + HEX, 7, None, b"", True],
    "cid": [HEX, "f01701220" + HEX + "00", "f01711220" + HEX, "bafkqaaa", "F01551220" + HEX],
    "type": ["Report", "report\n", "opinion", "", 1, None],
    "block": [-1, 2**53, "7", 7.0, True, None],
}


@pytest.mark.parametrize(
    ("name", "value"), [(name, value) for name, values in MALFORMED.items() for value in values]
)
def test_a_malformed_fact_is_refused(name: str, value: object) -> None:
    kind = "attested" if name == "type" else "registered"
    facts: dict[str, object] = {**facts_of(kind), name: value}
    with pytest.raises(InvalidEntry, match=f"invalid-entry.fact name={name}"):
        Entry(kind, AT, facts)  # type: ignore[arg-type]


@pytest.mark.parametrize("at", [-1, 2**53, 1.5, "0", True, None])
def test_a_malformed_time_is_refused(at: object) -> None:
    with pytest.raises(InvalidEntry):
        Entry("steward", at, facts_of("steward"))  # type: ignore[arg-type]


@pytest.mark.parametrize("reason", ["0badc0d", "0badc0de0", "0BADC0DE"])
def test_a_reason_is_eight_hex_digits(reason: str) -> None:
    with pytest.raises(InvalidEntry):
        Entry("rejected", AT, {**facts_of("rejected"), "reason": reason})


@pytest.mark.parametrize("kind", sorted(PRIVATE_KINDS))
def test_a_private_entry_tells_only_the_hour_and_a_commitment(kind: str) -> None:
    entry = private_entry(kind, AT + 1234, HEX)
    assert (entry.at, dict(entry.facts)) == (AT, {"commitment": HEX})
    with pytest.raises(InvalidEntry, match=r"invalid-entry.hour"):
        Entry(kind, AT + 1, {"commitment": HEX})


def test_facts_are_read_by_their_kind() -> None:
    entry = Entry("steward", AT, facts_of("steward"))
    assert (entry.text("steward"), entry.number("block")) == (HEX, 7)


GOOD = Entry("steward", AT, facts_of("steward")).format()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[]",
        b"7",
        b'"text"',
        b"null",
        GOOD + b"\n",
        GOOD.replace(b'"v":1', b'"v":2'),
        GOOD.replace(b'"v":1', b'"v":true'),
        GOOD.replace(b',"v":1', b""),
        GOOD.replace(b'"steward","steward"', b'"stewards","steward"'),
        GOOD.replace(b'"kind":"steward",', b""),
        GOOD.replace(b'"kind":"steward"', b'"kind":null'),
        GOOD.replace(b'"at":1767600000', b'"at":1767600000.0'),
        GOOD.replace(b'"at":1767600000,', b""),
        GOOD.replace(b'"at"', b' "at"'),
        b" " * LARGEST_ENTRY_BYTES + GOOD,
    ],
)
def test_bytes_that_are_no_entry_are_refused(data: bytes) -> None:
    assert data != GOOD
    with pytest.raises(InvalidEntry):
        Entry.parse(data)


@given(st.binary(max_size=60))
def test_arbitrary_bytes_are_refused_as_no_entry(data: bytes) -> None:
    with pytest.raises(InvalidEntry):
        Entry.parse(data)


@given(st.integers(0, len(GOOD) - 1), st.integers(0, 255))
def test_one_changed_byte_is_refused_or_another_entry(place: int, value: int) -> None:
    changed = bytearray(GOOD)
    changed[place] = value
    try:
        entry = Entry.parse(bytes(changed))
    except InvalidEntry:
        return
    assert entry.format() == bytes(changed)


def test_the_terms_of_a_license_are_told_without_free_text() -> None:
    terms = LicenseTerms("https://example.org/terms", 3, 60, True)
    assert license_facts(terms) == {
        "license": terms.id.hex(),
        "uri": hashlib.sha256(b"https://example.org/terms").hexdigest(),
        "policy": "00" * 32,
        "seats": 3,
        "loan": 60,
        "self_service": 1,
    }
