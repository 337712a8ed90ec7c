"""Whole files over HTTP, sent and fetched by one client, and files of which no two blocks are alike."""

from __future__ import annotations

import http.client
import os
import random
import time
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

MIB = 2**20
SECONDS = 600  # the longest that one answer is waited for


def write_file(file: Path, size_bytes: int, salt: int) -> None:
    """Write bytes of which no block is like another, of this file or of one with another salt."""
    block = bytearray(random.Random(size_bytes).randbytes(MIB))
    with file.open("wb") as target:
        for number, left in enumerate(range(size_bytes, 0, -MIB)):
            block[:16] = salt.to_bytes(8, "big") + number.to_bytes(8, "big")
            target.write(block[: min(left, MIB)])
        target.flush()
        os.fsync(target.fileno())


def fetch(url: str, headers: Mapping[str, str], size_bytes: int) -> float:
    """Return the bytes a second at which a whole file came; raise RuntimeError if it is not all of it."""
    buffer, got = bytearray(MIB), 0
    begin = time.perf_counter()
    connection = _connect(url)
    connection.request("GET", urlsplit(url).path, headers=dict(headers))
    answer = connection.getresponse()
    while count := answer.readinto(buffer):
        got += count
    seconds = time.perf_counter() - begin
    connection.close()
    if answer.status != 200 or got != size_bytes:
        raise RuntimeError(f"{url} gave {answer.status} and {got:,} bytes")
    return size_bytes / seconds


def send(url: str, headers: Mapping[str, str], file: Path) -> float:
    """Return the seconds until a server had taken a file for good."""
    parts = urlsplit(url)
    length = {"Content-Length": str(file.stat().st_size)}
    begin = time.perf_counter()
    connection = _connect(url)
    connection.blocksize = MIB
    with file.open("rb") as body:
        connection.request("POST", f"{parts.path}?{parts.query}", body, {**headers, **length})
        answer = connection.getresponse()
        said = answer.read()
    seconds = time.perf_counter() - begin
    connection.close()
    if answer.status != 202:
        raise RuntimeError(f"{url} gave {answer.status}: {said[:500]!r}")
    return seconds


def _connect(url: str) -> http.client.HTTPConnection:
    return http.client.HTTPConnection(urlsplit(url).netloc, timeout=SECONDS)
