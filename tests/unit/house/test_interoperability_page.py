"""The page on other programs names tests that are there, and files that can be run."""

from __future__ import annotations

import re

import pytest

from tests.unit.test_house_rules import PROJECT

PAGE = (PROJECT / "docs" / "interoperability.md").read_text(encoding="utf-8")
KEPT = re.findall(r"`([\w/]+\.py)::(\w+)`", PAGE)
COMMANDS = [path for command in re.findall(r"`pytest ([^`]+)`", PAGE) for path in command.split()]


@pytest.mark.parametrize(("file", "test"), KEPT)
def test_what_failed_once_has_its_test(file: str, test: str) -> None:
    text = (PROJECT / "tests" / file).read_text(encoding="utf-8")
    assert f"def {test}(" in text


def test_every_sample_is_listed() -> None:
    assert len(KEPT) == 21


def test_commands_name_what_is_there() -> None:
    named = [path for path in COMMANDS if path.startswith("tests/")]
    assert named
    assert [path for path in named if not (PROJECT / path).exists()] == []
