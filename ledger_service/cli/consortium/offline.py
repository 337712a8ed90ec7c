"""`muhr consortium sign` and `send`: acts that are signed on a machine without a network."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ledger_service import messages
from ledger_service.adapters.consortium.charter_file import read_charter
from ledger_service.adapters.given_files import read_given, write_given
from ledger_service.cli.consortium.acting import (
    File,
    charter_option,
    node_of,
    show_acts,
)
from ledger_service.cli.output import Command, say, sentence, tell
from ledger_service.domain import foreign_text
from ledger_service.domain.chain.account import checksummed
from ledger_service.domain.consortium.unsent_act import UnsentActs
from ledger_service.domain.errors import InvalidActFile

if TYPE_CHECKING:
    from ledger_service.adapters.evm.consortium.told_call import ToldCall

SIGNED = ".signed"
PROPOSES = "council-proposes"
WEI = Decimal(10**18)  # in a coin


@click.command(cls=Command)
@click.argument("file", type=File)
@click.option("--key", type=File, required=True, help="Web3 Secret Storage of who signs.")
@click.option("--password-file", type=File, required=True)
@click.option("--yes", is_flag=True, help="Do not ask before signing.")
@charter_option
def sign(file: Path, key: Path, password_file: Path, yes: bool, charter_file: Path) -> None:
    """Sign what `--offline` wrote, after it was told in words. Asks no network.

    The words are made of the bytes that are signed. FILE.signed is for `muhr consortium send`.
    """
    from ledger_service.adapters.evm.consortium.offline import sign_unsent, tell_unsent
    from ledger_service.adapters.keys import open_keystore

    charter, asked = read_charter(charter_file), _read(file)
    out = file.with_name(file.name + SIGNED)
    if out.exists():
        raise click.UsageError(f"{out} is there already.")
    told = tell_unsent(charter, asked)
    tell("cli.council.of", name=charter.name, digest=charter.digest.hex())
    _show(asked, told)
    if not yes:
        click.confirm(sentence("cli.council.sign-only"), abort=True, err=True)
    signed = replace(asked, signed=sign_unsent(asked, open_keystore(key, password_file)))
    write_given(out, signed.format([]).encode())
    tell("cli.council.signed", fg="green", file=str(out))


@click.command(cls=Command)
@click.argument("file", metavar="FILE.signed", type=File)
@click.option("--asked", type=File, help="What was to be signed; default: FILE.")
@charter_option
def send(file: Path, asked: Path | None, charter_file: Path) -> None:
    """Send what was signed elsewhere, if it is what was asked for, and wait for its block."""
    from ledger_service.adapters.evm.consortium.offline import (
        check_signed,
        send_signed,
        tell_unsent,
    )

    charter, signed = read_charter(charter_file), _read(file)
    asked = asked or file.with_name(file.name.removesuffix(SIGNED))
    if asked == file or not asked.exists():
        raise click.UsageError("Name by --asked the file that was to be signed.")
    wanted = _read(asked)
    told = tell_unsent(charter, wanted)
    check_signed(wanted, signed)
    _show(wanted, told)

    def in_block(_: int, block: int) -> None:
        tell("cli.council.in-block", fg="green", block=block)

    send_signed(node_of(charter), wanted, signed.signed, in_block)
    waits = [one for one in told if one.says is not None and one.says.name == PROPOSES]
    tell("cli.council.proposed-next" if waits else "cli.council.done", fg="green")


def _read(path: Path) -> UnsentActs:
    return UnsentActs.parse(foreign_text.parse(read_given(path)))


def _show(asked: UnsentActs, told: Sequence[ToldCall]) -> None:
    """Print what calls do, who signs them, and what they cost at most."""
    if not any(one.acts or one.says for one in told):
        raise InvalidActFile("unknown-call")
    for one in told:
        if one.says is not None:
            say(messages.text(one.says))
        show_acts(one.acts, asked.proved_names)
    coins = f"{Decimal(asked.most_wei) / WEI:f}"
    first, last = asked.calls[0].nonce, asked.calls[-1].nonce
    numbers = str(first) if first == last else f"{first}–{last}"
    tell("cli.council.signer", account=checksummed(asked.signer), numbers=numbers, coins=coins)


commands = (sign, send)
