"""Over real sockets: whoever hangs, drips or asks to be asked later delays nobody else's copy."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from ledger_service import watching
from ledger_service.adapters.publication.guarded import Guard
from ledger_service.adapters.signer import check_ed25519
from ledger_service.domain.identifiers import StewardId
from ledger_service.domain.ledger.tiled_ledger import TileName
from ledger_service.ports.publication import Mirrored
from ledger_service.services.library import Library
from ledger_service.services.publication.copy_ledgers import Copying, Lane
from tests.services.publication.test_mirror_ledger import OtherLedger, entry
from tests.simulators.bench import Bench, signer_of

LATE_SECONDS = 30


@contextmanager
def hanging() -> Iterator[str]:
    """Yield the address of a server that takes connections and never says a word."""
    with closing(socket.create_server(("127.0.0.1", 0), backlog=64)) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}"


@contextmanager
def answering(answer: Any) -> Iterator[str]:
    """Yield the address of a server; answer: makes (status, headers, body) of a path."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, headers, body = answer(self.path)
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def ledger(name: str) -> Any:
    """Return what serves a small ledger of this name."""
    signer = signer_of(name, f"ledger.{name}.uz/main")
    files = OtherLedger([entry(number) for number in range(3)], signer)

    def answer(path: str) -> tuple[int, dict[str, str], bytes]:
        if path == "/muhr/checkpoint":
            return 200, {}, files.checkpoint().encode()
        return 200, {}, files.tile(TileName.parse(path.removeprefix("/muhr/")))

    return answer


def later(_: str) -> tuple[int, dict[str, str], bytes]:
    return 503, {"Retry-After": str(LATE_SECONDS)}, b""


def run_until(copying: Copying, done: Any, seconds: float) -> float:
    """Let all threads work until something is so; return how long that took."""
    over, begun = threading.Event(), time.monotonic()

    def work(step: Any) -> None:
        while not over.is_set():
            if not step(over.is_set):
                over.wait(0.02)

    threads = [threading.Thread(target=work, args=(step,)) for step in copying.steps().values()]
    for thread in threads:
        thread.start()
    while not done() and time.monotonic() - begun < seconds:
        time.sleep(0.02)
    took = time.monotonic() - begun
    over.set()
    for thread in threads:
        thread.join()
    return took


def follow(library: Library, name: str, address: str) -> Mirrored:
    key = signer_of(name, f"ledger.{name}.uz/main").key
    return library.mirrors.follow(StewardId.of_uri(name), name, address, key)


def test_the_others_are_as_fresh_as_if_nobody_hung(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watching, "SILENT_SECONDS", {Lane.QUICK: 0.5, Lane.PATIENT: 1})
    library = replace(bench.library, clock=lambda: int(time.time()))
    copying = Copying(library, watching.reach_files(Guard(["127.0.0.1"])), check_ed25519)
    with hanging() as silent, answering(later) as busy, answering(ledger("one")) as one:
        with answering(ledger("two")) as two:
            for number in range(6):
                follow(library, f"silent{number}", silent)
                follow(library, f"busy{number}", busy)
            sound = [follow(library, "one", one), follow(library, "two", two)]

            def held() -> bool:
                return all(library.mirrors.find(item.id).held_at for item in sound)

            assert run_until(copying, held, 20) < 8
    assert not library.mirrors.find(sound[0].id).fault


def test_a_member_leads_nobody_into_our_network(bench: Bench) -> None:
    copying = Copying(bench.library, watching.reach_files(Guard()), check_ed25519)
    with answering(ledger("one")) as one:
        mirrored = follow(bench.library, "one", one)
        by_hand = bench.library.mirrors.add("two", one, signer_of("one", "ledger.one.uz/main").key)
        assert by_hand.id == mirrored.id
        copying.take_turn(Lane.QUICK, lambda: False)
        assert bench.library.mirrors.find(mirrored.id).held_at  # an operator may
        bench.library.mirrors.remove(mirrored.id)
        follow(bench.library, "one", one)
        bench.clock.now += 600
        Copying(bench.library, watching.reach_files(Guard()), check_ed25519).take_turn(
            Lane.QUICK, lambda: False
        )
    found = bench.library.mirrors.find(mirrored.id)
    assert found.held_at == 0
    assert found.fault is not None
    assert found.fault.name == "invalid-receiver.plain-http"


def test_a_fault_is_tried_again_soon_and_then_ever_later(bench: Bench) -> None:
    copying = Copying(bench.library, watching.reach_files(Guard(["127.0.0.1"])), check_ed25519)
    served = [later]  # the last one is asked

    def answer(path: str) -> tuple[int, dict[str, str], bytes]:
        found: tuple[int, dict[str, str], bytes] = served[-1](path)
        return found

    with answering(answer) as one:
        mirrored = follow(bench.library, "one", one)
        rests = [rest_after_a_turn(copying, bench) for _ in range(8)]
        assert rests == [5, 10, 20, 40, 80, 160, 300, 300]
        served.append(ledger("one"))
        assert rest_after_a_turn(copying, bench) == 60
        assert bench.library.mirrors.find(mirrored.id).held_at
        served.append(later)
        assert rest_after_a_turn(copying, bench) == 5


def rest_after_a_turn(copying: Copying, bench: Bench) -> int:
    """Take a turn, which is due, and return how many seconds pass until the next one is."""
    begun = bench.clock.now
    assert copying.take_turn(Lane.QUICK, lambda: False)
    while copying._next(Lane.QUICK) is None:
        bench.clock.now += 5
    copying._busy.clear()
    return bench.clock.now - begun
