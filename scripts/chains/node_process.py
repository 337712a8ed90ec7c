"""A chain node as a process of its own on loopback, with its log in a file, ended by its own id."""

from __future__ import annotations

import signal
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

from scripts.chains.json_rpc import JsonRpc

START_SECONDS = 60
STOP_SECONDS = 20
PROJECT = Path(__file__).resolve().parents[2]
BUILT = PROJECT / "build" / "chains"


class NotStarted(Exception):
    """A node does not start, or its program is not there; the message says what to do."""


class NodeProcess:
    """One node. It can be stopped, killed, held up and started again with what it keeps.

    Args:
        command: the program with its arguments.
        rpc: its public JSON-RPC.
        log: file for what it prints.
    """

    def __init__(self, command: Sequence[object], rpc: JsonRpc, log: Path) -> None:
        self._command = [str(part) for part in command]
        self._log = log
        self._process: subprocess.Popen[bytes] | None = None
        self.rpc = rpc

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.rpc.port}"

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        """Return once the node answers; raise NotStarted if it ends or takes too long."""
        if not Path(self._command[0]).is_file():
            raise NotStarted(f"there is no {self._command[0]}: run scripts/chain_tools.sh")
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                self._command, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and self.is_running:
            if self.rpc.answers():
                return
            time.sleep(0.05)
        self.kill()
        raise NotStarted(f"{self._command[0]} does not start: {self._log.read_text()[-2000:]}")

    def stop(self) -> None:
        """End the node after it has kept its data; killed if it takes too long."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """End the node without a word, as a power cut does."""
        self._end(signal.SIGKILL)

    def hold(self) -> None:
        """Let the node answer nothing until `go_on`, with its connections open."""
        self._signal(signal.SIGSTOP)

    def go_on(self) -> None:
        self._signal(signal.SIGCONT)

    def _signal(self, number: signal.Signals) -> None:
        if self.is_running:
            assert self._process is not None
            self._process.send_signal(number)

    def _end(self, number: signal.Signals) -> None:
        self.rpc.close()
        if self._process is None:
            return
        self._signal(signal.SIGCONT)
        self._signal(number)
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
