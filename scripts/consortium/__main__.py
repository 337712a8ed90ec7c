"""The demonstration of a consortium: three universities on this machine, and what may go wrong.

    python -m scripts.consortium [--short]

Chain of four validators, PostgreSQL and two Kubo nodes; with --short the project alone, on Ganache. Every
line that begins with ✓ was looked up; the first that is not so ends it with status 1.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

import httpx
from click import echo, style

from scripts.chains.json_rpc import Refused
from scripts.chains.node_process import NotStarted
from scripts.consortium.command import EndedOtherwise
from scripts.consortium.stage import stage
from scripts.consortium.story import (
    alarmed,
    answers,
    away,
    books,
    ending,
    founding,
    kept,
    knowing,
    parted,
    searching,
    seen,
    stolen,
    suspended,
)
from scripts.consortium.story.scene import Scene
from scripts.consortium.telling import NotSo
from scripts.harness.postgresql import NotInstalled
from scripts.harness.processes import NotServed

PARTS: Sequence[Callable[[Scene], None]] = (
    founding.found,
    founding.join,
    knowing.meet,
    books.register,
    searching.search,
    away.hang,
    knowing.watch,
    answers.verify,
    answers.take_receipt,
    kept.keep,
    seen.page,
    alarmed.calm,
    away.fall,
    suspended.suspend,
    suspended.reinstate,
    away.missed,
    parted.part,
    stolen.steal,
    stolen.recover,
    ending.audit,
    ending.falsify,
)
SHORT = "--short"
FAILURES = (
    *(AssertionError, NotServed, NotStarted, NotInstalled, Refused, OSError, TimeoutError),
    *(subprocess.SubprocessError, httpx.HTTPError),
)


def main(arguments: list[str]) -> int:
    """Tell the whole story; return the exit status."""
    if arguments not in ([], [SHORT]):
        echo(f"usage: python -m scripts.consortium [{SHORT}]", err=True)
        return 2
    with tempfile.TemporaryDirectory(prefix="muhr-consortium-") as folder:
        return _tell(Path(folder), is_short=arguments == [SHORT])


def _tell(folder: Path, *, is_short: bool) -> int:
    part = "its stage"
    try:
        with stage(folder, is_short=is_short) as scene:
            for one in PARTS:
                part = f"{one.__module__.rsplit('.', 1)[-1]}.{one.__name__}"
                one(scene)
            scene.telling.heading(f"{scene.telling.said} things were looked up, and all are so.")
        return 0
    except KeyboardInterrupt:
        return 130
    except (NotSo, EndedOtherwise) as exc:
        echo(style("  ✗ ", fg="red") + f"{exc}", err=True)
    except FAILURES as exc:
        echo(style("  ✗ ", fg="red") + f"{type(exc).__name__}: {exc}", err=True)
    echo(f"The demonstration failed in {part}.", err=True)
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
