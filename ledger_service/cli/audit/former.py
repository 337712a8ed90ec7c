"""What an auditor asks of contracts that a library has left: files of the library, chains of nodes."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

from ledger_service.adapters.http_client import check_url
from ledger_service.adapters.remote import RemoteService
from ledger_service.domain.chain.deployment import Deployment
from ledger_service.domain.errors import DeploymentMismatch, NotFound
from ledger_service.services.audit.former_parts import Contracts, Former

if TYPE_CHECKING:
    from ledger_service.adapters.evm.reader import EvmReader

MOST_FORMER = 16  # moves of one library


def contracts_of(source: RemoteService, deployment: Deployment, nodes: Sequence[str]) -> Contracts:
    """Return the contracts of today and those of before, each with the first node that has them.

    nodes: URLs. The library's files are its word; the ledger commits to them.

    Raises:
        ServiceUnavailable, ChainUnavailable: one does not answer. InvalidInput: a file is malformed.
    """
    for url in nodes:
        check_url(url)
    try:
        told = source.get("/deployments")["former"][:MOST_FORMER]
    except NotFound:  # a service of before there were any
        told = []
    found = [Deployment.parse(json.dumps(item["deployment"])) for item in told]
    return Contracts(deployment, [Former(one, _reader(one, nodes)) for one in found])


def _reader(deployment: Deployment, nodes: Sequence[str]) -> EvmReader | None:
    from ledger_service.adapters.evm.node import Node
    from ledger_service.adapters.evm.reader import EvmReader

    for url in nodes:
        reader = EvmReader(Node(url), deployment)
        try:
            reader.check_deployment()
        except DeploymentMismatch:
            continue
        return reader
    return None
