"""Closed content beside plain content on a Kubo node: opened, in ranges, taken in, checked."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from itertools import count
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from ipfs.block_folder import BlockFolder
from ipfs.block_store import FileBlockStore
from ipfs.cid import RAW, Cid
from ledger_service.adapters.content.blocks import IpfsContent
from ledger_service.domain.content.content_id import ContentId
from ledger_service.domain.content.fixity import Outcome
from scripts.bench.measure_memory import MIB, peak_of, reset_peak
from scripts.bench.page import Ratio, Section
from scripts.bench.rounds import Figures, interleave, rate_of
from scripts.bench.sides.transfers import fetch, send, write_file
from scripts.bench.wrk import Load, load
from scripts.harness.kubo_node import KuboNode
from scripts.harness.served_library import ServedLibrary

SIZE_MIB = 1024
ROUNDS = 5
SECONDS = 5  # of each load of ranges
RANGE_BYTES = 65_536
CONNECTIONS = 32
BLOCKS = 100_000
BLOCK_BYTES = 65_536
WARM_BYTES = 4 * MIB + 1
CLOSED, OPEN = "Closed", "CC0-1.0"
_salts = count(1)


def run() -> Section:
    """Return rates and ratios. Kubo is built by scripts/kubo_tools.sh."""
    section = Section("content", "Content")
    section.lines.append(
        f"A file of {SIZE_MIB:,} MiB under a restricted license, encrypted at rest in the folder of a "
        "library that is served as people run it, beside the same file, plain, on Kubo 0.43.1 on the same "
        "disk: by its gateway as it ships, which checks no block, and with `HashOnRead`. One "
        "client reads and sends whole "
        f"files; ranges of {RANGE_BYTES // 1024} KiB at random places are asked for by wrk. `ipfs add` puts "
        "each file into an empty node under the same profile. Taken in means that the answer is there and "
        "every block is on the disk."
    )
    with tempfile.TemporaryDirectory(prefix="muhr-content-") as name:
        folder = Path(name)
        (folder / "library").mkdir()
        with ServedLibrary(folder / "library", "library.test/bench") as library:
            asked = _Asked(library)
            write_file(folder / "small", WARM_BYTES, next(_salts))
            _read_often(asked, asked.take_in(folder / "small"))
            before = reset_peak(library.process_id)
            _open(section, asked, folder)
            _take_in(section, asked, folder)
            growth = (peak_of(library.process_id) - before) / MIB
            section.ratios.append(
                Ratio("growth of the service's peak memory, MiB", growth, 64, at_least=False)
            )
        _check(section, folder)
    return section


class _Asked:
    """A library as the client of this benchmark asks it."""

    def __init__(self, library: ServedLibrary) -> None:
        self._library = library
        library.license(CLOSED)
        self._reader = json.loads(library.muhr("token", "--role", "reader", "--json"))
        self.reading = {"Authorization": f"Bearer {self._reader['token']}"}

    def send(self, file: Path, license_name: str = CLOSED) -> float:
        """Return the seconds in which a file was taken in."""
        claim = {"title": "A film", "license": license_name, "media_type": "video/mp4"}
        headers = {
            "Authorization": f"Bearer {self._library.kept_token('registrar')}",
            "Content-Type": "application/octet-stream",
        }
        return send(f"{self._library.url}/api/v1/resources?{urlencode(claim)}", headers, file)

    def take_in(self, file: Path) -> str:
        """Return the digest of a closed file that the reader may open from now on."""
        self.send(file)
        with file.open("rb") as data:
            digest = hashlib.file_digest(data, "sha256").hexdigest()
        self._library.registered(digest)
        self._library.muhr("grant", digest, "--reader", self._reader["subject"], "--days", "1")
        return digest

    def open(self, digest: str) -> str:
        """Return the address of the bytes of a new opening."""
        answer = self._library.registrar.post(
            "/openings", json={"digest": digest}, headers=self.reading
        )
        return self._library.url + str(answer.raise_for_status().json()["content"])


def _read_often(asked: _Asked, digest: str) -> None:
    """Read a small file, so that all that is loaded once is loaded."""
    for _ in range(5):
        fetch(asked.open(digest), asked.reading, WARM_BYTES)


def _open(section: Section, asked: _Asked, folder: Path) -> None:
    """Measure whole files and ranges of them."""
    size, file = SIZE_MIB * MIB, folder / "file"
    write_file(file, size, next(_salts))
    digest = asked.take_in(file)
    with _node(folder / "ships") as ships, _node(folder / "hashes", hash_on_read=True) as hashes:
        gateways = [f"{node.gateway}/ipfs/{node.add(file)}" for node in (ships, hashes)]
        file.unlink()
        whole = interleave(
            {
                "Muhr": lambda: fetch(asked.open(digest), asked.reading, size) / 1e9,
                "gateway": lambda: fetch(gateways[0], {}, size) / 1e9,
                "gateway, HashOnRead": lambda: fetch(gateways[1], {}, size) / 1e9,
            },
            ROUNDS,
        )
        sides: dict[str, Callable[[int], Load]] = {
            "Muhr": lambda at_once: _ranges(asked.open(digest), at_once, asked),
            "gateway": lambda at_once: _ranges(gateways[0], at_once),
        }
        alone, together = _loads(sides, 1), _loads(sides, CONNECTIONS)
    for name, target in (("gateway", 1.0), ("gateway, HashOnRead", 1.25)):
        ratio = whole["Muhr"].median / whole[name].median
        section.ratios.append(Ratio(f"opening: Muhr / {name}", ratio, target))
    for what, target in (("p50", 0.5), ("p99", 1.0)):
        ratio = alone["Muhr"][what].median / alone["gateway"][what].median
        section.ratios.append(
            Ratio(f"{what} of a range: Muhr / gateway", ratio, target, at_least=False)
        )
    ratio = together["Muhr"]["rate"].median / together["gateway"]["rate"].median
    section.ratios.append(Ratio(f"ranges at {CONNECTIONS} connections: Muhr / gateway", ratio, 1.5))
    for name, figures in whole.items():
        section.figure(f"opening: {name}", figures, "GB/s")
    for name in sides:
        for what in ("p50", "p99"):
            section.figure(f"range: {name}, {what}", alone[name][what], "ms")
        section.figure(f"ranges at {CONNECTIONS}: {name}", together[name]["rate"], "a second")


def _ranges(url: str, at_once: int, asked: _Asked | None = None) -> Load:
    parts = urlsplit(url)
    token = asked.reading["Authorization"].split()[1] if asked else None
    found = load(
        f"{parts.scheme}://{parts.netloc}",
        [parts.path],
        connections=at_once,
        seconds=SECONDS,
        token=token,
        ranges=(SIZE_MIB * MIB, RANGE_BYTES),
        first=next(_salts),
    )
    if found.failed:
        raise RuntimeError(f"{found.failed} ranges of {url} were refused")
    return found


def _loads(sides: dict[str, Callable[[int], Load]], at_once: int) -> dict[str, dict[str, Figures]]:
    """Return p50 and p99 in milliseconds, and the rate, of each side."""
    seen: dict[str, list[Load]] = {name: [] for name in sides}

    def side(name: str) -> float:
        seen[name].append(sides[name](at_once))
        return seen[name][-1].rate

    interleave({name: partial(side, name) for name in sides}, ROUNDS)
    return {
        name: {
            "p50": Figures([one.p50 / 1000 for one in found]),
            "p99": Figures([one.p99 / 1000 for one in found]),
            "rate": Figures([one.rate for one in found]),
        }
        for name, found in seen.items()
    }


def _take_in(section: Section, asked: _Asked, folder: Path) -> None:
    """Measure how long a file takes until it is kept; each time it is one that nobody has seen."""
    size = SIZE_MIB * MIB

    def fresh(take: Callable[[Path], float]) -> float:
        with tempfile.TemporaryDirectory(dir=folder) as name:
            file = Path(name, "file")
            write_file(file, size, next(_salts))
            return take(file)

    found = interleave(
        {
            "Muhr, closed": lambda: fresh(asked.send),
            "Muhr, open": lambda: fresh(lambda file: asked.send(file, OPEN)),
            "ipfs add": lambda: fresh(_add),
            "cp, fsync, sha256sum": lambda: fresh(_copy),
        },
        ROUNDS,
    )
    closed = found["Muhr, closed"].median
    for name, target in (("ipfs add", 1.5), ("cp, fsync, sha256sum", 0.6), ("Muhr, open", 0.6)):
        ratio = found[name].median / closed
        section.ratios.append(Ratio(f"taking in: rate of Muhr, closed / {name}", ratio, target))
    for name, figures in found.items():
        section.figure(f"taking in: {name}", figures, "s")


def _add(file: Path) -> float:
    with _node(file.with_name("node")) as node:
        begin = time.perf_counter()
        node.add(file)
        return time.perf_counter() - begin


def _copy(file: Path) -> float:
    begin = time.perf_counter()
    copy = file.with_name("copy")
    subprocess.run(["cp", str(file), str(copy)], check=True)
    subprocess.run(["sync", str(copy)], check=True)
    subprocess.run(["sha256sum", str(copy)], check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - begin


@contextmanager
def _node(home: Path, *, hash_on_read: bool = False) -> Iterator[KuboNode]:
    node = KuboNode(home, hash_on_read=hash_on_read)
    try:
        yield node
    finally:
        node.stop()
        shutil.rmtree(home)


def _check(section: Section, folder: Path) -> None:
    """Measure the check of a store's blocks beside the same files' hashes."""
    FileBlockStore.create(folder / "many")
    blocks, content = (
        BlockFolder(folder / "many/blocks"),
        IpfsContent(FileBlockStore(folder / "many")),
    )
    data, names = bytearray(os.urandom(BLOCK_BYTES)), []
    for number in range(BLOCKS):
        data[:8] = number.to_bytes(8, "big")
        cid = Cid.of(RAW, data)
        blocks.path(cid).parent.mkdir(exist_ok=True)
        blocks.path(cid).write_bytes(data)
        names.append(ContentId(cid.codec, cid.digest))
    os.sync()

    def check() -> None:
        if any(one.outcome is not Outcome.MATCH for cid in names for one in content.check(cid)):
            raise RuntimeError("A block is not what was written.")

    def hash_files() -> None:
        command = f"find {folder / 'many/blocks'} -type f -print0 | xargs -0 sha256sum > /dev/null"
        subprocess.run(command, shell=True, check=True)

    found = interleave(
        {
            "Muhr": lambda: rate_of(BLOCKS, check),
            "sha256sum": lambda: rate_of(BLOCKS, hash_files),
        },
        ROUNDS,
    )
    ratio = found["Muhr"].median / found["sha256sum"].median
    what = f"fixity of {BLOCKS:,} blocks of {BLOCK_BYTES // 1024} KiB: Muhr / sha256sum"
    section.ratios.append(Ratio(what, ratio, 0.8))
    for name, figures in found.items():
        section.figure(f"fixity: {name}", figures, "blocks/s")
