"""Searches: what a person types finds a title however the title is written."""

import pytest

from ledger_service.domain.errors import InvalidDigest
from ledger_service.domain.resources.search import EVERYTHING, Search, folded

TITLE, CREATOR = "Oʻzbek adabiyoti tarixi", "Навоий, Алишер"


@pytest.mark.parametrize(
    "typed",
    [
        "o'zbek",
        "O‘ZBEK",
        "ozbek tarixi",
        "adabiyoti o`zbek",
        "навои",
        "НАВОИЙ",
        "tarixi алишер",
        "",
    ],
)
def test_case_marks_and_apostrophes_do_not_count(typed):
    assert Search.of("", typed).finds(TITLE, CREATOR)


@pytest.mark.parametrize("typed", ["uzbek", "o'zbek rus", "навои 2"])
def test_every_word_must_be_there(typed):
    assert not Search.of("", typed).finds(TITLE, CREATOR)


def test_letters_of_both_forms_are_the_same():
    assert folded("Йўл") == folded("Йўл".replace("Й", "И\u0306")) == "иул"


def test_a_digest_begins_with_what_is_typed():
    first, last = Search.of(" 00AB1 ", "").bounds()
    assert first.hex() == "00ab1" + "0" * 59
    assert last.hex() == "00ab1" + "f" * 59


@pytest.mark.parametrize("typed", ["abc", "xyzt", "0" * 65, "00-1", "%00%"])
def test_what_no_digest_begins_with_is_refused(typed):
    with pytest.raises(InvalidDigest):
        Search.of(typed, "")


def test_nothing_asked_finds_everything():
    assert Search.of("", " ") == EVERYTHING
