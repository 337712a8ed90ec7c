"""Text of others in one line, in which nothing acts on a terminal."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from ledger_service import messages
from ledger_service.domain.errors import ServiceUnavailable
from ledger_service.domain.printable_text import escaped_json, isolated, shown

PROJECT = Path(__file__).parents[3]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("plain", "plain"),
        ("\x1b[2J", r"\x1b[2J"),
        ("a\nmuhr: ok", r"a\nmuhr: ok"),
        ("\x9b31m\u202e\u2028", r"\x9b31m\u{202e}\u{2028}"),
        ("\udcff\ud800", r"\xff\u{d800}"),
        ("می\u200cخواهم, O\u02bbzbek", "می\u200cخواهم, O\u02bbzbek"),
        ("x" * 3000, "x" * 2000 + "…"),
    ],
)
def test_what_acts_is_escaped_and_what_is_written_stays(text: str, told: str) -> None:
    assert shown(text) == told


def test_json_keeps_its_meaning() -> None:
    value = {"title": "a\x1b\x9b\u202e\ud800\U000e0041\nй"}
    text = escaped_json(json.dumps(value, ensure_ascii=False, indent=1))
    assert json.loads(text) == value
    assert text.encode()
    assert "\x9b" not in text


def test_a_sentence_of_ours_holds_no_line_of_others() -> None:
    told = messages.detail(ServiceUnavailable("address", url="x", cause="\x1b[1m\nmuhr: ok"))
    assert "\n" not in told
    assert "\x1b" not in told


def test_commands_print_by_one_function() -> None:
    folders = [PROJECT / "ledger_service" / "cli", PROJECT / "reading_room"]
    printing = {
        str(path.relative_to(PROJECT))
        for folder in folders
        for path in folder.rglob("*.py")
        if re.search(r"\bclick\.s?echo\(|\bprint\(", path.read_text())
    }
    assert printing == {"ledger_service/cli/output.py", "ledger_service/cli/__init__.py"}


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("plain, й", "plain, й"),
        ("abc  accepted   تاریخ راقمی, 2026", "abc  accepted   \u2068تاریخ راقمی\u2069, 2026"),
        ("“שלום of תל (2) אביב”", "“\u2068שלום\u2069 of \u2068תל (2) אביב\u2069”"),
    ],
)
def test_letters_from_right_to_left_keep_to_their_place(line: str, told: str) -> None:
    assert isolated(line) == told


def test_a_title_cannot_end_its_isolation() -> None:
    assert isolated(shown("ت\u2069ر")) == "\u2068ت\u2069\\u{2069}\u2068ر\u2069"
