"""Members of a consortium on benches, one of them served on loopback: what browsers and commands can ask."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ledger_service.adapters.signer import check_ed25519
from ledger_service.app import make_app
from ledger_service.domain.content.content_id import ContentId
from ledger_service.domain.ledger.tiled_ledger import TileName
from ledger_service.domain.verification.receipt import Receipt
from ledger_service.listening.server import GuardedServer
from ledger_service.ports.consortium.copies import BlockSource
from ledger_service.services.consortium.copies.keep_copies import CopyKeeper
from ledger_service.services.consortium.copy_members import follow_members
from ledger_service.services.ledger.read_tile import published_checkpoint, read_tile
from ledger_service.services.library import Library
from ledger_service.services.limits import ConnectionLimits
from ledger_service.services.publication.mirror_ledger import mirror_ledger
from ledger_service.services.verification.make_receipt import receipt_of
from scripts.harness.waiting import wait_until
from tests.simulators.bench import Bench
from tests.simulators.consortium import CHARTER

ROUNDS = 4  # of a step of the worker, until it has done all that is due


class FilesOf:
    """Implements ports.LedgerFiles and BlockSource over a library's own database and blocks."""

    def __init__(self, library: Library) -> None:
        self._library = library

    def checkpoint(self) -> str:
        return published_checkpoint(self._library).note

    def tile(self, name: TileName) -> bytes:
        return read_tile(self._library, name.format())[1]

    def close(self) -> None:
        """Let go of nothing: the database is the library's."""

    def block(self, cid: ContentId) -> bytes:
        return b"".join(self._library.content.block(cid)[1])


class SourcesOf:
    """Implements ports.BlockSources over benches."""

    def __init__(self, benches: list[Bench]) -> None:
        self._by_url = {bench.library.public_url: bench.library for bench in benches}

    @contextmanager
    def member(self, name: str, url: str) -> Iterator[BlockSource]:
        del name
        yield FilesOf(self._by_url[url])

    @contextmanager
    def own_network(self) -> Iterator[BlockSource | None]:
        yield None


def settled(benches: list[Bench]) -> None:
    """Let all come to rest, and hear of what the others brought on chain."""
    for bench in benches * 2:
        bench.settle()


def copy_ledgers(bench: Bench, of: list[Bench]) -> None:
    """Let a member copy the ledgers of these others, as far as they go."""
    known = {one.key.name: one for one in follow_members(bench.library)}
    for other in of:
        files, mirrors = FilesOf(other.library), bench.library.mirrors
        mirror_ledger(mirrors, bench.clock, known[other.signer.key.name], files, check_ed25519)


def keep_copies(bench: Bench, of: list[Bench]) -> None:
    """Let a member get what the rule wants to be here."""
    keeper = CopyKeeper(bench.library, sources=SourcesOf(of))
    for _ in range(ROUNDS):
        keeper.work(lambda: False)


def receipt_by(bench: Bench, data: bytes) -> Receipt:
    """Return a member's own receipt of a work."""
    return receipt_of(bench.library, bench.registration(data).digest, bench.library.steward)


@contextmanager
def served(bench: Bench) -> Iterator[str]:
    """Serve a member's application in a thread; yield its address."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port = listening.getsockname()[1]
        url = f"http://127.0.0.1:{port}"
        deployment = CHARTER.deployment(bench.library.steward, bench.library.key)
        app = make_app(bench.library, deployment, url, node_modules=Path("node_modules"))
        server = GuardedServer(app, "127.0.0.1", port, ConnectionLimits(), "critical")
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            wait_until(lambda: server.started, "the server does not start")
            yield url
        finally:
            server.should_exit = True
            thread.join()
