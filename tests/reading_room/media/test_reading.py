"""A file is read in a process of its own: what it finds, and that no file harms whoever wants to know."""

from __future__ import annotations

import io
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from ledger_service.domain.errors import ContentStoreUnavailable
from reading_room.media.reading import process
from reading_room.media.reading.findings import Found
from reading_room.media.reading.process import Left, read_apart
from tests.browser.film import film
from tests.reading_room.media import made_files

PROJECT = Path(__file__).resolve().parents[3]
QUICKLY = 30.0  # seconds, on a machine that has other things to do


def read(data: bytes, seconds: float = 60.0) -> Found:
    return read_apart(len(data), lambda start, end: data[start:end], lambda: False, seconds)


@pytest.mark.parametrize(
    ("data", "facts"),
    [
        (made_files.picture("PNG"), ("image/png", 1200, 800, None, None)),
        (made_files.picture("JPEG"), ("image/jpeg", 1200, 800, None, None)),
        (made_files.picture("WEBP"), ("image/webp", 1200, 800, None, None)),
        (made_files.picture("GIF"), ("image/gif", 1200, 800, None, None)),
        (made_files.picture("TIFF"), ("image/tiff", 1200, 800, None, None)),
        (made_files.pdf("one", "two"), ("application/pdf", None, None, 2, None)),
        (made_files.epub(), ("application/epub+zip", None, None, None, None)),
        (made_files.wav(3), ("audio/wav", None, None, None, 3000)),
        (made_files.mp3(100), ("audio/mpeg", None, None, None, 2612)),
        (made_files.mp4(90), ("video/mp4", 640, 360, None, 90_000)),
        (film(12), ("video/webm", 320, 180, None, 12_000)),
        ("O‘zbek".encode(), ("text/plain", None, None, None, None)),
        (b"<!DOCTYPE html><title>T</title><p>words", ("text/html", None, None, None, None)),
        (b"\0\1\2\3", ("application/octet-stream", None, None, None, None)),
    ],
    ids=lambda value: value[0] if isinstance(value, tuple) else "",
)
def test_what_a_file_is_follows_from_its_content(data: bytes, facts: tuple[object, ...]) -> None:
    found = read(data).facts
    told = (found.media_type, found.width, found.height, found.pages, found.milliseconds)
    assert told == facts
    assert found.problem is None


def test_words_titles_and_identifiers_are_those_of_the_file() -> None:
    printed = read(made_files.pdf("Alisher Navoiy", f"ISBN {made_files.ISBN}"))
    assert printed.facts.title == "Xamsa"
    assert printed.facts.identifiers == ["urn:isbn:9780306406157"]
    assert printed.text.decode().split("\f")[0].strip() == "Alisher Navoiy"
    book = read(made_files.epub("Bismillah"))
    assert (book.facts.title, book.text) == ("Xamsa", b"Bismillah\n")
    assert book.facts.identifiers == ["urn:isbn:9780306406157"]
    page = read(b"<!DOCTYPE html><head><title>T</title></head><script>no</script><p>some</p>words")
    assert (page.facts.title, page.text) == ("T", b"some\nwords\n")


def test_a_word_that_is_divided_at_the_end_of_a_line_is_whole() -> None:
    divided = read(made_files.pdf("Alisher Navoiy is a poet of mathe-) Tj 0 -14 Td (matics too"))
    words = " ".join(divided.text.decode().split())
    assert words == "Alisher Navoiy is a poet of mathematics too"


@pytest.mark.parametrize(
    ("data", "extent"),
    [
        (made_files.pdf("one"), (360, 480)),
        (made_files.epub(), (320, 480)),
        (made_files.picture("JPEG"), (480, 320)),
        (made_files.picture(width=50, height=20), (50, 20)),
    ],
    ids=["pdf", "epub", "jpeg", "small"],
)
def test_a_cover_is_made_that_is_small_and_says_nothing_else(
    data: bytes, extent: tuple[int, int]
) -> None:
    with Image.open(io.BytesIO(read(data).cover)) as cover:
        assert (cover.format, cover.size) == ("WEBP", extent)
        assert not cover.getexif()


def test_a_long_text_is_cut_at_a_whole_letter_and_says_so() -> None:
    found = read("ў".encode() * 3_000_001)
    assert found.facts.is_cut
    assert len(found.text) == 4 * 2**20
    assert set(found.text.decode()) == {"ў"}


