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
from ledger_service.adapters.given_files import read_given
from ledger_service.cli.output import print_json, say, sentence, tell
from ledger_service.domain import foreign_text
from ledger_service.domain.chain.account import checksummed, parse_account
from ledger_service.domain.consortium.act import Act
from ledger_service.domain.consortium.charter import Charter

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
    """How a call leaves this machine. unsigned: it is printed, and nothing is sent."""

    key: Path | None
    password_file: Path | None
    unsigned: bool
    yes: bool

    def check(self) -> None:
        """Check that one way was chosen."""
        if self.unsigned == (self.key is not None) or (self.key is None) != (
            self.password_file is None
        ):
            raise click.UsageError("Give --key and --password-file, or --unsigned.")


def signing_options(function: Function) -> Function:
    """Add the options by which a member signs; they make a `Signing`."""
    for option in (
        click.option("--yes", is_flag=True, help="Do not ask before sending."),
        click.option("--unsigned", is_flag=True, help="Print the call for a wallet; send nothing."),
        click.option("--password-file", type=File),
        click.option("--key", type=File, help="Web3 Secret Storage of a member of the council."),
    ):
        function = option(function)
    return function


def read_charter(path: Path) -> Charter:
    """Return the charter of a file; raise InvalidCharter."""
    return Charter.parse(foreign_text.parse(read_given(path)))


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
    for act in acts:
        if act is None:
            tell("cli.council.unknown-call", fg="red")
        else:
            say(f"· {_words(act, names)}")


def put_forward(
    charter: Charter, signing: Signing, acts: Sequence[Act], names: Mapping[str, str]
) -> None:
    """Propose acts to the council, and carry them out if it waits for nothing; or let the admin call them."""
    from ledger_service.adapters.evm.consortium.council import (
        carrying_out,
        council_delay,
        direct_calls,
        list_proposals,
        proposing,
    )

    signing.check()
    node = node_of(charter)
    if not charter.has_council:
        send(charter, node, signing, direct_calls(charter, acts), names)
        return
    delay = council_delay(node, charter)
    call = proposing(charter, acts, delay)
    if not send(charter, node, signing, [call], names):
        return
    proposal = next(one for one in list_proposals(node, charter)[::-1] if one.acts == tuple(acts))
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
    if signing.unsigned:
        print_json(_for_wallets(charter, calls, names))
        return False
    if names is not None:
        show_acts([act for call in calls for act in call.acts], names)
    if not signing.yes:
        click.confirm(sentence("cli.council.sign"), abort=True, err=True)
    assert signing.key is not None
    assert signing.password_file is not None
    sender = Sender(node, open_keystore(signing.key, signing.password_file))
    sender.burn_first_nonce()
    for call in calls:
        sender.send(call.to, call.data)
    return True


def _words(act: Act | None, names: Mapping[str, str] | None) -> str:
    return sentence("cli.council.unknown-call") if act is None else messages.text(act.reason(names))


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
                "says": [_words(act, names) for act in call.acts],
            }
            for call in calls
        ],
    }
