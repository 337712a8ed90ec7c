"""What the council's commands share: the charter, the acts in words, and how a call leaves this machine.

A call is signed here with a key file, or printed for a wallet or a multisig that signs it elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import click

from ledger_service import config as configuration
from ledger_service import messages
from ledger_service.adapters.given_files import write_given
from ledger_service.cli.output import print_json, say, sentence, tell
from ledger_service.domain.chain.account import checksummed, parse_account
from ledger_service.domain.consortium.act import Act, tell_acts
from ledger_service.domain.consortium.charter import Charter
from ledger_service.domain.resources.record_text import fits_a_line

if TYPE_CHECKING:
    from ledger_service.adapters.evm.consortium.council import Call
    from ledger_service.adapters.evm.node import Node


Function = TypeVar("Function", bound=Callable[..., Any])
File = click.Path(path_type=Path, exists=True, dir_okay=False)
charter_option = click.option(
    "--charter",
    "charter_file",
    type=File,
    default="consortium.json",
    show_default=True,
    help="What `muhr consortium init` wrote.",
)


class Signing(NamedTuple):
    """How a call leaves this machine.

    unsigned: it is printed, and nothing is sent; offline: it is written to this file, for the account
    `signer` to sign on another machine.
    """

    key: Path | None
    password_file: Path | None
    unsigned: bool
    yes: bool
    offline: Path | None = None
    signer: str | None = None

    def check(self) -> None:
        """Check that one way was chosen."""
        ways = self.unsigned, self.key is not None, self.offline is not None
        if (
            sum(ways) != 1
            or (self.key is None) != (self.password_file is None)
            or (self.offline is None) != (self.signer is None)
        ):
            raise click.UsageError(
                "Give --key and --password-file, or --unsigned, or --offline and --signer."
            )


def signing_options(function: Function) -> Function:
    """Add the options by which a member signs; they make a `Signing`."""
    for option in (
        click.option("--yes", is_flag=True, help="Do not ask before sending."),
        click.option("--signer", help="With --offline: the account that will sign, 0x…."),
        click.option(
            "--offline",
            type=click.Path(path_type=Path),
            help="Write the call to this file, to be signed on another machine; send nothing.",
        ),
        click.option("--unsigned", is_flag=True, help="Print the call for a wallet; send nothing."),
        click.option("--password-file", type=File),
        click.option("--key", type=File, help="Web3 Secret Storage of a member of the council."),
    ):
        function = option(function)
    return function


def node_of(charter: Charter) -> Node:
    """Return the node that this machine asks, which has the charter's chain.

    Raises:
        DeploymentMismatch: it is of another chain.
    """
    from ledger_service.adapters.evm.node import Node
    from ledger_service.adapters.evm.reader import check_chain

    url = configuration.load().chain_url or next(iter(charter.nodes), None)
    if url is None:
        raise click.UsageError("Set MUHR_CHAIN_URL to a node of the consortium's chain.")
    node = Node(url)
    check_chain(charter.chain_id, charter.genesis, node)
    return node


def account_named(text: str) -> str:
    """Return the account (40 hex) that a person wrote; its checksum, if it has one, is checked."""
    return parse_account(text if text.startswith("0x") else "0x" + text)


def show_acts(acts: Sequence[Act | None], names: Mapping[str, str] | None = None) -> None:
    """Print what is signed, a line for each act."""
    for told in tell_acts(acts, names):
        if told is None:
            tell("cli.council.unknown-call", fg="red")
        else:
            say(f"· {messages.text(told)}")


def names_for(
    node: Node, charter: Charter, acts: Sequence[Act | None], names: Mapping[str, str]
) -> dict[str, str]:
    """Return the names that acts need: of stewards and ledgers, and by accounts whose these are on chain."""
    from ledger_service.adapters.evm.consortium.holders import holders_of

    holders = holders_of(node, charter, acts)
    about = {argument for act in acts if act is not None for argument in act.arguments}
    needed = {id: name for id, name in names.items() if id in about}
    return needed | {account: names.get(of, of) for account, of in holders.items()}


def put_forward(
    charter: Charter, signing: Signing, acts: Sequence[Act], names: Mapping[str, str]
) -> None:
    """Propose acts to the council, and carry them out if it waits for nothing; or let the admin call them."""
    from ledger_service.adapters.evm.consortium.council import (
        carrying_out,
        council_delay,
        direct_calls,
        proposing,
    )

    signing.check()
    node = node_of(charter)
    if not charter.has_council:
        if send(charter, node, signing, direct_calls(charter, acts), names):
            tell("cli.council.done", fg="green")
        return
    delay = council_delay(node, charter)
    call, proposal = proposing(charter, acts, delay)
    if not send(charter, node, signing, [call], names):
        return
    if delay:
        tell("cli.council.proposed", proposal=proposal.id[:12], seconds=delay)
        return
    send(charter, node, signing._replace(yes=True), [carrying_out(charter, proposal)])
    tell("cli.council.done", fg="green")


def send(
    charter: Charter,
    node: Node,
    signing: Signing,
    calls: Sequence[Call],
    names: Mapping[str, str] | None = None,
) -> bool:
    """Return whether calls were sent, each after the one before is in a block; else they are printed.

    names: of stewards and ledgers; None: who signs has read just now what they do.
    """
    from ledger_service.adapters.evm.deploy import Sender
    from ledger_service.adapters.keys import open_keystore

    signing.check()
    if names is not None:
        names = names_for(node, charter, [act for call in calls for act in call.acts], names)
    if signing.unsigned:
        print_json(_for_wallets(charter, calls, names))
        return False
    if signing.offline is not None:
        _write_offline(charter, node, signing, calls, names or {})
        return False
    if names is not None:
        _show_calls(calls, names)
    if not signing.yes:
        click.confirm(sentence("cli.council.sign"), abort=True, err=True)
    assert signing.key is not None
    assert signing.password_file is not None
    sender = Sender(node, open_keystore(signing.key, signing.password_file))
    sender.burn_first_nonce()
    for call in calls:
        sender.send(call.to, call.data)
    return True


def _write_offline(
    charter: Charter,
    node: Node,
    signing: Signing,
    calls: Sequence[Call],
    names: Mapping[str, str],
) -> None:
    from ledger_service.adapters.evm.consortium.offline import write_unsent

    assert signing.offline is not None
    assert signing.signer is not None
    if signing.offline.exists():
        raise click.UsageError(f"{signing.offline} is there already.")
    candidates = [named for text in names.values() for named in _named(text)]
    unsent = write_unsent(node, charter, account_named(signing.signer), calls, candidates)
    says = [words for call in calls for words in _words(call, names)]
    write_given(signing.offline, unsent.format(says).encode())
    _show_calls(calls, names)
    tell("cli.council.written", file=str(signing.offline), account=checksummed(unsent.signer))


def _named(text: str) -> list[str]:
    """Return what an id may be the hash of: a URI or an origin, alone or in angle brackets."""
    inner = text.rpartition("<")[2].removesuffix(">")
    return [inner] if fits_a_line(inner) else []


def _show_calls(calls: Sequence[Call], names: Mapping[str, str]) -> None:
    """Print what is signed: of each call, what it does with its acts, and these."""
    for call in calls:
        if call.says is not None:
            say(messages.text(call.says))
        show_acts(call.acts, names)


def _words(call: Call, names: Mapping[str, str] | None) -> list[str]:
    says = [] if call.says is None else [messages.text(call.says)]
    unknown = sentence("cli.council.unknown-call")
    return says + [
        unknown if told is None else messages.text(told) for told in tell_acts(call.acts, names)
    ]


def _for_wallets(
    charter: Charter, calls: Sequence[Call], names: Mapping[str, str] | None
) -> dict[str, Any]:
    """Return calls in the form of Safe's Transaction Builder (version 1.0), with their words beside."""
    return {
        "version": "1.0",
        "chainId": str(charter.chain_id),
        "meta": {"name": charter.name},
        "transactions": [
            {
                "to": checksummed(call.to),
                "value": "0",
                "data": "0x" + call.data.hex(),
                "says": _words(call, names),
            }
            for call in calls
        ],
    }
