"""How the command line speaks: exit statuses, tables, JSON and progress bars."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ledger_service import config as configuration
from ledger_service import messages
from ledger_service.domain import foreign_text
from ledger_service.domain.errors import (
    Conflict,
    InvalidInput,
    LedgerError,
    NotFound,
    NotPermitted,
    Unavailable,
    VerificationError,
)

if TYPE_CHECKING:
    from ledger_service.adapters.remote import RemoteLibrary, Told
    from ledger_service.adapters.remote_tiles import RemoteTiles
    from ledger_service.domain.verification.verdict import Verdict

POSITIVE = 0
NEGATIVE = 1  # the answer is no: withdrawn, altered, not registered, denied, a finding, rejected
MISUSED = 2  # the command or its input must change
INCOMPLETE = 3  # nothing speaks against it, but something was not checked
UNAVAILABLE = 4  # a service, a chain or a disk does not answer

DAY_SECONDS = 86_400
JOB_WAIT_SECONDS = 120
COLORS = {
    "authentic": "green",
    "authentic_as_told": "green",
    "superseded": "blue",
    "offline": "blue",
}
MARKS = {"PASS": ("✓", "green"), "FAIL": ("✗", "red"), "NOT_CHECKED": ("?", "yellow")}

as_json = click.option("--json", "as_json", is_flag=True, help="Machine-readable output.")
api_option = click.option("--api", help="URL of the service; default $MUHR_API or local.")
dry_run_option = click.option(
    "--dry-run", is_flag=True, help="Tell what would be registered, and register nothing."
)
yes_option = click.option("--yes", is_flag=True, help="Do not ask before registering.")
token_option = click.option("--token-file", type=click.Path(path_type=Path, exists=True))


def is_somebody_there() -> bool:
    """Return whether a person can be asked."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def exit_status(error: LedgerError) -> int:
    """Return the exit status of a failure."""
    if isinstance(error, Unavailable):
        return UNAVAILABLE
    if isinstance(error, NotPermitted | NotFound | Conflict | VerificationError):
        return NEGATIVE
    return MISUSED if isinstance(error, InvalidInput) else UNAVAILABLE


class Command(click.Command):
    """A command whose LedgerErrors end as one line and an exit status, never as a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except LedgerError as exc:
            if ctx.params.get("as_json"):
                click.echo(json.dumps(messages.error_json(exc)))
            click.echo(f"muhr: {messages.title(exc)}: {messages.detail(exc)}", err=True)
            ctx.exit(exit_status(exc))
        except OSError as exc:
            click.echo(f"muhr: {exc.strerror or exc}: {exc.filename or ''}", err=True)
            ctx.exit(MISUSED)


def print_json(value: object) -> None:
    """Print a value as JSON, one document a call."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2))


def write_evidence(path: Path, data: bytes) -> None:
    """Write a receipt or evidence of absence, compressed if the file's name ends in .gz."""
    from ledger_service.domain.verification.kept_file import compress

    written = compress(data) if path.suffix == ".gz" else data
    path.write_bytes(written)
    click.echo(f"{path}: {len(written)} bytes", err=True)


def print_verdict(verdict: Verdict, name: str) -> None:
    """Print a verdict axis by axis; what to do next goes to standard error, unless all is well."""
    state = verdict.state
    color = COLORS.get(state.value, "red" if state.is_negative else "yellow")
    click.secho(f"{name}: {messages.headline(state)}", fg=color, bold=True)
    for axis, finding in verdict.findings.items():
        mark, color = MARKS[finding.outcome.name]
        click.echo(f"  {click.style(mark, fg=color)} {axis.value:<13}{messages.because(finding)}")
    if not verdict.is_wholly_positive:
        click.echo(f"{name}: {messages.next_step(state)}", err=True)
    if verdict.successor is not None:
        click.echo(f"{name}: superseded by {verdict.successor}", err=True)


@contextmanager
def progress(label: str, length: int, *, quiet: bool = False) -> Iterator[Told]:
    """Yield a function that is told how much more is done; draws a bar on a terminal's stderr."""
    if quiet or not sys.stderr.isatty():
        yield lambda _: None
        return
    with click.progressbar(
        length=length, label=f"{label:<28}"[:40], file=sys.stderr, show_eta=True
    ) as bar:
        yield bar.update


@contextmanager
def progress_line(*, quiet: bool) -> Iterator[Callable[[object], None]]:
    """Yield a function that shows progress, now and then; on a terminal it stays in one line."""
    is_terminal = sys.stderr.isatty()
    said = 0.0 if is_terminal else time.monotonic()

    def say(line: object) -> None:
        nonlocal said
        now = time.monotonic()
        if quiet or now - said < (0.5 if is_terminal else 10):
            return
        said = now
        click.echo(f"\r{line}\x1b[K" if is_terminal else str(line), err=True, nl=not is_terminal)

    yield say
    if is_terminal and said:
        click.echo(err=True)


def remote(
    api: str | None,
    role: str | None = None,
    token_file: Path | None = None,
    tiles: RemoteTiles | None = None,
) -> RemoteLibrary:
    """Return the service to talk to, with the token for a role if there is one.

    tiles: where its public ledger is read, if elsewhere.

    The token comes from --token-file, $MUHR_TOKEN, or the home folder of this machine's library.
    """
    from ledger_service.adapters.remote import RemoteLibrary

    config = configuration.load()
    token = config.token
    own = config.home / "tokens" / (role or "")
    if token_file is not None:
        token = foreign_text.parse_token(token_file.read_bytes())
    elif token is None and role is not None and own.is_file():
        token = foreign_text.parse_token(own.read_bytes())
    service = RemoteLibrary(api or config.api, token, tiles)
    click.get_current_context().call_on_close(service.close)
    return service


def finish(
    found: dict[str, Any], again: Callable[[], Any], what: str, *, wait: bool, as_json: bool
) -> None:
    """Tell what became of a job that was asked for, once it has ended; exit unless it is done.

    again: asks for the job anew. wait: False not to wait, which is then no incomplete answer.
    """
    deadline = time.monotonic() + JOB_WAIT_SECONDS
    while wait and found["state"] not in ("done", "rejected") and time.monotonic() < deadline:
        time.sleep(0.2)
        found = again()
    if as_json:
        print_json(found)
    else:
        because = f": {found['because']}" if found["because"] else ""
        click.echo(f"{what}: {found['state']}{because}")
    if found["state"] == "rejected":
        click.get_current_context().exit(NEGATIVE)
    if wait and found["state"] != "done":
        click.get_current_context().exit(INCOMPLETE)
