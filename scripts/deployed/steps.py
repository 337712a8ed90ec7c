"""What is done with a library wherever it is deployed: commands as people type them, and what must hold."""

from __future__ import annotations

import json
import re
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TypeVar

from scripts.demo import small_pdf

PROJECT = Path(__file__).resolve().parents[2]
OPERATIONS = PROJECT / "docs" / "operations.md"
WAIT_SECONDS, POLL_SECONDS = 120, 1.0
LICENSE = "trial"
BOOK = small_pdf("A book")

Answer = TypeVar("Answer")
Done = subprocess.CompletedProcess[str]


@dataclass(frozen=True)
class Deployed:
    """A library where it is deployed.

    Attributes:
        muhr: runs the command with these arguments, as the library's account.
        put: keeps bytes there in a file of this name, and returns its path.
    """

    muhr: Callable[..., Done]
    put: Callable[[str, bytes], str]


class NotSo(Exception):
    """Something is not as it must be."""


def told(section: str) -> str:
    """Return the commands that a section of docs/operations.md tells people to type."""
    page = OPERATIONS.read_text("utf-8")
    found = re.search(rf"^## {re.escape(section)}\n.*?^```\n(.*?)^```", page, re.M | re.S)
    if found is None:
        raise NotSo(f"docs/operations.md has no commands in “{section}”")
    return found[1]


def run(
    command: Sequence[str],
    cwd: Path | None = None,
    given: str = "",
    source: IO[bytes] | None = None,
) -> Done:
    """Return how a command ended, with what it said.

    Args:
        given: what it reads; source: where it reads from instead.
    """
    how = {"input": given} if source is None else {"stdin": source}
    return subprocess.run(command, cwd=cwd, text=True, check=False, capture_output=True, **how)  # type: ignore[call-overload,no-any-return]


def said(done: Done) -> str:
    """Return all that a command said."""
    return done.stdout + done.stderr


def must(holds: bool, what: str, seen: object = "") -> None:
    """Say what holds; raise NotSo with what was seen instead."""
    if not holds:
        raise NotSo(f"not so: {what}\n{seen}")
    print(f"· {what}", flush=True)


def until(ask: Callable[[], Answer], holds: Callable[[Answer], bool], what: str) -> None:
    """Ask until the answer holds; raise NotSo with the last one if it takes too long."""
    deadline = time.monotonic() + WAIT_SECONDS
    while not holds(answer := ask()):
        if time.monotonic() > deadline:
            seen = said(answer) if isinstance(answer, subprocess.CompletedProcess) else answer
            raise NotSo(f"not so after {WAIT_SECONDS} s: {what}\n{seen}")
        time.sleep(POLL_SECONDS)
    print(f"· {what}", flush=True)


def went_well(done: Done) -> bool:
    """Return whether a command ended with status 0."""
    return done.returncode == 0


def use(there: Deployed) -> str:
    """Register a book, have it read and lent with a mark, and all audited; return its path there."""
    file = there.put("a-book.pdf", BOOK)
    term = ("--rights", "InC", "--days", "14", "--mark")
    _well(there.muhr("license", "define", LICENSE, *term), "a license is defined")
    _well(there.muhr("register", file, "--license", LICENSE), "a book is registered")
    verify(there, file)
    until(lambda: there.muhr("media", file), lambda done: "1 page" in done.stdout, "it is read")
    made = json.loads(there.muhr("token", "--role", "reader", "--json").stdout)
    token = there.put("reader", made["token"].encode())
    grant = there.muhr("grant", file, "--reader", made["subject"], "--days", "7")
    _well(grant, "it is lent")
    opened = there.muhr("open", file, "--token-file", token, "--output", file + ".opened")
    _well(opened, "a reader opens it, and gets a marked copy")
    _well(there.muhr("trace", file + ".opened"), "the copy tells its grant")
    until(lambda: there.muhr("audit"), went_well, "an audit is clean")
    return file


def verify(there: Deployed, file: str) -> None:
    """See that a registered file is authentic, once its entry is anchored."""
    until(lambda: there.muhr("verify", file), went_well, "the book is authentic")


def _well(done: Done, what: str) -> None:
    must(went_well(done), what, said(done))


def without_rights(status: str) -> None:
    """See by /proc/PID/status that a process has no right, and gets none."""
    fields = dict(re.findall(r"^(\w+):\s*(.*)$", status, re.M))
    rights = {name: int(fields[name], 16) for name in ("CapEff", "CapPrm", "CapBnd", "CapAmb")}
    must(not any(rights.values()), "the process has no capability", rights)
    ids = {*fields["Uid"].split(), *fields["Gid"].split(), *fields.get("Groups", "").split()}
    must("0" not in ids, "nor root's account or group", ids)
    kept = (fields["NoNewPrivs"], fields["Seccomp"])
    must(kept == ("1", "2"), "it gains none, and its system calls are filtered", kept)
