"""What the live tests share: a ledger in memory of any size, and the checkers that are not ours."""

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from ledger_service.domain.ledger import merkle
from ledger_service.domain.ledger.entry import Entry
from ledger_service.domain.ledger.merkle import Frontier, NodeName

SOURCE = Path(__file__).with_name("check_ledger.go")
GO_PACKAGES = Path("/usr/share/gocode")
AICS_PROGRAM = Path(__file__).with_name("check_with_aics_tlog.py")
AICS_PYTHON = Path(__file__).parents[2] / "build/aics-tlog/bin/python"
INSTALL = "run scripts/live_tools.sh"

Job = dict[str, Any]
Answer = tuple[int, list[str]]
Check = Callable[[Job], Answer]
AskAics = Callable[[list[Job]], list[str]]


class MemoryLedger:
    """Entries and their tree nodes in memory; entry number n is the same in every one."""

    def __init__(self, size: int) -> None:
        self.entries: list[bytes] = []
        self._frontier = Frontier()
        self._nodes: dict[NodeName, bytes] = {}
        for number in range(size):
            entry = Entry("steward", 1_700_000_000 + number, {"steward": "5a" * 32, "block": 7})
            self.entries.append(entry.format())
            self._nodes.update(self._frontier.append(merkle.leaf_hash(self.entries[-1])))

    def root(self, size: int) -> bytes:
        return merkle.root_hash(size, self._read) if size else merkle.EMPTY_ROOT

    def inclusion_proof(self, index: int, size: int) -> list[bytes]:
        return merkle.inclusion_proof(index, size, self._read)

    def consistency_proof(self, old_size: int, new_size: int) -> list[bytes]:
        return merkle.consistency_proof(old_size, new_size, self._read)

    def _read(self, names: Sequence[NodeName]) -> list[bytes]:
        return [self._nodes[name] for name in names]


@pytest.fixture(scope="session")
def new_ledger() -> Callable[[int], MemoryLedger]:
    """Return the class of ledgers in memory."""
    return MemoryLedger


def find_go() -> str:
    """Return a Go compiler: the one on PATH, or Debian's newest."""
    debian = sorted(Path("/usr/lib").glob("go-*/bin/go"))
    found = shutil.which("go") or (str(debian[-1]) if debian else None)
    assert found is not None, f"there is no Go: {INSTALL}"
    return found


@pytest.fixture(scope="session")
def check(tmp_path_factory: pytest.TempPathFactory) -> Check:
    """Return a function that hands a job to the Go program: its exit status and its lines."""
    module = GO_PACKAGES / "src/golang.org/x/mod/sumdb/tlog"
    assert module.is_dir(), f"there is no golang-golang-x-mod-dev: {INSTALL}"
    program = tmp_path_factory.mktemp("go") / "check_ledger"
    own = {name: value for name, value in os.environ.items() if not name.startswith("GO")}
    environment = own | {"GO111MODULE": "off", "GOPATH": str(GO_PACKAGES), "GOTOOLCHAIN": "local"}
    environment["CGO_ENABLED"] = "0"
    command = [find_go(), "build", "-o", str(program), str(SOURCE)]
    subprocess.run(command, env=environment, check=True)

    def run(job: Job) -> Answer:
        text = json.dumps(job)
        done = subprocess.run([program], input=text, stdout=subprocess.PIPE, text=True, check=False)
        assert done.returncode in (0, 1), done
        return done.returncode, done.stdout.splitlines()

    return run


@pytest.fixture(scope="session")
def ask_aics() -> AskAics:
    """Return a function that hands questions to aics-tlog: "" for each that holds, else why not."""
    assert AICS_PYTHON.exists(), f"there is no aics-tlog: {INSTALL}"

    def run(questions: list[Job]) -> list[str]:
        done = subprocess.run(
            [AICS_PYTHON, AICS_PROGRAM],
            input=json.dumps(questions),
            stdout=subprocess.PIPE,
            check=True,
            text=True,
        )
        answers: list[str] = json.loads(done.stdout)
        assert len(answers) == len(questions)
        return answers

    return run
