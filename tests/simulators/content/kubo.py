"""A Kubo node's RPC in memory, as far as Muhr asks it: it answers as Kubo 0.43.1 does, faults included.

tests/live/kubo runs the same list of tests on real nodes, which holds this one to them.
"""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from ipfs.cid import DAG_PB, RAW, Cid
from scripts.harness.processes import free_port

CODECS = {"raw": RAW, "dag-pb": DAG_PB}
Answer = tuple[int, bytes]


class KuboSimulator:
    """A node. blocks, pins: what it holds, and how; answers: replaces what it says to a path."""

    def __init__(self) -> None:
        self.blocks: dict[str, bytes] = {}
        self.pins: dict[str, str] = {}
        self.answers: dict[str, Callable[[], Answer]] = {}
        self.free_bytes = 10**12
        self.most_blocks = 10**6
        self.asked: list[str] = []
        self._port = free_port()
        self.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    def start(self) -> None:
        handler = type("Handler", (_Handler,), {"node": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", self._port), handler)
        self._server.daemon_threads = True
        self._server.handle_error = lambda *_: None  # type: ignore[method-assign]
        self.connections: set[socket.socket] = set()
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        for connection in list(self.connections):
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def collect_garbage(self) -> None:
        self.blocks = {name: block for name, block in self.blocks.items() if name in self.pins}

    def flip(self, cid: Cid) -> None:
        block = self.blocks[str(cid)]
        self.blocks[str(cid)] = bytes([block[0] ^ 1]) + block[1:]

    def delete(self, cid: Cid) -> None:
        del self.blocks[str(cid)]

    def empty(self) -> None:
        self.blocks.clear()
        self.pins.clear()

    def holds(self, cid: Cid) -> bool:
        """Return whether a sound block is here, and pinned."""
        return str(cid) in self.pins and cid.is_of(self.blocks.get(str(cid), b""))

    def answer(self, path: str, asked: dict[str, str], cids: list[str], body: bytes) -> Answer:
        self.asked.append(path)
        if path in self.answers:
            return self.answers[path]()
        cid = cids[0] if cids else ""
        if path == "block/put":
            return self._put(asked, body)
        if path == "block/get":
            if cid not in self.blocks:
                return _error(f"block was not found locally (offline): ipld: could not find {cid}")
            return 200, self.blocks[cid]
        if path == "block/rm":
            fault = {"Error": f"pinned: {cid}"} if cid in self.pins else {}
            if not fault:
                self.blocks.pop(cid, None)
            return _lines({"Hash": cid, **fault})
        if path in ("pin/add", "pin/rm", "pin/ls"):
            return self._pins(path, cid, cids, asked)
        if path == "diag/sys":
            return _lines({"diskinfo": {"free_space": self.free_bytes}})
        return 404, b"404 page not found"

    def _pins(self, path: str, cid: str, cids: list[str], asked: dict[str, str]) -> Answer:
        if path == "pin/add":
            if cid not in self.blocks:
                return _error(f"block was not found locally (offline): ipld: could not find {cid}")
            self.pins[cid] = "direct"
            return _lines({"Pins": [cid]})
        if path == "pin/rm":
            if (asked["recursive"] == "true") != (self.pins.get(cid) == "recursive"):
                return _error(f"{cid} is pinned otherwise")
            del self.pins[cid]
            return _lines({"Pins": [cid]})
        if lacking := [each for each in cids if self.pins.get(each) != asked["type"]]:
            return _error(f"path '/ipfs/{lacking[0]}' is not pinned")
        return _lines({"Keys": {each: {"Type": self.pins[each], "Name": ""} for each in cids}})

    def _put(self, asked: dict[str, str], body: bytes) -> Answer:
        if len(self.blocks) >= self.most_blocks:
            return _error("write blocks/put-1: no space left on device")
        cid = str(Cid.of(CODECS[asked["cid-codec"]], body))
        self.blocks.setdefault(cid, body)
        if asked["pin"] == "true":
            self.pins[cid] = "recursive"
        return _lines({"Key": cid, "Size": len(body)})


def _lines(*values: dict[str, Any]) -> Answer:
    return 200, b"".join(json.dumps(value).encode() + b"\n" for value in values)


def _error(message: str) -> Answer:
    return 500, json.dumps({"Message": message, "Code": 0, "Type": "error"}).encode()


class _Handler(BaseHTTPRequestHandler):
    node: KuboSimulator
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def setup(self) -> None:
        super().setup()
        self.node.connections.add(self.connection)

    def finish(self) -> None:
        self.node.connections.discard(self.connection)
        super().finish()

    def do_POST(self) -> None:
        parts = urlsplit(self.path)
        query = parse_qs(parts.query)
        asked = {name: values[0] for name, values in query.items()}
        if asked.get("offline") != "true" and not parts.path.endswith("/block/put"):
            status, body = _error("whoever asks a node so waits for its network")
        else:
            path = parts.path.removeprefix("/api/v0/")
            status, body = self.node.answer(path, asked, query.get("arg", []), self._file())
        self.send_response(status)
        if 300 <= status < 400:
            self.send_header("Location", body.decode())
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _file(self) -> bytes:
        """Return the file of a form that is sent in chunks."""
        if self.headers.get("Transfer-Encoding") != "chunked":
            return b""
        body = b""
        while size := int(self.rfile.readline(), 16):
            body += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        boundary = b"--" + self.headers["Content-Type"].split("boundary=")[1].strip('"').encode()
        part = body.split(boundary)[1]
        return part.split(b"\r\n\r\n", 1)[1].removesuffix(b"\r\n")

    def log_message(self, *_: object) -> None:
        """Say nothing."""
