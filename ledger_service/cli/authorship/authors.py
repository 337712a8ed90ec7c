"""The command that checks what all authors of a work signed, offline."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from ledger_service import config as configuration
from ledger_service import messages
from ledger_service.adapters.given_files import read_given
from ledger_service.adapters.signer import check_ed25519
from ledger_service.cli.output import (
    INCOMPLETE,
    NEGATIVE,
    Command,
    as_json,
    print_json,
    say,
    sentence,
)
from ledger_service.cli.resources.files import digest_of
from ledger_service.domain import foreign_text
from ledger_service.domain.authorship.author import KeyKind
from ledger_service.domain.chain.account import checksummed
from ledger_service.domain.chain.deployment import Deployment
from ledger_service.domain.ledger.checkpoint import VerifierKey
from ledger_service.services.authorship.check_file import CheckedFile, check_file


@click.command(cls=Command)
@click.argument("statement", type=click.Path(path_type=Path))
@click.argument("file", required=False, type=click.Path(path_type=Path))
@click.option(
    "--deployment",
    type=click.Path(path_type=Path),
    help="The library's deployment.json, whose key signs the ledger.",
)
@as_json
def authors(statement: Path, file: Path | None, deployment: Path | None, as_json: bool) -> None:
    """Check that all authors of a work signed it. STATEMENT: the file of the proof; FILE: the work.

    Nothing is asked of any service. Exit status 1 if a signature does not hold or the work is another, 3 if
    something could not be checked: no pinned key, not anchored yet, or a contract wallet.
    """
    from ledger_service.adapters.evm.relaying import is_signed_by_key

    work = None if file is None else digest_of(file, lambda _: None)
    data = read_given(statement)
    found = check_file(data, work, is_signed_by_key, _pinned(deployment), check_ed25519)
    if as_json:
        print_json(_told(found))
    else:
        _show(found)
    if found.fails:
        click.get_current_context().exit(NEGATIVE)
    if not found.is_complete:
        click.get_current_context().exit(INCOMPLETE)


def _pinned(path: Path | None) -> VerifierKey | None:
    found = path or configuration.load().deployment
    if path is None and not found.exists():
        return None
    return VerifierKey.parse(Deployment.parse(foreign_text.parse(read_given(found))).key)


def _rows(found: CheckedFile) -> list[dict[str, Any]]:
    signed = found.file.signed
    told = zip(
        signed.statement.authors,
        signed.signatures,
        found.file.names,
        found.checked.states,
        strict=True,
    )
    return [
        {
            "name": None if name is None else name.text,
            "roles": [role.value for role in author.roles],
            "share": author.share,
            "by": signature.by.value,
            "account": _account(author.key.kind, author.key.value),
            "signature": state.value,
        }
        for author, signature, name, state in told
    ]


def _account(kind: KeyKind, value: str) -> str | None:
    return checksummed(value) if kind is KeyKind.WALLET else None


def _told(found: CheckedFile) -> dict[str, Any]:
    statement = found.file.signed.statement
    return {
        "title": statement.title,
        "digest": statement.digest.hex(),
        "statement": found.file.signed.digest.hex(),
        "is_this_file": found.is_work,
        "authors": _rows(found),
        "signed_by_all": found.checked.is_signed_by_all,
        "entry": found.entry,
        "ledger": statement.ledger,
        "why": None if found.why is None else messages.text(found.why),
    }


def _show(found: CheckedFile) -> None:
    rows = _rows(found)
    say(found.file.signed.statement.title)
    for place, row in enumerate(rows, 1):
        name = row["name"] or messages.said("authors.nameless")
        by = row["account"] or messages.said("authors.passkey")
        state = messages.said(f"authors.{row['signature']}")
        say(f"{place}. {name}: {state} ({by}) {', '.join(row['roles'])}".rstrip())
    if found.is_work is False:
        say(sentence("authors.other-work"), fg="red")
    elif found.checked.fails:
        say(sentence("authors.not-all"), fg="red")
    elif found.checked.is_signed_by_all:
        say(sentence("authors.all", count=len(rows)), fg="green")
    if found.entry is not None:
        say(sentence("authors.entry", entry=found.entry))
    elif found.why is not None:
        say(messages.text(found.why))


commands = (authors,)
