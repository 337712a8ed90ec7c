"""A university: a library of its own that asks to join, is served, stopped, held up and killed."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ledger_service.domain.identifiers import StewardId
from scripts.consortium.command import Ended, Typed, line_of, run_muhr, untold
from scripts.harness.processes import children_of
from scripts.harness.served_library import NO_SETTINGS, ServedLibrary

WAITS = 3  # exit status: the council has not done its part


class University(ServedLibrary):
    """One member. told: what was missing when it asked to join, as it was told.

    Args:
        folder: empty; its home and its server's output are put there.
        name: one word, of which its addresses are made.
        charter: file with the consortium's charter.
        chain_url: the node that it asks.
        confirmations: blocks until an event counts.
        settings: more of them, by their whole names.
        typed: is told of each command.
    """

    def __init__(
        self,
        folder: Path,
        name: str,
        charter: Path,
        chain_url: str,
        confirmations: int = 1,
        settings: Mapping[str, str] = NO_SETTINGS,
        typed: Typed = untold,
    ) -> None:
        self.name = name
        self.uri = f"https://{name}.example/"
        self.origin = f"{name}.example/muhr"
        self.charter_file = charter
        self.is_held = False
        self.told = ""
        self._typed = typed
        own = {
            "MUHR_CHAIN_URL": chain_url,
            "MUHR_CONFIRMATIONS": str(confirmations),
            "MUHR_TOLD_HOSTS": "127.0.0.1",  # the others are on this machine, and speak http
            **settings,
        }
        folder.mkdir(parents=True, exist_ok=True)
        super().__init__(folder, self.origin, settings=own)

    @property
    def settings(self) -> Mapping[str, str]:
        """Of its commands and servers, by their whole names."""
        return self._settings

    @property
    def request_file(self) -> Path:
        """What it sends to the council."""
        return self.home / "join-request.json"

    @property
    def request(self) -> dict[str, Any]:
        asked: dict[str, Any] = json.loads(self.request_file.read_text())
        return asked

    @property
    def title(self) -> str:
        """The institution's name for people."""
        return f"University of {self.name.title()}"

    @property
    def steward(self) -> str:
        """Its id on chain, 64 hex."""
        return StewardId.of_uri(self.uri).hex()

    @property
    def deployment_file(self) -> Path:
        """What a verifier pins."""
        return self.home / "deployment.json"

    def ask_to_join(self) -> dict[str, Any]:
        """Make keys and return the request that is sent to the council, which has not decided yet."""
        self.told = self.run(*self.joining(), expect=WAITS).err
        return self.request

    def join(self) -> None:
        """Go on once the council has accredited it."""
        self.run(*self.joining(), "--wait")

    def run(self, *arguments: object, expect: int | None = 0) -> Ended:
        """Return what a command of its operator left; raise EndedOtherwise for another status."""
        self._typed(self.name, line_of(*arguments))
        return run_muhr(self._settings, *arguments, expect=expect)

    def hold(self) -> None:
        """Let all its processes stand still, with their connections open, as a machine that hangs."""
        self._signal(signal.SIGSTOP)
        self.is_held = True

    def go_on(self) -> None:
        """Let what was held up run again."""
        self._signal(signal.SIGCONT)
        self.is_held = False

    def end(self) -> None:
        """End its servers, however they are; nothing is asked after it."""
        self.close()
        if not hasattr(self, "_server") or not self.is_running:
            return
        if self.is_held:
            self.go_on()
        self._server.stop()

    def _signal(self, number: signal.Signals) -> None:
        for process in (self.process_id, *children_of(self.process_id)):
            os.kill(process, number)

    def joining(self) -> tuple[object, ...]:
        """Return the command by which it asks, and by which it goes on."""
        return (
            *("init", "--join", self.charter_file, "--name", self.title),
            *("--uri", self.uri, "--origin", self.origin, "--public-url", self.url),
        )
