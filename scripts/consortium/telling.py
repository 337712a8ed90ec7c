"""How the demonstration speaks: what is done, by which command, and what was found to be so."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

import httpx
from click import echo, style

from scripts.consortium.command import EndedOtherwise

Found = TypeVar("Found")
WAIT_SECONDS = 180
POLL_SECONDS = 0.2
LONGEST_COMMAND = 110  # characters shown
PASSING = (AssertionError, httpx.HTTPError, LookupError, EndedOtherwise)
"""What may be wrong while something is waited for: a server that starts, an answer that lacks a part yet."""


class NotSo(AssertionError):
    """Something is not as it should be; the message says what."""


class Telling:
    """Prints the story. said: how many things were found to be so."""

    def __init__(self) -> None:
        self.said = 0
        self._begin = time.monotonic()

    def heading(self, text: str) -> None:
        """Begin a part of the story."""
        seconds = time.monotonic() - self._begin
        echo("\n" + style(text, bold=True) + style(f"  {seconds:.0f} s", dim=True))

    def done(self, text: str) -> None:
        """Say what somebody does or suffers."""
        echo(f"· {text}")

    def typed(self, who: str, command: str) -> None:
        """Show a command before it is run."""
        shown = command if len(command) <= LONGEST_COMMAND else command[: LONGEST_COMMAND - 1] + "…"
        echo(style(f"{who}$ {shown}", dim=True))

    def check(self, is_so: object, what: str) -> None:
        """Say that something is so; raise NotSo if it is not."""
        if not is_so:
            raise NotSo(what)
        self.said += 1
        echo(style("  ✓ ", fg="green") + what)

    def until(self, look: Callable[[], Found], what: str, seconds: float = WAIT_SECONDS) -> Found:
        """Return the first true value of `look`, and say that it is so; raise NotSo after these seconds.

        What fails in a way that passes, such as a server that does not answer yet, is looked at again.
        """
        deadline = time.monotonic() + seconds
        last: BaseException | None = None
        while True:
            found = None
            try:
                found = look()
                last = None
            except PASSING as exc:
                last = exc
            if found:
                self.check(True, what)
                return found
            if time.monotonic() > deadline:
                why = "" if last is None else f" ({last})"
                raise NotSo(f"{what}: not after {seconds:.0f} seconds{why}")
            time.sleep(POLL_SECONDS)


def is_refused(work: Callable[[], object]) -> bool:
    """Return whether a command ends otherwise than it should."""
    with suppress(EndedOtherwise):
        work()
        return False
    return True
