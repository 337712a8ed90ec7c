"""A library that is served in processes of its own: `muhr init` and `muhr serve` as people type them."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType

from scripts.harness.asked_library import AskedLibrary
from scripts.harness.processes import (
    PROJECT,
    environment_of,
    free_port,
    muhr_command,
    muhr_serve,
)
from scripts.harness.setting_up import OuterChain, fund_accounts, settings_on

NO_SETTINGS: Mapping[str, str] = {}
TOLD = ("--name", "A library", "--uri", "https://library.test/", "--origin")


class ServedLibrary(AskedLibrary):
    """A new library in a folder, served while the context lasts at a free port of loopback.

    Args:
        folder: empty; the library's home and its server's output are put there.
        origin: the ledger's name.
        prepare: is called with the library once it is set up, before it is served.
        outer: the chain to use; None for an embedded one.
        checkout: whose code it is, such as a worktree of an earlier commit with a `.venv` of its own.
        settings: more of them, by their whole names.
    """

    def __init__(
        self,
        folder: Path,
        origin: str,
        prepare: Callable[[ServedLibrary], None] = lambda _: None,
        outer: OuterChain | None = None,
        checkout: Path = PROJECT,
        settings: Mapping[str, str] = NO_SETTINGS,
    ) -> None:
        port = free_port()
        super().__init__(f"http://127.0.0.1:{port}", self.kept_token)
        self.home = folder / "home"
        self.log = folder / "serve.log"
        self._origin = origin
        self._prepare = prepare
        self._outer = outer
        self._checkout = checkout
        self._settings = {
            **({} if outer is None else settings_on(outer)),
            "MUHR_HOME": str(self.home),
            "MUHR_PORT": str(port),
            **settings,
        }

    def __enter__(self) -> ServedLibrary:
        if self._outer is not None:
            fund_accounts(self._outer, self.home / "keys")
        self.muhr("init", *TOLD, self._origin, *self._consent())
        self._prepare(self)
        self.serve()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()
        self._server.stop()

    def _consent(self) -> list[str]:
        """Return the option by which `muhr init` asks nothing; earlier builds ask nothing, and lack it."""
        has_it = self._checkout == PROJECT or "--yes" in self.muhr("init", "--help")
        return ["--yes"] if has_it else []

    def serve(self) -> None:
        """Start `muhr serve` and wait until it answers; what it says is added to the log."""
        with self.log.open("ab") as output:
            self._server = muhr_serve(self._settings, output, self._checkout)
        try:
            self._server.wait_until_it_answers()
        except BaseException as exc:
            self._server.stop()
            exc.add_note(self.log.read_text())
            raise

    def kill(self) -> None:
        """End `muhr serve` without a word, as a crash does; what it started finds out by itself."""
        self._server.kill()

    @property
    def is_running(self) -> bool:
        """Whether the process of `muhr serve` has not ended."""
        return self._server.process.poll() is None

    @property
    def process_id(self) -> int:
        """The process of `muhr serve`, which the API runs in."""
        return self._server.process.pid

    @property
    def chain_url(self) -> str:
        """Where its embedded chain answers."""
        return f"http://127.0.0.1:{json.loads((self.home / 'chain.json').read_text())['port']}"

    def muhr(self, *arguments: str, token: str | None = None) -> str:
        """Return what a muhr command prints; raise RuntimeError unless its exit status is 0."""
        settings = self._settings | ({"MUHR_TOKEN": token} if token else {})
        done = subprocess.run(
            muhr_command(*arguments, checkout=self._checkout),
            cwd=self._checkout,
            env=environment_of(settings, self._checkout),
            stdout=subprocess.PIPE,
            check=False,
            text=True,
        )
        if done.returncode != 0:
            command = " ".join(["muhr", *arguments])
            raise RuntimeError(f"{command}: exit status {done.returncode}: {done.stdout}")
        return done.stdout

    def kept_token(self, role: str, subject: str | None = None) -> str:
        """Return the token that `muhr init` has kept for the commands of this machine."""
        assert subject is None
        return (self.home / "tokens" / role).read_text().strip()
