"""How the command line speaks: exit statuses, tables, JSON and progress bars."""

from __future__ import annotations

import json
import math
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from ledger_service import config as configuration
from ledger_service import messages
from ledger_service.adapters.given_files import open_given
from ledger_service.domain import foreign_text
from ledger_service.domain.csv_rows import format_rows
from ledger_service.domain.errors import (
    Conflict,
    InvalidInput,
    LedgerError,
    NotFound,
    NotPermitted,
    Unavailable,
    VerificationError,
)
from ledger_service.domain.printable_text import escaped_json, isolated, shown, without_secrets
from ledger_service.domain.reasons import Value
from ledger_service.messages import formats

if TYPE_CHECKING:
    from ledger_service.adapters.remote import RemoteService, Told
    from ledger_service.adapters.remote_tiles import RemoteTiles

POSITIVE = 0
NEGATIVE = 1  # the answer is no: withdrawn, altered, not registered, denied, a finding, rejected
MISUSED = 2  # the command or its input must change
INCOMPLETE = 3  # nothing speaks against it, but something was not checked
UNAVAILABLE = 4  # a service, a chain or a disk does not answer

DAY_SECONDS = 86_400
LARGEST_NUMBER = 2**53 - 1  # as in the API; databases and iterators have bounds of their own
LONGEST_DAYS = 36_525  # a century
JOB_WAIT_SECONDS = 120
LARGEST_TOKEN_FILE_BYTES = 65_536
DIGITS_SHOWN = 16  # of a digest or a pseudonym, in a table
STYLES = ("table", "csv", "json")
Row = dict[str, Any]
LONGEST_LINE = 10_000  # characters
ASKED = "muhr.service"
"""In a context's meta: the service that a command asks, if it asks one."""


class Mark(NamedTuple):
    """A sign before a line, and its color."""

    sign: str
    color: str


MARKS = {"PASS": Mark("✓", "green"), "FAIL": Mark("✗", "red"), "NOT_CHECKED": Mark("?", "yellow")}


class Days(click.FloatRange):
    """A number of days, down to a second."""

    def __init__(self) -> None:
        super().__init__(1 / DAY_SECONDS, LONGEST_DAYS)

    def convert(self, value: Any, param: Any, ctx: Any) -> Any:
        found = super().convert(value, param, ctx)
        if math.isnan(found):  # which is neither below a bound nor above one
            self.fail(f"{value} is no number of days.", param, ctx)
        return found


class Day(click.DateTime):
    """A day or a second in UTC, as seconds since 1970."""

    def __init__(self) -> None:
        super().__init__(["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"])

    def convert(self, value: Any, param: Any, ctx: Any) -> Any:
        return int(super().convert(value, param, ctx).replace(tzinfo=UTC).timestamp())


as_json = click.option("--json", "as_json", is_flag=True, help="Machine-readable output.")
api_option = click.option("--api", help="URL of the service; default $MUHR_API or local.")
dry_run_option = click.option(
    "--dry-run", is_flag=True, help="Tell what would be registered, and register nothing."
)
limit_option = click.option(
    "--limit",
    type=click.IntRange(1, LARGEST_NUMBER),
    default=100,
    show_default=True,
    help="Most to show.",
)
style_option = click.option("--format", "style", type=click.Choice(STYLES), help="Of the list.")
yes_option = click.option("--yes", is_flag=True, help="Do not ask before registering.")
token_option = click.option(
    "--token-file",
    type=click.Path(path_type=Path, exists=True),
    help="A file with an access token, also as `muhr token` printed it; default $MUHR_TOKEN.",
)


