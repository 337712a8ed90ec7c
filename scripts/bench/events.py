"""Single claims over HTTP, one entry a request, beside a trivial route that takes the same bodies."""

from __future__ import annotations

import json
import secrets
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

from ledger_service import config as configuration
from ledger_service.adapters.sql.store import open_store
from scripts.bench.rounds import Figures, interleave
from scripts.bench.servers import serving
from scripts.bench.wrk import load
from scripts.harness.served_library import ServedLibrary

CONNECTIONS, SECONDS = 32, 3
BODIES = 40_000  # of a round, more than it takes; a body sent again would append nothing
NO_CHAIN = "http://127.0.0.1:9"  # these routes ask no chain; the library's own has ended by then


def run() -> dict[str, Figures]:
    """Return requests a second of both routes, by name.

    The library's worker does not run meanwhile: it makes checkpoints at a pace of its own.
    """
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        with ServedLibrary(Path(folder), "library.test/bench") as served:
            served.at_rest()
        home, token = served.home, served.kept_token("registrar")
        library = stack.enter_context(serving("muhr", str(home), NO_CHAIN))
        trivial = stack.enter_context(serving("trivial"))

        def ours() -> float:
            before = _size(home)
            rate = _posts(library, "/api/v1/registrations", token)
            written = _size(home) - before
            if written < rate * SECONDS:
                sys.exit(f"Only {written} entries were written for {rate:.0f} answers a second.")
            return rate

        return interleave({"muhr": ours, "trivial": lambda: _posts(trivial, "/trivial", token)})


def _posts(url: str, path: str, token: str) -> float:
    bodies = [_body() for _ in range(BODIES)]
    found = load(url, [path], connections=CONNECTIONS, seconds=SECONDS, bodies=bodies, token=token)
    if found.failed:
        sys.exit(f"{url}{path} answered {found.failed} times with an error.")
    return found.rate


def _body() -> str:
    digest = secrets.token_hex(32)
    return json.dumps(
        {
            "digest": digest,
            "cid": "f01551220" + digest,
            "size_bytes": 1_048_576,
            "title": "Boburnoma",
            "creator": "Zahiriddin Muhammad Bobur",
            "language": "uz-Latn",
            "license": "CC0-1.0",
            "media_type": "application/pdf",
        }
    )


def _size(home: Path) -> int:
    store = open_store(configuration.load({"MUHR_HOME": str(home)}).database_url)
    with store.read() as transaction:
        size = transaction.ledger.size()
    store.close()
    return size
