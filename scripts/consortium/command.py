"""A `muhr` command as somebody types it, and what came of it."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

from scripts.harness.processes import PROJECT, environment_of, muhr_command

MOST_SECONDS = 300
Typed = Callable[[str, str], None]
"""typed(who, command) is told of each command before it is run."""


def untold(_who: str, _command: str) -> None:
    """Tell nobody of a command."""


class Ended(NamedTuple):
    """What a command left. out, err: as printed."""

    status: int
    out: str
    err: str


class EndedOtherwise(AssertionError):
    """A command ended with another status than it should; the message has all that it printed."""


def run_muhr(settings: Mapping[str, str], *arguments: object, expect: int | None = 0) -> Ended:
    """Return what a command left; raise EndedOtherwise unless its status is `expect`.

    settings: by their whole names; no others of Muhr count. expect: None takes any status.
    """
    done = subprocess.run(
        muhr_command(*arguments),
        cwd=PROJECT,
        env=environment_of(settings),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
        text=True,
        timeout=MOST_SECONDS,
    )
    if expect is not None and done.returncode != expect:
        said = f"{done.stdout}{done.stderr}".strip()
        raise EndedOtherwise(
            f"{line_of(*arguments)}: exit status {done.returncode} and not {expect}: {said}"
        )
    return Ended(done.returncode, done.stdout, done.stderr)


def line_of(*arguments: object) -> str:
    """Return a command as a line, with the names of files alone, for people."""
    shown = (part.name if isinstance(part, Path) else str(part) for part in arguments)
    return " ".join(["muhr", *(f'"{part}"' if " " in part else part for part in shown)])
