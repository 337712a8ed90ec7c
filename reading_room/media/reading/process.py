"""Starts the process that reads a file, hands it the bytes that it asks for, and believes nothing of it."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ledger_service.domain import foreign_json
from ledger_service.domain.errors import InvalidInput
from reading_room.media.reading.findings import (
    ASK,
    ASKED,
    LARGEST_COVER_BYTES,
    LARGEST_FACTS_BYTES,
    LARGEST_TEXT_BYTES,
    LARGEST_TILES_BYTES,
    LONGEST_IDENTIFIER,
    LONGEST_TITLE,
    LONGEST_TYPE,
    MOST_IDENTIFIERS,
    TELL,
    TOLD,
    WITH_TILES,
    Facts,
    Found,
)

PROGRAM = "reading_room.media.reading"
AS_HERE = ["-B"] if sys.dont_write_bytecode else []  # which else stands in the environment
PROJECT = Path(__file__).resolve().parents[3]
MOST_SECONDS = 120.0  # from the start to the end, with all that is asked for
LOOK_SECONDS = 0.2
LARGEST_PIECE_BYTES = 2**20
WEBP = (b"RIFF", b"WEBP")
ZIP = b"PK\x03\x04"
PROBLEMS = ("locked", "malformed", "too-large")
MOST_NUMBER = 2**53 - 1

Bytes = Callable[[int, int], bytes]
"""Returns the bytes of the file from a start to an end."""
Stops = Callable[[], bool]


class Left(Exception):
    """Nobody wants to know any more: the worker stops."""


def read_apart(
    size: int,
    get: Bytes,
    stops: Stops,
    most_seconds: float = MOST_SECONDS,
    with_tiles: bool = False,
) -> Found:
    """Return what a process of its own found of a file; a problem is in its facts.

    The process is gone when this returns or raises.

    Raises:
        Left: told to stop.
        whatever `get` raises.
    """
    process = subprocess.Popen(
        [sys.executable, *AS_HERE, "-m", PROGRAM, str(size), *([WITH_TILES] if with_tiles else [])],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=PROJECT,
        env={},
        start_new_session=True,
    )
    with process:
        try:
            return _Talk(process, size, stops, most_seconds).hold(get)
        except (_Ended, BrokenPipeError):
            process.wait()
            is_slow = process.returncode in (-signal.SIGXCPU, -signal.SIGKILL)
            return _without("too-slow" if is_slow else "stopped")
        except _Late:
            return _without("too-slow")
        finally:
            process.kill()


def _without(problem: str) -> Found:
    return Found(Facts(media_type="", problem=problem))


class _Ended(Exception):
    pass


class _Late(Exception):
    pass


class _Talk:
    def __init__(
        self, process: subprocess.Popen[bytes], size: int, stops: Stops, seconds: float
    ) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self._to, self._from = process.stdin.fileno(), process.stdout.fileno()
        self._size, self._stops = size, stops
        self._until = time.monotonic() + seconds

    def hold(self, get: Bytes) -> Found:
        """Answer until the process tells what it found."""
        while (word := self._take(1)) == ASK:
            start, length = ASKED.unpack(self._take(ASKED.size))
            if not 0 < length <= LARGEST_PIECE_BYTES or start + length > self._size:
                raise _Ended
            self._give(get(start, start + length))
        if word != TELL:
            raise _Ended
        lengths = TOLD.unpack(self._take(TOLD.size))
        bounds = (LARGEST_FACTS_BYTES, LARGEST_COVER_BYTES, LARGEST_TEXT_BYTES, LARGEST_TILES_BYTES)
        if any(length > most for length, most in zip(lengths, bounds, strict=True)):
            raise _Ended
        facts, cover, text, tiles = (self._take(length) for length in lengths)
        return _believed(facts, cover, text, tiles)

    def _take(self, length: int) -> bytes:
        parts = []
        while length:
            self._wait([self._from], [])
            part = os.read(self._from, length)
            if not part:
                raise _Ended
            parts.append(part)
            length -= len(part)
        return b"".join(parts)

    def _give(self, data: bytes) -> None:
        """Write what a pipe takes at a time, so that a process that reads nothing holds up nobody."""
        with memoryview(data) as left:
            for at in range(0, len(left), select.PIPE_BUF):
                self._wait([], [self._to])
                os.write(self._to, left[at : at + select.PIPE_BUF])

    def _wait(self, reads: list[int], writes: list[int]) -> None:
        while True:
            if self._stops():
                raise Left
            if time.monotonic() > self._until:
                raise _Late
            if any(select.select(reads, writes, [], LOOK_SECONDS)):
                return


def _believed(facts: bytes, cover: bytes, text: bytes, tiles: bytes) -> Found:
    """Return what the process tells, if it has the form that ours gives it."""
    try:
        told = foreign_json.parse(facts)
        text.decode()
    except (InvalidInput, UnicodeDecodeError) as exc:
        raise _Ended from exc
    is_webp = (cover[:4], cover[8:12]) == WEBP
    is_zip = tiles.startswith(ZIP)
    if not isinstance(told, dict) or (cover and not is_webp) or (tiles and not is_zip):
        raise _Ended
    problem = told.get("problem")
    return Found(
        Facts(
            media_type=_text(told.get("media_type"), LONGEST_TYPE) or "application/octet-stream",
            width=_number(told.get("width")),
            height=_number(told.get("height")),
            pages=_number(told.get("pages")),
            milliseconds=_number(told.get("milliseconds")),
            title=_text(told.get("title"), LONGEST_TITLE),
            identifiers=[
                named
                for item in _list(told.get("identifiers"))[:MOST_IDENTIFIERS]
                if (named := _text(item, LONGEST_IDENTIFIER))
            ],
            is_cut=told.get("is_cut") is True,
            problem=problem if problem is None or problem in PROBLEMS else "malformed",
        ),
        cover,
        text,
        tiles,
    )


def _number(value: Any) -> int | None:
    return value if type(value) is int and 0 <= value <= MOST_NUMBER else None


def _text(value: Any, longest: int) -> str | None:
    """Return a text in one line, without a NUL, which PostgreSQL refuses."""
    if not isinstance(value, str):
        return None
    return " ".join(value.replace("\0", " ").split())[:longest] or None


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
