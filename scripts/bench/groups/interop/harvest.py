"""How fast a harvester reads all records by OAI-PMH, what memory that takes, and what readers feel of it."""

from __future__ import annotations

import hashlib
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx

from ledger_service.domain.imports.prepared_claim import PreparedClaim
from ledger_service.domain.resources.registration import Metadata
from scripts.bench.filled_library import claim, library_that_accepted
from scripts.bench.measure_memory import peak_of, reset_peak
from scripts.bench.page import Ratio, Section
from scripts.bench.peer import answering, python_peer
from scripts.bench.rounds import Figures, Side, interleave
from scripts.harness.processes import free_port
from scripts.harness.served_library import ServedLibrary

COUNT = int(os.environ.get("MUHR_BENCH_COUNT", "100000"))  # records
FEW = 10_000  # after which memory is looked at first
ROUNDS = (
    3 if COUNT <= 200_000 else 1
)  # the peer asks for rows behind an offset, which takes ever longer
PEER_PAGE = 100  # records; its own default is 10
READS, READ_ROUNDS = 200, 5
OFTEN = 10_000  # requests a minute
SECONDS = 12.0
TITLES = ("A history of the book, volume {}", "Ўзбекистон тарихи, {}-жилд", "Oʻzbek adabiyoti, {}")
TARGET, MOST_GROWTH, MOST_SLOWER = 5.0, 1.1, 3.0


def run() -> Section:
    """Return records a second beside the peer's, growth of memory, and times of readers beside harvesters."""
    section = Section("harvest", "Harvests by OAI-PMH")
    section.lines = [
        f"`muhr serve` with {COUNT:,} records, and the server of PyPI's `oaipmh` 4.0.0 over the same "
        f"database in a process of its own, {PEER_PAGE} records a page. One client in another process reads "
        "all of `oai_dc` over loopback as fast as it is answered, counts the records, and parses nothing. "
        "Our records are compared with their entries, and each carries its proof; the peer's have neither, "
        "and are a fourth as long. Its tokens hold an offset, behind which the database counts anew for "
        "each page: the more records there are, the longer each takes. So the target is met by many records, "
        "and missed by few. Readers ask for a resource, one "
        f"after another: alone, beside a harvester that never stops, and beside {OFTEN:,} requests a minute "
        "for a page of 500 records. A million: `MUHR_BENCH_COUNT=1000000 make bench GROUPS=harvest`."
    ]
    with library_that_accepted(_claims(), "library.test/harvest") as (served, opened):
        opened.store.close()
        served.at_rest()
        url, port = f"{served.url}/oai", free_port()
        command = python_peer(
            "oaipmh_server.py", str(served.home / "muhr.db"), str(port), str(PEER_PAGE)
        )
        with answering(command):
            _compare(section, url, f"http://127.0.0.1:{port}/oai")
        _measure_memory(section, served, url)
        _measure_readers(section, served, url)
    return section


def _claims() -> Iterator[PreparedClaim]:
    for number in range(COUNT):
        digest = hashlib.sha256(b"resource %d" % number).digest()
        title = TITLES[number % len(TITLES)].format(number)
        named = Metadata(title, "application/pdf", 1000 + number, f"Author {number % 977}", "uz")
        yield claim(digest, named)


def _compare(section: Section, url: str, other: str) -> None:
    found = interleave({"muhr": _harvesting(url), "peer": _harvesting(other)}, ROUNDS)
    ratio = found["muhr"].median / found["peer"].median
    section.ratios.append(
        Ratio(f"records a second of {COUNT:,} / those of `oaipmh`", ratio, TARGET)
    )
    section.figure("Muhr, with proofs", found["muhr"], "records a second")
    section.figure("`oaipmh` 4.0.0", found["peer"], "records a second")


def _harvesting(url: str) -> Side:
    def harvest() -> float:
        told = _told("all", url)
        assert told["records"] == COUNT, told
        return float(told["records"] / told["seconds"])

    return harvest


def _measure_memory(section: Section, served: ServedLibrary, url: str) -> None:
    _told("all", url, str(FEW))
    before = reset_peak(served.process_id)
    _told("all", url)
    after = peak_of(served.process_id)
    section.ratios.append(
        Ratio(
            f"peak memory of the service after {COUNT:,} records / after {FEW:,}",
            after / before,
            MOST_GROWTH,
            at_least=False,
        )
    )
    section.figure("memory of the service, whole harvest", Figures([after / 2**20]), "MiB")


def _measure_readers(section: Section, served: ServedLibrary, url: str) -> None:
    digest = hashlib.sha256(b"resource 7").hexdigest()
    path = f"{served.url}/api/v1/resources/{digest}"
    alone = _reading(path)
    with _beside("all", url, again=True):
        harvested = _reading(path)
    with _beside("often", url, str(OFTEN), str(SECONDS), again=False) as answers:
        flooded = _reading(path)
    for name, found in (("a harvester", harvested), (f"{OFTEN:,} requests a minute", flooded)):
        ratio = found.median / alone.median
        what = f"a reader's request beside {name} / alone, p50"
        section.ratios.append(Ratio(what, ratio, MOST_SLOWER, at_least=False))
    section.figure("a reader's request, alone", alone, "ms")
    section.figure("a reader's request, beside a harvester", harvested, "ms")
    section.figure(f"a reader's request, beside {OFTEN:,} requests a minute", flooded, "ms")
    told = ", ".join(f"{count:,} of status {status}" for status, count in answers.items())
    section.lines.append(f"\nThese requests had, in {SECONDS:.0f} seconds, {told}.")


def _reading(url: str) -> Figures:
    """Return the median time of requests, in milliseconds, of some rounds."""
    medians = []
    with httpx.Client(trust_env=False, timeout=60) as client:
        for _ in range(READ_ROUNDS):
            times = []
            for _ in range(READS):
                begun = time.perf_counter()
                client.get(url).raise_for_status()
                times.append(time.perf_counter() - begun)
            medians.append(1000 * statistics.median(times))
    return Figures(medians)


@contextmanager
def _beside(*arguments: str, again: bool) -> Iterator[dict[str, int]]:
    """Run a client meanwhile; what it tells at its end is in what is yielded. again: until it is stopped."""
    found: dict[str, int] = {}
    loop = "for i in range(10**6): harvest(sys.argv[1], 2**40)"
    command = [sys.executable, "-m", "scripts.bench.sides.harvest", *arguments]
    if again:
        said = f"import sys\nfrom scripts.bench.sides.harvest import harvest\n{loop}"
        command = [sys.executable, "-c", said, arguments[1]]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        time.sleep(1)
        yield found
        if not again:
            found |= json.loads(process.communicate(timeout=120)[0])["answers"]
    finally:
        process.kill()
        process.wait()


def _told(*arguments: str) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", "scripts.bench.sides.harvest", *arguments],
        check=True,
        stdout=subprocess.PIPE,
    )
    told: dict[str, Any] = json.loads(done.stdout)
    return told
