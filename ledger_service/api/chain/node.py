"""The route through which people who have no chain node read the library's own."""

from __future__ import annotations

from functools import partial
from typing import Any

from fastapi import APIRouter, Body, Request

from ledger_service.api.callers import needs
from ledger_service.api.requests import JsonRoute
from ledger_service.domain.errors import ChainUnavailable
from ledger_service.domain.people.permission import Permission
from ledger_service.services.chain.read_node import NodeReads, too_many
from ledger_service.services.pools import NODE

router = APIRouter(tags=["library"], route_class=JsonRoute)
EXAMPLE = {"jsonrpc": "2.0", "id": 1, "method": "eth_chainId", "params": []}


@router.post("/rpc", openapi_extra=needs(Permission.LIBRARY_READ))
async def read_node(request: Request, body: Any = Body(examples=[EXAMPLE])) -> Any:  # noqa: B008
    """Read the library's chain node by JSON-RPC: the reads that verifying a file takes, one or a batch.

    What is told here is the library's own word. Who wants another's asks a node of somebody else.
    """
    reads: NodeReads = request.app.state.node_reads
    try:
        return await NODE.run(partial(reads.answer, body))
    except ChainUnavailable:
        return too_many()
