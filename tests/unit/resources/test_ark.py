"""ARKs that follow from digests, and the check letter of NOID."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger_service import config
from ledger_service.domain.errors import InvalidInput
from ledger_service.domain.exports.ark import LETTERS, ark_of, check_letter, digest_begins, is_naan
from ledger_service.domain.identifiers import Digest

NAAN = "99999"
DIGESTS = st.binary(min_size=32, max_size=32).map(Digest)


def test_the_check_letter_is_that_of_noid() -> None:
    """Source: the documentation of NOID, whose example is 13030/xf93gt2q."""
    assert check_letter("13030/xf93gt2") == "q"


@given(DIGESTS)
def test_a_name_tells_how_its_digest_begins(digest: Digest) -> None:
    ark = ark_of(digest, NAAN)
    assert (len(ark), ark[:10]) == (31, "ark:99999/")
    assert set(ark[10:]) <= set(LETTERS)
    assert digest_begins(ark, NAAN) == digest.hex()[:24]
    assert digest_begins(ark.upper().replace("ARK:", "ark:"), NAAN) == digest.hex()[:24]
    assert digest_begins(ark, "12345") is None


@given(DIGESTS, st.integers(0, 20), st.sampled_from(LETTERS))
def test_one_wrong_letter_names_nothing(digest: Digest, place: int, letter: str) -> None:
    ark = ark_of(digest, NAAN)
    at = 10 + place
    if ark[at] != letter:
        assert digest_begins(ark[:at] + letter + ark[at + 1 :], NAAN) is None


@given(DIGESTS, st.integers(0, 19))
def test_two_letters_that_changed_places_name_nothing(digest: Digest, place: int) -> None:
    ark = ark_of(digest, NAAN)
    at = 10 + place
    if ark[at] != ark[at + 1]:
        assert digest_begins(ark[:at] + ark[at + 1] + ark[at] + ark[at + 2 :], NAAN) is None


def test_a_number_too_large_for_a_digest_is_none() -> None:
    told = f"{NAAN}/{'z' * 20}"
    assert digest_begins(f"ark:{told}{check_letter(told)}", NAAN) is None
    assert digest_begins("ark:99999/bcd", NAAN) is None
    assert digest_begins(ark_of(Digest(hashlib.sha256(b"").digest()), NAAN), "") is None


def test_the_setting_takes_numbers_of_authorities_alone() -> None:
    assert config.load({"MUHR_ARK_NAAN": NAAN}).limits.ark_naan == NAAN
    assert config.load({}).limits.ark_naan == ""
    assert is_naan("b2345")
    for wrong in ("1234", "12a45", "ark:99999", "9" * 10):
        with pytest.raises(InvalidInput):
            config.load({"MUHR_ARK_NAAN": wrong})
