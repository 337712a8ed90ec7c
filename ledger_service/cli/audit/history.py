"""The history of openings and denials that an audit tells: as a table, CSV or JSON."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from ledger_service import messages
from ledger_service.adapters.remote import RemoteService
from ledger_service.cli.output import DIGITS_SHOWN, STYLES, Day, asked_style, dated, print_csv, say
from ledger_service.cli.resources.named import digest_named
from ledger_service.domain.lending.decision import Decision, DecisionFilter
from ledger_service.services.audit.audit_ledger import AuditReport

COLUMNS = (
    "entry", "at", "date", "kind", "actor", "digest", "reader", "grant", "reason", "why", "findings"
)  # fmt: skip


class History:
    """Hears decisions while an audit runs, and keeps those that were asked for."""

    def __init__(self, which: DecisionFilter, style: str) -> None:
        self.style = style
        self._which = which
        self._heard: list[tuple[int, Decision]] = []

    def hear(self, entry: int, decision: Decision) -> None:
        """Keep the decision of an entry, if it is one of those asked for."""
        if self._which.takes(decision):
            self._heard.append((entry, decision))

    def rows(self, report: AuditReport) -> list[dict[str, Any]]:
        """Return a row of COLUMNS for each decision. findings: names of what the audit found of it."""
        found: dict[int, list[str]] = {}
        for finding in report.findings:
            entry = finding.reason.values.get("entry")
            if isinstance(entry, int):
                found.setdefault(entry, []).append(finding.name)
        return [_row(entry, decision, found.get(entry, [])) for entry, decision in self._heard]

    def show(self, report: AuditReport) -> None:
        """Print a table or CSV; say what was erased and stands in neither."""
        rows = self.rows(report)
        if self.style == "csv":
            print_csv(rows, COLUMNS)
        else:
            for row in rows:
                say(_line(row))
            if not rows:
                say("No opening and no denial that is told is one of those asked for.")
        if report.decisions.erased:
            say(
                f"{report.decisions.erased} openings and denials are erased: nobody can tell whether they "
                "are of those asked for.",
                err=True,
            )


def history_options(command: Callable[..., None]) -> Callable[..., None]:
    """Add the options of the history to a command."""
    for option in (
        click.option("--format", "style", type=click.Choice(STYLES), help="Of the history."),
        click.option("--until", type=Day(), help="History before this day, in UTC."),
        click.option("--from", "since", type=Day(), help="History from this day on, in UTC."),
        click.option("--resource", metavar="DIGEST|FILE", help="History of this resource only."),
        click.option("--history", "is_asked", is_flag=True, help="Tell who opened what, and when."),
    ):
        command = option(command)
    return command


def asked_history(
    source: RemoteService,
    *,
    is_asked: bool,
    resource: str | None,
    since: int | None,
    until: int | None,
    style: str | None,
    public_only: bool,
    as_json: bool,
) -> History | None:
    """Return the history that is to be told, None if none is asked for."""
    if not is_asked:
        if (resource, since, until, style) != (None, None, None, None):
            raise click.UsageError("--resource, --from, --until and --format need --history.")
        return None
    if public_only:
        raise click.UsageError("--history needs private parts, which --public leaves out.")
    asked = asked_style(style, as_json)
    digest = None if resource is None else digest_named(source, resource)
    which = DecisionFilter(digest=digest, since=since, until=until)
    return History(which, asked)


def _row(entry: int, decision: Decision, findings: list[str]) -> dict[str, Any]:
    why = decision.why
    return {
        "entry": entry,
        "at": decision.at,
        "date": dated(decision.at),
        "kind": decision.kind.value,
        "actor": None if decision.actor is None else decision.actor.value,
        "digest": decision.digest.hex(),
        "reader": decision.reader,
        "grant": None if decision.grant is None else decision.grant.hex(),
        "reason": None if why is None else why.value,
        "why": None if why is None else messages.text(why.reason),
        "findings": findings,
    }


def _line(row: dict[str, Any]) -> str:
    reader, digest = row["reader"][:DIGITS_SHOWN], row["digest"][:DIGITS_SHOWN]
    line = f"{row['date']}  {row['kind']}  {digest}  by {reader}  entry {row['entry']}"
    line += f": {row['why']}" if row["why"] else ""
    return line + "".join(f"  ✗ {name}" for name in row["findings"])
