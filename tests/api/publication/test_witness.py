"""A witness over HTTP: the statuses and bodies of C2SP tlog-witness, and what its clients make of them."""

from __future__ import annotations

import logging
import socket
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import httpx
import pytest
import uvicorn

from ledger_service.adapters.remote_witness import RemoteWitness
from ledger_service.adapters.signer import check_ed25519
from ledger_service.adapters.witness_store import SqliteWitnessStore
from ledger_service.api.publication.witness import make_witness_app
from ledger_service.domain.errors import (
    InvalidConsistencyProof,
    InvalidInput,
    ServiceUnavailable,
    WitnessHasOtherSize,
)
from ledger_service.domain.ledger import merkle
from ledger_service.domain.ledger.checkpoint import Checkpoint, sign_note
from ledger_service.domain.publication.cosignature import WitnessKey, cosignatures_of
from ledger_service.domain.publication.submission import LARGEST_SUBMISSION_BYTES, Submission
from ledger_service.services.publication.cosign_checkpoint import cosign_checkpoint
from tests.simulators.bench import signer_of

LOG = signer_of("ledger", "ledger.example.uz/main")
WITNESS = signer_of("witness", "witness.example.uz/w1")
KEY = WitnessKey(WITNESS.key.name, WITNESS.key.public_key)
LEAVES = [merkle.leaf_hash(bytes([number])) for number in range(8)]
START_SECONDS = 20


def note(size: int, signer=LOG) -> str:
    root = merkle.root_of_leaves(LEAVES[:size])
    text = Checkpoint(signer.key.name, size, root).format()
    return sign_note(text, signer.key, signer.sign)


def submission(old: int, size: int) -> Submission:
    frontier, nodes = merkle.Frontier(), {}
    for leaf in LEAVES:
        nodes.update(frontier.append(leaf))
    proof = merkle.consistency_proof(old, size, lambda names: [nodes[name] for name in names])
    return Submission(old, tuple(proof), note(size))


@pytest.fixture
def url(tmp_path: Path) -> Iterator[str]:
    """Return the address of a witness that knows one ledger, served on loopback."""
    store = SqliteWitnessStore(tmp_path / "witness.db")
    store.add(LOG.key)
    app = make_witness_app(
        lambda body: cosign_checkpoint(store, WITNESS, lambda: 1_795_426_002, body, check_ed25519)
    )
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="critical", server_header=False))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    deadline = time.monotonic() + START_SECONDS
    while not server.started and time.monotonic() < deadline:
        time.sleep(0.01)
    yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    server.should_exit = True
    thread.join(START_SECONDS)
    listening.close()


@pytest.fixture
def witness(url: str) -> RemoteWitness:
    return RemoteWitness(url + "/")


def post(url: str, body: bytes) -> httpx.Response:
    with httpx.Client(trust_env=False, timeout=START_SECONDS) as client:
        return client.post(f"{url}/add-checkpoint", content=body)


def test_a_ledger_gets_its_cosignatures(witness: RemoteWitness) -> None:
    for old, size in ((0, 3), (3, 8), (8, 8)):
        asked = submission(old, size)
        line = witness.add_checkpoint(asked)
        assert cosignatures_of(asked.note + line, [KEY], check_ed25519)


def test_a_ledger_is_told_the_size_of_the_witness(witness: RemoteWitness) -> None:
    witness.add_checkpoint(submission(0, 3))
    with pytest.raises(WitnessHasOtherSize) as refused:
        witness.add_checkpoint(submission(0, 8))
    assert refused.value.size == 3


def test_a_line_of_the_log_is_evidence_and_never_a_matter_of_sizes(
    url: str, witness: RemoteWitness, caplog: pytest.LogCaptureFixture
) -> None:
    witness.add_checkpoint(submission(0, 3))
    with caplog.at_level(logging.WARNING):
        assert post(url, submission(0, 8).format()).status_code == 409
        assert post(url, submission(8, 8).format()).status_code == 409
    assert caplog.records == []
    fork = sign_note(Checkpoint(LOG.key.name, 3, bytes(32)).format(), LOG.key, LOG.sign)
    with caplog.at_level(logging.WARNING):
        assert post(url, Submission(3, (), fork).format()).status_code == 422
    assert [record.getMessage()[:9] for record in caplog.records] == ["refused: "]
    with pytest.raises(InvalidConsistencyProof):
        witness.add_checkpoint(Submission(3, (), fork))


