"""Bad command lines: every command with every option, many runs in this one process.

Some runs ask the library through a service that spoils its answers.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

import click
from click.testing import CliRunner

from ledger_service.cli import main
from ledger_service.cli.statuses import BROKEN_PIPE, INTERRUPTED, UNFORESEEN
from scripts.strangers import oddities, values
from scripts.strangers.ground import ROLES, Ground
from scripts.strangers.spoiling_proxy import SpoilingProxy
from scripts.strangers.state import differing
from scripts.strangers.trials import Trial, within

LASTING = {("serve",), ("witness", "serve"), ("init",), ("change-password",)}
"""Commands that start servers or a chain, or derive many keys for seconds; tests/flows runs them."""
STATUSES = {0, 1, 2, 3, 4, INTERRUPTED, BROKEN_PIPE}
NEVER_SHOWN = set("\x1b\x07\r\x9b\u202e")  # which terminals act on
MISUSED = 2
NO_WAIT = "--no-wait"
NAMES = {
    "grant_id": "grant",
    "by": "other",
    "of": "other",
    "from_": "other",
    "original": "other",
    "text": "q",
    "signer": "steward",
    "resource": "digest",
}
"""Parameters of commands whose values the library knows by another name."""
GOOD_FILES = {
    "files": "book.txt",
    "source": "lines.jsonl",
    "receipt": "receipt.json",
    "deployment": "deployment.json",
    "policy": "policy",
    "token_file": "token",
    "draft": "draft.json",
}
SETTINGS = ("API", "RPC", "TOKEN", "PORT", "DEPLOYMENT", "HOME", "LARGEST_RESOURCE_BYTES", "X")


class Line(NamedTuple):
    """A case: arguments, settings without MUHR_, and the seed of a service between; None for none."""

    arguments: tuple[str, ...]
    settings: tuple[tuple[str, str], ...]
    between: int | None


class Commands:
    """The surface of whoever types or scripts `muhr`.

    Args:
        folder: does not exist yet; files that commands read and write.
        home: of a library that commands may change, beside the one that is served.
        program: whose commands are run.
    """

    name = "commands"

    def __init__(
        self,
        ground: Ground,
        proxy: SpoilingProxy,
        folder: Path,
        home: Path,
        program: click.Group = main,
    ) -> None:
        self._ground = ground
        self._proxy = proxy
        self._home = home
        self._files = oddities.fill(folder, ground)
        self._folder = folder
        self._given_files = set(folder.iterdir())
        self._commands = [
            (path, command) for path, command in _commands(program, ()) if path not in LASTING
        ]
        self._tables = ground.state.tables()
        self._version = ground.state.version()
        self._runner = CliRunner()
        self._program = program

    # ---- cases ----

    def draw(self, draw: Random) -> Line:
        """Return a command line that is spoiled in a place or two, or asks a service that is none."""
        path, command = draw.choice(self._commands)
        arguments = list(path)
        for parameter in command.params:
            arguments += self._given(parameter, draw)
        between = draw.randrange(2**32) if draw.random() < 0.4 else None
        for _ in range(draw.choice((0, 1) if between is not None else (1, 1, 2))):
            _spoil(arguments, draw)
        settings = [("TOKEN", f"@token of {draw.choice(ROLES)}@")]
        if draw.random() < 0.1:
            settings.append((draw.choice(SETTINGS), _typed(values.text(draw))))
        return Line(tuple(arguments), tuple(settings), between)

    def _given(self, parameter: click.Parameter, draw: Random) -> list[str]:
        """Return a good parameter as it is typed, or nothing where it may be left out."""
        if isinstance(parameter, click.Option):
            if NO_WAIT in (*parameter.opts, *parameter.secondary_opts):
                return [NO_WAIT]  # nothing happens that one could wait for
            if not parameter.required and draw.random() < 0.7:
                return []
            if parameter.is_flag:
                return [parameter.opts[0]]
            return [parameter.opts[0], self._value(parameter, draw)]
        count = 2 if parameter.nargs == -1 and draw.random() < 0.3 else 1
        return [self._value(parameter, draw) for _ in range(count)]

    def _value(self, parameter: click.Parameter, draw: Random) -> str:
        kind, name = parameter.type, parameter.name or ""
        if isinstance(kind, click.Choice):
            return str(draw.choice(list(kind.choices)))
        if isinstance(kind, click.Path) or name == "source":
            if name in GOOD_FILES and draw.random() < 0.6:
                return GOOD_FILES[name]
            return draw.choice(self._files) if draw.random() < 0.6 else f"out{draw.randrange(3)}"
        if isinstance(kind, click.DateTime):
            return "2026-01-01"
        if isinstance(kind, click.types.FloatParamType | click.types.IntParamType):
            return str(draw.choice((1, 2, 30)))
        if name in ("api", "rpc", "tiles"):
            return "@url@"
        name = NAMES.get(name, name)
        return f"@{name}@" if name in self._ground.known else "x"

    def smaller(self, case: Line) -> Iterator[Line]:
        """Yield the line with less in it."""
        for place in range(1, len(case.arguments)):
            if NO_WAIT in case.arguments[place - 1 : place + 1]:
                continue
            left = case.arguments[:place] + case.arguments[place + 1 :]
            yield case._replace(arguments=left)
            yield case._replace(arguments=left[: place - 1] + left[place:])
        if len(case.settings) > 1:
            yield case._replace(settings=case.settings[:1])
        if case.between is not None:
            yield case._replace(between=None)

    # ---- trials ----

    def tried(self, case: Line) -> Trial:
        """Return how the command ended, and whether it may."""
        url = self._ground.library.url
        if case.between is not None:
            self._proxy.draw, url = Random(case.between), self._proxy.url
        settings = {"HOME": str(self._home), "API": url, **dict(case.settings)}
        environment: dict[str, str | None] = {
            name: None for name in os.environ if name.startswith("MUHR_")
        }
        environment |= {f"MUHR_{name}": self._filled(told, url) for name, told in settings.items()}
        before = Path.cwd()
        os.chdir(self._folder)
        try:
            with within():
                ended = self._runner.invoke(
                    self._program,
                    [self._filled(item, url) for item in case.arguments],
                    env=environment,
                )
        finally:
            os.chdir(before)
            for made in set(self._folder.iterdir()) - self._given_files:
                _remove(made)
        return Trial(str(ended.exit_code), self._fault_of(ended, case))

    def _filled(self, text: str, url: str) -> str:
        text = text.replace("@url@", url)
        if text.startswith("@token of "):
            return self._ground.token(text[10:-1])
        data = self._ground.filled(text.encode("utf-8", "surrogateescape"))
        return data.decode("utf-8", "surrogateescape")

    def _fault_of(self, ended: Any, case: Line) -> str | None:
        told = ended.stdout + ended.stderr
        if not isinstance(ended.exception, SystemExit | None):
            return f"traceback: {type(ended.exception).__name__}: {ended.exception}"
        if ended.exit_code == UNFORESEEN or ended.exit_code not in STATUSES:
            return f"status: {ended.exit_code}: {ended.stderr[:300]}"
        if "Traceback (most recent" in told:
            return f"traceback: {told[:300]}"
        if acting := set(told.replace("\r\n", "\n")) & NEVER_SHOWN:  # RIS ends its lines so
            return f"terminal: {acting} in {told[:200]!r}"
        logged = self._ground.tracebacks.taken()
        if logged and case.between is None:
            return f"traceback: of the service: {logged[0][:200]}"
        version, self._version = self._version, self._ground.state.version()
        if version == self._version:
            return None
        before, self._tables = self._tables, self._ground.state.tables()
        changed = differing(before, self._tables)
        if changed and ended.exit_code == MISUSED:
            return f"state: status {MISUSED} changed {', '.join(changed)}"
        return None


def _commands(
    command: click.Command, path: tuple[str, ...]
) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    if not isinstance(command, click.Group):
        yield path, command
        return
    context = click.Context(command)
    for name in command.list_commands(context):
        within_it = command.get_command(context, name)
        assert within_it is not None
        yield from _commands(within_it, (*path, name))


def _spoil(arguments: list[str], draw: Random) -> None:
    act = draw.random()
    place = draw.randrange(1, len(arguments) + 1)
    given = [at for at in range(1, len(arguments)) if not arguments[at].startswith("-")]
    if act < 0.7 and given:
        arguments[draw.choice(given)] = _typed(values.text(draw))
    elif act < 0.8:
        if arguments[place : place + 1] != [NO_WAIT]:
            del arguments[place : place + 1]
    elif act < 0.9:
        arguments.insert(place, _typed(values.text(draw)))
    else:
        arguments.insert(place, draw.choice(("--no-such", "-", "--", "-o", "-h", "--json=x")))


def _typed(text: str) -> str:
    """Return a text as a shell could hand it over: no NUL, and half surrogates as bytes that are no UTF-8."""
    return (
        text.replace("\0", "").encode("utf-8", "surrogatepass").decode("utf-8", "surrogateescape")
    )


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
