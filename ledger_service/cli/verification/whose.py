"""Whose receipt it is, and by what it is checked: also that of another member of a consortium.

A member's key is what it announced, signed by its ledger and by its registrar's account. It is pinned only
if the chosen chain node proves, on contracts that the caller holds a file of, that the account may register
for the steward who keeps that ledger.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from pathlib import Path

import click

from ledger_service import config as configuration
from ledger_service.adapters.consortium.charter_file import read_charter
from ledger_service.adapters.remote import RemoteService
from ledger_service.cli.output import tell
from ledger_service.cli.verification.trust import Trust
from ledger_service.domain.consortium.charter import Charter
from ledger_service.domain.consortium.member import Announcement
from ledger_service.domain.errors import InvalidMember, LedgerError, ServiceUnavailable
from ledger_service.domain.verification.receipt import Receipt

MOST_ASKED = 64
CHARTER = "muhr.charter"  # in the context of the command


def _keep_charter(context: click.Context, _: click.Parameter, path: Path | None) -> None:
    context.meta[CHARTER] = path


charter_option = click.option(
    "--charter",
    type=click.Path(exists=True, path_type=Path),
    expose_value=False,
    callback=_keep_charter,
    help="The consortium's charter, for the receipt of another member; default this home's.",
)


@dataclass
class Trusts:
    """By what receipts are checked, by the ledger that signed them; each member is asked for once."""

    own: Trust
    service: RemoteService
    charter: Charter | None = None
    _by_origin: dict[str, Trust] = field(default_factory=dict)

    def of(self, receipt: Receipt) -> Trust:
        """Return by what a receipt is checked; what is to be told of that is told with the first."""
        origin = receipt.origin
        if origin not in self._by_origin:
            self._by_origin[origin] = _trust_for(self.own, origin, self.service, self.charter)
        return self._by_origin[origin]


def _trust_for(trust: Trust, origin: str, service: RemoteService, charter: Charter | None) -> Trust:
    """Return by what the receipts of a ledger are checked: as it was, if it is the library's own or nobody's.

    A member whose announcement counts no more, as the service has the chain, is like nobody: whoever has the
    closed key may have signed it.
    """
    if origin == trust.key.name:
        return trust
    try:
        announced, counts = _announced(origin, charter, trust, service)
    except ServiceUnavailable:
        tell("cli.verify.member-not-asked", err=True, origin=origin)
        return trust
    if announced is None:
        tell("cli.verify.member-unknown", err=True, origin=origin)
        return trust
    if not counts:
        tell("cli.verify.member-void", err=True, name=announced.member.name)
        return trust
    member = announced.member
    known = trust.deployment if charter is None else charter.deployment(member.steward, member.key)
    its = (
        None
        if known is None
        else replace(known, key=member.key.format(), steward=member.steward.hex())
    )
    found = replace(trust, key=member.key, deployment=its, is_pinned=False)
    is_held = charter is not None or trust.is_pinned
    found.is_pinned = is_held and found.speaks_for_ledger(member)
    words = "cli.verify.member-on-chain" if found.is_pinned else "cli.verify.member-by-word"
    tell(words, err=True, name=member.name)
    return found


def given_charter() -> Charter | None:
    """Return the charter that was given with --charter, else this home's; None if there is none.

    Raises:
        InvalidCharter: the file is no charter.
    """
    path = click.get_current_context().meta.get(CHARTER)
    if path is not None:
        return read_charter(path)
    own = configuration.load().charter
    return read_charter(own) if own.exists() else None


def _announced(
    origin: str, charter: Charter | None, trust: Trust, service: RemoteService
) -> tuple[Announcement | None, bool]:
    """Return what the member with this ledger says, both signatures checked; and whether it counts.

    Raises:
        ServiceUnavailable: the service does not answer.
    """
    from ledger_service.adapters.evm.relaying import is_signed_by_key

    try:
        told = service.get("/consortium/members")["members"][:MOST_ASKED]
        for item in told:
            found = Announcement.parse(json.dumps(item["announcement"]))
            if found.member.key.name == origin:
                found.check(trust.check_signature, is_signed_by_key)
                is_ours = charter is None or found.member.charter == charter.digest
                return (found if is_ours else None), item["counts"] is True
    except ServiceUnavailable:
        raise
    except (InvalidMember, LedgerError, KeyError, TypeError):
        return None, False
    return None, False
