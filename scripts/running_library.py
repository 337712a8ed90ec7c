"""A real library in this process: chain, contracts, database, blocks, worker and HTTP server, all our own.

For tests and storms; `served_library` has one in processes of its own. Nothing is simulated; its parts run in
threads and processes of whoever starts it, and end with it.
"""

from __future__ import annotations

import base64
import hashlib
import itertools
import json
import shutil
import socket
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import uvicorn

from ledger_service import config as configuration
from ledger_service.adapters.evm.ganache import Ganache
from ledger_service.adapters.evm.node import Node
from ledger_service.adapters.evm.reader import EvmReader
from ledger_service.adapters.remote import RemoteLibrary
from ledger_service.adapters.signer import check_ed25519
from ledger_service.app import make_app
from ledger_service.cli.operate import write_token
from ledger_service.domain.chain.history import ChainEvent
from ledger_service.domain.identifiers import StewardId
from ledger_service.domain.ledger.checkpoint import VerifierKey
from ledger_service.domain.people.caller import Caller, Role
from ledger_service.services.audit.audit_ledger import AuditReport, audit_ledger
from ledger_service.services.chain.complete_events import complete_events
from ledger_service.services.people.grant_access import enroll_reader, issue_token
from ledger_service.setup import clock, initialize, open_library, start_embedded_chain
from ledger_service.worker import make_worker
from scripts.served_library import OuterChain, fund_accounts

WAIT_SECONDS = 60
POLL_SECONDS = 0.05
DAY_SECONDS = 86_400
LARGEST_BYTES = 3 * 2**20  # the limit of test libraries
_serial = itertools.count()


