"""Commands for statements: attest one by its digest, and list those that are attested."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from ledger_service.cli.output import (
    DIGITS_SHOWN,
    NEGATIVE,
    Command,
    Day,
    Row,
    api_option,
    as_json,
    asked_style,
    dated,
    limit_option,
    print_json,
    remote,
    say,
    style_option,
    tell_rows,
    token_option,
)
from ledger_service.cli.resources.files import digest_given
from ledger_service.domain.identifiers import Commitment
from ledger_service.domain.ledger.entry import BY_WORD, StatementType
from ledger_service.ports.paging import MOST_ITEMS

COLUMNS = ("entry", "at", "date", "type", "statement", "attester")
TYPES = click.Choice([str(kind) for kind in StatementType])
GIVEN = click.Choice([str(kind) for kind in BY_WORD])


@click.command(cls=Command)
@click.argument("kind", metavar="TYPE", type=GIVEN)
@click.argument("statement", metavar="DIGEST|FILE")
@click.option("--attester", help="A commitment to who states it; default the library itself.")
@api_option
@token_option
@as_json
def attest(
    kind: str,
    statement: str,
    attester: str | None,
    api: str | None,
    token_file: Path | None,
    as_json: bool,
) -> None:
    """Attest a statement: the ledger then holds its digest and type, and nothing of its text.

    A file is hashed here and sent nowhere. The same statement again has the entry that it has. TYPE is
    fixity, usage, model, report, attendance or endorsement.
    """
    body = {"type": kind, "statement": digest_given(statement).hex()}
    if attester is not None:
        body["attester"] = Commitment.parse(attester).hex()
    told = remote(api, "registrar", token_file).post("/ledger/statements", body)
    if as_json:
        print_json(told)
    else:
        say(_line(_dated(told)))


@click.command(cls=Command)
@click.option("--type", "kind", type=TYPES, help="Only such statements.")
@click.option("--statement", metavar="DIGEST|FILE", help="Only this one; exit status 1 if none is.")
@click.option("--from", "since", type=Day(), help="Attested from this day on, in UTC.")
@click.option("--until", type=Day(), help="Attested before this day, in UTC.")
@limit_option
@style_option
@api_option
@as_json
def attestations(
    *,
    kind: str | None,
    statement: str | None,
    since: int | None,
    until: int | None,
    limit: int,
    style: str | None,
    api: str | None,
    as_json: bool,
) -> None:
    """List the statements that the ledger attests, oldest first."""
    style = asked_style(style, as_json)
    digest = None if statement is None else digest_given(statement).hex()
    asked: dict[str, Any] = {"type": kind, "statement": digest, "from": since, "until": until}
    found = remote(api).pages("/ledger/statements", **asked, limit=MOST_ITEMS)
    count = tell_rows(map(_dated, found), limit, style, COLUMNS, _line)
    if statement is not None and not count:
        click.get_current_context().exit(NEGATIVE)


def _dated(row: Row) -> Row:
    return {**row, "date": dated(row["at"])}


def _line(row: Row) -> str:
    by = row["attester"][:DIGITS_SHOWN]
    return f"{row['date']}  {row['type']:<14}{row['statement']}  by {by}  entry {row['entry']}"


commands = (attest, attestations)
