"""The command by which an operator tells how old claims were made."""

from __future__ import annotations

import click

from ledger_service.cli.output import INCOMPLETE, Command, as_json, print_json, say
from ledger_service.cli.people.own_library import own_library
from ledger_service.domain.errors import InvalidInput
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.resources.registration import Route
from ledger_service.services.resources.settle_routes import count_unsettled, settle_routes


@click.command(name="settle-claims", cls=Command)
@click.option("--signed-elsewhere", is_flag=True, help="These were sent with --signed-elsewhere.")
@click.option("--bulk", is_flag=True, help="These were imported, or sent to /registrations.")
@click.argument("digests", nargs=-1)
@as_json
def settle_claims(
    signed_elsewhere: bool, bulk: bool, digests: tuple[str, ...], as_json: bool
) -> None:
    """Tell how claims were made that an earlier version did not write down: those on DIGESTS, or with --bulk
    and no digest all that are left. Without an option, only count them. Needs the library's own database.
    """
    if signed_elsewhere and (bulk or not digests):
        raise InvalidInput("no-digests")
    settled = 0
    with own_library() as (store, operator):
        if signed_elsewhere or bulk:
            route = Route.ELSEWHERE if signed_elsewhere else Route.BULK
            named = [Digest.typed(digest) for digest in digests] or None
            settled = settle_routes(store, operator, route, named)
        left = count_unsettled(store, operator)
    if as_json:
        print_json({"settled": settled, "left": left})
    else:
        say(f"{settled} settled, {left} left")
    if left:
        click.get_current_context().exit(INCOMPLETE)


commands = (settle_claims,)
