"""The demonstration of a consortium ends at the first thing that is not so, and says which."""

from __future__ import annotations

import pytest

from scripts.consortium import __main__ as demonstration
from scripts.consortium.command import line_of
from scripts.consortium.telling import NotSo, Telling


def test_what_is_so_is_counted(capsys: pytest.CaptureFixture[str]) -> None:
    say = Telling()
    say.check(1, "one is so")
    looks = iter([None, KeyError, "found"])

    def look() -> str | None:
        seen = next(looks)
        if seen is KeyError:
            raise KeyError("not there yet")
        return seen  # type: ignore[return-value]

    assert say.until(look, "it is found", 5) == "found"
    assert say.said == 2
    assert capsys.readouterr().out.count("✓") == 2


def test_what_is_not_so_is_named() -> None:
    say = Telling()
    with pytest.raises(NotSo, match="never is so"):
        say.check(False, "what never is so")
    with pytest.raises(NotSo, match="not after 0 seconds"):
        say.until(lambda: None, "what nobody sees", 0)
    assert say.said == 0


def test_a_command_that_is_none_is_misuse(capsys: pytest.CaptureFixture[str]) -> None:
    assert demonstration.main(["--quick"]) == 2
    assert "usage" in capsys.readouterr().err


def test_commands_are_shown_as_they_are_typed() -> None:
    assert line_of("register", "--title", "Two words") == 'muhr register --title "Two words"'