@pytest.mark.parametrize(
    ("data", "problems"),
    [
        (made_files.image_bomb(), {"too-large"}),
        (made_files.zip_bomb(), {"too-large"}),
        (made_files.entity_bomb(), {"malformed"}),
        (made_files.deep_xml(), {None, "malformed", "too-large", "stopped"}),
        (made_files.deep_pdf(), {"malformed", "stopped"}),
        (made_files.locked_pdf(), {"locked"}),
        (made_files.pdf("cut")[:300], {"malformed"}),
        (made_files.epub()[:-40], {None}),  # without its end it is any zip
        (made_files.ill_packed_epub(), {"malformed"}),
        (made_files.picture()[:60], {"malformed"}),
        (b"ID3\4" + bytes(10), {"malformed"}),
        (b"\0\0\0\x18ftypisom" + b"\xff" * 64, {"malformed"}),
        (b"RIFF\xff\xff\xff\xffWAVE", {"malformed"}),
    ],
    ids=lambda value: "" if isinstance(value, bytes) else str(sorted(map(str, value))[0]),
)
def test_a_bad_file_is_told_and_stops_nothing(data: bytes, problems: set[str | None]) -> None:
    begun = time.monotonic()
    assert read(data).facts.problem in problems
    assert time.monotonic() - begun < QUICKLY


def test_a_file_that_takes_all_memory_ends_its_process_only() -> None:
    assert read(made_files.endless_pdf()).facts.problem == "stopped"


def test_a_file_that_takes_too_long_is_given_up() -> None:
    assert read_apart(10, _never, lambda: False, 2.0).facts.problem == "too-slow"


def _never(start: int, end: int) -> bytes:
    time.sleep(3)
    return bytes(end - start)


def test_whoever_wants_to_know_no_more_is_not_held_up() -> None:
    with pytest.raises(Left):
        read_apart(100, lambda start, end: bytes(end - start), lambda: True)


def test_content_that_cannot_be_had_is_no_fault_of_the_file() -> None:
    def away(start: int, end: int) -> bytes:
        raise ContentStoreUnavailable

    with pytest.raises(ContentStoreUnavailable):
        read_apart(100, away, lambda: False)


@pytest.mark.parametrize(
    "says",
    [
        b"",
        b"Z",
        b"A" + bytes(8) + b"\xff\xff\xff\xff",
        b"A" + b"\xff" * 8 + b"\0\0\0\1",
        b"T" + b"\xff" * 12,
        b"T" + b"\0\0\0\2" + bytes(8) + b"[]",
        b"T" + b"\0\0\0\2" + b"\0\0\0\4" + bytes(4) + b"{}GIF8",
        b"T" + b"\0\0\0\2" + bytes(4) + b"\0\0\0\1" + b"{}\xff",
    ],
)
def test_what_was_taken_over_is_not_believed(
    says: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "taken_over.py").write_text(f"import os\nos.write(1, {says!r})\n")
    monkeypatch.setattr(process, "PROJECT", tmp_path)
    monkeypatch.setattr(process, "PROGRAM", "taken_over")
    assert read(b"some bytes").facts.problem == "stopped"


WAITING = """
import sys, time
sys.path.insert(0, {project!r})
from reading_room.media.reading.process import read_apart

def get(start, end):
    print("asked", flush=True)
    time.sleep(600)

read_apart(1000, get, lambda: False)
"""


def test_it_ends_with_whoever_asked(wait: Callable[..., Any]) -> None:
    worker = subprocess.Popen(
        [sys.executable, "-c", WAITING.format(project=str(PROJECT))], stdout=subprocess.PIPE
    )
    with worker:
        assert worker.stdout is not None
        assert worker.stdout.readline() == b"asked\n"
        [reader] = Path(f"/proc/{worker.pid}/task/{worker.pid}/children").read_text().split()
        worker.kill()
    wait(lambda: not _runs(reader), "the reading goes on")


def _runs(process: str) -> bool:
    try:
        return "\nState:\tZ" not in Path(f"/proc/{process}/status").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False


PROBE = """
import os, sys
sys.path.insert(0, {project!r})
from reading_room.media.reading import __main__ as reader
import socket
reader.prepare()
reader.bound()
assert not os.environ.keys() - {{"LC_CTYPE"}}, os.environ
for what in (lambda: open("/etc/hostname"), socket.socket, os.pipe):
    try:
        what()
    except OSError:
        continue
    raise SystemExit("it could open something")
try:
    bytearray(2**31)
except MemoryError:
    pass
else:
    raise SystemExit("it had more memory than it may")
"""


def test_the_process_opens_nothing_and_has_bounded_memory() -> None:
    ended = subprocess.run(
        [sys.executable, "-c", PROBE.format(project=str(PROJECT))],
        env={},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert ended.returncode == 0, ended.stderr
