"""What the tests of whole flows share: the `muhr` command as a person types it."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from click.testing import CliRunner

from ledger_service import messages
from ledger_service.cli import main
from scripts.harness.processes import (
    ServerProcess,
    environment_of,
    free_port,
    muhr_command,
    muhr_serve,
)

if TYPE_CHECKING:
    from scripts.harness.running_library import RunningLibrary

COMMAND_SECONDS = 120


@dataclass(frozen=True)
class Answer:
    """How a command ended."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@pytest.fixture
def muhr(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Answer]:
    """Return a function that runs `muhr` in this process: muhr(settings, *arguments)."""

    def run(settings: dict[str, str], *arguments: object) -> Answer:
        for name in [name for name in os.environ if name.startswith("MUHR_")]:
            monkeypatch.delenv(name)
        for name, value in {"MUHR_LANG": "en", **settings}.items():
            monkeypatch.setenv(name, value)
        result = CliRunner().invoke(main, [str(item) for item in arguments])
        messages.speak(messages.ENGLISH)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return Answer(result.exit_code, result.stdout, result.stderr)

    return run


@pytest.fixture
def muhr_process(tmp_path: Path) -> Callable[..., Answer]:
    """Return a function that runs `muhr` as a process of its own, in another folder."""

    def run(settings: dict[str, str], *arguments: object) -> Answer:
        ended = subprocess.run(
            muhr_command(*arguments),
            env=environment_of(settings),
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=COMMAND_SECONDS,
            check=False,
        )
        return Answer(ended.returncode, ended.stdout, ended.stderr)

    return run


class Served(NamedTuple):
    """A library, where its API is, and how `muhr serve` of it is started as a process."""

    library: RunningLibrary
    url: str
    start: Callable[[], subprocess.Popen[bytes]]


@pytest.fixture
def api(
    new_library: Callable[..., RunningLibrary],
) -> Iterator[Served]:
    """Return a library of which `muhr serve` runs as a process, and a function that starts that."""
    library = new_library()
    settings = {
        **library.environment,
        "MUHR_CHAIN_URL": library.chain.url,
        "MUHR_CONFIRMATIONS": "1",
        "MUHR_PORT": str(free_port()),
    }
    url = f"http://127.0.0.1:{settings['MUHR_PORT']}/api/v1"
    started: list[ServerProcess] = []

    def start() -> subprocess.Popen[bytes]:
        server = muhr_serve(settings)
        started.append(server)
        server.wait_until_it_answers()
        return server.process

    yield Served(library, url, start)
    for server in started:
        server.kill()