def test_every_answer_has_its_status(url: str) -> None:
    good = submission(0, 3).format()
    answer = post(url, good)
    assert answer.status_code == 200
    assert answer.text.startswith("\u2014 witness.example.uz/w1 ")
    assert answer.text.endswith("\n")
    conflict = post(url, submission(0, 8).format())
    assert (conflict.status_code, conflict.text) == (409, "3\n")
    assert conflict.headers["content-type"] == "text/x.tlog.size"
    thief = signer_of("thief", LOG.key.name)
    elsewhere = signer_of("ledger", "elsewhere.example/main")
    refused = {
        400: [
            b"",
            b"old 03\n\n" + note(8).encode(),
            b"old 3\n\nno note",
            Submission(3, (), note(2)).format(),
            b"old 3\n\n\xff",
        ],
        403: [Submission(3, (), note(8, thief)).format()],
        404: [Submission(3, (), note(8, elsewhere)).format()],
        413: [good + b"a" * LARGEST_SUBMISSION_BYTES],
        422: [
            Submission(3, (), note(8)).format(),
            Submission(3, (bytes(32),) * 3, note(8)).format(),
            Submission(3, (*submission(3, 8).proof, bytes(32)), note(8)).format(),
        ],
    }
    for status, bodies in refused.items():
        for body in bodies:
            answer = post(url, body)
            assert (answer.status_code, answer.text[-1:]) == (status, "\n"), body[:60]
    assert post(url, submission(3, 8).format()).status_code == 200


def test_there_is_nothing_else(url: str) -> None:
    with httpx.Client(trust_env=False, timeout=START_SECONDS) as client:
        assert client.get(f"{url}/add-checkpoint").status_code == 405
        assert client.get(f"{url}/docs").status_code == 404
        assert client.get(f"{url}/openapi.json").status_code == 404


@pytest.mark.parametrize("url", ["", "witness.example", "file:///etc/passwd", "ftp://a", "http://"])
def test_an_address_that_is_not_of_the_web_is_refused(url: str) -> None:
    with pytest.raises(InvalidInput):
        RemoteWitness(url)


class Answer(BaseHTTPRequestHandler):
    """Says what a test tells it to, whatever it is asked."""

    status, kind, body = 200, "text/plain", b""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["content-length"]))
        self.send_response(self.status)
        self.send_header("Content-Type", self.kind)
        self.send_header("Content-Length", str(len(self.body)))
        self.send_header("Location", "http://127.0.0.1:1/")
        self.end_headers()
        self.wfile.write(self.body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (200, b"\xff"),
        (200, b"a" * 20_000),
        (301, b"moved"),
        (404, b"unknown"),
        (409, b"many\n"),
        (409, b"07\n"),
        (409, b"7"),
        (409, b"7\n7\n"),
        (500, b""),
    ],
)
def test_a_stranger_s_answer_is_no_cosignature(status: int, body: bytes) -> None:
    kind = type("OneAnswer", (Answer,), {"status": status, "body": body})
    with HTTPServer(("127.0.0.1", 0), kind) as server:
        thread = threading.Thread(target=server.handle_request)
        thread.start()
        remote = RemoteWitness(f"http://127.0.0.1:{server.server_port}")
        with pytest.raises(ServiceUnavailable):
            remote.add_checkpoint(submission(0, 3))
        thread.join(START_SECONDS)


def test_nobody_at_the_address_is_said() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    remote = RemoteWitness(f"http://127.0.0.1:{port}")
    with pytest.raises(ServiceUnavailable, match=r"service-unavailable.witness"):
        remote.add_checkpoint(submission(0, 3))
