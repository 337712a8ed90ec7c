"""Services and nodes that answer anything but what they should, and folders that hold anything but files."""

from __future__ import annotations

import json
import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from ledger_service.domain.foreign_json import LARGEST_DEPTH

KNOWN = [
    "items",
    "next",
    "state",
    "digest",
    "steward",
    "registrations",
    "verdict",
    "verdicts",
    "authentic",
    "block",
    "transaction",
    "title",
    "creator",
    "language",
    "media_type",
    "size_bytes",
    "cid",
    "license",
    "rejection",
    "grant",
    "until",
    "because",
    "intent",
    "type",
    "entry",
    "content",
    "worker",
    "stop",
    "warnings",
    "chain",
    "head",
    "head_age_seconds",
    "anchored_size",
    "ledger_size",
    "checkpoint_size",
    "jobs",
    "imports_under_way",
    "relayer",
    "origin",
    "anchor",
    "ended_at",
    "id",
    "seats",
    "longest_loan_seconds",
    "name",
    "uri",
    "receipt",
    "map",
    "index",
    "proof",
    "checkpoint",
    "keys",
    "result",
    "jsonrpc",
    "chain_id",
    "genesis",
    "first_block",
    "contracts",
    "code",
    "salt",
    "key",
]
DEEP = b"[" * (LARGEST_DEPTH + 1) + b"]" * (LARGEST_DEPTH + 1)
FORGED = "\x1b[2J\x1b]0;owned\x07 no\r\nmuhr: ok: all is well \x9b31m \u202e \ud800"


def all_of(value: Any) -> bytes:
    return json.dumps(dict.fromkeys(KNOWN, value)).encode()


BODIES: dict[str, bytes] = {
    "nothing": b"",
    "a page": b"<html><body>It works!</body></html>",
    "null": b"null",
    "a number": b"7",
    "a text": b'"text"',
    "a list": b"[]",
    "a list of lists": b"[[[]]]",
    "an object": b"{}",
    "too deep": DEEP,
    "too deep within": b'{"result": ' + DEEP + b"}",
    "not UTF-8": b'{"state": "\xff\xfe"}',
    "not finite": b'{"until": NaN, "days": 1e999}',
    "all null": all_of(None),
    "all numbers": all_of(-7),
    "all texts": all_of("no"),
    "all lists": all_of([[]]),
    "all objects": all_of({"worker": {}}),
    "all forged": all_of(FORGED),
    "an item": json.dumps([dict.fromkeys(KNOWN, "x")]).encode(),
    "hexadecimal": all_of("0xzz"),
    "bytes": all_of("ff" * 32),
    "a refusal": json.dumps({"error": {"code": -1, "message": FORGED}}).encode(),
    "a problem": json.dumps({"type": "x", "title": FORGED, "detail": FORGED, "errors": 7}).encode(),
}
"""What each request is answered with, by its name."""


@contextmanager
def answering(body: bytes, status: int = 200) -> Iterator[str]:
    """Serve the body to every request; yield the address."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            self.rfile.read(length)
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            with suppress(OSError):
                self.wfile.write(body)

        do_POST = do_GET

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@contextmanager
def hanging_up() -> Iterator[str]:
    """Take every connection and end it in the middle of a line; yield the address."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            while True:
                try:
                    connection, _ = listening.accept()
                except OSError:
                    return
                with connection, suppress(OSError):
                    connection.recv(1)
                    connection.sendall(b"HTTP/1.1 2")

        thread = threading.Thread(target=serve)
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        listening.shutdown(socket.SHUT_RDWR)
        thread.join()


def fill_with_oddities(folder: Path) -> Path:
    """Put into the folder one file, and what is none; return the file."""
    folder.mkdir()
    real = folder / "a book.txt"
    real.write_bytes(b"a book")
    os.mkfifo(folder / "b pipe")
    (folder / "c dangling").symlink_to("nothing")
    (folder / "d round").symlink_to(".")
    (folder / "e itself").symlink_to("e itself")
    Path(os.fsdecode(os.fsencode(folder) + b"/f \xff\xfe")).write_bytes(b"bytes for a name")
    (folder / "g \x1b[2J\nmuhr: ok").write_bytes(b"a name that acts")
    with socket.socket(socket.AF_UNIX) as made:
        made.bind(str(folder / "h"))
    (folder / "i empty").mkdir()
    return real
