"""`muhr copies`: what is kept of other members, and what the operator refuses."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ledger_service.cli.consortium.copies import _show
from ledger_service.domain.identifiers import StewardId
from ledger_service.services.consortium.copies.show_copies import CopiesOf, CopiesShown
from scripts.harness.setting_up import copy_home
from tests.simulators.consortium import CHARTER

DIGEST = "ab" * 32
INVISIBLE = (0x2066, 0x2067, 0x2068, 0x2069)  # around names: of which direction they are


@pytest.fixture
def home(blank_home: Path, tmp_path: Path) -> Path:
    copied = tmp_path / "home"
    copy_home(blank_home, copied)
    return copied


def settings(home: Path) -> dict[str, str]:
    return {"MUHR_HOME": str(home)}


def test_a_library_that_is_alone_has_nothing_to_show(muhr: Callable[..., Any], home: Path) -> None:
    found = muhr(settings(home), "copies", "show")
    assert found.status == 1


@pytest.mark.parametrize("subject", [DIGEST, "https://a.example/"])
def test_a_refusal_is_recorded_and_taken_back(
    muhr: Callable[..., Any], home: Path, subject: str
) -> None:
    (home / "consortium.json").write_text(CHARTER.format())
    own = settings(home)
    refused = muhr(own, "copies", "refuse", subject, "--why", "a court")
    assert refused.status == 0, refused
    shown = muhr(own, "copies", "show", "--json").json
    assert (shown["wanted"], shown["kept"]) == (0, 0)
    [told] = shown["refused"]
    assert told["why"] == "a court"
    told_all = muhr(own, "copies", "show").out
    assert "a court" in told_all
    assert "no open work of other members is to be kept here" in told_all
    assert "copies-refused" in muhr(own, "acts").out
    assert muhr(own, "copies", "allow", subject).status == 0
    assert muhr(own, "copies", "allow", subject).status == 1
    assert muhr(own, "copies", "show", "--json").json["refused"] == []


def test_a_member_of_whom_nothing_is_to_be_here_is_told_in_words(
    capsys: pytest.CaptureFixture[str],
) -> None:
    a, b = (StewardId.of_uri(f"https://{name}.example/") for name in "ab")
    _show(CopiesShown(2, 1, 1, members=(CopiesOf(a, "University a"), CopiesOf(b, "B", 1, 1))))
    told = capsys.readouterr().out
    assert "University a: nothing is to be kept here" in told.translate(dict.fromkeys(INVISIBLE))
    assert "0 of 0" not in told


def test_what_is_no_subject_or_no_reason_is_told(muhr: Callable[..., Any], home: Path) -> None:
    for subject, why in (("xyz", "a court"), (DIGEST, ""), (DIGEST, "two\nlines")):
        found = muhr(settings(home), "copies", "refuse", subject, "--why", why)
        assert found.status == 2, found
        assert "Traceback" not in found.err
