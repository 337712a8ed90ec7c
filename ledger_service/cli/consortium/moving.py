"""What a library that exists is told before it goes to the contracts of a consortium."""

from __future__ import annotations

import click

from ledger_service import messages
from ledger_service.cli.output import tell
from ledger_service.services.consortium.move_library import MoveCost

REGISTER_GAS, CHANGE_GAS, GRANT_GAS = 85_078, 60_000, 96_000
LICENSE_GAS, COHORT_GAS = 120_000, 110_000
"""About what a transaction of each kind needs (docs/gas.md), for people to see before they agree."""


def gas_of(cost: MoveCost) -> int:
    """Return about how much gas a move needs."""
    return (
        cost.registered * REGISTER_GAS
        + cost.changes * CHANGE_GAS
        + cost.grants * (GRANT_GAS + REGISTER_GAS)
        + cost.cohorts * (COHORT_GAS + REGISTER_GAS)
        + cost.licenses * LICENSE_GAS
    )


def agree_to_cost(cost: MoveCost, *, yes: bool) -> None:
    """Show what is brought to the new contracts and what it needs, and ask; abort if the answer is no."""
    tell("cli.move.claims", works=cost.claims)
    tell(
        "cli.move.sent",
        works=cost.registered,
        changes=cost.changes,
        grants=cost.grants,
        cohorts=cost.cohorts,
        licenses=cost.licenses,
        gas=f"{gas_of(cost):,}",
    )
    tell("cli.move.former")
    if not yes and not click.confirm(messages.said("cli.move.agree")):
        raise click.Abort
