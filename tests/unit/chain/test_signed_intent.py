"""The one form in which a signed intent is read, and everything that is near it."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger_service.domain.chain.signed_intent import (
    AUTHORIZATION,
    MEMBERS,
    MOST_SIGNATURE_BYTES,
    NESTED,
    UNSIGNED,
    SignedIntent,
    cohort_id,
)
from ledger_service.domain.errors import InvalidIntent

DIGEST = "ab" * 32


def values_of(kind: str) -> st.SearchStrategy[Any]:
    if kind.endswith("[]"):
        return st.lists(values_of(kind.removesuffix("[]")), max_size=3)
    if kind in NESTED:
        return struct(NESTED[kind])
    if kind in ("bytes32", "address"):
        length = 32 if kind == "bytes32" else 20
        return st.binary(min_size=length, max_size=length)
    return st.integers(0, 2 ** int(kind.removeprefix("uint")) - 1)


def struct(members: list[tuple[str, str]]) -> st.SearchStrategy[Any]:
    return st.fixed_dictionaries({name: values_of(kind) for name, kind in members})


@st.composite
def intents(draw: st.DrawFn) -> SignedIntent:
    kind = draw(st.sampled_from(sorted(MEMBERS)))
    message = draw(struct([*MEMBERS[kind], *AUTHORIZATION]))
    unsigned = draw(struct(UNSIGNED.get(kind, [])))
    if kind == "CloseCohort":
        message["cohort"] = cohort_id(unsigned)
    return SignedIntent(kind, message, draw(st.binary(max_size=130)), unsigned)


@given(intents())
def test_what_is_written_is_read_again(intent: SignedIntent) -> None:
    assert SignedIntent.from_json(intent.to_json()) == intent


def withdrawal(**message: Any) -> dict[str, Any]:
    stated = {
        "digest": DIGEST,
        "steward": DIGEST,
        "reason": 1,
        "signer": "cd" * 20,
        "nonce": 7,
        "deadline": 1_800_000_000,
    }
    return {"type": "Withdraw", "message": stated | message, "signature": "00" * 65}


def test_its_signer_nonce_and_deadline_are_those_stated() -> None:
    intent = SignedIntent.from_json(withdrawal(nonce=str(2**256 - 1)))
    stated = (intent.signer, intent.nonce, intent.deadline)
    assert stated == ("cd" * 20, 2**256 - 1, 1_800_000_000)


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("digest", "ab" * 31),
        ("digest", "ab" * 33),
        ("digest", "0x" + "ab" * 32),
        ("digest", "AB" * 32),
        ("digest", "ab" * 32 + "\n"),
        ("digest", "à" * 64),
        ("digest", 7),
        ("digest", None),
        ("signer", "cd" * 19),
        ("signer", "cd" * 32),
        ("signer", "Cd" * 20),
        ("reason", 256),
        ("reason", -1),
        ("reason", "1"),
        ("reason", True),
        ("reason", None),
        ("reason", [1]),
        ("nonce", "7"),
        ("nonce", str(2**53 - 1)),
        ("nonce", "0" + str(2**60)),
        ("nonce", "+" + str(2**60)),
        ("nonce", str(2**60) + "\n"),
        ("nonce", "١" * 20),
        ("nonce", hex(2**60)),
        ("nonce", str(2**256)),
        ("nonce", "9" * 5000),
        ("nonce", 2**53),
        ("deadline", str(2**64)),
        ("deadline", -1),
    ],
)
def test_a_member_spelled_in_another_way_is_refused(member: str, value: Any) -> None:
    with pytest.raises(InvalidIntent, match=f"where=/message/{member}"):
        SignedIntent.from_json(withdrawal(**{member: value}))


@pytest.mark.parametrize("member", ["digest", "reason", "signer", "nonce", "deadline"])
def test_every_member_is_needed(member: str) -> None:
    value = withdrawal()
    del value["message"][member]
    with pytest.raises(
        InvalidIntent, match=f"invalid-intent.member-missing where=/message name={member}"
    ):
        SignedIntent.from_json(value)


@pytest.mark.parametrize(
    "change",
    [
        {"type": "Withdrawal"},
        {"type": ["Withdraw"]},
        {"type": "Anchor"},
        {"message": []},
        {"message": {}},
        {"signature": "0" * 131},
        {"signature": "0x" + "00" * 65},
        {"signature": "FF" * 65},
        {"signature": None},
        {"signature": "00" * (MOST_SIGNATURE_BYTES + 1)},
        {"unsigned": {}},
        {"relayer": "me"},
    ],
)
def test_another_shape_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(InvalidIntent):
        SignedIntent.from_json(withdrawal() | change)


@pytest.mark.parametrize("missing", ["type", "message", "signature"])
def test_every_part_is_needed(missing: str) -> None:
    value = withdrawal()
    del value[missing]
    with pytest.raises(InvalidIntent):
        SignedIntent.from_json(value)


def test_what_nobody_signed_does_not_ride_along() -> None:
    with pytest.raises(
        InvalidIntent, match=r"invalid-intent.member-unknown where=/message name=until"
    ):
        SignedIntent.from_json(withdrawal(until=1))


def closing() -> dict[str, Any]:
    cohort = dict.fromkeys(("digest", "steward", "root", "salt"), DIGEST)
    numbers = {"size": 9, "scopes": 1, "until": 2**40}
    words = b"".join(
        bytes.fromhex(DIGEST) if word is None else word.to_bytes(32, "big")
        for word in (None, None, None, 9, 1, 2**40, None)
    )
    return {
        "type": "CloseCohort",
        "message": {
            "cohort": hashlib.sha256(words).hexdigest(),
            "signer": "cd" * 20,
            "nonce": 0,
            "deadline": 0,
        },
        "unsigned": cohort | numbers,
        "signature": "",
    }


def test_the_cohort_that_is_closed_is_the_one_shown() -> None:
    assert SignedIntent.from_json(closing()).unsigned["size"] == 9
    other = closing()
    other["unsigned"]["size"] = 10
    with pytest.raises(InvalidIntent, match=r"invalid-intent.cohort"):
        SignedIntent.from_json(other)
    without = closing()
    del without["unsigned"]
    with pytest.raises(InvalidIntent, match=r"invalid-intent.member-missing where= name=unsigned"):
        SignedIntent.from_json(without)
