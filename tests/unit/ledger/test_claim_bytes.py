"""Whether bytes are those of an entry that takes a claim in, without parsing them."""

from __future__ import annotations

import pytest

from ledger_service.domain.ledger.entry import Entry, is_of_claim

CLAIM = {
    "cid": "f01551220" + "ab" * 32,
    "digest": "ab" * 32,
    "license": "cd" * 32,
    "metadata": "ef" * 32,
    "steward": "01" * 32,
}


@pytest.mark.parametrize("at", [0, 1, 1_764_447_600, 2**53 - 1])
def test_the_bytes_of_a_claim_are_its_own(at: int) -> None:
    assert is_of_claim(Entry("accepted", at, CLAIM).format(), CLAIM)


@pytest.mark.parametrize("name", CLAIM)
def test_another_claims_are_not(name: str) -> None:
    body = Entry("accepted", 7, CLAIM).format()
    assert not is_of_claim(body, {**CLAIM, name: CLAIM[name][:-2] + "99"})


def test_what_is_not_canonical_or_of_another_kind_must_be_parsed() -> None:
    body = Entry("accepted", 7, CLAIM).format()
    for other in (
        Entry("awaiting", 7, CLAIM).format(),
        body.replace(b'"at":7', b'"at":07'),
        body.replace(b'"at":7', b'"at": 7'),
        body.replace(b'"at":7', b'"at":-7'),
        b" " + body,
        body + b"\n",
        b"",
    ):
        assert not is_of_claim(other, CLAIM)
