"""A verdict as `muhr verify` prints it."""

from __future__ import annotations

from ledger_service import messages
from ledger_service.cli.output import MARKS, say, tell
from ledger_service.domain.verification.verdict import Verdict

COLORS = {
    "authentic": "green",
    "authentic_as_told": "green",
    "superseded": "blue",
    "offline": "blue",
}


def print_verdict(verdict: Verdict, name: str) -> None:
    """Print a verdict axis by axis; what to do next goes to standard error, unless all is well."""
    state = verdict.state
    color = COLORS.get(state.value, "red" if state.is_negative else "yellow")
    say(f"{name}: {messages.headline(state)}", fg=color, bold=True)
    names = {axis: messages.said("page.axis." + axis.value) for axis in verdict.findings}
    width = max(map(len, names.values()), default=0) + 1
    for axis, finding in verdict.findings.items():
        mark = MARKS[finding.outcome.name]
        say(f"{names[axis]:<{width}}{messages.because(finding)}", mark=mark, indent=2)
    if not verdict.is_wholly_positive:
        say(f"{name}: {messages.next_step(state)}", err=True)
    if verdict.successor is not None:
        tell("cli.verify.superseded-by", err=True, name=name, successor=verdict.successor)
