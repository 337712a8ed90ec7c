"""`muhr content`: how closed content is kept: encrypted, under keys that the library holds."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import click

from ledger_service import config as configuration
from ledger_service.cli.output import (
    INCOMPLETE,
    Command,
    as_json,
    print_json,
    progress_line,
    tell,
)
from ledger_service.cli.people.own_library import opened_library
from ledger_service.domain.content.content_id import ContentId
from ledger_service.domain.people.caller import Caller
from ledger_service.services.library import Library
from ledger_service.services.resources.closed.encrypt_content import encrypt_content, remove_plain
from ledger_service.services.resources.closed.rotate_keys import is_unfinished, rotate_keys

MIB = 1 << 20


@click.group()
def content() -> None:
    """Keep closed content encrypted. These commands need the library's own database and keys."""


@content.command(cls=Command)
@as_json
def encrypt(as_json: bool) -> None:
    """Encrypt closed content that lies as it came, taken in by an earlier version of Muhr.

    The service may run meanwhile, and this may be ended anywhere and run again. What lay plain is removed at
    the end, when neither `muhr serve` nor an import may run; blocks that open content needs, too, stay.
    """
    from ledger_service.setup import nothing_taken_in

    config = configuration.load()
    with opened_library(config) as opened:
        operator = Caller.operator(opened.library.steward)
        with progress_line(quiet=as_json) as draw:

            def draw_share(looked: int, size: int) -> None:
                draw(f"{looked:,} registrations, {size / MIB:,.0f} MiB encrypted")

            done = encrypt_content(opened.library, operator, draw_share)
        removed: tuple[int, int] | None = None
        with nothing_taken_in(config) as is_alone:
            if is_alone:
                removed = remove_plain(opened.library, operator, partial(_beside, opened.library))
    left = [digest.hex() for digest in done.left]
    if as_json:
        told = {"encrypted": done.resources, "size_bytes": done.size_bytes, "left": left}
        print_json(
            {**told, "removed": removed and removed[0], "shared_blocks": removed and removed[1]}
        )
    else:
        size = f"{done.size_bytes / MIB:,.1f}"
        tell("cli.encrypt.done", count=done.resources, size=size)
        for digest in left:
            tell("cli.encrypt.left", digest=digest)
        if removed is None:
            tell("cli.encrypt.plain-left")
        else:
            tell("cli.encrypt.removed", count=removed[0])
            if removed[1]:
                tell("cli.encrypt.shared", count=removed[1])
    if left or removed is None:
        click.get_current_context().exit(INCOMPLETE)


def _beside(library: Library) -> Iterator[ContentId]:
    """Yield what the library keeps beside its resources."""
    from ledger_service.services.consortium.copies.let_go import kept_copies
    from reading_room import kept_cids

    yield from kept_cids(library)
    yield from kept_copies(library)


@content.command("rotate-key", cls=Command)
@as_json
def rotate_key(as_json: bool) -> None:
    """Make a new key for the keys of closed content, and wrap all of these by it; content is not touched.

    It may be ended anywhere and run again, and then goes on with the key that it made. The earlier key stays
    among the library's keys, since backups need it. What no key opens is passed over and listed; the command
    then ends with 3.
    """
    with opened_library(configuration.load()) as opened:
        operator = Caller.operator(opened.library.steward)
        goes_on = is_unfinished(opened.library)
        if not goes_on:
            opened.keys.add_content_key()
        with progress_line(quiet=as_json) as draw:
            done = rotate_keys(opened.library, operator, lambda count: draw(f"{count:,} keys"))
        name = opened.library.keeper.name
    left = [digest.hex() for digest in done.left]
    if as_json:
        print_json({"key": name, "is_new": not goes_on, "wrapped": done.keys, "left": left})
    else:
        which = "cli.rotate.goes-on" if goes_on else "cli.rotate.done"
        tell(which, count=done.keys, name=name)
        for digest in left:
            tell("cli.rotate.left", digest=digest)
    if left:
        click.get_current_context().exit(INCOMPLETE)


commands = (content,)
