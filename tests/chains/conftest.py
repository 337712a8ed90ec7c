"""Libraries on real chains that these tests run themselves. A node that is not there is a failure."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import pytest

from scripts.chains.anvil import Anvil
from scripts.chains.clique import CliqueNetwork
from scripts.chains.geth import GethNetwork
from scripts.chains.network import Network
from scripts.harness.running_library import RunningLibrary
from tests.flows.conftest import muhr  # noqa: F401  (a fixture)

RunningChain = TypeVar("RunningChain", bound=Anvil | Network)


def _running(chain: RunningChain) -> Iterator[RunningChain]:
    """Yield a chain that runs, and end it."""
    yield chain
    chain.stop()


@pytest.fixture
def anvil(tmp_path: Path) -> Iterator[Anvil]:
    """Return a chain of the test's own."""
    yield from _running(Anvil(tmp_path))


@pytest.fixture
def older_anvil(tmp_path: Path) -> Iterator[Anvil]:
    """Return a chain that does not know Shanghai's rules."""
    yield from _running(Anvil(tmp_path, rules="london"))


@pytest.fixture
def geth(tmp_path: Path) -> Iterator[GethNetwork]:
    """Return four nodes of the test's own; libraries use the first."""
    yield from _running(GethNetwork(tmp_path))


@pytest.fixture
def clique(tmp_path: Path) -> Iterator[CliqueNetwork]:
    """Return four validators of the test's own; libraries use the first."""
    yield from _running(CliqueNetwork(tmp_path))


@pytest.fixture
def library_on(tmp_path: Path) -> Iterator[Callable[..., RunningLibrary]]:
    """Return a function that makes a library on a chain, served: library_on(chain, **settings)."""
    made: list[RunningLibrary] = []

    def make(chain, **settings: str) -> RunningLibrary:
        with chain.hurrying():
            made.append(RunningLibrary(tmp_path / f"home{len(made)}", outer=chain, **settings))
        return made[-1].start()

    yield make
    for library in made:
        library.stop()


@pytest.fixture
def verified(muhr, tmp_path: Path) -> Callable[..., int]:  # noqa: F811
    """Return a function that gives the exit status of a student's `muhr verify`.

    verified(library, data, url): url of the node to ask; the library's own by default.
    """

    def run(library: RunningLibrary, data: bytes, url: str | None = None) -> int:
        file = tmp_path / "a student's file"
        file.write_bytes(data)
        student = {
            "MUHR_HOME": str(tmp_path / "student"),
            "MUHR_API": library.url,
            "MUHR_DEPLOYMENT": str(library.home / "deployment.json"),
            "MUHR_RPC": url or library.chain.url,
        }
        answer = muhr(student, "verify", file)
        status: int = answer.status
        return status

    return run