def is_somebody_there() -> bool:
    """Return whether a person can be asked."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def ask_to_register() -> None:
    """End the command unless the person who is there says yes."""
    click.confirm("What is registered stays for good. Go on?", abort=True, err=True)


def exit_status(error: LedgerError) -> int:
    """Return the exit status of a failure."""
    if isinstance(error, Unavailable):
        return UNAVAILABLE
    if isinstance(error, NotPermitted | NotFound | Conflict | VerificationError):
        return NEGATIVE
    return MISUSED if isinstance(error, InvalidInput) else UNAVAILABLE


class Command(click.Command):
    """A command whose failures end as one line and an exit status, never as a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except Exception as exc:
            from ledger_service.cli.endings import ended

            ctx.exit(ended(exc, ctx))


def say(
    line: str,
    *,
    err: bool = False,
    fg: str | None = None,
    bold: bool = False,
    mark: Mark | None = None,
    indent: int = 0,
) -> None:
    """Print one line, and never more: what others wrote in it acts on no terminal."""
    signed = "" if mark is None else click.style(mark.sign, fg=mark.color) + " "
    harmless = shown(line, LONGEST_LINE)
    if (sys.stderr if err else sys.stdout).isatty():
        harmless = isolated(harmless)
    styled = click.style(harmless, fg=fg, bold=bold or None)
    click.echo(" " * indent + signed + styled, err=err)


def tell(name: str, /, *, err: bool = False, fg: str | None = None, **values: Value) -> None:
    """Print a text of the catalog, by its id, in one line; see `sentence`."""
    say(sentence(name, **values), err=err, fg=fg, bold=fg == "green")


def sentence(name: str, /, **values: Value) -> str:
    """Return a text of the catalog by its id; whole numbers have their thousands apart."""
    found = messages.template(name, values, messages.spoken()) or name
    shown_values = {
        key: formats.number(value) if isinstance(value, int) else messages.of_value(value)
        for key, value in values.items()
    }
    return messages.filled(found, shown_values)


def moment(seconds: int) -> str:
    """Return a time as a date with its zone, and as the seconds since 1970 UTC that JSON has."""
    date = dated(seconds)
    return date if date == str(seconds) else f"{date} ({seconds})"


def dated(seconds: int) -> str:
    """Return a time as a date with its zone; as the seconds that are given if no calendar has them."""
    try:
        return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d %H:%M:%S} UTC"
    except (ValueError, OverflowError, OSError):  # beyond the year 9999, as a service may say
        return str(seconds)


def print_document(data: bytes) -> None:
    """Print a document of text: byte for byte into a file, as harmless text on a terminal."""
    text = data.decode()
    click.echo(escaped_json(text) if sys.stdout.isatty() else text, nl=not text.endswith("\n"))


def print_lines(data: bytes) -> None:
    """Print a text that a service wrote, with its ends of lines; nothing in it acts on a terminal."""
    for line in data.decode().splitlines(keepends=True):
        said = line.removesuffix("\n").removesuffix("\r")
        ended = line.endswith("\r\n")
        click.echo(shown(said, len(said)) + ("\r" if ended else ""))


def print_json(value: object) -> None:
    """Print a value as JSON, one document a call."""
    click.echo(escaped_json(json.dumps(value, ensure_ascii=False, indent=2)))


def asked_style(style: str | None, as_json: bool) -> str:
    """Return the format that is asked for; raise UsageError for two of them."""
    if as_json and style not in (None, "json"):
        raise click.UsageError("--json is another format than --format names.")
    return "json" if as_json else style or "table"


def tell_rows(
    rows: Iterable[Row],
    limit: int,
    style: str,
    columns: Sequence[str],
    line: Callable[[Row], str],
    *,
    none: str | None = "cli.list.none",
) -> int:
    """Tell of the first rows, and that there are more if so; return how many were told of.

    columns: those of CSV. line: makes the one of a table. none: what is said beside an empty table.
    """
    found = list(islice(rows, limit + 1))
    told = found[:limit]
    if style == "json":
        print_json(told)
    elif style == "csv":
        print_csv(told, columns)
    else:
        for row in told:
            say(line(row))
        if not told and none is not None:
            tell(none, err=True)
    if len(found) > limit:
        tell("cli.list.more", err=True, limit=limit)
    return len(told)