def wait_until(done: Callable[[], Any], what: str, seconds: float = WAIT_SECONDS) -> Any:
    """Return the first true value of `done`, asked again and again; fail when the time is over."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        found = done()
        if found:
            return found
        time.sleep(POLL_SECONDS)
    raise AssertionError(f"after {seconds} seconds: {what}")


class RunningLibrary:
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
        self.home = home
        self.environment = {
            **environment_of(home),
            **{"MUHR_" + name: value for name, value in settings.items()},
        }
        self._clients: list[httpx.Client] = []
        self._tokens: dict[tuple[Role, str, int], str] = {}
        self._worker: threading.Thread | None = None
        self._server: uvicorn.Server | None = None
        self._listen()
        if outer is not None:
            self.environment = {
                "MUHR_CONFIRMATIONS": "1",
                "MUHR_CHAIN_URL": outer.url,
                **self.environment,
            }
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
        for client in self._clients:
            client.close()
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
        self.app = make_app(self.opened.library, self.opened.deployment, self.url, ask_node=ask)
        settings = uvicorn.Config(self.app, log_level="critical", server_header=False)
        self._server = uvicorn.Server(settings)
        self._serving = threading.Thread(
            target=self._server.run, kwargs={"sockets": [self._socket]}, name="test server"
        )
        self._serving.start()
        wait_until(lambda: self._server.started, "the server does not start")

    def stop_server(self) -> None:
        if self._server is not None:
            self._server.should_exit = True
            self._serving.join(WAIT_SECONDS)
            self._server = None
        self._socket.close()

    def stop_chain(self) -> None:
        self.chain.stop()

    def start_chain(self) -> None:
        """Start the chain again with its data, where it was."""
        settings = self.chain.port, self.opened.deployment.chain_id
        self.chain = Ganache(
            self.config.node_modules, self.config.chain_folder, settings[1], settings[0]
        )

    def _listen(self) -> None:
        self._socket = socket.socket()
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._socket.bind(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.environment["MUHR_PORT"] = str(self.port)

    # ---- callers ----

    def token(self, role: str, subject: str | None = None, seconds: int = DAY_SECONDS) -> str:
        """Return a token. subject: who holds it, by default the first reader or a colleague of the role."""
        if subject is None:
            subject = self.readers[0] if role == "reader" else f"the {role}"
        wanted = Role(role), subject, seconds
        if wanted not in self._tokens:
            self._tokens[wanted] = issue_token(self.opened.store, clock, self._operator, *wanted)
        return self._tokens[wanted]

    def client(self, role: str | None = None, subject: str | None = None) -> httpx.Client:
        """Return a client with a token of this role, or with none."""
        headers = {} if role is None else {"Authorization": f"Bearer {self.token(role, subject)}"}
        client = httpx.Client(
            base_url=self.url + "/api/v1", headers=headers, timeout=WAIT_SECONDS, trust_env=False
        )
        self._clients.append(client)
        return client

    # ---- what happens in it ----

    def upload(self, data: bytes, **claim: str) -> httpx.Response:
        """Return the answer to an upload by the registrar."""
        claim = {"title": "A book", "license": "CC-BY-4.0", **claim}
        headers = {"Content-Type": "application/octet-stream"}
        return self._registrar.post("/resources", params=claim, content=data, headers=headers)

    def register(self, data: bytes | None = None, **claim: str) -> dict[str, Any]:
        """Return a registration that the chain has taken; of bytes never seen before if none given."""
        data = some_bytes() if data is None else data
        answer = self.upload(data, **claim)
        assert answer.status_code == 202, answer.text
        return self.registered(answer.json()["digest"])

    def registered(self, digest: str) -> dict[str, Any]:
        """Return the registration of a digest once it left the states in between."""
        return self._settled(f"/resources/{digest}", "registered", lambda found: found[0])

    def grant(self, digest: str, **terms: Any) -> dict[str, Any]:
        """Return a grant that the chain has taken, by default to the first reader for a day."""
        body = {
            "digest": digest,
            "reader": self.readers[0],
            "until": int(time.time()) + DAY_SECONDS,
            **terms,
        }
        answer = self._registrar.post("/grants", json=body)
        assert answer.status_code in (200, 202), answer.text
        return self.granted(answer.json()["grant"], "issued")

    def granted(self, grant: str, state: str) -> dict[str, Any]:
        return self._settled(f"/grants/{grant}", state, lambda found: found)

    def license(self, name: str, **terms: Any) -> dict[str, Any]:
        """Return a license that the chain has taken; its terms must differ from all others."""
        body = {"name": name, "rights": "InC", "longest_loan_seconds": DAY_SECONDS, **terms}
        answer = self._registrar.post("/licenses", json=body)
        assert answer.status_code == 202, answer.text
        return self._settled(f"/licenses/{name}", "defined", lambda found: found)

    def anchored(self) -> dict[str, Any]:
        """Return the status once every entry that stands now is under an anchored checkpoint."""
        size = self.status()["ledger_size"]
        return wait_until(
            lambda: (found := self.status())["anchored_size"] >= size and found, "no anchor"
        )

    def status(self) -> dict[str, Any]:
        return self._registrar.get("/status").json()

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
        source = RemoteLibrary(self.url, self.token("auditor"))
        try:
            return audit_ledger(
                source,
                EvmReader(Node(self.chain.url), deployment),
                VerifierKey.parse(deployment.key),
                check_ed25519,
                steward=StewardId.parse(deployment.steward),
                first_block=deployment.first_block,
                with_private_parts=True,
                progress=lambda *_: None,
            )
        finally:
            source.close()

    @property
    def _operator(self) -> Caller:
        return Caller.operator(self.opened.library.steward)

    @property
    def _registrar(self) -> httpx.Client:
        if not hasattr(self, "_own"):
            self._own = self.client("registrar")
        return self._own

    def _settled(self, path: str, wanted: str, of: Callable[[Any], Any]) -> dict[str, Any]:
        def look() -> dict[str, Any] | None:
            found = of(self._registrar.get(path).json())
            assert wanted == "rejected" or found["state"] != "rejected", found["rejection"]
            return found if found["state"] == wanted else None

        return wait_until(look, f"{path} is not {wanted}")


def environment_of(home: Path) -> dict[str, str]:
    """Return the settings of a library in this folder, which anchors without waiting."""
    return {
        "MUHR_HOME": str(home),
        "MUHR_ANCHOR_SECONDS": "0",
        "MUHR_LARGEST_RESOURCE_BYTES": str(LARGEST_BYTES),
    }


def set_up(environment: dict[str, str], outer: OuterChain | None = None) -> None:
    """Set a library up as `muhr init` does; on an outer chain its accounts are given money first."""
    config = configuration.load(environment)
    if outer is not None:
        fund_accounts(outer, config.keys, config.password_file)
    initialize(
        config,
        name="Test library",
        uri="https://library.example/",
        origin="library.example/muhr",
        step=lambda _: None,
    )
    write_token(config, Role.REGISTRAR)
    write_token(config, Role.AUDITOR)


def copy_home(blank: Path, home: Path) -> None:
    """Copy a library that is not running; an embedded chain will look for a port of its own."""
    shutil.copytree(blank, home)
    settings = home / "chain.json"
    if not settings.exists():  # it uses an outer chain
        return
    settings.write_text(json.dumps({**json.loads(settings.read_text()), "port": 0}))


def some_bytes(size: int = 40) -> bytes:
    """Return bytes that no test used before, the same in every run."""
    seed = f"bytes {next(_serial)} ".encode()
    repeated = hashlib.shake_256(seed).digest(size)
    return repeated[:size]


def repr_digest(data: bytes) -> str:
    """Return the Repr-Digest header of bytes (RFC 9530)."""
    return f"sha-256=:{base64.b64encode(hashlib.sha256(data).digest()).decode()}:"
