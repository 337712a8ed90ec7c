"""Commands for what an operator keeps: a backup of the library, what is made of one, the keys' password."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ledger_service import config as configuration
from ledger_service.cli.output import Command, progress_line, say, tell
from ledger_service.domain.people.caller import Role

if TYPE_CHECKING:
    from ledger_service.backup import Progress

FOLDER = click.argument("folder", type=click.Path(path_type=Path, file_okay=False))


@contextmanager
def said_progress() -> Iterator[Progress]:
    """Yield what says in a line each what begins and, now and then, how far it is."""
    from ledger_service.backup import Progress

    with progress_line(quiet=False) as line:

        def part(done: int, of: int) -> None:
            line(f"  {done:,} of {of:,}" if of else f"  {done:,}")

        yield Progress(lambda text: say(f"· {text}"), part)


def warn_without_content_key(config: configuration.Config) -> None:
    """Say it if the library has no key for closed content, which a new one gets at once."""
    from ledger_service.adapters.keys import KeyFolder

    if not KeyFolder(config.keys, config.password_file).content_keys():
        tell("cli.backup.no-content-key", err=True, folder=str(config.keys))


@click.command(cls=Command)
@FOLDER
def backup(folder: Path) -> None:
    """Copy the library into FOLDER, new or empty, while it runs.

    The copy shows one moment, and is whole once backup.json is in it. The password of the keys is not in
    it, nor are access tokens. Everything else is: keep the copy as secret as the library.
    """
    from ledger_service.backup import back_up

    config = configuration.load()
    with said_progress() as progress:
        told = back_up(config, folder.absolute(), progress)
    counts = {"entries": told["entries"], "blocks": told["blocks"]}
    tell("cli.backup.done", origin=told["origin"], folder=str(folder), **counts)
    tell("cli.backup.secret")
    if config.content.nodes:
        is_part = config.content.in_folder
        tell("cli.backup.nodes-in-part" if is_part else "cli.backup.nodes")
    tell("cli.backup.password", file=str(config.password_file))
    warn_without_content_key(config)


@click.command(cls=Command)
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False, exists=True))
@click.option(
    "--password-file",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="A file with the password of the keys; it is copied to where the settings say.",
)
@click.option(
    "--erasures",
    multiple=True,
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="The list of erased readers; by default the files that MUHR_ERASED names.",
)
@click.option(
    "--without-erasures",
    is_flag=True,
    help="The list is lost: whoever was erased since the backup comes back.",
)
@click.option("--public-url", help="How people reach the service now, if it has another address.")
def restore(
    folder: Path,
    password_file: Path | None,
    erasures: Sequence[Path],
    without_erasures: bool,
    public_url: str | None,
) -> None:
    """Make the library in FOLDER, a backup, anew in an empty home folder and an empty database.

    What happened after the backup is lost. End the old library first: two that go on from one moment sign two
    histories under one name. Readers who were erased since are erased from it before anybody can use it.
    """
    from ledger_service.backup import find_erasures
    from ledger_service.backup import restore as restore_library
    from ledger_service.cli.operate import write_token
    from ledger_service.setup import keep_public_url

    config = configuration.load()
    if public_url is not None:
        configuration.web_address("PUBLIC_URL", public_url)  # before anything is written
    if erasures and without_erasures:
        raise click.UsageError("Give --erasures or --without-erasures, not both.")
    found = None if without_erasures else find_erasures(config, folder.absolute(), erasures)
    with said_progress() as progress:
        count = restore_library(config, folder.absolute(), password_file, progress, found)
    if public_url is not None:
        keep_public_url(replace(config, public_url=_kept_url(config)), public_url)
    for role in (Role.REGISTRAR, Role.AUDITOR):
        write_token(config, role)
    tell("cli.restore.done", home=str(config.home))
    if without_erasures:
        tell("cli.restore.without-erasures", err=True)
    elif count:
        tell("cli.restore.erased", count=count)
    warn_without_content_key(config)
    if not config.password_file.exists():
        tell("cli.restore.no-password", err=True, file=str(config.password_file))


def _kept_url(config: configuration.Config) -> str:
    """Return the address that the backup brought along."""
    file = config.public_url_file
    return file.read_text("utf-8").strip() if file.exists() else config.public_url


@click.command("change-password", cls=Command)
@click.option(
    "--new",
    "new_file",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="A file with the new password; by default a random one is made.",
)
def change_password(new_file: Path | None) -> None:
    """Encrypt all keys anew under another password: all of them, or none if anything fails."""
    from ledger_service.adapters.keys import KeyFolder

    config = configuration.load()
    is_kept_there = config.password_file.parent == config.keys
    if new_file is None and not is_kept_there:
        raise click.UsageError("Give --new: MUHR_PASSWORD_FILE is not in the folder of the keys.")
    count = KeyFolder(config.keys, config.password_file).change_password(new_file)
    tell("cli.password.done", count=count)
    if not is_kept_there:
        tell("cli.password.elsewhere", file=str(new_file))
    tell("cli.password.backups")


commands = (backup, restore, change_password)