def print_csv(rows: Iterable[Row], columns: Sequence[str]) -> None:
    """Print rows as CSV, with the names of the columns first; words of a list stand in one cell."""
    cells = ([_in_cell(row[name]) for name in columns] for row in rows)
    print_document(format_rows([columns, *cells]).encode())


def _in_cell(value: object) -> object:
    return " ".join(value) if isinstance(value, list) else value


def print_failure(value: object) -> None:
    """Print a failure as JSON, one document a call, without what lets somebody in."""
    click.echo(without_secrets(escaped_json(json.dumps(value, ensure_ascii=False, indent=2))))


def complain(text: str) -> None:
    """Print lines of a failure, without what lets somebody in or acts on a terminal."""
    lines = without_secrets(text).expandtabs().split("\n")
    click.echo("\n".join(shown(line, LONGEST_LINE) for line in lines), err=True, nl=False)


def write_evidence(path: Path, data: bytes) -> None:
    """Write a receipt or evidence of absence, compressed if the file's name ends in .gz."""
    from ledger_service.adapters.given_files import write_given
    from ledger_service.domain.verification.kept_file import compress

    written = compress(data) if path.suffix == ".gz" else data
    write_given(path, written)
    tell("cli.file.written", err=True, path=str(path), count=len(written))


@contextmanager
def progress(label: str, length: int, *, quiet: bool = False) -> Iterator[Told]:
    """Yield a function that is told how much more is done; draws a bar on a terminal's stderr."""
    if quiet or not sys.stderr.isatty():
        yield lambda _: None
        return
    with click.progressbar(
        length=length, label=f"{shown(label):<28}"[:40], file=sys.stderr, show_eta=True
    ) as bar:
        yield bar.update


def draw_bar(what: str, done: int, total: int) -> None:
    """Redraw one line on a terminal's stderr."""
    if not sys.stderr.isatty():
        return
    width = 30
    full = width if total <= 0 else width * done // total
    end = "\n" if done >= total else ""
    bar = f"{what:<24}[{'#' * full}{'-' * (width - full)}] {done}/{total}"
    click.echo(f"\r{bar}{end}", err=True, nl=False)


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
) -> RemoteService:
    """Return the service to talk to, with the token for a role if there is one.

    tiles: where its public ledger is read, if elsewhere.

    The token comes from --token-file, $MUHR_TOKEN, or the home folder of this machine's library. What is
    public is asked for without one.
    """
    from ledger_service.adapters.http_client import check_url
    from ledger_service.adapters.remote import RemoteService

    config = configuration.load()
    token = None if role is None else _token(config, role, token_file)
    address = api or config.api
    check_url(address)
    service = RemoteService(address, token, tiles, _say_wait)
    context = click.get_current_context()
    context.call_on_close(service.close)
    context.meta[ASKED] = service.url
    return service


def _say_wait(error: LedgerError, seconds: int) -> None:
    told = f"{messages.title(error)}: {messages.detail(error)}"
    say(without_secrets(f"{told} Asking again in {seconds} s, as the service says."), err=True)


def _token(config: configuration.Config, role: str, file: Path | None) -> str | None:
    """Return the token that a command was given, if any; raise InvalidInput for what is none."""
    own = config.home / "tokens" / role
    if file is None and config.token is not None:
        return foreign_text.parse_token(config.token.encode("utf-8", "surrogateescape"))
    if file is None and not own.is_file():
        return None
    with open_given(file or own) as opened:
        return foreign_text.parse_token(opened.read(LARGEST_TOKEN_FILE_BYTES))


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
        say(f"{what}: {found['state']}{because}")
    if found["state"] == "rejected":
        click.get_current_context().exit(NEGATIVE)
    if wait and found["state"] != "done":
        click.get_current_context().exit(INCOMPLETE)
