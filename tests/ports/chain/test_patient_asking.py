"""What asks a Muhr service: it waits as it is told, for a bounded time, and never does a thing twice."""

from __future__ import annotations

import hashlib
import json
import threading
from collections import deque
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace

import pytest

from ledger_service.adapters import patient_asking
from ledger_service.adapters.remote import RemoteService
from ledger_service.domain.errors import ChainUnavailable, ServiceUnavailable, WorkerStopped
from ledger_service.domain.identifiers import Digest

SILENT = {"type": "/problems/chain-unavailable", "title": "Chain node does not answer"}
STOPPED = {"type": "/problems/worker-stopped", "title": "Worker has stopped"}
WAIT = (503, {"Retry-After": "2"}, SILENT)


class Service:
    """Answers as its script says: (status, headers, JSON), or None to hang up; keeps what it was asked."""

    def __init__(self):
        self.script = deque()
        self.asked = []
        service = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                service.asked.append((self.headers.get("Idempotency-Key"), body))
                if service.script[0] is None:
                    service.script.popleft()
                    self.close_connection = True
                    return
                status, headers, told = service.script.popleft()
                data = json.dumps(told).encode()
                self.send_response(status)
                for name, value in {**headers, "Content-Length": str(len(data))}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(data)

            do_GET = do_POST

            def log_message(self, *_):
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def stop(self):
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def service():
    made = Service()
    yield made
    made.stop()


@pytest.fixture
def slept(monkeypatch):
    """Return the waits, in seconds, none of which really passes."""
    found = []
    monkeypatch.setattr(patient_asking, "time", SimpleNamespace(sleep=found.append))
    return found


@pytest.fixture
def told():
    return []


@pytest.fixture
def remote(service, told):
    made = RemoteService(service.url, tell_wait=lambda error, wait: told.append((error, wait)))
    yield made
    made.close()


def test_a_question_is_asked_again_as_the_service_says(service, remote, slept, told):
    service.script += [WAIT, WAIT, (200, {}, {"size": 1})]
    assert remote.get("/status") == {"size": 1}
    assert slept == [2, 2]
    [(error, wait)] = told  # once, however often it waits
    assert (type(error), wait) == (ChainUnavailable, 2)


def test_what_is_done_is_sent_again_under_the_same_key(service, remote, slept):
    service.script += [WAIT, (202, {}, {"state": "queued"}), (202, {}, {})]
    assert remote.post("/intents", {"type": "Withdraw"}) == {"state": "queued"}
    remote.post("/intents", {"type": "Withdraw"})
    (first, body), (again, same), (other, _) = service.asked
    assert (first, body) == (again, same)
    assert first
    assert other != first


@pytest.mark.parametrize(
    ("record", "ahead"),
    [({}, b""), ({"title": "Fan"}, b""), ({"publisher": "Fan"}, b'{"publisher":"Fan"}')],
)
def test_a_file_is_sent_whole_each_time(service, remote, slept, tmp_path, record, ahead):
    book, sent = tmp_path / "book", []
    book.write_bytes(b"a book")
    digest = Digest(hashlib.sha256(b"a book").digest())
    service.script += [WAIT, (202, {}, {"state": "accepted"})]
    assert remote.upload(book, digest, {}, record, sent.append) == {"state": "accepted"}
    assert [body for _, body in service.asked] == [ahead + b"a book"] * 2
    assert sum(sent) == 6


def test_what_cannot_be_sent_again_is_told_at_once(service, remote, slept, tmp_path):
    manifest = tmp_path / "manifest.csv"
    manifest.write_bytes(b"path\n")
    service.script += [WAIT, WAIT]
    with pytest.raises(ChainUnavailable):
        remote.send_manifest(manifest, "text/csv", "CC0-1.0", lambda _: None)
    digest = Digest(hashlib.sha256(b"a book").digest())
    with pytest.raises(ChainUnavailable):
        remote.send(iter([b"a book"]), 6, digest, {})
    assert slept == []


def test_it_gives_up_in_the_end(service, remote, slept):
    service.script += [WAIT] * 16
    with pytest.raises(ChainUnavailable):
        remote.get("/status")
    assert sum(slept) == patient_asking.LONGEST_WAIT_SECONDS


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ((503, {}, SILENT), ChainUnavailable),
        ((503, {"Retry-After": "60"}, STOPPED), WorkerStopped),
        ((503, {"Retry-After": "Sun, 06 Nov 1994 08:49:37 GMT"}, SILENT), ChainUnavailable),
        ((500, {"Retry-After": "1"}, {}), ServiceUnavailable),
    ],
)
def test_what_is_no_short_wait_is_told_at_once(service, remote, slept, answer, error):
    service.script.append(answer)
    with pytest.raises(error):
        remote.get("/status")
    assert slept == []


def test_an_idle_connection_that_ends_just_then_is_made_again(service, remote, slept):
    service.script += [(200, {}, {}), None, (202, {}, {"state": "queued"})]
    remote.get("/status")
    assert remote.post("/intents", {}) == {"state": "queued"}
    _, (first, _), (again, _) = service.asked
    assert first == again
    service.script += [None, None]
    with pytest.raises(ServiceUnavailable):
        remote.get("/status")
