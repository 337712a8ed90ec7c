"""The server of an application: uvicorn with guarded connections, looked at once a second."""

from __future__ import annotations

import asyncio
import resource
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any, cast

import uvicorn

from ledger_service.listening.addresses import parse_networks
from ledger_service.listening.connection import GuardedConnection
from ledger_service.listening.holdings import Holdings
from ledger_service.listening.socket import (
    LARGEST_MESSAGE_BYTES,
    PING_SECONDS,
    PONG_SECONDS,
    GuardedSocket,
)
from ledger_service.services.limits import ConnectionLimits

FILES_BESIDE = 128  # database, blocks, chain node, and connections that are being closed
TICKS_A_LOOK = 10  # of uvicorn's, of a tenth of a second
BACKLOG = 2048  # connections that the kernel keeps until they are taken


class GuardedServer(uvicorn.Server):
    """A server that lets nobody hold it up."""

    def __init__(
        self,
        app: Callable[..., Any],
        host: str,
        port: int,
        limits: ConnectionLimits,
        log_level: str = "warning",
        cut: Counter[str] | None = None,
    ) -> None:
        """cut: where connections that are cut or sent away are counted, by reason."""
        within = replace(limits, connections=min(limits.connections, _files() - FILES_BESIDE))
        self.limits = within
        self.holdings = Holdings(within, cut)
        connection = partial(
            GuardedConnection, self.holdings, within, parse_networks(within.proxies)
        )
        settings = uvicorn.Config(
            app,
            host=host,
            port=port,
            http=cast(type[asyncio.Protocol], connection),
            ws=GuardedSocket,
            ws_max_size=LARGEST_MESSAGE_BYTES,
            ws_ping_interval=PING_SECONDS,
            ws_ping_timeout=PONG_SECONDS,
            ws_per_message_deflate=False,  # it costs memory for each, and tells what is sent by its length
            log_config=None,
            log_level=log_level,
            access_log=False,  # paths hold the secrets of openings
            proxy_headers=False,  # a connection reads those of named proxies, and of nobody else
            server_header=False,
            backlog=BACKLOG,
            timeout_keep_alive=within.head_seconds,
        )
        super().__init__(settings)

    async def on_tick(self, counter: int) -> bool:
        """Look at the connections, and do what uvicorn does ten times a second."""
        if counter % TICKS_A_LOOK == 0:
            now = asyncio.get_running_loop().time()
            held = self.holdings
            for one in {*held.waiting(), *held.slow, *held.sockets}:
                cast(GuardedConnection | GuardedSocket, one).look(now)
        return await super().on_tick(counter)


def _files() -> int:
    """Return how many files this process may have open, as many as it may allow itself."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 65_536 if hard == resource.RLIM_INFINITY else min(hard, 65_536)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
        return wanted
    return wanted if soft == resource.RLIM_INFINITY else soft
