"""A real library in this process: chain, contracts, database, blocks, worker and HTTP server, all our own.

For tests and storms. Nothing is simulated; its parts run in threads and processes of whoever starts it, and
end with it.
"""

from __future__ import annotations

import socket
import threading
from pathlib import Path
from typing import Any

from ledger_service import config as configuration
from ledger_service.adapters.audit.audited_service import AuditedService
from ledger_service.adapters.evm.ganache import Ganache
from ledger_service.adapters.evm.node import Node
from ledger_service.adapters.evm.reader import EvmReader
from ledger_service.adapters.remote import RemoteService
from ledger_service.adapters.signer import check_ed25519
from ledger_service.app import make_app
from ledger_service.domain.chain.history import ChainEvent
from ledger_service.domain.identifiers import StewardId
from ledger_service.domain.ledger.checkpoint import VerifierKey
from ledger_service.domain.people.caller import Caller, Role
from ledger_service.listening.server import GuardedServer
from ledger_service.services.audit.audit_ledger import AuditReport, audit_ledger
from ledger_service.services.chain.complete_events import complete_events
from ledger_service.services.people.grant_access import enroll_reader, issue_token
from ledger_service.services.people.open_case import open_case
from ledger_service.setup import clock, open_library, start_embedded_chain
from ledger_service.worker import make_worker
from scripts.harness.asked_library import DAY_SECONDS, AskedLibrary
from scripts.harness.setting_up import OuterChain, copy_home, set_up, settings_in, settings_on
from scripts.harness.waiting import WAIT_SECONDS, wait_until


class RunningLibrary(AskedLibrary):
    """One library in a folder, with what serves it in threads of this process.

    Its parts can be stopped and started singly: `chain`, worker, HTTP server.

    Args:
        blank: the home of a library that was set up and is not running, to be copied; None to set
            one up.
        outer: the chain to use; None for an embedded one, which ends with the library.
        settings: of the environment, without MUHR_.
    """

    def __init__(
        self,
        home: Path,
        blank: Path | None = None,
        outer: OuterChain | None = None,
        **settings: str,
    ) -> None:
        self._socket = socket.socket()
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._socket.bind(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        super().__init__(f"http://127.0.0.1:{self.port}", self.token)
        self.home = home
        self.environment = {
            **({} if outer is None else settings_on(outer)),
            **settings_in(home),
            **{"MUHR_" + name: value for name, value in settings.items()},
            "MUHR_PORT": str(self.port),
        }
        self._tokens: dict[tuple[Role, str, int], str] = {}
        self._worker: threading.Thread | None = None
        self.server: GuardedServer | None = None
        self.config = configuration.load(self.environment)
        if blank is None:
            set_up(self.environment, outer)
        else:
            copy_home(blank, home)
        self._is_embedded = outer is None
        self.chain: Any = outer or start_embedded_chain(self.config)
        self.opened = open_library(self.config, self.chain.url, writes=True)
        self.readers = [enroll_reader(self.opened.store, self._operator) for _ in range(2)]

    # ---- its parts ----

    def start(self) -> RunningLibrary:
        """Start worker and HTTP server."""
        self.start_worker()
        self.start_server()
        return self

    def stop(self) -> None:
        """End everything that was started, in order."""
        self.close()
        self.stop_server()
        self.stop_worker()
        if self._is_embedded:
            self.chain.stop()
        self.opened.store.close()

    def start_worker(self) -> None:
        self._stop_worker = threading.Event()
        worker = make_worker(self.opened)

        def run() -> None:
            worker.start()
            worker.run(self._stop_worker)

        self._worker = threading.Thread(target=run, name="test worker")
        self._worker.start()

    def stop_worker(self) -> None:
        if self._worker is not None:
            self._stop_worker.set()
            self._worker.join(WAIT_SECONDS)
            assert not self._worker.is_alive(), "the worker does not end"
            self._worker = None

    def start_server(self) -> None:
        ask = Node(self.chain.url).request
        self.app = make_app(
            self.opened.library,
            self.opened.deployment,
            self.url,
            ask_node=ask,
            node_modules=self.config.node_modules,
        )
        limits = self.config.connections
        self.server = GuardedServer(
            self.app, "127.0.0.1", self.port, limits, "critical", self.app.state.cut
        )
        self._serving = threading.Thread(
            target=self.server.run, kwargs={"sockets": [self._socket]}, name="test server"
        )
        self._serving.start()
        wait_until(lambda: self.server.started, "the server does not start")

    def stop_server(self) -> None:
        if self.server is not None:
            self.server.should_exit = True
            self._serving.join(WAIT_SECONDS)
            self.server = None
        self._socket.close()

    def stop_chain(self) -> None:
        self.chain.stop()

    def start_chain(self) -> None:
        """Start the chain again with its data, where it was."""
        settings = self.chain.port, self.opened.deployment.chain_id
        self.chain = Ganache(
            self.config.node_modules, self.config.chain_folder, settings[1], settings[0]
        )

    # ---- what it holds ----

    def token(self, role: str, subject: str | None = None, seconds: int = DAY_SECONDS) -> str:
        """Return a token. subject: who holds it, by default the first reader or a colleague of the role."""
        if subject is None:
            subject = self.readers[0] if role == "reader" else f"the {role}"
        wanted = Role(role), subject, seconds
        if wanted not in self._tokens:
            asked = self.opened.store, clock, self._operator
            self._tokens[wanted] = issue_token(*asked, *wanted)
            if wanted[0] is Role.AUDITOR:
                open_case(*asked, "tests", subject, clock() + 2 * DAY_SECONDS)
        return self._tokens[wanted]

    def entries(self, start: int = 0) -> list[str]:
        """Return the ledger's entries from an index on, also those that no checkpoint covers yet."""
        with self.opened.store.read() as transaction:
            size = transaction.ledger.size()
            return [body.decode() for body in transaction.ledger.entries(start, size - start)]

    def chain_events(self, name: str | None = None) -> list[ChainEvent]:
        """Return the events on chain, asked from the node itself."""
        reader = EvmReader(Node(self.chain.url), self.opened.deployment)
        last = reader.head().number
        events, _ = complete_events(reader, self.opened.deployment.first_block, last, {})
        return [event for event in events if name in (None, event.name)]

    def audit(self) -> AuditReport:
        """Return the report of an auditor who trusts nothing but the deployment and the node."""
        self.anchored()
        deployment = self.opened.deployment
        service = RemoteService(self.url, self.token("auditor"))
        try:
            return audit_ledger(
                AuditedService(service),
                EvmReader(Node(self.chain.url), deployment),
                VerifierKey.parse(deployment.key),
                check_ed25519,
                steward=StewardId.parse(deployment.steward),
                first_block=deployment.first_block,
                with_private_parts=True,
                progress=lambda *_: None,
            )
        finally:
            service.close()

    @property
    def _operator(self) -> Caller:
        return Caller.operator(self.opened.library.steward)
