"""Composition: serve a library with everything it needs, and end what was started, in order."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress

from ipfs.block_store import FileBlockStore
from ledger_service import messages
from ledger_service.adapters.evm.node import Node
from ledger_service.adapters.sql.leases import taking_announced
from ledger_service.advice import address_warnings
from ledger_service.app import add_witness, make_app
from ledger_service.config import Config
from ledger_service.domain.errors import PortInUse, Unavailable
from ledger_service.domain.reasons import Reason
from ledger_service.listening.server import GuardedServer
from ledger_service.logs import write_logs
from ledger_service.services.lending.forgetting.erase_listed import erase_listed
from ledger_service.services.library import Library
from ledger_service.services.resources.closed.warn_of_plain import content_warnings
from ledger_service.setup import (
    clock,
    held_home,
    load_deployment,
    load_policy,
    open_library,
    start_embedded_chain,
    tell_nodes,
)
from ledger_service.watching import PolicyInForce
from ledger_service.witnessing import open_witness
from ledger_service.worker import check_library

STOP_SECONDS = 30
RESTART_SECONDS = 5.0
STALE_UPLOAD_SECONDS = 3600


def serve(config: Config, say: Callable[[str], None]) -> None:
    """Serve until interrupted: embedded chain (if none is configured), worker, API."""
    write_logs()
    load_deployment(config)
    with held_home(config), taking_announced(config.database_url, clock):
        _serve(config, say)


def _serve(config: Config, say: Callable[[str], None]) -> None:
    tell_nodes(config)
    policy = load_policy(config)
    _check_port_is_free(config)
    signal.signal(signal.SIGTERM, _interrupt)
    chain = None if config.chain_url else start_embedded_chain(config)
    chain_url = chain.url if chain else str(config.chain_url)
    worker = WorkerProcess(chain_url)
    try:
        FileBlockStore(config.blocks).sweep_staging(STALE_UPLOAD_SECONDS)
        opened = open_library(config, chain_url)
        _check_ledger(opened.library)
        if erased := erase_listed(opened.library):
            say(messages.text(Reason("erased-at-start", {"count": erased})))
        ask = Node(chain_url).request
        app = make_app(
            opened.library,
            opened.deployment,
            config.public_url,
            PolicyInForce(config, opened.library),
            ask,
            config.contact,
            config.node_modules,
        )
        if (witness := open_witness(config, opened.library)) is not None:
            add_witness(app, witness.cosign)
        say(f"Muhr serves at {config.public_url}  (API docs: {config.public_url}/api/v1/docs)")
        for reason in (
            *address_warnings(config, policy),
            *content_warnings(opened.library),
        ):
            say(f"Warning: {messages.text(reason)}")
        with suppress(KeyboardInterrupt):
            limits = config.connections
            GuardedServer(app, config.host, config.port, limits, cut=app.state.cut).run()
    finally:
        worker.stop()
        if chain is not None:
            chain.stop()


class WorkerProcess:
    """The worker in a process of its own, started again if it ends before it is told to."""

    def __init__(self, chain_url: str) -> None:
        self._command = [sys.executable, "-m", "ledger_service.worker", chain_url]
        self._ending = threading.Event()
        self._process = self._start()
        threading.Thread(target=self._keep, name="worker", daemon=True).start()

    def stop(self) -> None:
        """Let the worker finish its round and end."""
        self._ending.set()
        assert self._process.stdin is not None
        self._process.stdin.close()
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _start(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(self._command, stdin=subprocess.PIPE, start_new_session=True)

    def _keep(self) -> None:
        while True:
            self._process.wait()
            if self._ending.wait(RESTART_SECONDS):
                return
            self._process = self._start()


def _interrupt(*_: object) -> None:
    """End on SIGTERM as on Ctrl-C: worker and chain are told, in their order."""
    raise KeyboardInterrupt


def _check_ledger(library: Library) -> None:
    """Refuse to serve a ledger that its own chain contradicts; with a chain that is away it is read only."""
    with suppress(Unavailable):
        check_library(library)


def _check_port_is_free(config: Config) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((config.host, config.port))
        except OSError as exc:
            raise PortInUse(port=config.port) from exc
