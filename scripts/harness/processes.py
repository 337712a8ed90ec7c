"""Servers and commands as processes of their own: started, waited for, and ended by their id."""

from __future__ import annotations

import os
import random
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Mapping, Sequence
from contextlib import suppress
from http import HTTPStatus
from pathlib import Path
from typing import IO
from urllib.error import HTTPError

START_SECONDS = 120
STOP_SECONDS = 60
POLL_SECONDS = 0.05
PROJECT = Path(__file__).resolve().parents[2]
_DIRECTLY = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class NotServed(Exception):
    """A server ended, or did not answer in time."""


def python_of(checkout: Path) -> str:
    """Return the Python of a checkout: this one for our own, else the one of its `.venv`."""
    return sys.executable if checkout == PROJECT else str(checkout / ".venv" / "bin" / "python")


def muhr_command(*arguments: object, checkout: Path = PROJECT) -> list[str]:
    """Return the command line of `muhr` with these arguments. checkout: whose code it runs."""
    program = "from ledger_service.cli import main; main(prog_name='muhr')"
    return [python_of(checkout), "-c", program, *map(str, arguments)]


def environment_of(settings: Mapping[str, str], checkout: Path = PROJECT) -> dict[str, str]:
    """Return this process's environment with these settings of Muhr and no others.

    A PYTHONPATH among the settings stands before the checkout.
    """
    plain = {name: value for name, value in os.environ.items() if not name.startswith("MUHR_")}
    paths = [settings["PYTHONPATH"]] if "PYTHONPATH" in settings else []
    return {**plain, **settings, "PYTHONPATH": os.pathsep.join([*paths, str(checkout)])}


def children_of(pid: int) -> set[int]:
    """Return the processes that a process has started and that are still there."""
    found = set()
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            with suppress(OSError):
                fields = (folder / "stat").read_text().rsplit(")", 1)[1].split()
                if int(fields[1]) == pid and fields[0] != "Z":
                    found.add(int(folder.name))
    return found


PORTS = range(20_000, 32_000)
_given: set[int] = set()  # ports that `free_ports` returned
_draw = random.SystemRandom()


def free_port() -> int:
    """Return a port of loopback that nobody listens at."""
    [port] = free_ports(1)
    return port


def free_ports(count: int) -> list[int]:
    """Return ports of loopback that nobody listens at, and that this process was not given before.

    Who was given one may not listen at it yet, so that it looks free. Therefore they are none of those that
    systems give to whoever asks for any port, and are drawn, since other processes draw, too.
    """
    found: list[int] = []
    while len(found) < count:
        port = _draw.choice(PORTS)
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            if port not in _given:
                _given.add(port)
                found.append(port)
    return found


class ServerProcess:
    """A server of HTTP, as a process that lasts until whoever started it ends it.

    Args:
        command: the program with its arguments.
        url: where it answers, without a slash at the end.
        environment: of the process.
        output: where its words go; nothing is kept by default, and None is this process's own output.
        folder: the process starts there, and Python looks there first.
        page: what is asked of it until it answers, and not that it has failed.
    """

    def __init__(
        self,
        command: Sequence[str],
        url: str,
        environment: Mapping[str, str],
        output: IO[bytes] | int | None = subprocess.DEVNULL,
        folder: Path = PROJECT,
        page: str = "/",
    ) -> None:
        self.url = url
        self._page = page
        self.process = subprocess.Popen(
            command, cwd=folder, env=environment, stdout=output, stderr=output
        )

    def wait_until_it_answers(self) -> None:
        """Return once it answers; raise NotServed if it ends or takes too long."""
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and self.process.poll() is None:
            try:
                with _DIRECTLY.open(self.url + self._page, timeout=START_SECONDS):
                    return
            except OSError as exc:
                if isinstance(exc, HTTPError) and exc.code < HTTPStatus.INTERNAL_SERVER_ERROR:
                    return
                time.sleep(POLL_SECONDS)
        raise NotServed(f"Nobody answers at {self.url}.")

    def stop(self) -> None:
        """Ask it to end, and wait until it has ended all that it started; kill it if it takes too long."""
        self.process.terminate()
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()
            raise

    def kill(self) -> None:
        """End it without a word, if it has not ended."""
        self.process.kill()
        self.process.wait()


def muhr_serve(
    settings: Mapping[str, str],
    output: IO[bytes] | int | None = subprocess.DEVNULL,
    checkout: Path = PROJECT,
) -> ServerProcess:
    """Return `muhr serve` that was started. settings: the library's, with MUHR_PORT."""
    return ServerProcess(
        muhr_command("serve", checkout=checkout),
        f"http://127.0.0.1:{settings['MUHR_PORT']}",
        environment_of(settings, checkout),
        output,
        checkout,
        "/api/v1/status",
    )


def processor_seconds(pid: int) -> float:
    """Return what a process took so far, of all its threads. Source: proc(5), utime and stime."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
