"""`muhr consortium …`: found a consortium, and what its council does."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import click

from ledger_service import config as configuration
from ledger_service import messages
from ledger_service.adapters.consortium.charter_file import read_charter
from ledger_service.adapters.given_files import read_given, write_given
from ledger_service.cli.consortium import alarms, handing_over, members, offline
from ledger_service.cli.consortium.account import account as account_command
from ledger_service.cli.consortium.acting import (
    File,
    Signing,
    account_named,
    charter_option,
    names_for,
    node_of,
    put_forward,
    send,
    show_acts,
    signing_options,
)
from ledger_service.cli.consortium.naming import names_beside
from ledger_service.cli.consortium.rotating import rotate_by_request
from ledger_service.cli.output import Command, Day, as_json, dated, print_json, say, sentence, tell
from ledger_service.domain import foreign_text
from ledger_service.domain.chain.account import checksummed
from ledger_service.domain.chain.history import FOR_EVER
from ledger_service.domain.consortium.act import (
    ANCHORS,
    COUNCIL,
    REGISTRY,
    RIGHTS,
    Act,
    accrediting,
    tell_acts,
)
from ledger_service.domain.consortium.charter import Charter
from ledger_service.domain.consortium.join_request import JoinRequest
from ledger_service.domain.errors import InvalidJoinRequest, ProposalNotReady
from ledger_service.domain.identifiers import LedgerId, StewardId


@click.group()
def consortium() -> None:
    """Found a consortium of libraries, and act for its council; see docs/consortium.md."""


@consortium.command(cls=Command)
@click.option("--name", required=True, help="Of the consortium, for people.")
@click.option("--member", "members", multiple=True, help="An account of the council; several.")
@click.option("--admin", help="Instead: a multisig that is there already, 0x….")
@click.option("--delay", type=click.IntRange(0, 2**31), help="Seconds that each act waits.")
@click.option("--node", "nodes", multiple=True, help="URL at which anybody may ask the chain.")
@click.option("--key", type=File, required=True, help="Pays, and has no right afterwards.")
@click.option("--password-file", type=File, required=True)
@click.option(
    "--out", type=click.Path(path_type=Path), default="consortium.json", show_default=True
)
@click.option("--yes", is_flag=True, help="Do not ask before sending.")
def init(
    name: str,
    members: tuple[str, ...],
    admin: str | None,
    delay: int | None,
    nodes: tuple[str, ...],
    key: Path,
    password_file: Path,
    out: Path,
    yes: bool,
) -> None:
    """Deploy the contracts of a consortium, and write its charter.

    Their admin is the council of the --member accounts, whose acts wait for --delay seconds, or the
    account --admin. Keep no key of it beside a service.
    """
    from dataclasses import replace

    from ledger_service.adapters.evm.deploy import found_consortium
    from ledger_service.adapters.evm.node import Node
    from ledger_service.adapters.keys import open_keystore

    if (admin is None) == (not members) or (admin is None) == (delay is None):
        raise click.UsageError("Give --member and --delay, or --admin.")
    url = configuration.load().chain_url
    if url is None:
        raise click.UsageError("Set MUHR_CHAIN_URL to a node of the chain.")
    if out.exists():
        raise click.UsageError(f"{out} is there already: a charter is written once.")
    accounts = [account_named(member) for member in members]
    if not yes:
        for account in accounts or [account_named(str(admin))]:
            say(f"· {checksummed(account)}")
        click.confirm(sentence("cli.council.found"), abort=True, err=True)
    charter = found_consortium(
        Node(url),
        open_keystore(key, password_file),
        name=name,
        admin=None if admin is None else account_named(admin),
        members=accounts,
        delay=delay or 0,
        step=lambda text: say(f"· {text}"),
    )
    charter = replace(charter, nodes=nodes)
    write_given(out, charter.format().encode())
    tell("cli.council.founded", fg="green", file=str(out), digest=charter.digest.hex())


@consortium.command(cls=Command)
@click.argument("request_file", metavar="REQUEST", type=File)
@click.option("--days", type=click.IntRange(1, 36_500), help="Of its accounts; default: no end.")
@charter_option
@signing_options
def accredit(request_file: Path, days: int | None, charter_file: Path, **options: Any) -> None:
    """Make a library a member: accredit it, let its accounts act, open its ledger.

    REQUEST: what `muhr init --join` wrote there. Make sure by other ways that the institution sent it.
    """
    from ledger_service.adapters.signer import check_ed25519

    charter = read_charter(charter_file)
    asked = JoinRequest.parse(foreign_text.parse(read_given(request_file)), check_ed25519)
    if asked.charter != charter.digest:
        raise InvalidJoinRequest("other-charter", name=asked.name)
    now = node_of(charter).block().time
    until = FOR_EVER if days is None else now + days * 86_400
    # The id follows from the URI; a name could be anybody's.
    institution = f"{asked.name} <{asked.uri}>"
    names = {asked.steward.hex(): institution, asked.ledger.hex(): asked.key.name}
    put_forward(charter, Signing(**options), accrediting(asked, now, until), names)


def _steward_act(name: str, says: str) -> click.Command:
    @click.command(name, cls=Command, help=says)
    @click.argument("uri")
    @charter_option
    @signing_options
    def act(uri: str, charter_file: Path, **options: Any) -> None:
        from ledger_service.adapters.evm.consortium.council import refusal_now

        charter, signing = read_charter(charter_file), Signing(**options)
        signing.check()
        steward = StewardId.of_uri(uri).hex()
        what = Act(REGISTRY, name, (steward,))
        # It may be meant for later, so it is proposed if whoever signs still wants it.
        if charter.has_council and (why := refusal_now(node_of(charter), charter, what)):
            tell("cli.council.refused-now", err=True, fg="yellow", uri=uri, why=why)
        put_forward(charter, signing, (what,), {steward: uri})

    return act


consortium.add_command(
    _steward_act("suspend", "Suspend the institution of a URI: it registers no more.")
)
consortium.add_command(_steward_act("reinstate", "Let a suspended institution act again."))


@consortium.command(cls=Command)
@click.argument("account")
@click.option("--since", type=Day(), help="From when nothing it signed counts; default: now.")
@charter_option
@signing_options
def close(account: str, since: int | None, charter_file: Path, **options: Any) -> None:
    """Close a registrar's or service's account, such as one whose key was stolen."""
    charter = read_charter(charter_file)
    at = node_of(charter).block().time if since is None else since
    acts = (Act(REGISTRY, "close", (account_named(account), at)),)
    put_forward(charter, Signing(**options), acts, names_beside(charter_file))


@consortium.command(cls=Command)
@click.argument("what", metavar="REQUEST | ACCOUNT")
@click.argument("successor", required=False)
@click.option("--since", type=Day(), help="From when nothing the old one signed counts.")
@click.option("--joined", type=File, help="The institution's request to join: compare its key.")
@charter_option
@signing_options
def rotate(
    what: str,
    successor: str | None,
    since: int | None,
    joined: Path | None,
    charter_file: Path,
    **options: Any,
) -> None:
    """Put a new account in the place of a registrar's, a service's or an anchorer's.

    REQUEST: what `muhr keys rotate` wrote at the library. Make sure by other ways that the institution sent
    it. The old account of a registrar or service ends an hour after the new one may act; of a council that
    waits, a week and an hour.

    ACCOUNT SUCCESSOR: the same without a request, for a registrar or service: the old account ends when the
    new one begins, which is now or, of a council that waits, when it may be carried out.

    For a stolen key give --since, the time of the theft: it closes the old account as of then. An account
    that is closed already is rotated by a request.
    """
    if successor is None:
        if not Path(what).is_file():
            raise click.UsageError("Give a file with a request, or ACCOUNT and SUCCESSOR.")
        rotate_by_request(Path(what), charter_file, Signing(**options), joined, since)
        return
    charter = read_charter(charter_file)
    at = _soonest(charter) if since is None else since
    told = account_named(what), account_named(successor), at, FOR_EVER
    acts = (Act(REGISTRY, "rotate", told),)
    put_forward(charter, Signing(**options), acts, names_beside(charter_file))


def _soonest(charter: Charter) -> int:
    """Return when what is put forward now may be carried out: seconds, by the chain's time.

    An account that ends before that would lose what it registers until then.
    """
    from ledger_service.adapters.evm.consortium.council import council_delay

    node = node_of(charter)
    delay = council_delay(node, charter) if charter.has_council else 0
    return node.block().time + delay


@consortium.command(cls=Command)
@click.argument("origin")
@click.argument("account")
@charter_option
@signing_options
def anchorer(origin: str, account: str, charter_file: Path, **options: Any) -> None:
    """Let another account anchor the ledger of this origin from now on."""
    ledger = LedgerId.of_origin(origin).hex()
    acts = (Act(ANCHORS, "setAnchorer", (ledger, account_named(account))),)
    put_forward(read_charter(charter_file), Signing(**options), acts, {ledger: origin})


for command in (*handing_over.commands, *offline.commands):
    consortium.add_command(command)


@consortium.command(cls=Command)
@click.argument("what", type=click.Choice(["add", "remove"]))
@click.argument("account")
@charter_option
@signing_options
def member(what: str, account: str, charter_file: Path, **options: Any) -> None:
    """Add a member to the council, or remove one."""
    from ledger_service.adapters.evm.consortium.council import role_id

    function = "grantRole" if what == "add" else "revokeRole"
    who = account_named(account)
    acts = tuple(Act(COUNCIL, function, (role_id(right), who)) for right in RIGHTS)
    put_forward(read_charter(charter_file), Signing(**options), acts, {})


@consortium.command(cls=Command)
@click.option("--all", "shows_all", is_flag=True, help="Also what was done or called back.")
@charter_option
@as_json
def proposals(shows_all: bool, charter_file: Path, as_json: bool) -> None:
    """Show what waits before the council, and from when it may be carried out.

    Institutions are named by requests to join beside the charter, and by what members announced here.
    """
    from ledger_service.adapters.evm.consortium.council import list_proposals

    charter = read_charter(charter_file)
    node = node_of(charter)
    found = [one for one in list_proposals(node, charter) if shows_all or one.is_pending]
    acts = [act for one in found for act in one.acts]
    names = names_for(node, charter, acts, names_beside(charter_file))
    if as_json:
        print_json(
            [
                {
                    "proposal": one.id,
                    "state": _state(one.is_done, one.is_called_back),
                    "proposed_at": one.proposed_at,
                    "ready_at": one.ready_at,
                    "says": [
                        None if told is None else messages.text(told)
                        for told in tell_acts(one.acts, names)
                    ],
                }
                for one in found
            ]
        )
        return
    if not found:
        tell("cli.list.none", err=True)
    for one in found:
        if one.is_done:
            tell("cli.council.carried-out", proposal=one.id[:12])
        elif one.is_called_back:
            tell("cli.council.called-back", proposal=one.id[:12])
        else:
            tell("cli.council.waits", proposal=one.id[:12], ready=dated(one.ready_at))
        show_acts(one.acts, names)


@consortium.command("carry-out", cls=Command)
@click.argument("proposal")
@charter_option
@signing_options
def carry_out(proposal: str, charter_file: Path, **options: Any) -> None:
    """Do what was proposed, once it has waited. PROPOSAL: the first digits of its id."""
    from ledger_service.adapters.evm.consortium.council import carrying_out, find_proposal

    charter, signing = read_charter(charter_file), Signing(**options)
    node = node_of(charter)
    found = find_proposal(node, charter, proposal)
    call = carrying_out(charter, found)
    if found.ready_at > max(node.block().time, int(time.time())):
        raise ProposalNotReady(proposal=proposal, ready=dated(found.ready_at))
    if send(charter, node, signing, [call], names_beside(charter_file)):
        tell("cli.council.done", fg="green")


@consortium.command("call-back", cls=Command)
@click.argument("proposal")
@charter_option
@signing_options
def call_back(proposal: str, charter_file: Path, **options: Any) -> None:
    """Take a proposal back, so that it cannot be carried out. PROPOSAL: the first digits of its id."""
    from ledger_service.adapters.evm.consortium.council import calling_back, find_proposal

    charter, signing = read_charter(charter_file), Signing(**options)
    node = node_of(charter)
    found = find_proposal(node, charter, proposal)
    if send(charter, node, signing, [calling_back(charter, found)], names_beside(charter_file)):
        tell("cli.council.called-back", proposal=found.id[:12])


def _state(is_done: bool, is_called_back: bool) -> str:
    return "carried-out" if is_done else "called-back" if is_called_back else "waits"


consortium.add_command(account_command)
for command in (*members.commands, *alarms.commands):
    consortium.add_command(command)
commands = (consortium,)
