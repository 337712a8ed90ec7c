"""Composition: replace an account by which a library acts or pays, while `muhr serve` goes on.

A key is made here and is used by the worker as soon as the chain lets its account act (ADR 0147). In a
library with an admin key the admin's act is sent from here; in a consortium the council is asked for it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from ledger_service.adapters.evm.accounts.role_keys import RoleKeys
from ledger_service.adapters.evm.consortium.replacing import Replacement, replacing
from ledger_service.adapters.evm.deploy import Sender
from ledger_service.adapters.evm.node import Node
from ledger_service.adapters.evm.reader import check_deployment
from ledger_service.adapters.keys import KeyFolder
from ledger_service.adapters.sql.store import open_store
from ledger_service.config import Config
from ledger_service.domain.chain.accounts.acting_accounts import MEMBER_ROLES, ActingAccounts
from ledger_service.domain.chain.deployment import Deployment
from ledger_service.domain.consortium.act import Act
from ledger_service.domain.consortium.rotation_request import RotationRequest
from ledger_service.domain.errors import HomeInUse
from ledger_service.domain.identifiers import LedgerId, StewardId
from ledger_service.domain.ledger.checkpoint import VerifierKey
from ledger_service.founding import load_join_request
from ledger_service.services.chain.accounts.take_up_accounts import acting_accounts
from ledger_service.setup import (
    chain_node,
    clock,
    held_home,
    library_without_chain,
    load_deployment,
)

REQUEST = "rotate-request.json"
RELAYER = "relayer"


@dataclass(frozen=True)
class RoleShown:
    """How a role stands, by the index. account, next, former: 40 hex; times in seconds, None for no window.

    is_live: whether the account may act now; None for the relayer, which needs no right.
    closed_at: when the chain was told that its window ends. acts_by: the account that the service acts by,
    None if nobody of ours may; for a while it may be a former one.
    """

    role: str
    account: str
    is_live: bool | None
    since: int | None = None
    until: int | None = None
    closed_at: int | None = None
    next: str | None = None
    is_next_live: bool = False
    is_next_closed: bool = False
    former: tuple[str, ...] = ()
    acts_by: str | None = None

    @property
    def is_stuck(self) -> bool:
        """Whether nobody of ours may act, so that work waits."""
        return self.is_live is not None and self.acts_by is None

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


def show_roles(config: Config) -> list[RoleShown]:
    """Return how each role of the home folder's library stands; raise NotInitialized."""
    deployment, keys = load_deployment(config), role_keys(config)
    store = open_store(config.database_url)
    try:
        library = library_without_chain(config, store, deployment)
        with store.read() as transaction:
            acting = acting_accounts(library, transaction)
    finally:
        store.close()
    return [_shown(keys, acting, role) for role in MEMBER_ROLES]


def leave_next(config: Config, role: str, *, anew: bool = False) -> None:
    """Let the next account of a role be another if this is wished, or if the contracts have closed it."""
    shown = next(one for one in show_roles(config) if one.role == role)
    if shown.next is not None and (anew or shown.is_next_closed):
        role_keys(config).leave_next(role)


def role_keys(config: Config) -> RoleKeys:
    """Return the keys of the roles in the home folder."""
    return RoleKeys(KeyFolder(config.keys, config.password_file))


def has_admin(config: Config) -> bool:
    """Return whether the library is its own admin: it belongs to no consortium."""
    return (config.keys / "admin.json").exists() and not config.charter.exists()


def acts_of_own_admin(config: Config, node: Node, role: str, present: str) -> tuple[Act, ...]:
    """Return what the library's own admin has still to do so that the next account follows this one."""
    deployment = load_deployment(config)
    check_deployment(deployment, node)
    successor = role_keys(config).add_next(role)
    return replacing(node, deployment, _replacement(deployment, role, present, successor))


def send_by_admin(config: Config, node: Node, acts: Sequence[Act]) -> None:
    """Let the library's own admin do this; each is in a block when this returns."""
    deployment = load_deployment(config)
    admin = Sender(node, KeyFolder(config.keys, config.password_file).secp256k1("admin"))
    for act in acts:
        values = [bytes.fromhex(v) if isinstance(v, str) else v for v in act.arguments]
        admin.call(act.contract, deployment.contracts[act.contract], act.function, *values)


@contextmanager
def running_chain(config: Config) -> Iterator[Node]:
    """Yield a node of the library's chain: as `muhr serve` runs it, or started until the end of the block."""
    with ExitStack() as stack:
        if config.chain_url is None:
            try:
                stack.enter_context(held_home(config))
            except HomeInUse:
                yield Node(str(config.known_chain_url))
                return
        yield stack.enter_context(chain_node(config))


def ask_council(config: Config, role: str, present: str, file: Path) -> RotationRequest:
    """Write what is sent to the council so that the next account follows this one, and return it.

    Raises:
        NotInitialized: this library has asked no council to join; InvalidInput: a key does not open.
    """
    keys, joined = role_keys(config), load_join_request(config)
    signer = KeyFolder(config.keys, config.password_file).ledger_signer(joined.key.name)
    request = RotationRequest(
        charter=joined.charter,
        name=joined.name,
        uri=joined.uri,
        key=signer.key,
        role=role,
        present=present,
        successor=keys.add_next(role),
        at=clock(),
    )
    by_accounts = [
        keys.sign_message(role, account, request.message)
        for account in (request.present, request.successor)
    ]
    text = request.signed(signer.sign(request.message), by_accounts[0], by_accounts[1])
    temporary = file.with_name(file.name + ".new")
    temporary.write_text(text, "utf-8")
    temporary.replace(file)
    return request


def _replacement(deployment: Deployment, role: str, present: str, successor: str) -> Replacement:
    ledger = LedgerId.of_origin(VerifierKey.parse(deployment.key).name)
    return Replacement(StewardId.parse(deployment.steward), ledger, role, present, successor)


def _shown(keys: RoleKeys, acting: ActingAccounts, role: str) -> RoleShown:
    accounts, successor = keys.accounts(role), keys.next_account(role)
    account = keys.present_account(role)
    former = tuple(one for one in accounts if one not in (account, successor))
    if role == RELAYER:
        return RoleShown(role, account, None, next=successor, former=former)
    live, window = acting.live(role, clock()), acting.agents.get(account)
    next_window = acting.agents.get(successor or "")
    return RoleShown(
        role,
        account,
        account in live,
        since=window and window.since,
        until=window and window.until,
        closed_at=window and window.closed_at,
        next=successor,
        is_next_live=successor in live,
        is_next_closed=next_window is not None and next_window.closed_at is not None,
        former=former,
        acts_by=next((one for one in reversed(live) if one in accounts), None),
    )
