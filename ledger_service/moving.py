"""Composition: let a library that exists go to the contracts of a consortium, with its people and ledger.

It asks the council while it serves. The move itself is one moment while nothing runs: first the contracts
that are left are read to their end, then one transaction of the database makes it begin anew, then the
deployment file is replaced. Killed between the two, the same command goes on with the file; until then
nothing opens.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

from ledger_service.adapters.consortium.charter_file import CharterFile
from ledger_service.adapters.evm.consortium.membership import missing
from ledger_service.adapters.evm.deploy import Step
from ledger_service.adapters.evm.node import Node
from ledger_service.adapters.evm.reader import check_deployment
from ledger_service.adapters.keys import KeyFolder
from ledger_service.adapters.sql.migrate import upgrade
from ledger_service.adapters.sql.store import open_store
from ledger_service.config import Config
from ledger_service.domain.chain.deployment import Deployment
from ledger_service.domain.consortium.charter import Charter
from ledger_service.domain.consortium.join_request import JoinRequest
from ledger_service.domain.errors import DeploymentMismatch, InvalidJoinRequest, MoveRefused
from ledger_service.domain.ledger.checkpoint import VerifierKey
from ledger_service.domain.reasons import Reason
from ledger_service.founding import WAIT_SECONDS, write_join_request
from ledger_service.services.chain.adopt_events import adopt_events
from ledger_service.services.chain.follow_chain import follow_chain
from ledger_service.services.chain.run_jobs import settle_jobs
from ledger_service.services.consortium.move_library import MoveCost, cost_of_move, move_library
from ledger_service.setup import (
    chain_node,
    held_home,
    load_deployment,
    open_library,
    start_embedded_chain,
    tell_nodes,
    write_deployment,
)
from reading_room import migration_folders

Agrees = Callable[[MoveCost], None]
"""Is shown what the move brings to the new contracts; raises to stop."""


def is_elsewhere(config: Config, charter: Charter) -> bool:
    """Return whether the home folder has a library on contracts that are not the consortium's."""
    return config.own_deployment.exists() and not charter.is_of(load_deployment(config))


def ask_to_move(
    config: Config, charter: Charter, *, name: str, uri: str, origin: str, step: Step
) -> JoinRequest:
    """Return what is sent to the council; with the keys and the ledger that the library has.

    Raises:
        InvalidJoinRequest: the library is another institution's, or its ledger has another origin.
        DeploymentMismatch: the node has not the consortium's chain and contracts.
    """
    step("preparing the request")
    keys = KeyFolder(config.keys, config.password_file)
    standing, signer = load_deployment(config), keys.ledger_signer(origin)
    with chain_node(config) as node:
        asked = write_join_request(
            config, node, charter, keys, name=name, uri=uri, origin=origin, is_anew=True
        )
    if (standing.steward, standing.key) != (asked.steward.hex(), signer.key.format()):
        own = VerifierKey.parse(standing.key)
        config.join_request.unlink()
        raise InvalidJoinRequest("other-library", origin=own.name)
    return asked


def move(
    config: Config,
    charter: Charter,
    request: JoinRequest,
    *,
    former_rpc: str | None,
    step: Step,
    waits: Callable[[list[Reason]], bool],
    agrees: Agrees,
) -> Deployment | None:
    """Return the deployment of the member, once the council has done its part; None if nobody waits.

    former_rpc: a node of the chain that is left; by default the consortium's own, if the contracts are there,
    or the embedded one. waits: is told what is missing, and returns whether to look again.

    Raises:
        MoveRefused: something is under way on the contracts that are left, or they cannot be read.
        HomeInUse: the library is served.
    """
    deployment = charter.deployment(request.steward, request.key)
    with chain_node(config) as node:
        check_deployment(deployment, node)
        while lacks := missing(node, charter, request):
            if not waits(lacks):
                return None
            time.sleep(WAIT_SECONDS)
        with held_home(config):
            if not _is_moved(config, deployment):
                _move(config, node, deployment, former_rpc, step, agrees)
            step("writing the deployment")
            _write_former(config)
            CharterFile(config.charter).write(charter)
            write_deployment(config, deployment)
    return tell_nodes(config)


def _is_moved(config: Config, deployment: Deployment) -> bool:
    """Return whether the database has begun anew already. Its schema is brought up to date."""
    store = open_store(config.database_url)
    upgrade(store.engine, migration_folders())
    with store.read() as transaction:
        newest = transaction.former.newest()
    store.close()
    return newest is not None and newest.successor == deployment.digest


def _move(
    config: Config,
    node: Node,
    deployment: Deployment,
    former_rpc: str | None,
    step: Step,
    agrees: Agrees,
) -> None:
    former = load_deployment(config)
    with _former_node(config, former, node, former_rpc) as url:
        step("reading the former contracts to their end")
        opened = open_library(config, url)
        for _ in range(2):  # what the first round settles may have moved the chain's end
            follow_chain(opened.library, former.first_block)
            settle_jobs(opened.library)
            adopt_events(opened.library)
        agrees(cost_of_move(opened.library))
        step("moving the ledger")
        move_library(opened.library, former, deployment)
        opened.store.close()


@contextmanager
def _former_node(
    config: Config, former: Deployment, node: Node, former_rpc: str | None
) -> Iterator[str]:
    """Yield the URL of a node that has the contracts which are left."""
    if former_rpc is not None:
        check_deployment(former, Node(former_rpc))
        yield former_rpc
        return
    if _has(node, former):
        yield node.url
        return
    if not config.chain_settings.exists():
        raise MoveRefused("no-node")
    chain = start_embedded_chain(replace(config, chain_url=None))
    try:
        check_deployment(former, Node(chain.url))
        yield chain.url
    finally:
        chain.stop()


def _has(node: Node, deployment: Deployment) -> bool:
    try:
        check_deployment(deployment, node)
    except DeploymentMismatch:
        return False
    return True


def _write_former(config: Config) -> None:
    """Keep the files of contracts that were left in the home folder, as the database has them."""
    config.former_deployments.mkdir(mode=0o700, exist_ok=True)
    store = open_store(config.database_url)
    with store.read() as transaction:
        for former in transaction.former.all():
            file = config.former_deployments / f"{former.number}.json"
            file.write_text(former.deployment, "utf-8")
    store.close()
