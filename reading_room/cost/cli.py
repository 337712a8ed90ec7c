"""`muhr cost`: bills that several libraries pay together, split and checked."""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path
from typing import Any

import click

from ledger_service import messages
from ledger_service.adapters.given_files import read_given
from ledger_service.cli.output import (
    NEGATIVE,
    STYLES,
    Command,
    Row,
    api_option,
    dated,
    print_csv,
    print_json,
    remote,
    say,
    tell,
    token_option,
)
from ledger_service.domain.errors import InvalidBill, NotFound
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.ledger.merkle import check_inclusion, leaf_hash
from ledger_service.domain.ledger.statement import Statement
from reading_room.cost.rules.bill import LARGEST_BILL_BYTES, USES, Bill, read_bill
from reading_room.cost.rules.counted import LARGEST_REPORT_BYTES, METRIC, count_uses

COLUMNS = ("member", "name", "share", "amount", "currency", "per_use")
STATED_AS = "report"  # the type of the statement by which the ledger attests a bill
bill_argument = click.argument(
    "bill", metavar="BILL.json", type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
metric_option = click.option(
    "--metric", default=METRIC, show_default=True, help="What of a report is counted."
)


@click.group()
def cost() -> None:
    """Split a bill that several libraries pay together, and check what each pays."""


@cost.command(cls=Command)
@bill_argument
@click.option(
    "--format", "style", type=click.Choice(STYLES), default="table", help="How shares are told."
)
@click.option("--attest", is_flag=True, help="Let the ledger attest the bill's digest.")
@api_option
@token_option
def split(bill: Path, style: str, attest: bool, api: str | None, token_file: Path | None) -> None:
    """Split a bill by its own formula: who pays how much, to the smallest unit of the currency.

    docs/cost.md says what a bill has. The same bill gives everybody the same shares.
    """
    found = _read(bill)
    _tell_shares(found, style)
    if attest:
        body = {"type": STATED_AS, "statement": found.digest.hex()}
        told = remote(api, "registrar", token_file).post("/ledger/statements", body)
        tell("cli.cost.attested", err=True, entry=told["entry"], on=dated(told["at"]))


@cost.command(cls=Command)
@bill_argument
@click.argument("member")
@click.argument(
    "report", metavar="REPORT.json", type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@click.option("--quantity", default=USES, show_default=True, help="The quantity that it tells.")
@metric_option
def count(bill: Path, member: str, report: Path, quantity: str, metric: str) -> None:
    """Print the bill with a member's quantity, counted in a report of COUNTER 5.1, and with its digest."""
    found = _read(bill, checked=False)
    data = read_given(report, LARGEST_REPORT_BYTES)
    uses = count_uses(data, found.months, metric)
    said: dict[str, Any] = deepcopy(dict(found.said))
    for row in said["members"]:
        if row["id"] == found.member(member).id:
            row.setdefault("quantities", {})[quantity] = uses
            row.setdefault("sources", {})[quantity] = Digest.of(data).hex()
    print_json(said)


@cost.command(cls=Command)
@bill_argument
@click.option("--member", help="Also that this member's quantity is what --report counts.")
@click.option(
    "--report",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A report of COUNTER 5.1 in JSON.",
)
@click.option("--quantity", default=USES, show_default=True, help="The quantity that it tells.")
@metric_option
@api_option
def check(
    *,
    bill: Path,
    member: str | None,
    report: Path | None,
    quantity: str,
    metric: str,
    api: str | None,
) -> None:
    """Check a bill: its shares, that the ledger attests it, and that a member's own report says the same.

    Exit status 1: it is attested nowhere, or the report says otherwise.
    """
    if (member is None) != (report is None):
        raise click.UsageError("--member and --report are given together.")
    found = _read(bill)
    _tell_shares(found, "table")
    is_attested = _tell_attested(found, remote(api))
    agrees = True
    if member is not None and report is not None:
        agrees = _tell_counted(found, member, quantity, report, metric)
    if not (is_attested and agrees):
        click.get_current_context().exit(NEGATIVE)


def _read(path: Path, *, checked: bool = True) -> Bill:
    return read_bill(read_given(path, LARGEST_BILL_BYTES), checked=checked)


def _tell_shares(bill: Bill, style: str) -> None:
    shares, names = bill.shares(), {member.id: member.name for member in bill.members}
    rows: list[Row] = [
        {
            "member": id,
            "name": names[id],
            "share": share,
            "amount": bill.money(share),
            "currency": bill.currency,
            "per_use": _per_use(bill, id, share),
        }
        for id, share in shares.items()
    ]
    if style == "csv":
        print_csv(rows, COLUMNS)
        return
    if style == "json":
        digests = {"digest": bill.digest.hex(), "formula": bill.formula_digest.hex()}
        print_json({"invoice": bill.invoice, **digests, "shares": rows})
        return
    width = max(len(row["amount"]) for row in rows)
    for row in rows:
        parts = f"{row['share'] / bill.amount:7.2%}" if bill.amount else "      –"
        say(f"{row['amount']:>{width}} {bill.currency}  {parts}  {row['name']} ({row['member']})")
        if row["per_use"]:
            price = f"{row['per_use']} {bill.currency}"
            say(messages.said("cli.cost.per-use", price=price), indent=width + 1)
    amount = f"{bill.money(bill.amount)} {bill.currency}"
    tell("cli.cost.sum", amount=amount, invoice=bill.invoice, count=len(rows))
    tell("cli.cost.digests", digest=bill.digest.hex(), formula=bill.formula_digest.hex())


def _per_use(bill: Bill, id: str, share: int) -> str:
    """Return what a member pays for each use, as it is written; empty if nobody says how many there were."""
    units = bill.per_use(id, share)
    return "" if units is None else bill.money(units)


def _tell_attested(bill: Bill, service: Any) -> bool:
    """Tell whether the ledger attests the bill, by an entry that is proved; return that."""
    rows = service.pages("/ledger/statements", statement=bill.digest.hex(), type=STATED_AS)
    found = next(iter(rows), None)
    if found is None:
        tell("cli.cost.not-attested", fg="red")
        return False
    on = dated(found["at"])
    try:
        proven = service.get(f"/entries/{found['entry']}")
    except NotFound:  # no checkpoint covers it yet
        tell("cli.cost.not-covered", fg="yellow", entry=found["entry"], on=on)
        return False
    body = str(proven["entry"]).encode()
    proof = [bytes.fromhex(node) for node in proven["proof"]]
    root = bytes.fromhex(proven["root"])
    check_inclusion(leaf_hash(body), proven["index"], proven["size"], proof, root)
    statement = Statement.of(proven["index"], body)
    if statement is None or statement.digest != bill.digest:
        raise InvalidBill("other-entry", entry=proven["index"])
    if proven["block"] is None:
        tell("cli.cost.not-anchored", fg="yellow", entry=proven["index"], on=on)
    else:
        block = proven["block"]
        tell("cli.cost.anchored", fg="green", entry=proven["index"], on=on, block=block)
    return True


def _tell_counted(bill: Bill, id: str, quantity: str, report: Path, metric: str) -> bool:
    member = bill.member(id)
    uses = count_uses(read_given(report, LARGEST_REPORT_BYTES), bill.months, metric)
    stated = member.quantities.get(quantity)
    agrees = uses == stated
    name = "cli.cost.agrees" if agrees else "cli.cost.differs"
    told = "–" if stated is None else str(stated)
    tell(name, fg="green" if agrees else "red", name=member.name, counted=uses, stated=told)
    return agrees


commands = (cost,)
