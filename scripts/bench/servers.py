"""Servers to compare: a trivial route, the usual route that asks the chain by web3.py, and Muhr itself.

All run in one process: Muhr by the server of `muhr serve`, the others by uvicorn's own. As a program:
servers.py NAME PORT [ARGUMENT].
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import uvicorn
from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse
from fastapi.templating import Jinja2Templates
from jinja2 import DictLoader, Environment
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from web3 import HTTPProvider, Web3

from ledger_service import config as configuration
from ledger_service.api.requests import IS_WHOLE
from ledger_service.app import make_app
from ledger_service.listening.server import GuardedServer
from ledger_service.setup import open_library
from scripts.harness.processes import ServerProcess, environment_of, free_port

ANEW = {"If-None-Match": '"none"'}
"""Headers of a request that no answer that is kept can answer."""
PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Page</title></head><body>
<h1>Rows</h1><ul>{% for row in rows %}<li><a href="/{{ row.digest }}"><bdi>{{ row.title }}</bdi></a></li>
{% endfor %}</ul></body></html>"""


def trivial() -> FastAPI:
    """Return an application whose route does nothing, for GET and for POST of JSON."""
    app = FastAPI()

    @app.get("/trivial")
    async def answer() -> dict[str, int]:
        return {"answer": 42}

    @app.post("/trivial")
    async def take(body: dict[str, object]) -> dict[str, int]:
        return {"members": len(body)}

    return app


def paged() -> FastAPI:
    """Return an application whose route fills a small Jinja2 template with 25 rows, and asks nobody."""
    app = FastAPI()
    templates = Jinja2Templates(
        env=Environment(loader=DictLoader({"page.html": PAGE}), autoescape=True)
    )
    rows = [{"title": f"Kitob {number}", "digest": f"{number:064x}"} for number in range(25)]

    @app.get("/page")
    def page(request: Request) -> HTMLResponse:
        return templates.TemplateResponse(request, "page.html", {"rows": rows})

    return app


def usual(home: str, chain_url: str) -> FastAPI:
    """Return an application that verifies as tutorials do: a contract call by web3.py a request."""
    deployment = json.loads(Path(home, "deployment.json").read_text())
    abi = json.loads(Path("ledger_service/adapters/evm/abi/ResourceRegistry.json").read_text())[
        "abi"
    ]
    address = Web3.to_checksum_address("0x" + deployment["contracts"]["ResourceRegistry"])
    contract = Web3(HTTPProvider(chain_url)).eth.contract(address=address, abi=abi)
    steward = bytes.fromhex(deployment["steward"])
    app = FastAPI()

    @app.get("/verify/{digest}")
    def verify(digest: str) -> dict[str, object]:
        found = contract.functions.registration(bytes.fromhex(digest), steward).call()
        return {"digest": digest, "registration": str(found)}

    return app


def muhr(home: str, chain_url: str) -> FastAPI:
    """Return the service's own application over the library in this home."""
    config = configuration.load({"MUHR_HOME": home})
    opened = open_library(config, chain_url)
    return make_app(opened.library, opened.deployment, config.public_url)


class Unguarded(HttpToolsProtocol):
    """A connection that nobody bounds, which tells the application what it relies on."""

    def on_message_complete(self) -> None:
        self.scope[IS_WHOLE] = True  # type: ignore[literal-required]
        super().on_message_complete()


@contextmanager
def serving(name: str, *arguments: str) -> Iterator[str]:
    """Yield the URL of one of these servers, in a process of its own, while the context lasts."""
    with process_of(name, *arguments) as server:
        yield server.url


@contextmanager
def process_of(name: str, *arguments: str) -> Iterator[ServerProcess]:
    """Yield the process of one of these servers while the context lasts."""
    port = free_port()
    command = [sys.executable, "-m", "scripts.bench.servers", name, str(port), *arguments]
    url = f"http://127.0.0.1:{port}"
    server = ServerProcess(command, url, environment_of({}), output=None)
    try:
        server.wait_until_it_answers()
        yield server
    finally:
        server.stop()


if __name__ == "__main__":
    if sys.argv[1] == "muhr":  # by the server that `muhr serve` runs, guards and all
        limits = configuration.load({}).connections
        app = muhr(*sys.argv[3:])
        GuardedServer(app, "127.0.0.1", int(sys.argv[2]), limits, log_level="error").run()
        sys.exit()
    make = {"trivial": trivial, "paged": paged, "usual": usual, "unguarded": muhr}[sys.argv[1]]
    uvicorn.run(
        make(*sys.argv[3:]),
        host="127.0.0.1",
        port=int(sys.argv[2]),
        log_level="error",
        access_log=False,
        loop="uvloop",
        http=Unguarded if sys.argv[1] == "unguarded" else "httptools",
        server_header=False,
    )
