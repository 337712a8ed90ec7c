"""`muhr content`: how closed content is kept: encrypted, under keys that the library holds."""

from __future__ import annotations

import click

from ledger_service import config as configuration
from ledger_service.cli.output import (
    INCOMPLETE,
    Command,
    as_json,
    print_json,
    progress_line,
    say,
)
from ledger_service.cli.people.own_library import opened_library
from ledger_service.domain.people.caller import Caller
from ledger_service.services.resources.closed.encrypt_content import encrypt_content, remove_plain
from ledger_service.services.resources.closed.rotate_keys import has_older_wraps, rotate_keys

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

            def tell(looked: int, size: int) -> None:
                draw(f"{looked:,} registrations, {size / MIB:,.0f} MiB encrypted")

            done = encrypt_content(opened.library, operator, tell)
        removed: tuple[int, int] | None = None
        with nothing_taken_in(config) as is_alone:
            if is_alone:
                removed = remove_plain(opened.library, operator)
    left = [digest.hex() for digest in done.left]
    if as_json:
        told = {"encrypted": done.resources, "size_bytes": done.size_bytes, "left": left}
        print_json(
            {**told, "removed": removed and removed[0], "shared_blocks": removed and removed[1]}
        )
    else:
        say(f"{done.resources:,} resources encrypted, {done.size_bytes / MIB:,.1f} MiB")
        for digest in left:
            say(f"not encrypted, since it is damaged or lacks blocks: {digest}")
        if removed is None:
            say("What lay plain is still there: end `muhr serve` and imports, and run this again.")
        else:
            say(f"What lay plain is removed of {removed[0]:,} resources.")
            if removed[1]:
                say(f"{removed[1]:,} blocks of it stay, since other content needs them.")
    if left or removed is None:
        click.get_current_context().exit(INCOMPLETE)


@content.command("rotate-key", cls=Command)
@as_json
def rotate_key(as_json: bool) -> None:
    """Make a new key for the keys of closed content, and wrap all of these by it; content is not touched.

    It may be ended anywhere and run again, and then goes on with the key that it made. The earlier key stays
    among the library's keys, since backups need it.
    """
    with opened_library(configuration.load()) as opened:
        operator = Caller.operator(opened.library.steward)
        if not has_older_wraps(opened.library):
            opened.keys.add_content_key()
        with progress_line(quiet=as_json) as draw:
            count = rotate_keys(opened.library, operator, lambda done: draw(f"{done:,} keys"))
        name = opened.library.keeper.name
    if as_json:
        print_json({"key": name, "wrapped": count})
    else:
        say(f"{count:,} keys of content are wrapped by {name} now. Make a backup.")


commands = (content,)
