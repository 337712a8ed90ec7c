"""A library's API as a process of its own: any number of them serve one database, and each may be killed.

Run as a program with the chain's URL; the settings are those of the environment.
"""

from __future__ import annotations

import socket
import sys
from collections.abc import Mapping

from ledger_service import config as configuration
from ledger_service.app import make_app
from ledger_service.listening.server import GuardedServer
from ledger_service.setup import open_library
from scripts.harness.processes import ServerProcess, environment_of, free_port


class ApiProcess:
    """An API at a port of its own that is started, killed, and started again.

    Args:
        settings: of the library, whose worker and chain run elsewhere.
        chain_url: where its chain answers.
    """

    def __init__(self, settings: Mapping[str, str], chain_url: str) -> None:
        port = str(free_port())
        self.url = f"http://127.0.0.1:{port}"
        self._settings = {**settings, "MUHR_PORT": port}
        self._chain_url = chain_url
        self.start()

    def start(self) -> None:
        """Start it and wait until it answers."""
        command = [sys.executable, "-m", __name__, self._chain_url]
        environment = environment_of(self._settings)
        self._server = ServerProcess(command, self.url, environment, page="/api/v1/status")
        self._server.wait_until_it_answers()

    def kill(self) -> None:
        """End it without a word, amid whatever it does."""
        self._server.kill()


def main(chain_url: str) -> None:
    """Serve until the process ends."""
    config = configuration.load()
    opened = open_library(config, chain_url, writes=True)
    listening = socket.create_server(("127.0.0.1", config.port))
    url = f"http://127.0.0.1:{config.port}"
    app = make_app(opened.library, opened.deployment, url, node_modules=config.node_modules)
    limits = config.connections
    server = GuardedServer(app, "127.0.0.1", config.port, limits, "critical", app.state.cut)
    server.run(sockets=[listening])


if __name__ == "__main__":
    main(sys.argv[1])
