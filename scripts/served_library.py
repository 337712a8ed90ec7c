"""A library that is really served: `muhr init` and `muhr serve` as processes of their own in a folder.

For the live tests and for scripts that measure; it holds nothing that a library needs.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Protocol

from ledger_service.adapters.keys import KeyFolder

START_SECONDS = 60
STOP_SECONDS = 60
SETTLE_SECONDS = 60
POLL_SECONDS = 0.1
PROJECT = Path(__file__).resolve().parents[1]
_COMMAND = "from ledger_service.cli import main; main()"
MUHR = [sys.executable, "-c", _COMMAND]
_DIRECTLY = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class OuterChain(Protocol):
    """A chain that somebody else runs, given to libraries by its URL."""

    @property
    def url(self) -> str: ...

    def fund(self, accounts: Sequence[str]) -> None: ...


def fund_accounts(chain: OuterChain, folder: Path, password_file: Path | None = None) -> None:
    """Make a library's keys in a folder, if they are missing, and give money to those that pay."""
    keys = KeyFolder(folder, password_file or folder / "password")
    keys.create()
    chain.fund([keys.address("admin"), keys.address("relayer")])


def python_of(checkout: Path) -> str:
    """Return the Python of a checkout: this one for our own, else the one of its `.venv`."""
    return sys.executable if checkout == PROJECT else str(checkout / ".venv" / "bin" / "python")


class Server:
    """`muhr serve` as a process of its own.

    Args:
        environment: of the process, with where the library is and its port.
        url: where it then answers.
        output: a file for what it prints; nothing is kept without one.
        checkout: whose code serves.
    """

    def __init__(
        self,
        environment: dict[str, str],
        url: str,
        output: IO[bytes] | int = subprocess.DEVNULL,
        checkout: Path = PROJECT,
    ) -> None:
        self._url = url
        command = [python_of(checkout), "-c", _COMMAND, "serve"]
        self.process = subprocess.Popen(
            command,
            cwd=checkout,  # Python looks there first
            env=environment,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )

    def wait_until_it_answers(self) -> None:
        """Return once the API answers; raise RuntimeError if the process ends or takes too long."""
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and self.process.poll() is None:
            try:
                with _DIRECTLY.open(f"{self._url}/api/v1/status", timeout=30):
                    return
            except (urllib.error.URLError, ConnectionError):
                time.sleep(POLL_SECONDS)
        raise RuntimeError(f"muhr serve does not answer at {self._url}.")

    def stop(self) -> None:
        """Interrupt it, and wait until it has ended all that it started."""
        self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()
            raise

    def kill(self) -> None:
        """End it without a word, if it has not ended."""
        self.process.kill()
        self.process.wait()


class ServedLibrary:
    """A new library in a folder, served while the context lasts at a free port of loopback.

    Args:
        folder: empty; the library's home and its server's output are put there.
        origin: the ledger's name.
        prepare: is called with the library once it is set up, before it is served.
        outer: the chain to use; None for an embedded one.
        checkout: whose code it is, such as a worktree of an earlier commit with a `.venv` of its own.
    """

    def __init__(
        self,
        folder: Path,
        origin: str,
        prepare: Callable[[ServedLibrary], None] = lambda _: None,
        outer: OuterChain | None = None,
        checkout: Path = PROJECT,
    ) -> None:
        self._folder = folder
        self._checkout = checkout
        self._origin = origin
        self._prepare = prepare
        self._server: Server | None = None
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        self.home = folder / "home"
        own = {name: value for name, value in os.environ.items() if not name.startswith("MUHR_")}
        self._environment = {
            **own,
            "MUHR_HOME": str(self.home),
            "MUHR_PORT": str(port),
            "PYTHONPATH": str(checkout),
        }
        self._outer = outer
        if outer is not None:
            self._environment["MUHR_CHAIN_URL"] = outer.url
            self._environment.setdefault("MUHR_CONFIRMATIONS", "1")

    def __enter__(self) -> ServedLibrary:
        if self._outer is not None:
            fund_accounts(self._outer, self.home / "keys")
        self.muhr("init", "--name", "A library", "--uri", "https://library.test/", "--origin",
                  self._origin, "--yes")  # fmt: skip
        self._prepare(self)
        log = self._folder / "serve.log"
        with log.open("wb") as output:
            self._server = Server(self._environment, self.url, output, self._checkout)
        try:
            self._server.wait_until_it_answers()
        except BaseException as exc:
            self._server.stop()
            exc.add_note(log.read_text())
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        assert self._server is not None
        self._server.stop()

    @property
    def process_id(self) -> int:
        """The process of `muhr serve`, which the API runs in."""
        assert self._server is not None
        return self._server.process.pid

    def muhr(self, *arguments: str, token: str | None = None) -> str:
        """Return what a muhr command prints; raise RuntimeError unless its exit status is 0."""
        environment = self._environment | ({"MUHR_TOKEN": token} if token else {})
        done = subprocess.run(
            [python_of(self._checkout), "-c", _COMMAND, *arguments],
            cwd=self._checkout,
            env=environment,
            stdout=subprocess.PIPE,
            check=False,
            text=True,
        )
        if done.returncode != 0:
            command = " ".join(["muhr", *arguments])
            raise RuntimeError(f"{command}: exit status {done.returncode}: {done.stdout}")
        return done.stdout

    def get_text(self, path: str) -> str:
        """Return the text of a public route under /api/v1."""
        with _DIRECTLY.open(f"{self.url}/api/v1{path}", timeout=30) as response:
            text: str = response.read().decode()
            return text

    def get_public(self, path: str) -> bytes:
        """Return a public file of the ledger: its checkpoint, a tile, the policy."""
        with _DIRECTLY.open(f"{self.url}/muhr/{path}", timeout=30) as response:
            data: bytes = response.read()
            return data

    def get(self, path: str) -> Any:
        """Return the JSON of a public route under /api/v1."""
        return json.loads(self.get_text(path))

    def wait_until_settled(self, seconds: float = SETTLE_SECONDS) -> dict[str, Any]:
        """Return the status in which nothing is under way and the whole ledger is anchored."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            status: dict[str, Any] = self.get("/status")
            jobs = status["jobs"]
            if status["anchored_size"] == status["ledger_size"] and not (
                jobs.get("queued") or jobs.get("submitted")
            ):
                return status
            time.sleep(0.2)
        raise RuntimeError(f"The library did not settle: {status}")


def free_port() -> int:
    """Return a port of loopback that nobody listens at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
